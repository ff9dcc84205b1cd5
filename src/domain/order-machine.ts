import { provenByFill, withAmendAnswered, withAmendAsked } from './amend.ts'
import { addQuantity, type Quantity, subtractQuantity, ZERO_MONEY, ZERO_QUANTITY } from './amounts.ts'
import type { Fill } from './fill.ts'
import { venueOf } from './market.ts'
import {
  type AmendOutcome,
  isOpen,
  type Order,
  type OrderIntent,
  type OrderReport,
  type OrderStatus,
  type OrderTerms,
} from './order.ts'
import { applyFillToOrder, quantityLeft, settleFillOfOrder, statusAfterFill } from './order-fills.ts'
import { canFollow, IllegalTransition } from './order-states.ts'

/** What can happen to an order. */
export type OrderEvent =
  | { readonly kind: 'submitted'; readonly venueOrderId: string | null }
  | { readonly kind: 'denied'; readonly reason: string }
  /** The bytes never reached the venue, or the venue refused. `isPresumed`: concluded from its absence. */
  | { readonly kind: 'rejected'; readonly reason: string; readonly isPresumed?: boolean }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'reported'; readonly report: OrderReport }
  | { readonly kind: 'filled'; readonly fill: Fill }
  /** A provisional fill became final or failed. */
  | { readonly kind: 'fill_settled'; readonly fill: Fill }
  | { readonly kind: 'amend_requested'; readonly terms: OrderTerms }
  | { readonly kind: 'amend_answered'; readonly outcome: AmendOutcome }

/** An order at the moment its intent becomes durable. */
export function submittedOrder(intent: OrderIntent, venueOrderId: string | null, at: string): Order {
  return {
    intent,
    firstTerms: null,
    pendingAmend: null,
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
    provisionalFillIds: [],
    reversedFillIds: [],
    reversedQuantity: ZERO_QUANTITY,
    bookedCost: ZERO_MONEY,
    bookedFees: ZERO_MONEY,
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
  const after = applyEvent(order, event, at)
  // The terms of an order that has ended do not matter any more.
  return after.pendingAmend === null || isOpen(after.status) ? after : { ...after, pendingAmend: null }
}

function applyEvent(order: Order, event: OrderEvent, at: string): Order {
  switch (event.kind) {
    case 'submitted':
      if (order.status !== 'submitted') throw new IllegalTransition(order.intent.id, order.status, 'submitted')
      return { ...order, venueOrderId: event.venueOrderId ?? order.venueOrderId, updatedAt: at }
    case 'denied':
      return { ...moveTo(order, 'denied', at), remainingQuantity: ZERO_QUANTITY, reason: event.reason }
    case 'rejected':
      return applyRejection(order, event, at)
    case 'unknown':
      return { ...moveTo(order, 'unknown', at), remainingQuantity: null, fees: null, reason: event.reason }
    case 'reported':
      return applyReport(provenByFill(reappeared(order), event.report.filledQuantity), event.report, at)
    case 'filled':
      return applyFillToOrder(
        provenByFill(reappeared(order), addQuantity(order.bookedQuantity, event.fill.quantity)),
        event.fill,
        at,
      )
    case 'fill_settled':
      return settleFillOfOrder(order, event.fill, at)
    case 'amend_requested': {
      const asked = withAmendAsked(order, event.terms, at)
      if (asked === null) throw new IllegalTransition(order.intent.id, order.status, 'resting')
      return asked
    }
    case 'amend_answered':
      return withAmendAnswered(order, event.outcome, at)
  }
}

function moveTo(order: Order, status: OrderStatus, at: string): Order {
  if (!canFollow(order.status, status)) throw new IllegalTransition(order.intent.id, order.status, status)
  return { ...order, status, updatedAt: at }
}

/** An execution proves that the order existed: evidence of its absence is then worth nothing, and the rest may be live. */
function applyRejection(
  order: Order,
  { reason, isPresumed = false }: Extract<OrderEvent, { kind: 'rejected' }>,
  at: string,
): Order {
  if (isOpen(order.status) && order.filledQuantity > 0n) return { ...order, updatedAt: at }
  const rejected: Order = {
    ...moveTo(order, 'rejected', at),
    remainingQuantity: ZERO_QUANTITY,
    fees: ZERO_MONEY,
    reason,
  }
  return isPresumed ? { ...rejected, presumedAbsent: true } : rejected
}

/** The venue tells of an order that was called absent: it was wrong to, however old the news is, and what is left of it may be live. */
function reappeared(order: Order): Order {
  if (order.status !== 'rejected' || order.presumedAbsent !== true) return order
  const { presumedAbsent: _was, ...rest } = order
  return { ...rest, status: 'unknown', remainingQuantity: null, fees: null }
}

function applyReport(order: Order, told: OrderReport, at: string): Order {
  if (order.status === 'denied') throw new IllegalTransition(order.intent.id, order.status, told.status)
  const report = withoutReversed(order, told)
  const status = reportedStatus(order, report)
  if (status === 'unknown') return applyUnclearReport(order, report, at)
  // Reads lag behind writes: a report that knows less than we do must not take fills away or revive an ended order.
  if (report.filledQuantity < order.filledQuantity || (!isOpen(order.status) && status === 'resting')) {
    return { ...order, venueOrderId: order.venueOrderId ?? report.venueOrderId, updatedAt: at }
  }
  const moved = isOpen(order.status) || canFollow(order.status, status) ? moveTo(order, status, at) : order
  return {
    ...moved,
    venueOrderId: report.venueOrderId,
    ...filledByReport(order, report),
    remainingQuantity:
      status === 'resting'
        ? (report.remainingQuantity ?? quantityLeft(order.intent.quantity, matchedBy(told)))
        : ZERO_QUANTITY,
    reason: null,
  }
}

/** What the venue ever matched: it does not put what it took back on offer again. */
function matchedBy(report: OrderReport): Quantity {
  return addQuantity(report.filledQuantity, report.reversedQuantity ?? ZERO_QUANTITY)
}

/**
 * The report without the fills that this order knows to be taken back. Whoever made the report may have known of fewer of
 * them, or of more: those are taken off when their fills are told.
 */
function withoutReversed(order: Order, report: OrderReport): OrderReport {
  const filledQuantity = quantityLeft(matchedBy(report), order.reversedQuantity)
  if (filledQuantity === report.filledQuantity) return report
  const status =
    report.status === 'filled' && filledQuantity < order.intent.quantity ? 'partially_filled' : report.status
  return { ...report, status, filledQuantity, averagePrice: null, fees: null }
}

/** What the venue's word for an order amounts to, once it is held against the quantity that it reports. */
function reportedStatus(order: Order, report: OrderReport): OrderStatus {
  const { status, filledQuantity } = report
  if (order.status === 'filled' && status !== 'unknown') return 'filled'
  switch (status) {
    case 'resting':
    case 'unknown':
      return status
    case 'filled':
      return filledQuantity > 0n ? 'filled' : 'unknown'
    case 'partially_filled':
    case 'cancelled':
    case 'expired':
    case 'rejected':
      if (filledQuantity >= order.intent.quantity) return 'filled'
      if (filledQuantity > 0n) return 'partially_filled'
      if (status === 'partially_filled') return 'cancelled'
      // The venue had it in the book, so this is no refusal: it dropped the order later, e.g. for want of balance.
      return status === 'rejected' && order.status === 'resting' ? 'cancelled' : status
  }
}

/** The venue knows the order but not how it stands. Fills that it does report are kept. */
function applyUnclearReport(order: Order, report: OrderReport, at: string): Order {
  const grown = report.filledQuantity > order.filledQuantity
  const kept = grown ? { ...order, ...filledByReport(order, report) } : order
  if (!isOpen(order.status)) {
    return grown ? { ...kept, status: statusAfterFill(order, report.filledQuantity), updatedAt: at } : order
  }
  const { venueOrderId, fees } = report
  return { ...moveTo(kept, 'unknown', at), venueOrderId, remainingQuantity: null, fees }
}

type Filled = Pick<Order, 'filledQuantity' | 'provisionalQuantity' | 'averagePrice' | 'fees'>

/** The totals after a report of at least as much as was known. Booked fills say it better once they cover everything. */
function filledByReport(order: Order, report: OrderReport): Filled {
  const { filledQuantity } = report
  const growth = subtractQuantity(filledQuantity, order.filledQuantity)
  const provisionalQuantity = report.provisional
    ? addQuantity(order.provisionalQuantity, growth)
    : order.provisionalQuantity
  const known = growth === 0n
  const covered = order.bookedQuantity > 0n && order.bookedQuantity >= filledQuantity
  const reportedAverage = report.averagePrice ?? (known ? order.averagePrice : null)
  const reportedFees = report.fees ?? (filledQuantity === 0n ? ZERO_MONEY : known ? order.fees : null)
  return {
    filledQuantity,
    provisionalQuantity,
    averagePrice: covered ? order.averagePrice : reportedAverage,
    fees: covered ? (order.fees ?? reportedFees) : reportedFees,
  }
}
