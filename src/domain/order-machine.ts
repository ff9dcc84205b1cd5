import {
  addMoney,
  addQuantity,
  averagePrice,
  cost,
  maxQuantity,
  minQuantity,
  type Quantity,
  type Rounding,
  subtractMoney,
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
 * (`cancelled` with more filled), never back to life. Outside the table, a fill that fails to settle takes a filled
 * order back to `partially_filled` or `cancelled`.
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
  rejected: ['partially_filled', 'filled'],
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
  switch (event.kind) {
    case 'submitted':
      if (order.status !== 'submitted') throw new IllegalTransition(order.intent.id, order.status, 'submitted')
      return { ...order, venueOrderId: event.venueOrderId ?? order.venueOrderId, updatedAt: at }
    case 'denied':
      return { ...moveTo(order, 'denied', at), remainingQuantity: ZERO_QUANTITY, reason: event.reason }
    case 'rejected':
      return applyRejection(order, event.reason, at)
    case 'unknown':
      return { ...moveTo(order, 'unknown', at), remainingQuantity: null, fees: null, reason: event.reason }
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

/** An execution proves that the order existed: evidence of its absence is then worth nothing, and the rest may be live. */
function applyRejection(order: Order, reason: string, at: string): Order {
  if (isOpen(order.status) && order.filledQuantity > 0n) return { ...order, updatedAt: at }
  return { ...moveTo(order, 'rejected', at), remainingQuantity: ZERO_QUANTITY, fees: ZERO_MONEY, reason }
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

/**
 * Books one execution. Reports give totals and fills give parts, so a fill raises the total only where it exceeds what
 * was already reported.
 */
function applyFillToOrder(order: Order, fill: Fill, at: string): Order {
  if (order.status === 'denied') throw new IllegalTransition(order.intent.id, order.status, 'partially_filled')
  if (fill.finality === 'failed') return settleFillOfOrder(order, fill, at)
  // A fill that was taken back stays so, however late its match is told again.
  if (order.fillIds.includes(fill.id) || order.reversedFillIds.includes(fill.id)) return order
  const bookedQuantity = addQuantity(order.bookedQuantity, fill.quantity)
  const filledQuantity = maxQuantity(bookedQuantity, order.filledQuantity)
  const growth = subtractQuantity(filledQuantity, order.filledQuantity)
  const provisional = fill.finality === 'provisional'
  const status = statusAfterFill(order, filledQuantity)
  const booked: Order = {
    ...order,
    status,
    fillIds: [...order.fillIds, fill.id],
    provisionalFillIds: provisional ? [...order.provisionalFillIds, fill.id] : order.provisionalFillIds,
    bookedQuantity,
    filledQuantity,
    provisionalQuantity: provisionalAfterFill(order, fill, growth),
    remainingQuantity: remainingAfterFill(order, status, growth),
    bookedCost: addMoney(order.bookedCost, cost(fill.price, fill.quantity, roundingOf(order))),
    bookedFees: order.bookedFees === null || fill.fee === null ? null : addMoney(order.bookedFees, fill.fee),
    updatedAt: at,
  }
  return bookedQuantity < filledQuantity ? booked : { ...booked, ...totalsOfFills(booked, growth > 0n) }
}

function remainingAfterFill(order: Order, status: OrderStatus, growth: Quantity): Quantity | null {
  if (!isOpen(status)) return ZERO_QUANTITY
  return order.remainingQuantity === null ? null : quantityLeft(order.remainingQuantity, growth)
}

/** A report may have counted this fill as provisional already: then only its growth is new, and finality takes it back. */
function provisionalAfterFill(order: Order, fill: Fill, growth: Quantity): Quantity {
  if (fill.finality === 'provisional') {
    return maxQuantity(addQuantity(order.provisionalQuantity, growth), fill.quantity)
  }
  return quantityLeft(order.provisionalQuantity, subtractQuantity(fill.quantity, growth))
}

/** Average and fees from the fills themselves, once they cover all that is filled. */
function totalsOfFills(order: Order, grown: boolean): Pick<Order, 'averagePrice' | 'fees'> {
  return {
    averagePrice: averagePrice(order.bookedCost, order.bookedQuantity, roundingOf(order)),
    fees: order.bookedFees ?? (grown ? null : order.fees),
  }
}

/**
 * A fill ends an order only when nothing is left of it; it never settles an unknown order, whose rest may be live. An
 * order that had ended without fills turns out to have had some.
 */
function statusAfterFill(order: Order, filledQuantity: Quantity): OrderStatus {
  if (filledQuantity >= order.intent.quantity && canFollow(order.status, 'filled')) return 'filled'
  return !isOpen(order.status) && canFollow(order.status, 'partially_filled') ? 'partially_filled' : order.status
}

/** Each fill settles once; later news of it changes nothing. A fill may be taken back that was never booked. */
function settleFillOfOrder(order: Order, fill: Fill, at: string): Order {
  const provisional = order.provisionalFillIds.includes(fill.id)
  if (fill.finality === 'failed') {
    if (order.reversedFillIds.includes(fill.id) || (order.fillIds.includes(fill.id) && !provisional)) return order
    return reverseFillOfOrder(order, fill, at)
  }
  if (fill.finality === 'provisional' || !provisional) return order
  return { ...order, ...settledPart(order, fill), updatedAt: at }
}

function settledPart(order: Order, fill: Fill): Pick<Order, 'provisionalFillIds' | 'provisionalQuantity'> {
  return {
    provisionalFillIds: order.provisionalFillIds.filter((id) => id !== fill.id),
    provisionalQuantity: quantityLeft(order.provisionalQuantity, fill.quantity),
  }
}

/** Nothing moved after all. What is left is what other fills, booked or only reported, amount to. */
function reverseFillOfOrder(order: Order, fill: Fill, at: string): Order {
  const booked = order.fillIds.includes(fill.id)
  const bookedQuantity = booked ? quantityLeft(order.bookedQuantity, fill.quantity) : order.bookedQuantity
  const filledQuantity = maxQuantity(quantityLeft(order.filledQuantity, fill.quantity), bookedQuantity)
  const reversed: Order = {
    ...order,
    ...settledPart(order, fill),
    status: statusAfterReversal(order, filledQuantity),
    fillIds: order.fillIds.filter((id) => id !== fill.id),
    reversedFillIds: [...order.reversedFillIds, fill.id],
    reversedQuantity: addQuantity(order.reversedQuantity, fill.quantity),
    filledQuantity,
    bookedQuantity,
    updatedAt: at,
    ...(booked ? withoutBooked(order, fill) : {}),
  }
  return reversed.bookedQuantity < filledQuantity
    ? { ...reversed, averagePrice: null, fees: null }
    : { ...reversed, ...totalsOfFills(reversed, true) }
}

function withoutBooked(order: Order, fill: Fill): Pick<Order, 'bookedCost' | 'bookedFees'> {
  return {
    bookedCost: subtractMoney(order.bookedCost, cost(fill.price, fill.quantity, roundingOf(order))),
    bookedFees: order.bookedFees === null || fill.fee === null ? null : subtractMoney(order.bookedFees, fill.fee),
  }
}

function statusAfterReversal(order: Order, filledQuantity: Quantity): OrderStatus {
  if (isOpen(order.status) || filledQuantity >= order.intent.quantity) return order.status
  return filledQuantity > 0n ? 'partially_filled' : 'cancelled'
}

function roundingOf(order: Order): Rounding {
  return order.intent.side === 'buy' ? 'up' : 'down'
}

/** `whole` less `part`, never below zero. */
function quantityLeft(whole: Quantity, part: Quantity): Quantity {
  return subtractQuantity(whole, minQuantity(whole, part))
}
