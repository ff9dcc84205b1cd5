import { Flags } from '@oclif/core'
import type { LegOrder } from '../../arb/trade-opportunity.ts'
import { orderFlag, type ParsedWishFlags, wishesOf, wishFlags } from '../../cli/arb/arb-flags.ts'
import { bookSources } from '../../cli/arb/book-source.ts'
import { LiveTable } from '../../cli/arb/live-table.ts'
import { runArbSession } from '../../cli/arb/run-session.ts'
import { boardWatcher, lineWatcher, type Watcher } from '../../cli/arb/watch.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { arbRunReason } from '../../cli/exit-codes.ts'
import type { ParsedGlobalFlags } from '../../cli/flags/global-flags.ts'
import type { ArbRunJson } from '../../cli/json/arb-json.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { exampleMarket } from '../../cli/sandbox/example-markets.ts'
import { arbRunView } from '../../cli/views/arb.ts'
import { count } from '../../cli/views/document.ts'
import { decisions } from '../../domain/pair-plan.ts'

type PaperFlags = ParsedGlobalFlags &
  ParsedWishFlags & {
    readonly order: LegOrder
    readonly once: boolean
    readonly latency: number
    readonly 'max-trades': number | undefined
    readonly market: readonly string[] | undefined
    readonly pair: readonly string[] | undefined
  }

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
    mend: Flags.option({ options: decisions })({
      exclusive: ['dry-run', 'from-recording'],
      description:
        'your decision on earlier trades of which one side is larger than the other, also those that hold: sell the excess, or buy what is missing, at what the books give now',
    }),
    order: orderFlag,
    once: Flags.boolean({ default: false, description: 'one look at every pair, and at most one trade' }),
    'max-trades': Flags.integer({ min: 1, description: 'end after this many trades' }),
    books: Flags.option({ options: bookSources })({
      default: 'sockets' as const,
      description: 'follow the books by the sockets of the venues, or read them again and again',
    }),
    'dry-run': Flags.boolean({ default: false, description: 'check and sign the orders: nothing is sent' }),
    'from-recording': Flags.string({
      helpValue: 'SESSION',
      exclusive: ['dry-run'],
      description: 'try it on paper, on the books of this recording and its own clock: nothing leaves this process',
    }),
    pair: Flags.string({
      multiple: true,
      helpValue: 'FIRST,SECOND[,inverted]',
      dependsOn: ['from-recording'],
      description: 'on paper: these two markets instead of the approved pairs; may be repeated',
    }),
    latency: Flags.integer({
      min: 0,
      default: 200,
      helpValue: 'MS',
      description: 'on paper: from a decision until its orders meet the books',
    }),
  }

  async run(): Promise<ArbRunJson> {
    const { flags } = await this.parse(ArbRun)
    const dryRun = flags['dry-run']
    const from = flags['from-recording']
    if (from !== undefined) return this.onPaper(from, flags)
    return this.withSession(flags, { needs: 'venues', dryRun }, async (session) => {
      const { settings, trading } = session
      const watcher = this.watcher(flags.quiet)
      const report = await runArbSession(session, {
        wishes: wishesOf(flags, trading.limits.maxSlippage),
        ...(flags.mend === undefined ? {} : { decision: flags.mend }),
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

  /** The journal is read for approved pairs, and not written. */
  private onPaper(from: string, flags: PaperFlags): Promise<ArbRunJson> {
    return this.withSession(flags, { needs: 'store', dryRun: true }, async (session) => {
      const { runFromRecording } = await import('../../cli/arb/run-recording.ts')
      const watcher = lineWatcher((line) => this.narrate(line))
      const report = await runFromRecording(session, {
        from,
        captureDir: recordingsDir(session.settings),
        wishes: wishesOf(flags, session.settings.limits.maxSlippage),
        order: flags.order,
        once: flags.once,
        maxTrades: flags['max-trades'] ?? null,
        only: flags.market ?? [],
        named: flags.pair ?? [],
        latencyMs: flags.latency,
        announce: (pairs, leftOut) => {
          this.narrate(`on paper: ${count(pairs.length, 'pair')} on the tape of ${from}`)
          for (const { pair, reason } of leftOut) this.warning(`${pair} is not tried: ${reason}.`)
        },
        onEvent: (event, nowMs) => watcher.hear(event, nowMs),
        onProblem: (message) => this.warning(message),
        signal: this.signal,
      })
      return this.show(report, arbRunView)
    })
  }

  private watcher(quiet: boolean): Watcher {
    return process.stderr.isTTY && !quiet
      ? boardWatcher(new LiveTable(process.stderr))
      : lineWatcher((line) => this.narrate(line))
  }
}
