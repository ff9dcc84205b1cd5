import type { Order } from '../domain/order.ts'
import { judgePair } from '../domain/pair.ts'
import type { Policy } from '../domain/pair-plan.ts'
import { findLegs, findMending } from '../engine/settle-trades.ts'
import { type TradeTerms, termsOf, tradeRecord } from '../engine/trade-record.ts'
import type { Trading } from '../engine/trading.ts'
import type { ArbTrade } from '../store/events.ts'
import { type LegMarket, mendTrade } from './mend.ts'
import type { Step } from './next-step.ts'

export interface MendedLater {
  readonly trade: ArbTrade
  readonly rest: Step
}

/**
 * Mends a trade that was left with one side larger than the other: by a process that died, or by a fill that came late or was
 * taken back. Prices are taken as they are now, since those of its entry are gone. Null when there is nothing to mend.
 * @throws VenueError when its markets cannot be read. Nothing was ordered then.
 */
export function mendLater(
  trading: Trading,
  tradeId: string,
  policy: Policy,
  round: string,
  signal?: AbortSignal,
): Promise<MendedLater | null> {
  return trading.operations.run({ op: 'mend_trade', trade: tradeId, policy, round }, async () => {
    const { openTrades } = await trading.ledger.refresh()
    const trade = openTrades.get(tradeId)
    const terms = trade === undefined ? null : termsOf(trade)
    if (trade === undefined || terms === null) return null
    const legs = await findLegs(trading, terms)
    if (legs === null) return null
    const before = await findMending(trading, trade)
    if (judgePair(legs, [...before.unwinds, ...before.completions]).kind !== 'imbalanced') return null
    const markets = [await legMarket(trading, legs[0], signal), await legMarket(trading, legs[1], signal)] as const
    const bounds = await whatIsKnown(trading, terms, policy)
    const hand = { terms, legs, mending: before, markets, policy: bounds, round }
    const { mending, rest } = await mendTrade(trading, hand, signal)
    const record = tradeRecord(terms, legs, mending)
    await trading.ledger.append({ type: 'trade.updated', trade: record })
    return { trade: record, rest }
  })
}

/** The record of a trade does not say which outcome a leg was to buy that was never begun, so nothing is bought of it. */
async function whatIsKnown(trading: Trading, { legs }: TradeTerms, policy: Policy): Promise<Policy> {
  const begun = await Promise.all(legs.map(({ orderId }) => trading.ledger.findOrder(orderId)))
  return policy.kind === 'complete' && begun.includes(null) ? { ...policy, kind: 'unwind' } : policy
}

async function legMarket(trading: Trading, { intent }: Order, signal?: AbortSignal): Promise<LegMarket> {
  const market = await trading.observe.market(intent.market, signal)
  return { market, outcome: intent.outcome, entry: null }
}
