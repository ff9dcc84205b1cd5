import { formatAmount, type Money, type Quantity, subtractQuantity, ZERO_QUANTITY } from '../domain/amounts.ts'
import type { Order } from '../domain/order.ts'
import type { PlaceOutcome } from '../engine/place-order.ts'
import { placeTogether } from '../engine/place-order.ts'
import type { OrderRequest } from '../engine/plan-order.ts'
import type { Trading } from '../engine/trading.ts'
import type { ArbTrade } from '../store/events.ts'
import { judgePair, type Legs, type PairState } from './legs.ts'
import { realizedEdge, totalFees } from './result.ts'
import { unwindExcess } from './unwind.ts'

export interface PairOutcome {
  readonly trade: ArbTrade
  readonly legs: readonly [PlaceOutcome, PlaceOutcome]
  readonly unwinds: readonly Order[]
}

/** Everything about a trade that is settled so far, from which its record is made. */
interface Progress {
  readonly legs: Legs
  readonly unwinds: readonly Order[]
  readonly state: PairState
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
  const operation = { op: 'place_pair', requests, edgeExpected: formatAmount(edgeExpected), tradeId } as const
  return trading.operations.run(operation, async () => {
    const opened = recordOf(tradeId, edgeExpected, requests, null)
    await trading.ledger.append({ type: 'trade.opened', trade: opened })
    const [first, second] = await placeTogether(trading, requests, signal)
    if (first === undefined || second === undefined) throw new Error('a pair needs two outcomes')
    const legs: Legs = [first.order, second.order]
    recordAvailability(trading, legs)
    const state = judgePair(legs)
    const unwinds = state.kind === 'imbalanced' ? await unwindExcess(trading, requests, state, tradeId, signal) : []
    const trade = recordOf(tradeId, edgeExpected, requests, { legs, unwinds, state })
    await trading.ledger.append({ type: 'trade.updated', trade })
    return { trade, legs: [first, second], unwinds }
  })
}

/** The two-leg breaker counts trades that a venue's unavailability broke, not refusals. */
function recordAvailability(trading: Trading, legs: Legs): void {
  const broken = legs.some((leg) => leg.status === 'unknown' || leg.status === 'submitted')
  trading.breakers.recordTwoLeg(broken ? 'unavailable' : 'available')
}

function recordOf(
  id: string,
  edgeExpected: Money,
  requests: readonly [OrderRequest, OrderRequest],
  progress: Progress | null,
): ArbTrade {
  const filled = (index: 0 | 1): string | null =>
    progress === null || progress.state.kind === 'frozen' ? null : formatAmount(progress.legs[index].filledQuantity)
  const leg = (index: 0 | 1): ArbTrade['legs'][number] => ({
    orderId: requests[index].intent.id,
    market: requests[index].intent.market,
    filledQuantity: filled(index),
  })
  const unwinds = progress?.unwinds ?? []
  return {
    id,
    status: progress === null ? 'open' : statusOf(progress),
    legs: [leg(0), leg(1)],
    unwindOrderIds: unwinds.map((order) => order.intent.id),
    edgeExpected: formatAmount(edgeExpected),
    edgeRealized: progress === null ? null : amountOrNull(edgeOf(progress)),
    imbalance: progress === null ? null : amountOrNull(imbalanceOf(progress)),
    fees: progress === null ? null : amountOrNull(totalFees([...progress.legs, ...unwinds])),
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
