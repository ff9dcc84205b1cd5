import { pollingSource } from '../../arb/feed-source.ts'
import { PollingFeed } from '../../arb/polling-feed.ts'
import { type RunReport, runArb } from '../../arb/run.ts'
import type { LegOrder } from '../../arb/trade-opportunity.ts'
import { parseMoney, parseQuantity } from '../../domain/amounts.ts'
import { pairName, venueIds } from '../../domain/market.ts'
import { type Decision, defaultPolicy, type Policy } from '../../domain/pair-plan.ts'
import type { Trading } from '../../engine/trading.ts'
import type { Levels, SandboxControl } from '../rehearsal/sandbox-control.ts'
import { marketOf } from './drill-markets.ts'

/** How a drill has the loop trade. */
export interface LoopManner {
  readonly policy: Policy['kind']
  readonly order: LegOrder
}

const [firstId, secondId] = [marketOf(venueIds[0]), marketOf(venueIds[1])]
/** By then every match is final, or taken back. */
const settledMs = 60_000
/** Between two rounds of reading both books, ms. */
const pollEveryMs = 50

/**
 * One trade of the loop of which the second leg fills short: most of what it was to buy goes to somebody else between the
 * look and the order, so that the rest of the first leg has to be mended. Then what was matched becomes final.
 */
export async function tradeShort(trading: Trading, control: SandboxControl, manner: LoopManner): Promise<void> {
  await setBooks(control, '40')
  await runLoop(trading, manner, { afterReading: () => setBooks(control, '8') })
  await control.advance(settledMs)
  await runLoop(trading, manner, { maxTrades: 0 })
}

/** As `tradeShort`, and nobody hears what became of the first leg: the trade is frozen, and mended once that is found out. */
export async function tradeUnheard(trading: Trading, control: SandboxControl, manner: LoopManner): Promise<void> {
  await control.fault({ venue: venueIds[0], endpoint: 'place_order', times: 1, fault: 'drop_response' })
  await tradeShort(trading, control, manner)
}

/** Both legs fill, and the match of the second is taken back: the first one stands alone, long after the trade. */
export async function tradeReversed(trading: Trading, control: SandboxControl, manner: LoopManner): Promise<void> {
  await setBooks(control, '40')
  await control.fault({ venue: venueIds[1], endpoint: 'place_order', times: 1, fault: 'settlement_failed' })
  await runLoop(trading, manner, {})
  await control.advance(settledMs)
  await runLoop(trading, manner, { maxTrades: 0 })
}

/** As `tradeShort` with what is left over held for a person, who then decides that it is to be sold. */
export async function tradeHeld(trading: Trading, control: SandboxControl, manner: LoopManner): Promise<void> {
  await tradeShort(trading, control, manner)
  await runLoop(trading, manner, { maxTrades: 0, decision: 'unwind' })
}

/** The offers of both sides are gone before the orders arrive: the trade ends with nothing. */
export async function tradeMissed(trading: Trading, control: SandboxControl, manner: LoopManner): Promise<void> {
  await setBooks(control, '40')
  await runLoop(trading, manner, { afterReading: () => clearBooks(control) })
}

/**
 * A process that comes after one that died: it mends what that one left, trades on in books that pay, and looks after what
 * becomes of that. What was to be held is sold: a person has looked at it.
 */
export async function tradeOn(trading: Trading, control: SandboxControl, manner: LoopManner): Promise<RunReport> {
  await setBooks(control, '40')
  await runLoop(trading, manner, manner.policy === 'hold' ? { decision: 'unwind' } : {})
  await control.advance(settledMs)
  return runLoop(trading, manner, { maxTrades: 0 })
}

/**
 * YES costs 0.45 on the first venue, and is sold there at two prices that one attempt does not reach both of. So many bids
 * for YES at 0.60 on the second are as many offers of NO at 0.40.
 */
async function setBooks(control: SandboxControl, offered: string): Promise<void> {
  const ours: Levels = [
    ['0.43', '5'],
    ['0.40', '90'],
  ]
  const bids: Levels = [
    ['0.60', offered],
    ['0.59', '40'],
  ]
  await control.setBook(firstId, { bids: ours, asks: [['0.45', '40']] })
  await control.setBook(secondId, { bids, asks: [['0.70', '40']] })
}

async function clearBooks(control: SandboxControl): Promise<void> {
  await control.setBook(firstId, { bids: [['0.40', '90']], asks: [['0.70', '40']] })
  await control.setBook(secondId, { bids: [['0.30', '90']], asks: [['0.70', '40']] })
}

interface Running {
  afterReading?(): Promise<void>
  readonly maxTrades?: number
  readonly decision?: Decision
}

async function runLoop(
  trading: Trading,
  manner: LoopManner,
  { afterReading, maxTrades = 1, decision }: Running,
): Promise<RunReport> {
  const { clock } = trading.runtime
  const markets = [await trading.observe.market(firstId), await trading.observe.market(secondId)] as const
  const feed = new PollingFeed({ markets, read: (market, signal) => trading.observe.book(market, signal), clock })
  const source = pollingSource(feed, clock, pollEveryMs)
  const key = pairName([firstId, secondId])
  const provisionalMax = parseQuantity('100')
  const pairs = [{ key, markets, polarity: 'same' }] as const
  return runArb(trading, {
    pairs,
    source: {
      feed,
      next: async (signal) => {
        await source.next(signal)
        await afterReading?.()
      },
      wake: () => source.wake(),
    },
    // As much as the limits of the drill allow, and no more than the second book offers at its best price.
    wishes: { minEdge: parseMoney('0.05'), size: parseQuantity('20'), provisionalMax },
    policy: { ...defaultPolicy(trading.limits.maxSlippage), kind: manner.policy, provisionalMax },
    order: manner.order,
    maxTrades,
    ...(decision === undefined ? {} : { decision }),
    execution: 'send',
    once: true,
    approvedNow: () => Promise.resolve(pairs),
    announcements: 'heard',
    onEvent: () => undefined,
    signal: new AbortController().signal,
  })
}
