import { Flags } from '@oclif/core'
import { orderFlag, wishesOf, wishFlags } from '../../cli/arb/arb-flags.ts'
import { bookSources } from '../../cli/arb/book-source.ts'
import { LiveTable } from '../../cli/arb/live-table.ts'
import { runArbSession } from '../../cli/arb/run-session.ts'
import { boardWatcher, lineWatcher, type Watcher } from '../../cli/arb/watch.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { exampleMarket } from '../../cli/example-markets.ts'
import { arbRunReason } from '../../cli/exit-codes.ts'
import type { ArbRunJson } from '../../cli/json/arb-json.ts'
import { arbRunView } from '../../cli/views/arb.ts'
import { count } from '../../cli/views/document.ts'

export default class ArbRun extends BaseCommand {
  static override description = 'trade approved pairs on both venues while they pay more than they cost'

  static override examples = [
    { description: 'one look, and at most one trade', command: '<%= config.bin %> arb run --once' },
    {
      description: 'check and sign what would be sent',
      command: `<%= config.bin %> arb run --once --dry-run --market ${exampleMarket.kalshi}`,
    },
    {
      description: 'three trades of at most 20 pairs that keep two cents each',
      command: '<%= config.bin %> arb run --once --max-trades 3 --size 20 --min-edge 0.02 --policy complete',
    },
  ]

  static override flags = {
    ...wishFlags,
    order: orderFlag,
    once: Flags.boolean({ default: false, description: 'one look at every pair, and at most one trade' }),
    'max-trades': Flags.integer({ min: 1, description: 'end after this many trades' }),
    books: Flags.option({ options: bookSources })({
      default: 'sockets' as const,
      description: 'follow the books by the sockets of the venues, or read them again and again',
    }),
    'dry-run': Flags.boolean({ default: false, description: 'check and sign the orders: nothing is sent' }),
  }

  async run(): Promise<ArbRunJson> {
    const { flags } = await this.parse(ArbRun)
    const dryRun = flags['dry-run']
    return this.withSession(flags, { needs: 'venues', dryRun }, async (session) => {
      const { settings, trading } = session
      const watcher = this.watcher(flags.quiet)
      const report = await runArbSession(session, {
        wishes: wishesOf(flags, trading.limits.maxSlippage),
        order: flags.order,
        books: flags.books,
        once: flags.once,
        maxTrades: flags['max-trades'] ?? null,
        dryRun,
        only: flags.market ?? [],
        prompter: this.prompter(flags, settings, dryRun),
        announce: (pairs, leftOut) => {
          this.narrate(`${settings.environment}: ${count(pairs.length, 'approved pair')}${dryRun ? ', dry run' : ''}`)
          for (const { pair, reason } of leftOut) this.warning(`${pair} is not traded: ${reason}.`)
          watcher.start(pairs.length)
        },
        onEvent: (event) => watcher.hear(event, trading.runtime.clock.nowMs()),
        onProblem: (message) => this.warning(message),
        signal: this.signal,
      })
      await watcher.end()
      return this.show(report, arbRunView, arbRunReason(report))
    })
  }

  private watcher(quiet: boolean): Watcher {
    return process.stderr.isTTY && !quiet
      ? boardWatcher(new LiveTable(process.stderr))
      : lineWatcher((line) => this.narrate(line))
  }
}
