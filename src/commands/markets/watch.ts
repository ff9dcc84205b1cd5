import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { parseDuration } from '../../cli/flags/durations.ts'
import { parseMarketFlag } from '../../cli/flags/order-flags.ts'
import { watchMarkets } from '../../cli/markets/watch.ts'
import { exampleMarket } from '../../cli/sandbox/example-markets.ts'
import { liveBooksView } from '../../cli/views/live-books.ts'

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
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(MarketsWatch)
    const markets = argv.map((text) => parseMarketFlag(String(text), 'MARKET'))
    const forMs = flags.for === undefined ? null : parseDuration(flags.for, '--for')
    await this.withSession(flags, { needs: 'venues' }, async (session) => {
      const options = {
        markets,
        forMs,
        onChange: (book: object) => this.announceJson(book),
        onRound: (books: Parameters<typeof liveBooksView>[0]) => this.redraw(books, liveBooksView),
        onProblem: (message: string) => this.warning(message),
      }
      const books = await watchMarkets(session, options, this.signal)
      if (!this.jsonEnabled()) await this.announce(books, liveBooksView)
      this.exitWith('done')
    })
  }
}
