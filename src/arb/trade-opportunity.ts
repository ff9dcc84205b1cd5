import {
  addMoney,
  type Money,
  moneyOf,
  negateMoney,
  parseMoney,
  type Quantity,
  subtractMoney,
  ZERO_MONEY,
} from '../domain/amounts.ts'
import type { OrderIntent } from '../domain/order.ts'
import type { Level } from '../domain/order-book.ts'
import { bookOf, type OrderBook } from '../domain/order-book.ts'
import type { PairPlan, Policy } from '../domain/pair-plan.ts'
import { reservingTrades, unsettledLoss } from '../domain/unsettled-loss.ts'
import type { OrderRequest } from '../engine/requests.ts'
import type { Trading } from '../engine/trading.ts'
import { isoTime } from '../runtime/clock.ts'
import type { TradeOrder } from './execute-pair.ts'
import type { LegPlan, Opportunity } from './opportunity.ts'
import type { ArbBook, ArbFeed } from './ports.ts'
import { type WorstLoss, worstLoss } from './worst-loss.ts'

export type LegOrder = 'together' | 'thinner-first'

/** What a trade risks if one of its legs fails, by the books as they are. */
export function riskOf(found: Opportunity, feed: ArbFeed, policy: Policy): WorstLoss {
  const [first, second] = found.legs.map((leg) => ({ ...leg, bids: bidsFor(feed, leg) }))
  if (first === undefined || second === undefined) throw new Error('an opportunity has two legs')
  return worstLoss([first, second], policy)
}

/** Dollars that may be lost today before nothing new is opened. Null: no limit. */
export function lossLeft({ limits, ledger, runtime }: Trading): Money | null {
  const { maxDailyLoss } = limits
  if (maxDailyLoss === null) return null
  const { today, openTrades, openOrders, positions } = ledger.state
  const isToday = today.day === isoTime(runtime.clock.nowMs()).slice(0, 10)
  const lost = negateMoney(moneyOf(isToday ? today.realized : 0n))
  const reserved = [...openTrades.values()].map(({ worstLossExpected }) =>
    worstLossExpected === undefined ? ZERO_MONEY : parseMoney(worstLossExpected),
  )
  const unsettled = unsettledLoss(openOrders.values(), {
    positions,
    reserving: reservingTrades(openTrades.values()),
    nets: () => true,
  })
  const left = subtractMoney(maxDailyLoss, addMoney(lost, unsettled, ...reserved))
  return left > 0n ? left : ZERO_MONEY
}

/** The size at which a trade risks no more than so many dollars, if its risk grows with its size. */
export function sizeWithin(found: Opportunity, worst: Money, allowed: Money): Quantity {
  return worst <= allowed ? found.pairs : (((found.pairs * allowed) / worst) as Quantity)
}

/** The orders that an opportunity means, with the books that it was found in. */
export function orderOf(
  trading: Trading,
  found: Opportunity,
  feed: ArbFeed,
  how: { readonly tradeId: string; readonly policy: Policy; readonly order: LegOrder; readonly worst: Money },
): TradeOrder {
  const { tradeId, policy, order, worst } = how
  const [first, second] = found.legs.map((leg) => requestOf(trading, leg, feed, tradeId))
  if (first === undefined || second === undefined) throw new Error('an opportunity has two legs')
  const plan: PairPlan = {
    policy,
    order: order === 'together' ? 'together' : thinnerOf(found, feed),
    worstLoss: worst,
    pair: found.pair.key,
  }
  return { requests: [first, second], edgeExpected: found.edge, tradeId, plan }
}

function requestOf(trading: Trading, leg: LegPlan, feed: ArbFeed, tradeId: string): OrderRequest {
  const { ids } = trading.runtime
  const intent: OrderIntent = {
    id: ids.short('o'),
    clientOrderId: ids.uuid(),
    market: leg.market.id,
    outcome: leg.outcome,
    side: 'buy',
    quantity: leg.quantity,
    price: leg.limit,
    timeInForce: 'ioc',
    expiresAt: null,
    postOnly: false,
    reduceOnly: false,
    purpose: { kind: 'arb_leg', tradeId },
    createdAtMs: trading.observe.orderTimeMs(),
  }
  const book = copyOf(bookIn(feed, leg), trading)
  // The ladder as the feed last heard it: a market's own is as old as its last read.
  const market = { ...leg.market, ladder: bookIn(feed, leg).ladder }
  return { intent, market, book, allowDuplicate: true }
}

/** The book as it is now: the feed changes its own in place. */
function copyOf({ market, bids, asks, at }: ArbBook, { runtime }: Trading): OrderBook {
  const { clock } = runtime
  const ageMs = at === null ? Number.POSITIVE_INFINITY : clock.monotonicMs() - at
  return { market, bids: bids.map(copyLevel), asks: asks.map(copyLevel), capturedAtMs: clock.nowMs() - ageMs }
}

function copyLevel({ price, quantity }: Level): Level {
  return { price, quantity }
}

function bookIn(feed: ArbFeed, { market }: LegPlan): ArbBook {
  const book = feed.book(market.id)
  if (book === null) throw new Error(`an opportunity was found in ${market.id}, which is not watched`)
  return book
}

function own(feed: ArbFeed, leg: LegPlan): OrderBook {
  const { market, bids, asks } = bookIn(feed, leg)
  return bookOf({ market, bids, asks, capturedAtMs: 0 }, leg.outcome)
}

function bidsFor(feed: ArbFeed, leg: LegPlan): readonly Level[] {
  return own(feed, leg).bids.map(copyLevel)
}

/** The leg of which less is on offer within its limit: the likelier one to fill short. */
function thinnerOf({ legs }: Opportunity, feed: ArbFeed): 0 | 1 {
  const [first, second] = legs.map((leg) =>
    own(feed, leg)
      .asks.filter(({ price }) => price <= leg.limit)
      .reduce((sum, { quantity }) => sum + quantity, 0n),
  )
  return (first ?? 0n) <= (second ?? 0n) ? 0 : 1
}
