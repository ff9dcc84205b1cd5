import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { sandboxOnly } from '../../cli/config/sandbox-only.ts'
import type { SandboxAddJson } from '../../cli/json/sandbox-add-json.ts'
import { addToSandbox } from '../../cli/sandbox/add.ts'
import { sandboxAddView } from '../../cli/views/sandbox.ts'

export default class SandboxAdd extends BaseCommand {
  static override description = 'list a new event with its markets at a simulated venue, whose sockets tell of it'

  static override examples = [
    { description: 'the event that a file describes', command: '<%= config.bin %> sandbox add event.json' },
  ]

  static override args = {
    file: Args.string({
      required: true,
      description:
        'JSON of one event: venue, title, life with its close, markets; docs/decisions/0037 shows both venues',
    }),
  }

  async run(): Promise<SandboxAddJson> {
    const { args, flags } = await this.parse(SandboxAdd)
    const settings = sandboxOnly(await this.loadSettings(flags), 'sandbox add')
    return this.show(await addToSandbox(settings, args.file), sandboxAddView)
  }
}
