import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { sandboxOnly } from '../../cli/config/sandbox-only.ts'

export default class VerifyPlayer extends BaseCommand {
  static override hidden = true

  static override description = 'one process of a drill, started by the drill'

  static override examples = [
    { description: 'one order after the other until halted', command: '<%= config.bin %> verify player --role trade' },
  ]

  static override flags = {
    role: Flags.option({
      options: ['live', 'recover', 'trade'] as const,
      required: true,
      description: 'what it does',
    })(),
    scenario: Flags.string({ default: '', description: 'to live and recover: which orders' }),
    'die-at': Flags.string({ description: 'to live: the milestone at which to die' }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(VerifyPlayer)
    // The place to die at is honoured here and nowhere else, and this command knows no venue but the simulated ones.
    const { dataDir: folder } = sandboxOnly(await this.loadSettings(flags), 'verify player')
    const { live, recover, trade } = await import('../../cli/drill/player.ts')
    const options = { folder, onWarning: (message: string) => this.warning(message), signal: this.signal }
    switch (flags.role) {
      case 'live':
        return live(flags.scenario, flags['die-at'] ?? null, options)
      case 'recover':
        return recover(flags.scenario, options)
      case 'trade':
        return trade(options)
    }
  }
}
