import { formatAmount, type Money } from '../domain/amounts.ts'
import type { Order } from '../domain/order.ts'
import { judgePair, type Legs } from '../domain/pair.ts'
import { type PlaceOutcome, placeTogether } from '../engine/place-order.ts'
import type { OrderRequest } from '../engine/plan-order.ts'
import { type LegTerms, openedTrade, type TradeTerms, tradeRecord } from '../engine/trade-record.ts'
import type { Trading } from '../engine/trading.ts'
import type { ArbTrade } from '../store/events.ts'
import { unwindExcess } from './unwind.ts'

export interface PairOutcome {
  readonly trade: ArbTrade
  readonly legs: readonly [PlaceOutcome, PlaceOutcome]
  readonly unwinds: readonly Order[]
}

/**
 * Sends both legs at once and sells what one leg bought in excess of the other. A leg whose outcome is not known freezes
 * the trade: nothing is unwound on a guess, `reconcile` settles it first.
 */
export function executePair(
  trading: Trading,
  requests: readonly [OrderRequest, OrderRequest],
  edgeExpected: Money,
  tradeId: string,
  signal?: AbortSignal,
): Promise<PairOutcome> {
  const terms: TradeTerms = {
    id: tradeId,
    edgeExpected: formatAmount(edgeExpected),
    legs: [legTerms(requests[0]), legTerms(requests[1])],
  }
  const operation = { op: 'place_pair', requests, edgeExpected: terms.edgeExpected, tradeId } as const
  return trading.operations.run(operation, async () => {
    await trading.ledger.append({ type: 'trade.opened', trade: openedTrade(terms) })
    const [first, second] = await placeTogether(trading, requests, signal)
    if (first === undefined || second === undefined) throw new Error('a pair needs two outcomes')
    const legs: Legs = [first.order, second.order]
    recordAvailability(trading, [first, second])
    const state = judgePair(legs)
    const unwinds = state.kind === 'imbalanced' ? await unwindExcess(trading, requests, state, tradeId, signal) : []
    const trade = tradeRecord(terms, legs, unwinds)
    await trading.ledger.append({ type: 'trade.updated', trade })
    return { trade, legs: [first, second], unwinds }
  })
}

function legTerms({ intent }: OrderRequest): LegTerms {
  return { orderId: intent.id, market: intent.market }
}

/**
 * The two-leg breaker counts trades that a venue's unavailability broke, not refusals. A trade of which no leg went out
 * says nothing about the venues: it must neither end a trial nor a row of failures.
 */
function recordAvailability(trading: Trading, legs: readonly PlaceOutcome[]): void {
  const broken = legs.some(({ order }) => order.status === 'unknown' || order.status === 'submitted')
  const answered = legs.every(({ answer }) => answer === 'accepted' || answer === 'rejected' || answer === 'duplicate')
  if (broken || answered) trading.breakers.recordTwoLeg(broken ? 'unavailable' : 'available')
}
