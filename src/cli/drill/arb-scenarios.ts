import { pollingSource } from '../../arb/feed-source.ts'
import { PollingFeed } from '../../arb/polling-feed.ts'
import { type RunReport, runArb } from '../../arb/run.ts'
import type { LegOrder } from '../../arb/trade-opportunity.ts'
import { parseMoney, parseQuantity } from '../../domain/amounts.ts'
import { pairName, venueIds } from '../../domain/market.ts'
import { defaultPolicy, type Policy } from '../../domain/pair-plan.ts'
import type { Trading } from '../../engine/trading.ts'
import type { Levels, SandboxControl } from '../rehearsal/sandbox-control.ts'
import { marketOf } from './drill-markets.ts'

/** How a drill has the loop trade. */
export interface LoopManner {
  readonly policy: Policy['kind']
  readonly order: LegOrder
}

const [firstId, secondId] = [marketOf(venueIds[0]), marketOf(venueIds[1])]
/** Between two rounds of reading both books, ms. */
const pollEveryMs = 50

/**
 * One trade of the loop of which the second leg fills short: most of what it was to buy goes to somebody else between the
 * look and the order, so that the rest of the first leg has to be mended.
 */
export async function tradeShort(trading: Trading, control: SandboxControl, manner: LoopManner): Promise<void> {
  await setBooks(control, '40')
  await runLoop(trading, manner, () => setBooks(control, '8'))
}

/** A process that comes after one that died: it mends what that one left, and trades on in books that pay. */
export async function tradeOn(trading: Trading, control: SandboxControl, manner: LoopManner): Promise<RunReport> {
  await setBooks(control, '40')
  return runLoop(trading, manner, () => Promise.resolve())
}

/** YES costs 0.45 on the first venue. So many bids for YES at 0.60 on the second are as many offers of NO at 0.40. */
async function setBooks(control: SandboxControl, offered: string): Promise<void> {
  const bids: Levels = [
    ['0.60', offered],
    ['0.59', '40'],
  ]
  await control.setBook(firstId, { bids: [['0.43', '90']], asks: [['0.45', '40']] })
  await control.setBook(secondId, { bids, asks: [['0.70', '40']] })
}

async function runLoop(trading: Trading, manner: LoopManner, afterReading: () => Promise<void>): Promise<RunReport> {
  const { clock } = trading.runtime
  const markets = [await trading.observe.market(firstId), await trading.observe.market(secondId)] as const
  const feed = new PollingFeed({ markets, read: (market, signal) => trading.observe.book(market, signal), clock })
  const source = pollingSource(feed, clock, pollEveryMs)
  const key = pairName([firstId, secondId])
  const provisionalMax = parseQuantity('100')
  return runArb(trading, {
    pairs: [{ key, markets, polarity: 'same' }],
    source: {
      feed,
      next: async (signal) => {
        await source.next(signal)
        await afterReading()
      },
      wake: () => source.wake(),
    },
    // As much as the limits of the drill allow, and no more than the second book offers at its best price.
    wishes: { minEdge: parseMoney('0.05'), size: parseQuantity('20'), provisionalMax },
    policy: { ...defaultPolicy(trading.limits.maxSlippage), kind: manner.policy, provisionalMax },
    order: manner.order,
    maxTrades: 1,
    execution: 'send',
    once: true,
    approvedNow: () => Promise.resolve(new Set([key])),
    onEvent: () => undefined,
    signal: new AbortController().signal,
  })
}
