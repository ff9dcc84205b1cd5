import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { parseDuration } from '../../cli/flags/durations.ts'
import { parseMarketFlag } from '../../cli/flags/order-flags.ts'
import { type WatchOptions, watchMarkets } from '../../cli/markets/watch.ts'
import { exampleMarket } from '../../cli/sandbox/example-markets.ts'
import { liveBooksView } from '../../cli/views/live-books.ts'

/** Lines of news below the books on a terminal. */
const newsShown = 5

export default class MarketsWatch extends BaseCommand {
  static override description = 'live books over the sockets of the venues, and why they may not be traded on'

  static override examples = [
    {
      description: 'two markets for a few seconds',
      command: `<%= config.bin %> markets watch ${exampleMarket.kalshi} ${exampleMarket.polymarket} --for 2s`,
    },
    {
      description: 'one line for each change, for a script',
      command: `<%= config.bin %> markets watch ${exampleMarket.kalshi} --for 2s --json`,
    },
  ]

  static override strict = false

  static override args = {
    market: Args.string({
      required: true,
      description: 'kalshi:TICKER or polymarket:SLUG-OR-CONDITION-ID, one or more',
    }),
  }

  static override flags = {
    for: Flags.string({
      helpValue: 'DURATION',
      description: 'end after this long, such as 10s; else when interrupted',
    }),
    listings: Flags.boolean({ description: 'also tell of every event and market that the venues list meanwhile' }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(MarketsWatch)
    const markets = argv.map((text) => parseMarketFlag(String(text), 'MARKET'))
    const forMs = flags.for === undefined ? null : parseDuration(flags.for, '--for')
    await this.withSession(flags, { needs: 'venues' }, async (session) => {
      const newest: string[] = []
      const options: WatchOptions = {
        markets,
        forMs,
        listings: flags.listings,
        onChange: (book) => this.announceJson(book),
        onNews: (news) => {
          this.announceJson(news)
          newest.splice(0, newest.length, ...newest.slice(1 - newsShown), `${news.at} ${news.text}`)
          // On a terminal they stand below the books, which are drawn again and again.
          if (!this.jsonEnabled() && !process.stdout.isTTY) this.narrate(news.text)
        },
        onRound: (books) => this.redraw(books, (shown) => liveBooksView(shown, newest)),
        onProblem: (message: string) => this.warning(message),
      }
      const books = await watchMarkets(session, options, this.signal)
      if (!this.jsonEnabled())
        await this.announce(books, (shown) => liveBooksView(shown, process.stdout.isTTY ? newest : []))
      this.exitWith('done')
    })
  }
}
