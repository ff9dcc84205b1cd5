import type { Opportunity } from '../../src/arb/opportunity.ts'
import { runArb } from '../../src/arb/run.ts'
import { wishesOf } from '../../src/cli/arb/arb-flags.ts'
import { runArbSession } from '../../src/cli/arb/run-session.ts'
import { agreeing } from '../../src/cli/consent/prompt.ts'
import { switchOn } from '../../src/cli/halt/kill-switch.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { parseRate, type Quantity } from '../../src/domain/amounts.ts'
import { venueIds } from '../../src/domain/market.ts'
import type { Decision } from '../../src/domain/pair-plan.ts'
import { approvePair, readPair } from '../../src/engine/markets/pairs.ts'
import { syncMarkets } from '../../src/engine/markets/sync-markets.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { ApproveStep, ArbStep } from './plan-arb.ts'
import { simulatedPairs } from './simulated-markets.ts'
import { wordingsIn } from './venues.ts'

/** What a person had before them when they approved a pair: the wordings of the rules, by the symbols of the markets. */
export interface ReadTexts {
  readonly hash: string
  readonly wordings: ReadonlyMap<string, number>
}

export interface Hands {
  readonly session: Session
  readonly clock: Clock
  onWarning(message: string): void
  onApproving(texts: ReadTexts): void
  /** A loop begins. Returns the session as it is to have it: where it hears by sockets, they are watched. */
  onLoop(books: ArbStep['books']): Session
  onLoopEnds(): void
  /** The loop is about to trade. */
  onTrading(tradeId: string, found: Opportunity): void
  /** The loop takes the approval of a pair for lapsed. */
  onLapsed(pair: string): void
  /** Others take so much of each order that rests, and from now on some reads lag. */
  onWatching(quantity: Quantity): void
}

/** How much further each attempt to mend may go: so that the worst of a trade is less than all of it. */
const rung = parseRate('0.04')

export async function approve({ pair }: ApproveStep, { session, onApproving }: Hands): Promise<string> {
  const { trading, catalogue } = session
  const { markets, polarity } = simulatedPairs[pair === 0 ? 0 : 1]
  const synced = await syncMarkets(trading, catalogue, { venues: venueIds, onProgress: () => undefined })
  const failed = synced.flatMap(({ error }) => error?.code ?? [])
  const read = await readPair(catalogue, markets)
  onApproving({ hash: read.hash, wordings: wordingsIn(read.markets.map(({ rules }) => rules).join(' ')) })
  await approvePair(trading, read, { polarity, by: 'somebody' })
  return failed.length === 0 ? 'approved' : `approved by an older catalogue: ${failed.join(' ')}`
}

/**
 * Mends what the trades of dead processes hold in excess, as `arb run` does before it looks at a book, or as a person has
 * decided. Trading was switched on again.
 */
export async function mendAll({ session, clock, onWarning }: Hands, decision: Decision | null): Promise<string> {
  const { settings, trading } = session
  await switchOn({ settings, clock, onWarning })
  const wishes = wishesOf({ 'min-edge': '0.01', size: '5', policy: 'unwind', 'max-provisional': '100' }, rung)
  const { mended } = await runArb(trading, {
    pairs: [],
    source: {
      feed: { book: () => null, onChange: () => () => undefined },
      next: () => Promise.resolve(),
      wake: () => undefined,
    },
    wishes,
    policy: wishes.policy,
    ...(decision === null ? {} : { decision }),
    order: 'together',
    maxTrades: null,
    once: true,
    execution: 'send',
    approvedNow: () => Promise.resolve([]),
    announcements: 'heard',
    onEvent: () => undefined,
    signal: new AbortController().signal,
  })
  return mended.map(({ id, status }) => `${id} ${status}`).join(' ') || 'nothing'
}

/** `arb run`, until it has traded as often as was wanted or somebody ends it. */
export async function runLoop(step: ArbStep, hands: Hands): Promise<string> {
  const { clock, onWarning } = hands
  const { policy, order, books, once, maxTrades, size, runForMs } = step
  const ending = new AbortController()
  const ended = new AbortController()
  clock.sleep(runForMs, ended.signal).then(() => ending.abort())
  const wishes = wishesOf({ 'min-edge': '0.01', size, policy, 'max-provisional': '100' }, rung)
  try {
    const report = await runArbSession(hands.onLoop(books), {
      wishes,
      order,
      books,
      once,
      maxTrades,
      dryRun: false,
      only: [],
      prompter: agreeing,
      announce: () => undefined,
      onEvent: (event) => {
        if (event.kind === 'lapsed') hands.onLapsed(event.pair.key)
        if (event.kind === 'trading') hands.onTrading(event.tradeId, event.found)
      },
      onProblem: onWarning,
      signal: ending.signal,
    })
    const { trades, mended, open, leftOut } = report
    return `${trades.length} trades, ${mended.length} mended, ${open.length} open, ${leftOut.length} left out`
  } finally {
    ended.abort()
    hands.onLoopEnds()
  }
}
