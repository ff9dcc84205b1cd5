import { BaseCommand } from '../../cli/base-command.ts'
import { sandboxOnly } from '../../cli/config/sandbox-only.ts'
import { resetSandbox, type SandboxResetJson } from '../../cli/sandbox/reset.ts'
import { sandboxResetView } from '../../cli/views/sandbox.ts'

export default class SandboxReset extends BaseCommand {
  static override description = 'start the simulated venues anew and set the sandbox journal aside'

  static override examples = [{ description: 'keys stay as they are', command: '<%= config.bin %> sandbox reset' }]

  async run(): Promise<SandboxResetJson> {
    const { flags } = await this.parse(SandboxReset)
    return this.show(await resetSandbox(sandboxOnly(await this.loadSettings(flags), 'sandbox reset')), sandboxResetView)
  }
}
