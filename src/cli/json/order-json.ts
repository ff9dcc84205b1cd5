import { formatAmount } from '../../domain/amounts.ts'
import type { FeeDrift } from '../../domain/fee-drift.ts'
import type { Fill } from '../../domain/fill.ts'
import type { Order, OrderTerms } from '../../domain/order.ts'
import type { AmendOutcome } from '../../engine/amend/amend-order.ts'
import type { CancelAllOutcome } from '../../engine/cancel/cancel-all.ts'
import type { EachCancelOutcome } from '../../engine/cancel/cancel-each.ts'
import type { CancelOutcome } from '../../engine/cancel/cancel-order.ts'
import type { PlaceOutcome } from '../../engine/place/place-order.ts'
import type { ResendOutcome } from '../../engine/place/resend-order.ts'
import type { OrderStatusReport } from '../../engine/settle/order-status.ts'
import type { Denial } from '../../safeguards/denials.ts'
import type { ArbTrade } from '../../store/events.ts'
import { amountText } from './amount-text.ts'
import { type WaitingTradeJson, waitingTradeJson } from './trade-json.ts'

/** One order, as every command prints it. */
export interface OrderJson {
  readonly id: string
  readonly clientOrderId: string
  readonly venueOrderId: string | null
  readonly venue: string
  readonly market: string
  readonly outcome: string
  readonly side: string
  readonly quantity: string
  readonly price: string
  readonly timeInForce: string
  readonly expiresAt: string | null
  /** Price and quantity that it was first sent with, once they were changed. */
  readonly firstTerms: { readonly price: string; readonly quantity: string } | null
  /** A change without a clear answer: the order may have these terms or the ones above. */
  readonly pendingAmend: { readonly price: string; readonly quantity: string; readonly askedAt: string } | null
  readonly status: string
  readonly filledQuantity: string
  /** The part of filledQuantity whose executions are in the journal, and so in the positions. */
  readonly bookedQuantity: string
  readonly provisionalQuantity: string
  /** Contracts that were matched and taken back by the venue: nothing moved for them, and they are in no other figure. */
  readonly reversedQuantity: string
  readonly remainingQuantity: string | null
  readonly averagePrice: string | null
  readonly fees: string | null
  /** Null while the venue charges what its schedule gives, as far as it tells. */
  readonly feeDrift: FeeDriftJson | null
  readonly reason: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

/** Dollars over all fills of an order. */
export interface FeeDriftJson {
  readonly charged: string
  readonly predicted: string
  /** What limits counted with. */
  readonly worst: string
  readonly series: string | null
  /** The schedule in words. */
  readonly schedule: string
}

export interface DenialJson {
  readonly code: string
  readonly message: string
  readonly value: string | null
  readonly limit: string | null
  readonly suggestion: string
}

export interface PlacementJson {
  readonly order: OrderJson
  readonly denials: readonly DenialJson[]
  /** Signed and kept back: the order is `submitted` in this result only, and nothing was sent or journalled. */
  readonly dryRun: boolean
  /** What was sent, or in a dry run would have been, without signatures. Null when nothing was prepared. */
  readonly preview: Readonly<Record<string, string>> | null
}

export interface CancellationJson {
  readonly order: OrderJson
  readonly outcome: string
  readonly message: string | null
  readonly cancelledQuantity: string | null
}

/** What became of one of several orders that were to be cancelled. */
export interface EachCancellationJson extends Omit<CancellationJson, 'order'> {
  /** Null for an order that was placed elsewhere. */
  readonly order: OrderJson | null
  readonly venueOrderId: string | null
  readonly market: string
}

export interface CancellationsJson {
  readonly cancellations: readonly EachCancellationJson[]
}

export interface AmendmentJson {
  readonly order: OrderJson
  readonly outcome: string
  readonly message: string | null
  readonly denials: readonly DenialJson[]
  /** Checked and kept back: nothing was sent or journalled. */
  readonly dryRun: boolean
  /** What was sent, or in a dry run would have been, without signatures. Null when nothing was prepared. */
  readonly preview: Readonly<Record<string, string>> | null
}

export interface CancelAllJson {
  readonly venues: readonly CancelAllOutcome[]
}

export interface FillJson {
  readonly id: string
  readonly outcome: string
  readonly side: string
  readonly quantity: string
  readonly price: string
  readonly fee: string | null
  /** `schedule`: computed, since the venue does not say. Null while the fee is not known. */
  readonly feeSource: 'venue' | 'schedule' | null
  readonly liquidity: string | null
  readonly finality: string
  readonly time: string
}

export interface OrderStatusJson {
  readonly order: OrderJson
  readonly fills: readonly FillJson[]
  readonly evidence: OrderStatusReport['evidence']
  /** The two-leg trade that it belongs to, while that waits for somebody. */
  readonly trade: WaitingTradeJson | null
}

export interface ResendJson {
  readonly order: OrderJson
  readonly denials: readonly DenialJson[]
  /** What the second attempt came to. Null when it was denied, so that nothing was sent. */
  readonly answer: string | null
}

export interface OrderListJson {
  readonly orders: readonly OrderJson[]
}

export function orderJson(order: Order): OrderJson {
  const { intent } = order
  return {
    id: intent.id,
    clientOrderId: intent.clientOrderId,
    venueOrderId: order.venueOrderId,
    venue: order.venue,
    market: intent.market,
    outcome: intent.outcome,
    side: intent.side,
    quantity: formatAmount(intent.quantity),
    price: formatAmount(intent.price),
    timeInForce: intent.timeInForce,
    expiresAt: intent.expiresAt,
    firstTerms: order.firstTerms === null ? null : termsJson(order.firstTerms),
    pendingAmend: pendingJson(order.pendingAmend),
    status: order.status,
    filledQuantity: formatAmount(order.filledQuantity),
    bookedQuantity: formatAmount(order.bookedQuantity),
    provisionalQuantity: formatAmount(order.provisionalQuantity),
    reversedQuantity: formatAmount(order.reversedQuantity),
    remainingQuantity: amountText(order.remainingQuantity),
    averagePrice: amountText(order.averagePrice),
    fees: amountText(order.fees),
    feeDrift: order.feeDrift === undefined ? null : feeDriftJson(order.feeDrift),
    reason: order.reason,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  }
}

export function feeDriftJson({ charged, predicted, worst, series, schedule }: FeeDrift): FeeDriftJson {
  return {
    charged: formatAmount(charged),
    predicted: formatAmount(predicted),
    worst: formatAmount(worst),
    series,
    schedule,
  }
}

function termsJson({ price, quantity }: OrderTerms): { readonly price: string; readonly quantity: string } {
  return { price: formatAmount(price), quantity: formatAmount(quantity) }
}

function pendingJson(pending: Order['pendingAmend']): OrderJson['pendingAmend'] {
  return pending === null ? null : { ...termsJson(pending), askedAt: pending.askedAt }
}

export function placementJson({ order, denials, preview }: PlaceOutcome, dryRun: boolean): PlacementJson {
  return { order: orderJson(order), denials: denials.map(denialJson), dryRun, preview }
}

export function resendJson({ order, denials, answer }: ResendOutcome): ResendJson {
  return { order: orderJson(order), denials: denials.map(denialJson), answer }
}

function denialJson({ code, message, value, limit, suggestion }: Denial): DenialJson {
  return { code, message, value, limit, suggestion }
}

export function cancellationJson(cancelled: CancelOutcome): CancellationJson {
  const { order, outcome, message, cancelledQuantity } = cancelled
  return { order: orderJson(order), outcome, message, cancelledQuantity: amountText(cancelledQuantity) }
}

export function cancellationsJson(cancelled: readonly EachCancelOutcome[]): CancellationsJson {
  const cancellations = cancelled.map(
    ({ order, venueOrderId, market, outcome, message, cancelledQuantity }): EachCancellationJson => ({
      order: order === null ? null : orderJson(order),
      venueOrderId,
      market,
      outcome,
      message,
      cancelledQuantity: amountText(cancelledQuantity),
    }),
  )
  return { cancellations }
}

export function amendmentJson(amended: AmendOutcome): AmendmentJson {
  const { order, outcome, message, denials, preview } = amended
  return {
    order: orderJson(order),
    outcome,
    message,
    denials: denials.map(denialJson),
    dryRun: outcome === 'withheld',
    preview,
  }
}

export function orderStatusJson(
  { order, fills, evidence }: OrderStatusReport,
  openTrades: ReadonlyMap<string, ArbTrade>,
): OrderStatusJson {
  const { purpose } = order.intent
  const trade = 'tradeId' in purpose ? openTrades.get(purpose.tradeId) : undefined
  return {
    order: orderJson(order),
    fills: fills.map(fillJson),
    evidence,
    trade: trade === undefined ? null : waitingTradeJson(trade),
  }
}

function fillJson(fill: Fill): FillJson {
  return {
    id: fill.id,
    outcome: fill.outcome,
    side: fill.side,
    quantity: formatAmount(fill.quantity),
    price: formatAmount(fill.price),
    fee: amountText(fill.fee),
    feeSource: fill.fee === null ? null : (fill.feeSource ?? 'venue'),
    liquidity: fill.liquidity,
    finality: fill.finality,
    time: fill.time,
  }
}

export function orderListJson(orders: readonly Order[]): OrderListJson {
  return { orders: orders.map(orderJson) }
}
