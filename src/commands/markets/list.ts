import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { limitFlag, statusFlag, venueFlag } from '../../cli/flags/list-flags.ts'
import { type MarketListJson, marketJson } from '../../cli/json/market-json.ts'
import { syncTimes } from '../../cli/markets/sync-times.ts'
import { marketListView } from '../../cli/views/markets.ts'

export default class MarketsList extends BaseCommand {
  static override description = 'markets in the catalogue as of the last sync'

  static override examples = [
    {
      description: 'open markets about the House',
      command: '<%= config.bin %> markets list --venue kalshi --status open --search house --limit 5',
    },
  ]

  static override flags = {
    venue: venueFlag(),
    status: statusFlag(),
    search: Flags.string({ helpValue: 'WORDS', description: 'all of these words in the id or the title' }),
    limit: limitFlag(50),
  }

  async run(): Promise<MarketListJson> {
    const { flags } = await this.parse(MarketsList)
    const { venue, status, search, limit } = flags
    return this.withSession(flags, { needs: 'store' }, async ({ catalogue }) => {
      const markets = await catalogue.list({
        limit,
        ...(venue === undefined ? {} : { venue }),
        ...(status === undefined ? {} : { status }),
        ...(search === undefined ? {} : { text: search }),
      })
      return this.show({ markets: markets.map(marketJson), syncedAt: await syncTimes(catalogue) }, marketListView)
    })
  }
}
