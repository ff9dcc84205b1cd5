import { formatAmount, type Money, type Quantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import type { Order } from '../../domain/order.ts'
import { isProvisional, judgePair, type Legs, type PairState } from '../../domain/pair.ts'
import { realizedEdge, totalFees } from '../../domain/pair-result.ts'
import type { ArbLeg, ArbTrade } from '../../store/events.ts'

/** What a two-leg trade set out to do. Amounts are decimal strings of dollars. */
export interface TradeTerms extends Pick<ArbTrade, 'id' | 'edgeExpected' | 'pair' | 'policy' | 'worstLossExpected'> {
  readonly legs: readonly [LegTerms, LegTerms]
}

export type LegTerms = Omit<ArbLeg, 'filledQuantity'>

/** The orders that mended a trade. */
export interface Mending {
  readonly unwinds: readonly Order[]
  readonly completions: readonly Order[]
}

export const unmended: Mending = { unwinds: [], completions: [] }

/** The record of a trade before anything is known of its legs. */
export function openedTrade(terms: TradeTerms): ArbTrade {
  return {
    ...terms,
    status: 'open',
    legs: terms.legs.map((leg) => ({ ...leg, filledQuantity: null })),
    unwindOrderIds: [],
    edgeRealized: null,
    imbalance: null,
    fees: null,
  }
}

/** The terms that a record was opened with. Null for a record without two legs, which no version has written. */
export function termsOf(trade: ArbTrade): TradeTerms | null {
  const [first, second] = trade.legs
  if (first === undefined || second === undefined) return null
  const { id, edgeExpected, pair, policy, worstLossExpected } = trade
  const leg = ({ filledQuantity: _filled, ...leg }: ArbLeg): LegTerms => leg
  return {
    id,
    edgeExpected,
    legs: [leg(first), leg(second)],
    ...(pair === undefined ? {} : { pair }),
    ...(policy === undefined ? {} : { policy }),
    ...(worstLossExpected === undefined ? {} : { worstLossExpected }),
  }
}

/**
 * The record of a trade as its orders stand. What is not known is null, never zero. A trade that stands as it should has
 * not ended while a fill of it can be reversed: it stays open, and marked, until every one is final.
 */
export function tradeRecord(terms: TradeTerms, legs: Legs, { unwinds, completions }: Mending): ArbTrade {
  const others = [...unwinds, ...completions]
  const state = judgePair(legs, others)
  const provisional = state.kind === 'balanced' && isProvisional([...legs, ...others])
  const known = judgePair(legs).kind !== 'frozen'
  const filled = (index: 0 | 1): string | null => (known ? formatAmount(legs[index].filledQuantity) : null)
  return {
    ...terms,
    status: provisional ? 'open' : statusOf(state, unwinds),
    legs: [
      { ...terms.legs[0], filledQuantity: filled(0) },
      { ...terms.legs[1], filledQuantity: filled(1) },
    ],
    unwindOrderIds: unwinds.map((order) => order.intent.id),
    ...(completions.length === 0 ? {} : { completionOrderIds: completions.map((order) => order.intent.id) }),
    edgeRealized: amountOrNull(provisional ? null : edgeOf(state, legs, others)),
    imbalance: amountOrNull(imbalanceOf(state)),
    fees: amountOrNull(totalFees([...legs, ...others])),
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
  switch (state.kind) {
    case 'frozen':
      return null
    case 'imbalanced':
      return state.excess
    case 'balanced':
      return state.lone
    case 'none':
      return ZERO_QUANTITY
  }
}

/** What is still held without its other half has no settled value yet. */
function edgeOf(state: PairState, legs: Legs, others: readonly Order[]): Money | null {
  if (state.kind === 'frozen' || state.kind === 'imbalanced') return null
  return realizedEdge(legs, others, state.kind === 'none' ? ZERO_QUANTITY : state.pairs)
}

function amountOrNull(amount: Money | Quantity | null): string | null {
  return amount === null ? null : formatAmount(amount)
}

/** The word for a trade: one that waits for its fills to become final says so. */
export function tradeWord({ status, provisional }: ArbTrade): ArbTrade['status'] | 'provisional' {
  return provisional === true ? 'provisional' : status
}
