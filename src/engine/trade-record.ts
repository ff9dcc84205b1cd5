import { formatAmount, type Money, type Quantity, subtractQuantity, ZERO_QUANTITY } from '../domain/amounts.ts'
import type { MarketId } from '../domain/market.ts'
import type { Order } from '../domain/order.ts'
import { judgePair, type Legs, type PairState } from '../domain/pair.ts'
import { realizedEdge, totalFees } from '../domain/pair-result.ts'
import type { ArbTrade } from '../store/events.ts'

/** What a two-leg trade set out to do. */
export interface TradeTerms {
  readonly id: string
  /** Dollars, as a decimal string. */
  readonly edgeExpected: string
  readonly legs: readonly [LegTerms, LegTerms]
}

export interface LegTerms {
  readonly orderId: string
  readonly market: MarketId
}

/** How far it has come. */
interface Progress {
  readonly legs: Legs
  readonly unwinds: readonly Order[]
  readonly state: PairState
}

/** The record of a trade before anything is known of its legs. */
export function openedTrade(terms: TradeTerms): ArbTrade {
  return {
    id: terms.id,
    status: 'open',
    legs: terms.legs.map((leg) => ({ ...leg, filledQuantity: null })),
    unwindOrderIds: [],
    edgeExpected: terms.edgeExpected,
    edgeRealized: null,
    imbalance: null,
    fees: null,
  }
}

/** The record of a trade as its orders stand. What is not known is null, never zero. */
export function tradeRecord(terms: TradeTerms, legs: Legs, unwinds: readonly Order[]): ArbTrade {
  const progress: Progress = { legs, unwinds, state: judgePair(legs) }
  const frozen = progress.state.kind === 'frozen'
  const filled = (index: 0 | 1): string | null => (frozen ? null : formatAmount(legs[index].filledQuantity))
  return {
    id: terms.id,
    status: statusOf(progress),
    legs: [
      { ...terms.legs[0], filledQuantity: filled(0) },
      { ...terms.legs[1], filledQuantity: filled(1) },
    ],
    unwindOrderIds: unwinds.map((order) => order.intent.id),
    edgeExpected: terms.edgeExpected,
    edgeRealized: amountOrNull(edgeOf(progress)),
    imbalance: amountOrNull(imbalanceOf(progress)),
    fees: amountOrNull(totalFees([...legs, ...unwinds])),
  }
}

function statusOf(progress: Progress): ArbTrade['status'] {
  switch (progress.state.kind) {
    case 'none':
      return 'failed'
    case 'balanced':
      return 'balanced'
    case 'frozen':
      return 'frozen'
    case 'imbalanced':
      if (progress.unwinds.some((order) => order.status === 'unknown')) return 'frozen'
      return imbalanceOf(progress) === ZERO_QUANTITY ? 'unwound' : 'imbalanced'
  }
}

function imbalanceOf({ state, unwinds }: Progress): Quantity | null {
  if (state.kind === 'frozen' || unwinds.some((order) => order.status === 'unknown')) return null
  if (state.kind !== 'imbalanced') return ZERO_QUANTITY
  return unwinds.reduce((left, order) => subtractQuantity(left, order.filledQuantity), state.excess)
}

function edgeOf(progress: Progress): Money | null {
  const { legs, unwinds, state } = progress
  // What is still held without its other half has no settled value yet.
  if (state.kind === 'frozen' || imbalanceOf(progress) !== ZERO_QUANTITY) return null
  return realizedEdge(legs, unwinds, state.kind === 'none' ? ZERO_QUANTITY : state.pairs)
}

function amountOrNull(amount: Money | Quantity | null): string | null {
  return amount === null ? null : formatAmount(amount)
}
