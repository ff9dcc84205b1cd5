import { join } from 'node:path'
import type { FeedSource } from '../../arb/feed-source.ts'
import { type ArbEvent, type RunOptions, runArb } from '../../arb/run.ts'
import type { LegOrder } from '../../arb/trade-opportunity.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { makeDirectory } from '../../store/files.ts'
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
    if (error instanceof ToolkitError && error.code === 'LEDGER_BUSY') throw alreadyRunning(error)
    throw error
  })
}

function alreadyRunning(cause: ToolkitError): ToolkitError {
  const { pid = '?', host = '?' } = cause.facts
  return new ToolkitError({
    code: 'ARB_RUNNING',
    category: 'usage',
    message: `Process ${pid} on ${host} trades the pairs of this data directory already. Nothing was sent.`,
    facts: cause.facts,
    suggestions: [`End process ${pid} first, with SIGINT: it settles what it has under way.`],
    cause,
  })
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
  const isAgreed = pairs.length === 0 || (await options.prompter.confirm('Trade these pairs?', signal))
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
      order: options.order,
      maxTrades: options.maxTrades,
      once: options.once,
      execution: dryRun ? 'sign' : 'send',
      approvedAtMs,
      approvedNow: async () => {
        await trading.ledger.refresh()
        const now = await pairsToTrade(session, options.only, signal)
        return new Set(now.pairs.map(({ key }) => key))
      },
      onEvent: options.onEvent,
      signal,
    }
  }
}
