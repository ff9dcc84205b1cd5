import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { syncReason } from '../../cli/exit-codes.ts'
import { parseDuration } from '../../cli/flags/durations.ts'
import { chosenVenues, statusFlag, venueFlag } from '../../cli/flags/list-flags.ts'
import type { SyncJson } from '../../cli/json/market-json.ts'
import { repeat } from '../../cli/markets/repeat.ts'
import { syncView } from '../../cli/views/markets.ts'
import { type SyncOptions, syncMarkets } from '../../engine/markets/sync-markets.ts'

export default class MarketsSync extends BaseCommand {
  static override description = 'fetch the market catalogues of the venues'

  static override examples = [
    { description: 'both venues', command: '<%= config.bin %> markets sync' },
    {
      description: 'a few open ones',
      command: '<%= config.bin %> markets sync --venue kalshi --status open --limit 50',
    },
  ]

  static override flags = {
    venue: venueFlag(),
    status: statusFlag(),
    limit: Flags.integer({ min: 1, description: 'at most this many markets of each venue' }),
    every: Flags.string({ helpValue: 'DURATION', description: 'again and again, such as every 6h, until interrupted' }),
  }

  async run(): Promise<SyncJson> {
    const { flags } = await this.parse(MarketsSync)
    const everyMs = flags.every === undefined ? null : parseDuration(flags.every, '--every')
    return this.withSession(flags, { needs: 'venues' }, async ({ trading, catalogue }) => {
      const options: SyncOptions = {
        venues: chosenVenues(flags.venue),
        ...(flags.limit === undefined ? {} : { limit: flags.limit }),
        ...(flags.status === undefined ? {} : { status: flags.status }),
        onProgress: ({ venue, markets }) => this.narrate(`${venue}: ${markets} markets`),
      }
      const venues = await repeat(everyMs, this.signal, async () => {
        const round = await syncMarkets(trading, catalogue, options, this.signal)
        if (everyMs !== null) await this.narrateView(syncView({ venues: round }))
        return round
      })
      return this.show({ venues }, syncView, syncReason(venues))
    })
  }
}
