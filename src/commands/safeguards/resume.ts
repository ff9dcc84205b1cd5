import { BaseCommand } from '../../cli/base-command.ts'
import { switchOn } from '../../cli/halt/kill-switch.ts'
import type { ResumeJson } from '../../cli/json/safeguards-json.ts'
import { resumeView } from '../../cli/views/safeguards.ts'

export default class SafeguardsResume extends BaseCommand {
  static override description = 'let orders be placed again after a halt, or where a fee was higher than it should be'

  static override examples = [{ description: 'all environments', command: '<%= config.bin %> safeguards resume' }]

  async run(): Promise<ResumeJson> {
    const { flags } = await this.parse(SafeguardsResume)
    const settings = await this.loadSettings(flags)
    await switchOn({ settings, onWarning: (message) => this.warning(message) })
    return this.show({ halted: null }, resumeView)
  }
}
