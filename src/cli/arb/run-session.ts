import { join } from 'node:path'
import type { ArbEvent } from '../../arb/arb-event.ts'
import type { FeedSource } from '../../arb/feed-source.ts'
import { type RunOptions, runArb } from '../../arb/run.ts'
import type { LegOrder } from '../../arb/trade-opportunity.ts'
import { ToolkitError } from '../../domain/errors.ts'
import type { Decision } from '../../domain/pair-plan.ts'
import { makeDirectory } from '../../store/files.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { withLock } from '../../store/lock.ts'
import { requireAccount } from '../config/usable-venues.ts'
import { declined, type Prompter } from '../consent/prompt.ts'
import { type ArbRunJson, arbRunJson } from '../json/arb-json.ts'
import type { Session } from '../session/session.ts'
import type { Wishes } from './arb-flags.ts'
import { type bookSources, openBooks } from './book-source.ts'
import { pairsToTrade } from './pairs-to-trade.ts'

export interface ArbRunOptions {
  readonly wishes: Wishes
  /** What is to be done with what earlier trades hold without its other half. Left out: what each began with. */
  readonly decision?: Decision
  readonly order: LegOrder
  readonly books: (typeof bookSources)[number]
  readonly once: boolean
  readonly maxTrades: number | null
  readonly dryRun: boolean
  /** Markets whose pairs alone are traded. Empty: all. */
  readonly only: readonly string[]
  readonly prompter: Prompter
  /** What is about to be traded, before anyone is asked. */
  announce(pairs: readonly string[], leftOut: ArbRunJson['leftOut']): void
  onEvent(event: ArbEvent): void
  onProblem(message: string): void
  readonly signal: AbortSignal
}

/**
 * Trades the approved pairs until told to stop. One process of a data directory at a time: another one would take what this
 * one has under way for something left behind, and mend it.
 * @throws ToolkitError `ARB_RUNNING` when another process trades, `ORDERS_UNSETTLED`, (declined).
 */
export async function runArbSession(session: Session, options: ArbRunOptions): Promise<ArbRunJson> {
  const { settings } = session
  await makeDirectory(settings.dataDir)
  if (options.dryRun) return trade(session, options)
  const lock = join(settings.dataDir, `arb-${settings.environment}.lock`)
  return withLock(lock, () => trade(session, options), 0).catch((error: unknown) => {
    throw alreadyRunning(error, lock) ?? error
  })
}

/**
 * That another process trades, when its lock is what stood in the way. Null for any other failure, the journal's own lock
 * among them: then orders may have been sent. A lock that names nobody says so itself.
 */
export function alreadyRunning(cause: unknown, lock: string): ToolkitError | null {
  if (!(cause instanceof ToolkitError) || cause.code !== 'LEDGER_BUSY' || cause.facts.lock !== lock) return null
  const { pid, host = '?' } = cause.facts
  if (pid === undefined) return null
  return new ToolkitError({
    code: 'ARB_RUNNING',
    category: 'usage',
    message: `Process ${pid} on ${host} trades the pairs of this data directory already. Nothing was sent.`,
    facts: cause.facts,
    suggestions: [`End process ${pid} first, with SIGINT: it settles what it has under way.`],
    cause,
  })
}

/** Null when there is nothing to agree to. */
function questionFor(pairs: number, { openTrades }: LedgerState, decision: Decision | undefined): string | null {
  const left = [...openTrades.values()].filter(({ status }) => status === 'imbalanced')
  if (decision === undefined || left.length === 0) return pairs === 0 ? null : 'Trade these pairs?'
  const what = decision === 'unwind' ? 'Sell' : 'Buy the other half of'
  const held = left.map(({ id, imbalance }) => `${imbalance ?? 'an unknown number of'} contracts of ${id}`).join(', ')
  return `${what} ${held} at what the books give${pairs === 0 ? '' : ', and trade these pairs'}?`
}

async function trade(session: Session, options: ArbRunOptions): Promise<ArbRunJson> {
  const { trading, settings } = session
  const { signal, wishes, dryRun } = options
  // Whoever is asked may think for as long as they like, while texts change.
  const approvedAtMs = trading.runtime.clock.monotonicMs()
  const { pairs, leftOut } = await pairsToTrade(session, options.only, signal)
  for (const venue of new Set(pairs.flatMap(({ markets }) => markets.map((market) => market.venue)))) {
    requireAccount(settings, venue)
  }
  options.announce(
    pairs.map(({ key }) => key),
    leftOut,
  )
  const question = questionFor(pairs.length, await trading.ledger.refresh(), options.decision)
  const isAgreed = question === null || (await options.prompter.confirm(question, signal))
  if (!isAgreed) throw declined('the pairs were not confirmed.')
  const about = { pairs: pairs.length, leftOut, nowMs: trading.runtime.clock.nowMs() }
  const books = await openBooks(session, pairs, options.books, options.onProblem)
  try {
    return arbRunJson(await runArb(trading, runOptions(books.source)), about)
  } finally {
    await books[Symbol.asyncDispose]()
  }

  function runOptions(source: FeedSource): RunOptions {
    return {
      pairs,
      source,
      wishes,
      policy: wishes.policy,
      ...(options.decision === undefined ? {} : { decision: options.decision }),
      order: options.order,
      maxTrades: options.maxTrades,
      once: options.once,
      execution: dryRun ? 'sign' : 'send',
      approvedAtMs,
      approvedNow: async () => {
        await trading.ledger.refresh()
        const now = await pairsToTrade(session, options.only, signal)
        return now.pairs
      },
      announcements: 'asked',
      onEvent: options.onEvent,
      signal,
    }
  }
}
