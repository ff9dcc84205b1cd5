import { formatAmount, type Money, type Quantity, ZERO_QUANTITY } from '../domain/amounts.ts'
import type { MarketId } from '../domain/market.ts'
import type { Order } from '../domain/order.ts'
import { isProvisional, judgePair, type Legs, type PairState } from '../domain/pair.ts'
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

/**
 * The record of a trade as its orders stand. What is not known is null, never zero. A trade that stands as it should has
 * not ended while a fill of it can be reversed: it stays open, and marked, until every one is final.
 */
export function tradeRecord(terms: TradeTerms, legs: Legs, unwinds: readonly Order[]): ArbTrade {
  const state = judgePair(legs, unwinds)
  const provisional = state.kind === 'balanced' && isProvisional([...legs, ...unwinds])
  const known = judgePair(legs).kind !== 'frozen'
  const filled = (index: 0 | 1): string | null => (known ? formatAmount(legs[index].filledQuantity) : null)
  return {
    id: terms.id,
    status: provisional ? 'open' : statusOf(state, unwinds),
    legs: [
      { ...terms.legs[0], filledQuantity: filled(0) },
      { ...terms.legs[1], filledQuantity: filled(1) },
    ],
    unwindOrderIds: unwinds.map((order) => order.intent.id),
    edgeExpected: terms.edgeExpected,
    edgeRealized: amountOrNull(provisional ? null : edgeOf(state, legs, unwinds)),
    imbalance: amountOrNull(imbalanceOf(state)),
    fees: amountOrNull(totalFees([...legs, ...unwinds])),
    ...(provisional ? { provisional } : {}),
  }
}

function statusOf(state: PairState, unwinds: readonly Order[]): ArbTrade['status'] {
  switch (state.kind) {
    case 'none':
      return 'failed'
    case 'balanced':
      return unwinds.some((order) => order.filledQuantity > 0n) ? 'unwound' : 'balanced'
    case 'frozen':
    case 'imbalanced':
      return state.kind
  }
}

function imbalanceOf(state: PairState): Quantity | null {
  if (state.kind === 'frozen') return null
  return state.kind === 'imbalanced' ? state.excess : ZERO_QUANTITY
}

/** What is still held without its other half has no settled value yet. */
function edgeOf(state: PairState, legs: Legs, unwinds: readonly Order[]): Money | null {
  if (state.kind === 'frozen' || state.kind === 'imbalanced') return null
  return realizedEdge(legs, unwinds, state.kind === 'none' ? ZERO_QUANTITY : state.pairs)
}

function amountOrNull(amount: Money | Quantity | null): string | null {
  return amount === null ? null : formatAmount(amount)
}

/** The word for a trade: one that waits for its fills to become final says so. */
export function tradeWord({ status, provisional }: ArbTrade): ArbTrade['status'] | 'provisional' {
  return provisional === true ? 'provisional' : status
}
