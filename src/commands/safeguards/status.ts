import { BaseCommand } from '../../cli/base-command.ts'
import { type SafeguardsJson, safeguardsJson } from '../../cli/json/safeguards-json.ts'
import { safeguardsView } from '../../cli/views/safeguards.ts'

export default class SafeguardsStatus extends BaseCommand {
  static override description = 'limits, exposure used, breakers and the kill switch'

  static override examples = [
    { description: 'of the sandbox', command: '<%= config.bin %> safeguards status' },
    { description: 'for a script', command: '<%= config.bin %> safeguards status --json' },
  ]

  async run(): Promise<SafeguardsJson> {
    const { flags } = await this.parse(SafeguardsStatus)
    return this.withSession(flags, { needs: 'store' }, async ({ trading }) => {
      await trading.ledger.refresh()
      return this.show(safeguardsJson(trading, await trading.readHalt()), safeguardsView)
    })
  }
}
