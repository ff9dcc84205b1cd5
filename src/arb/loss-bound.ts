import {
  addMoney,
  complement,
  cost,
  divideRounded,
  type Money,
  moneyOf,
  PAR,
  type Price,
  type Quantity,
  SCALE,
  subtractMoney,
  ZERO_MONEY,
} from '../domain/amounts.ts'
import { worstTakerFee } from '../domain/fees.ts'
import type { Market } from '../domain/market.ts'
import type { Order } from '../domain/order.ts'
import type { PairState } from '../domain/pair.ts'

/**
 * What the excess of a trade must still come to, so that the trade loses no more than was said before its first order:
 * `needed` dollars for all of its `excess` contracts, and of a part of them its share. Nothing or less: whatever it brings
 * is within the bound.
 */
export interface LossBound {
  readonly needed: Money
  readonly excess: Quantity
}

/** An order of a trade, with the fees of its market. */
export interface PricedOrder {
  readonly order: Order
  readonly fees: Market['fees']
}

type Imbalanced = Extract<PairState, { kind: 'imbalanced' }>

/**
 * Each pair is a dollar whatever happens; what the rest has cost beyond the worst loss, the excess must bring back. What is
 * not known of an order counts at its worst. Null when the fees of a market are not known, so that nothing can be promised.
 */
export function lossBound(
  orders: readonly PricedOrder[],
  { pairs, excess }: Imbalanced,
  worst: Money,
): LossBound | null {
  let spent = ZERO_MONEY
  for (const each of orders) {
    const paid = paidFor(each)
    if (paid === null) return null
    spent = addMoney(spent, paid)
  }
  return { needed: subtractMoney(subtractMoney(spent, cost(PAR, pairs, 'down')), worst), excess }
}

/** Dollars that an order took, fees included: below zero for a sale. */
function paidFor({ order, fees }: PricedOrder): Money | null {
  const { intent, filledQuantity: quantity, averagePrice } = order
  if (quantity === 0n) return ZERO_MONEY
  const { side, price: limit } = intent
  const fee = order.fees ?? worstTakerFee(fees, { side, price: limit, quantity })
  if (fee === null) return null
  const price = averagePrice ?? limit
  return side === 'buy' ? addMoney(cost(price, quantity, 'up'), fee) : subtractMoney(fee, cost(price, quantity, 'down'))
}

/** The lowest price at which selling so many contracts of the excess stays within the bound. Null: there is none. */
export function leastSalePrice(bound: LossBound, { fees }: Market, quantity: Quantity): Price | null {
  const needed = shareOf(bound, quantity)
  return turningPoint((price) => {
    const fee = worstTakerFee(fees, { side: 'sell', price, quantity })
    return fee !== null && subtractMoney(cost(price, quantity, 'down'), fee) >= needed
  })
}

/** The highest price at which buying the other half of so many contracts stays within the bound. Null: there is none. */
export function mostPurchasePrice(bound: LossBound, { fees }: Market, quantity: Quantity): Price | null {
  const allowed = subtractMoney(cost(PAR, quantity, 'down'), shareOf(bound, quantity))
  const cheapness = turningPoint((less) => {
    const price = complement(less)
    const fee = worstTakerFee(fees, { side: 'buy', price, quantity })
    return fee !== null && addMoney(cost(price, quantity, 'up'), fee) <= allowed
  })
  return cheapness === null ? null : complement(cheapness)
}

function shareOf({ needed, excess }: LossBound, quantity: Quantity): Money {
  return moneyOf(divideRounded(needed * quantity, excess, 'up'))
}

/** The lowest price from 0 to 1 dollar that is good enough, where every higher one is too. Null when none is. */
function turningPoint(isEnough: (price: Price) => boolean): Price | null {
  let [low, high] = [0n, SCALE]
  if (!isEnough(high as Price)) return null
  while (low < high) {
    const middle = (low + high) / 2n
    if (isEnough(middle as Price)) high = middle
    else low = middle + 1n
  }
  return low as Price
}
