import { parseMoney, parsePrice } from '../domain/amounts.ts'
import type { Order } from '../domain/order.ts'
import { judgePair } from '../domain/pair.ts'
import type { Policy } from '../domain/pair-plan.ts'
import { recordTrade } from '../engine/trades/record-trade.ts'
import { findLegs, findMending } from '../engine/trades/settle-trades.ts'
import { type LegTerms, type TradeTerms, termsOf, tradeRecord } from '../engine/trades/trade-record.ts'
import type { Trading } from '../engine/trading.ts'
import type { ArbTrade } from '../store/events.ts'
import { type LegMarket, mendTrade } from './mend.ts'
import type { Step } from './next-step.ts'

export interface MendedLater {
  readonly trade: ArbTrade
  readonly rest: Step
}

/** How a trade is mended at a later time than it was begun. */
export interface LaterMending {
  readonly policy: Policy
  /**
   * `entry`: no further than the rungs from the prices at which it was begun, and the trade loses no more than was said before
   * its first order. `now`: a person has decided that it is to be mended at what the books give.
   */
  readonly prices: 'entry' | 'now'
  /** Tells the ids of these attempts from those of an earlier time. */
  readonly round: string
}

/**
 * Mends a trade that was left with one side larger than the other: by a process that died, or by a fill that came late or was
 * taken back. Null when there is nothing to mend.
 * @throws VenueError when its markets cannot be read. Nothing was ordered then.
 */
export function mendLater(
  trading: Trading,
  tradeId: string,
  { policy, prices, round }: LaterMending,
  signal?: AbortSignal,
): Promise<MendedLater | null> {
  const operation = { op: 'mend_trade', trade: tradeId, policy, round, prices } as const
  return trading.operations.run(operation, async () => {
    const { openTrades } = await trading.ledger.refresh()
    const trade = openTrades.get(tradeId)
    const terms = trade === undefined ? null : termsOf(trade)
    if (trade === undefined || terms === null) return null
    const legs = await findLegs(trading, terms)
    if (legs === null) return null
    const before = await findMending(trading, trade)
    if (judgePair(legs, [...before.unwinds, ...before.completions]).kind !== 'imbalanced') return null
    const markets = [
      await legMarket(trading, legs[0], entryOf(terms.legs[0], legs[0], prices), signal),
      await legMarket(trading, legs[1], entryOf(terms.legs[1], legs[1], prices), signal),
    ] as const
    const bounds = await whatIsKnown(trading, terms, policy)
    const said = prices === 'entry' ? terms.worstLossExpected : undefined
    const worst = said === undefined ? null : parseMoney(said)
    const hand = { terms, legs, mending: before, markets, policy: bounds, worst, round }
    const { mending, rest } = await mendTrade(trading, hand, signal)
    const record = tradeRecord(terms, legs, mending)
    await recordTrade(trading, { type: 'trade.updated', trade: record })
    return { trade: record, rest }
  })
}

/** Older records do not say which outcome a leg was to buy that was never begun: nothing is bought of it then. */
async function whatIsKnown(trading: Trading, { legs }: TradeTerms, policy: Policy): Promise<Policy> {
  const begun = await Promise.all(
    legs.map(
      async ({ orderId, outcome }) => outcome !== undefined || (await trading.ledger.findOrder(orderId)) !== null,
    ),
  )
  return policy.kind === 'complete' && begun.includes(false) ? { ...policy, kind: 'unwind' } : policy
}

/** The limit of a leg is in its order too; what was bid for it when it was begun is in the record alone. */
function entryOf({ limit, bid }: LegTerms, { intent }: Order, prices: LaterMending['prices']): LegMarket['entry'] {
  if (prices === 'now') return null
  return {
    bid: bid === undefined ? null : parsePrice(bid),
    limit: limit === undefined ? intent.price : parsePrice(limit),
  }
}

async function legMarket(
  trading: Trading,
  { intent }: Order,
  entry: LegMarket['entry'],
  signal?: AbortSignal,
): Promise<LegMarket> {
  const market = await trading.observe.market(intent.market, signal)
  return { market, outcome: intent.outcome, entry }
}
