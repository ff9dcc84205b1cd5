import {
  addMoney,
  addQuantity,
  averagePrice,
  cost,
  minQuantity,
  type Money,
  type Price,
  type Quantity,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './amounts.ts'
import type { Fill } from './fill.ts'
import { venueOf } from './market.ts'
import { isOpen, type Order, type OrderIntent, type OrderReport, type OrderStatus } from './order.ts'

/** What can happen to an order. */
export type OrderEvent =
  | { readonly kind: 'submitted'; readonly venueOrderId: string | null }
  | { readonly kind: 'denied'; readonly reason: string }
  /** Certain: the bytes never reached the venue, or the venue refused. */
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'reported'; readonly report: OrderReport }
  | { readonly kind: 'filled'; readonly fill: Fill }
  /** A provisional fill became final or failed. */
  | { readonly kind: 'fill_settled'; readonly fill: Fill }

/**
 * Statuses that may follow each status. An ended order changes only when the venue proves more: a fill found later
 * (`cancelled` with more filled), never back to life.
 */
const successors: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  denied: [],
  submitted: ['resting', 'filled', 'partially_filled', 'cancelled', 'expired', 'rejected', 'unknown'],
  resting: ['resting', 'filled', 'partially_filled', 'cancelled', 'expired', 'unknown'],
  unknown: ['unknown', 'resting', 'filled', 'partially_filled', 'cancelled', 'expired', 'rejected'],
  filled: ['filled'],
  partially_filled: ['partially_filled', 'filled'],
  cancelled: ['cancelled', 'partially_filled', 'filled'],
  expired: ['expired', 'partially_filled', 'filled'],
  rejected: [],
}

export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition'
  constructor(
    readonly orderId: string,
    readonly from: OrderStatus,
    readonly to: OrderStatus,
  ) {
    super(`order ${orderId} cannot go from ${from} to ${to}`)
  }
}

export function canFollow(from: OrderStatus, to: OrderStatus): boolean {
  return successors[from].includes(to)
}

/** An order at the moment its intent becomes durable. */
export function submittedOrder(intent: OrderIntent, venueOrderId: string | null, at: string): Order {
  return {
    intent,
    venue: venueOf(intent.market),
    venueOrderId,
    status: 'submitted',
    filledQuantity: ZERO_QUANTITY,
    bookedQuantity: ZERO_QUANTITY,
    provisionalQuantity: ZERO_QUANTITY,
    remainingQuantity: intent.quantity,
    averagePrice: null,
    fees: ZERO_MONEY,
    fillIds: [],
    reason: null,
    createdAt: at,
    updatedAt: at,
  }
}

export function deniedOrder(intent: OrderIntent, reason: string, at: string): Order {
  return { ...submittedOrder(intent, null, at), status: 'denied', remainingQuantity: ZERO_QUANTITY, reason }
}

/**
 * The order after an event.
 * @throws IllegalTransition when the event cannot happen to an order in this status: a sign of two orders mixed up.
 */
export function applyOrderEvent(order: Order, event: OrderEvent, at: string): Order {
  switch (event.kind) {
    case 'submitted':
      return { ...order, venueOrderId: event.venueOrderId ?? order.venueOrderId, updatedAt: at }
    case 'denied':
      return { ...order, status: 'denied', remainingQuantity: ZERO_QUANTITY, reason: event.reason, updatedAt: at }
    case 'rejected':
      return { ...moveTo(order, 'rejected', at), remainingQuantity: ZERO_QUANTITY, reason: event.reason }
    case 'unknown':
      return { ...moveTo(order, 'unknown', at), remainingQuantity: null, reason: event.reason }
    case 'reported':
      return applyReport(order, event.report, at)
    case 'filled':
      return applyFillToOrder(order, event.fill, at)
    case 'fill_settled':
      return settleFillOfOrder(order, event.fill, at)
  }
}

function moveTo(order: Order, status: OrderStatus, at: string): Order {
  if (!canFollow(order.status, status)) throw new IllegalTransition(order.intent.id, order.status, status)
  return { ...order, status, updatedAt: at }
}

function applyReport(order: Order, report: OrderReport, at: string): Order {
  if (report.status === 'unknown') {
    return isOpen(order.status)
      ? { ...moveTo(order, 'unknown', at), venueOrderId: report.venueOrderId, remainingQuantity: null }
      : order
  }
  // Reads lag behind writes: a report that knows less than we do must not take fills away or revive an ended order.
  if (report.filledQuantity < order.filledQuantity || (!isOpen(order.status) && report.status === 'resting')) {
    return { ...order, venueOrderId: order.venueOrderId ?? report.venueOrderId, updatedAt: at }
  }
  const status = order.status === 'filled' ? 'filled' : report.status
  const moved = isOpen(order.status) || canFollow(order.status, status) ? moveTo(order, status, at) : order
  return {
    ...moved,
    venueOrderId: report.venueOrderId,
    filledQuantity: report.filledQuantity,
    provisionalQuantity: report.provisional
      ? report.filledQuantity
      : minQuantity(order.provisionalQuantity, report.filledQuantity),
    remainingQuantity:
      status === 'resting'
        ? (report.remainingQuantity ?? subtractQuantity(order.intent.quantity, report.filledQuantity))
        : ZERO_QUANTITY,
    averagePrice: report.averagePrice ?? order.averagePrice,
    fees: report.fees ?? (report.filledQuantity > order.filledQuantity ? null : order.fees),
    reason: null,
  }
}

/**
 * Books one execution. Reports give totals and fills give parts, so a fill raises the total only where it exceeds what
 * was already reported.
 */
function applyFillToOrder(order: Order, fill: Fill, at: string): Order {
  if (order.fillIds.includes(fill.id) || fill.finality === 'failed') return order
  const bookedQuantity = addQuantity(order.bookedQuantity, fill.quantity)
  const news = bookedQuantity > order.filledQuantity
  const filledQuantity = news ? bookedQuantity : order.filledQuantity
  const booked: Order = {
    ...order,
    fillIds: [...order.fillIds, fill.id],
    bookedQuantity,
    filledQuantity,
    provisionalQuantity:
      fill.finality === 'provisional' && news
        ? addQuantity(order.provisionalQuantity, fill.quantity)
        : order.provisionalQuantity,
    updatedAt: at,
  }
  if (!news) return booked
  const remaining = order.remainingQuantity
  return {
    ...booked,
    status: statusAfterFill(order, filledQuantity),
    remainingQuantity: remaining === null ? null : subtractQuantity(remaining, minQuantity(remaining, fill.quantity)),
  }
}

/** A fill ends a resting order only when nothing is left; it never settles an unknown order, whose rest may be live. */
function statusAfterFill(order: Order, filledQuantity: Quantity): OrderStatus {
  if (filledQuantity >= order.intent.quantity && canFollow(order.status, 'filled')) return 'filled'
  return order.status
}

function settleFillOfOrder(order: Order, fill: Fill, at: string): Order {
  const settled = minQuantity(order.provisionalQuantity, fill.quantity)
  const provisionalQuantity = subtractQuantity(order.provisionalQuantity, settled)
  if (fill.finality !== 'failed') return { ...order, provisionalQuantity, updatedAt: at }
  const less = (quantity: Quantity): Quantity => subtractQuantity(quantity, minQuantity(quantity, fill.quantity))
  return {
    ...order,
    provisionalQuantity,
    filledQuantity: less(order.filledQuantity),
    bookedQuantity: less(order.bookedQuantity),
    updatedAt: at,
  }
}

/** Total and average of the executions of one order, for cross-checking what the venue reported. */
export function sumFills(fills: readonly Fill[]): {
  readonly quantity: Quantity
  readonly averagePrice: Price | null
  readonly fees: Money | null
} {
  const live = fills.filter((fill) => fill.finality !== 'failed')
  const quantity = addQuantity(...live.map((fill) => fill.quantity))
  const total = addMoney(...live.map((fill) => cost(fill.price, fill.quantity, 'up')))
  const fees = live.reduce<Money | null>(
    (sum, fill) => (sum === null || fill.fee === null ? null : addMoney(sum, fill.fee)),
    ZERO_MONEY,
  )
  return { quantity, averagePrice: averagePrice(total, quantity, 'up'), fees }
}
