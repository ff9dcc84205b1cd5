import { worstTerms } from './amend.ts'
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
  ZERO_QUANTITY,
} from './amounts.ts'
import type { Fill } from './fill.ts'
import { isOpen, type Order, type OrderStatus } from './order.ts'
import { canFollow, IllegalTransition } from './order-states.ts'

/**
 * Books one execution. Reports give totals and fills give parts, so a fill raises the total only where it exceeds what
 * was already reported.
 */
export function applyFillToOrder(order: Order, fill: Fill, at: string): Order {
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
export function statusAfterFill(order: Order, filledQuantity: Quantity): OrderStatus {
  if (filledQuantity >= worstTerms(order).quantity && canFollow(order.status, 'filled')) return 'filled'
  return !isOpen(order.status) && canFollow(order.status, 'partially_filled') ? 'partially_filled' : order.status
}

/** Each fill settles once; later news of it changes nothing. A fill may be taken back that was never booked. */
export function settleFillOfOrder(order: Order, fill: Fill, at: string): Order {
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
export function quantityLeft(whole: Quantity, part: Quantity): Quantity {
  return subtractQuantity(whole, minQuantity(whole, part))
}
