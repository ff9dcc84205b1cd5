import {
  addMoney,
  complement,
  cost,
  type Money,
  maxMoney,
  minQuantity,
  type Quantity,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './amounts.ts'
import { isOpen, type Order } from './order.ts'
import { type Position, type PositionKey, positionKey } from './position.ts'

/** Dollars at risk on one account. What is not known counts at its worst. */
export interface Exposure {
  /** What final fills have tied up. */
  readonly positions: Money
  /** What provisional fills tie up on top at worst: purchases settle, and sales, which may come back, free nothing yet. */
  readonly provisional: Money
  readonly resting: Money
  readonly unknown: Money
  readonly total: Money
}

/** Contracts by which an order can still change positions: what has not ended, and what is filled but not yet booked. */
export function outstandingQuantity(order: Order): Quantity {
  const whole = isOpen(order.status) ? order.intent.quantity : order.filledQuantity
  return subtractQuantity(whole, minQuantity(whole, order.bookedQuantity))
}

/**
 * Dollars that an order can still tie up. A buy can cost its limit for all that is outstanding. A sale ties up nothing
 * for the `held` contracts that it can close; beyond them it opens the other outcome at the complement.
 */
function orderExposure(order: Order, held: Quantity): Money {
  const outstanding = outstandingQuantity(order)
  if (order.intent.side === 'buy') return cost(order.intent.price, outstanding, 'up')
  return cost(complement(order.intent.price), subtractQuantity(outstanding, minQuantity(outstanding, held)), 'up')
}

export function exposureOf(positions: Iterable<Position>, orders: Iterable<Order>): Exposure {
  const closable = new Map<PositionKey, Quantity>()
  let held = ZERO_MONEY
  let provisional = ZERO_MONEY
  let resting = ZERO_MONEY
  let unknown = ZERO_MONEY
  for (const position of positions) {
    const final = maxMoney(position.finalCost, ZERO_MONEY)
    held = addMoney(held, final)
    provisional = addMoney(provisional, maxMoney(subtractMoney(position.worstCost, final), ZERO_MONEY))
    if (position.quantity > 0n) closable.set(positionKey(position.market, position.outcome), position.quantity)
  }
  // What is held closes once: the cheapest sales use it up, so that the rest counts at its worst.
  const dearestFirst = [...orders].sort((a, b) => (a.intent.price > b.intent.price ? -1 : 1))
  for (const order of dearestFirst) {
    const key = positionKey(order.intent.market, order.intent.outcome)
    const available = closable.get(key) ?? ZERO_QUANTITY
    const amount = orderExposure(order, available)
    if (order.intent.side === 'sell') {
      closable.set(key, subtractQuantity(available, minQuantity(available, outstandingQuantity(order))))
    }
    if (order.status === 'unknown' || order.status === 'submitted') unknown = addMoney(unknown, amount)
    else resting = addMoney(resting, amount)
  }
  return { positions: held, provisional, resting, unknown, total: addMoney(held, provisional, resting, unknown) }
}
