import { wishesOf, wishFlags } from '../../cli/arb/arb-flags.ts'
import { scanPairs } from '../../cli/arb/scan-pairs.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import type { ScanJson } from '../../cli/json/arb-json.ts'
import { exampleMarket } from '../../cli/sandbox/example-markets.ts'
import { scanView } from '../../cli/views/arb.ts'

export default class ArbScan extends BaseCommand {
  static override description = 'what the approved pairs pay now, net of fees and as deep as both books go'

  static override examples = [
    { description: 'all approved pairs', command: '<%= config.bin %> arb scan' },
    {
      description: 'the pairs of one market, from two cents a pair',
      command: `<%= config.bin %> arb scan --market ${exampleMarket.kalshi} --min-edge 0.02 --size 50`,
    },
  ]

  static override flags = wishFlags

  async run(): Promise<ScanJson> {
    const { flags } = await this.parse(ArbScan)
    return this.withSession(flags, { needs: 'venues' }, async (session) => {
      const wishes = wishesOf(flags, session.trading.limits.maxSlippage)
      return this.show(await scanPairs(session, wishes, flags.market ?? [], this.signal), scanView)
    })
  }
}
