import { addMoney, cost, type Money, maxMoney, type Quantity, subtractQuantity, ZERO_MONEY } from './amounts.ts'
import { isOpen, type Order } from './order.ts'
import type { Position } from './position.ts'

/** Dollars at risk on one account. What is not known counts at its worst. */
export interface Exposure {
  readonly positions: Money
  readonly resting: Money
  readonly unknown: Money
  readonly total: Money
}

/**
 * Dollars that an order can still tie up. A buy can cost its limit for all that has not ended; the part that is reported
 * filled but not yet booked still counts, since positions do not hold it. A sale of what is held ties up nothing new.
 */
export function orderExposure(order: Order): Money {
  if (order.intent.side === 'sell') return ZERO_MONEY
  const { quantity, price } = order.intent
  const unbooked = subtractQuantity(isOpen(order.status) ? quantity : order.filledQuantity, order.bookedQuantity)
  return unbooked > 0n ? cost(price, unbooked as Quantity, 'up') : ZERO_MONEY
}

export function exposureOf(positions: Iterable<Position>, orders: Iterable<Order>): Exposure {
  let held = ZERO_MONEY
  let resting = ZERO_MONEY
  let unknown = ZERO_MONEY
  for (const position of positions) held = addMoney(held, maxMoney(position.totalCost, ZERO_MONEY))
  for (const order of orders) {
    const amount = orderExposure(order)
    if (order.status === 'unknown' || order.status === 'submitted') unknown = addMoney(unknown, amount)
    else resting = addMoney(resting, amount)
  }
  return { positions: held, resting, unknown, total: addMoney(held, resting, unknown) }
}
