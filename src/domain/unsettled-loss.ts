import { worstTerms } from './amend.ts'
import {
  addMoney,
  complement,
  cost,
  type Money,
  maxMoney,
  minQuantity,
  type Price,
  parsePrice,
  proportion,
  type Quantity,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './amounts.ts'
import { outstandingQuantity } from './exposure.ts'
import { assumedFee } from './fees.ts'
import { oppositeOutcome, type VenueId } from './market.ts'
import { isUncertain, type Order } from './order.ts'
import { type PositionKey, type Positions, positionKey } from './position.ts'

/** What an order closes if it fills: contracts of an outcome, and what each brings at least. */
interface Closing {
  readonly key: PositionKey
  readonly price: Price
  readonly quantity: Quantity
}

/** What the loss of orders without an answer depends on. */
export interface LossScope {
  readonly positions: Positions
  /** Two-leg trades that reserve their own loss: their orders do not count here. */
  readonly reserving: ReadonlySet<string>
  /** Whether buying an outcome closes the opposite one there. */
  readonly nets: (venue: VenueId) => boolean
}

/** Trades that say what they lose at worst, by id. */
export function reservingTrades(
  trades: Iterable<{ readonly id: string; readonly worstLossExpected?: string }>,
): ReadonlySet<string> {
  return new Set([...trades].filter(({ worstLossExpected }) => worstLossExpected !== undefined).map(({ id }) => id))
}

/**
 * Dollars that orders without a clear answer have lost if they filled at their limits, fees included: what they close is
 * realised without anybody knowing.
 */
export function unsettledLoss(orders: Iterable<Order>, { positions, reserving, nets }: LossScope): Money {
  const unsettled = [...orders].filter(
    (order) => hasHidden(order) && !('tradeId' in order.intent.purpose && reserving.has(order.intent.purpose.tradeId)),
  )
  const left = new Map<PositionKey, Quantity>()
  let loss = ZERO_MONEY
  for (const order of unsettled) {
    loss = addMoney(loss, feeAtWorst(order))
    const closing = closingOf(order, nets(order.venue))
    const position = closing === null ? undefined : positions.get(closing.key)
    if (closing === null || position === undefined) continue
    // What is held closes once.
    const held = left.get(closing.key) ?? maxHeld(position.quantity)
    const closed = minQuantity(held, closing.quantity)
    left.set(closing.key, subtractQuantity(held, closed))
    if (closed === 0n) continue
    const paid = proportion(position.totalCost, closed, position.quantity, 'up')
    loss = addMoney(loss, maxMoney(subtractMoney(paid, cost(closing.price, closed, 'down')), ZERO_MONEY))
  }
  return loss
}

/** It may have traded, or has, and no position shows it. */
function hasHidden(order: Order): boolean {
  return isUncertain(order) || order.bookedQuantity < order.filledQuantity
}

function closingOf(order: Order, nets: boolean): Closing | null {
  const { market, outcome, side } = order.intent
  const { price } = worstTerms(order)
  const quantity = outstandingQuantity(order)
  if (side === 'sell') return { key: positionKey(market, outcome), price, quantity }
  return nets ? { key: positionKey(market, oppositeOutcome(outcome)), price: complement(price), quantity } : null
}

function maxHeld(quantity: Quantity): Quantity {
  return quantity > 0n ? quantity : ZERO_QUANTITY
}

/** A fee is highest in the middle, which a better price than the limit may be nearer to. */
function feeAtWorst(order: Order): Money {
  const { price: limit } = worstTerms(order)
  const middle = parsePrice('0.5')
  const reachesMiddle = order.intent.side === 'buy' ? limit > middle : limit < middle
  const quantity = outstandingQuantity(order)
  return quantity === 0n ? ZERO_MONEY : assumedFee({ price: reachesMiddle ? middle : limit, quantity })
}
