import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { type HaltResultJson, haltJson } from '../../cli/json/safeguards-json.ts'
import { switchOff } from '../../cli/kill-switch.ts'
import { haltView } from '../../cli/views/safeguards.ts'

export default class SafeguardsHalt extends BaseCommand {
  static override description = 'kill switch: place no order any more, in any environment, until resumed'

  static override examples = [
    { description: 'at once', command: '<%= config.bin %> safeguards halt' },
    { description: 'with a reason', command: '<%= config.bin %> safeguards halt --reason "prices look wrong"' },
  ]

  static override flags = {
    reason: Flags.string({ default: 'halted by hand', description: 'why, for whoever finds it halted' }),
  }

  async run(): Promise<HaltResultJson> {
    const { flags } = await this.parse(SafeguardsHalt)
    const settings = await this.loadSettings(flags)
    const halted = await switchOff(flags.reason, { settings, onWarning: (message) => this.warning(message) })
    return this.show({ halted: haltJson(halted) }, haltView)
  }
}
