import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { parseMarketFlag } from '../../cli/flags/order-flags.ts'
import { type MarketDetailJson, marketDetailJson } from '../../cli/json/market-json.ts'
import { exampleMarket } from '../../cli/sandbox/example-markets.ts'
import { marketDetailView } from '../../cli/views/markets.ts'
import { showMarket } from '../../engine/markets/show-market.ts'

export default class MarketsShow extends BaseCommand {
  static override description = 'one market with its rules and its book, as the venue has them now'

  static override examples = [
    { description: 'by ticker', command: `<%= config.bin %> markets show ${exampleMarket.kalshi}` },
    { description: 'by slug', command: `<%= config.bin %> markets show ${exampleMarket.polymarket}` },
  ]

  static override args = {
    market: Args.string({ required: true, description: 'kalshi:TICKER or polymarket:SLUG-OR-CONDITION-ID' }),
  }

  async run(): Promise<MarketDetailJson> {
    const { args, flags } = await this.parse(MarketsShow)
    const market = parseMarketFlag(args.market, 'MARKET')
    return this.withSession(flags, { needs: 'venues' }, async ({ trading }) => {
      const detail = await showMarket(trading, market, this.signal)
      return this.show(marketDetailJson(detail), marketDetailView)
    })
  }
}
