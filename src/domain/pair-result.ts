import { addMoney, cost, type Money, negateMoney, PAR, type Quantity, subtractMoney, ZERO_MONEY } from './amounts.ts'
import type { Order } from './order.ts'
import type { Legs } from './pair.ts'

/** Dollars that an order moved: negative for what was paid. Null when its average price is not known. */
function cashOf(order: Order): Money | null {
  if (order.filledQuantity === 0n) return ZERO_MONEY
  if (order.averagePrice === null) return null
  const { side } = order.intent
  const amount = cost(order.averagePrice, order.filledQuantity, side === 'buy' ? 'up' : 'down')
  return side === 'buy' ? negateMoney(amount) : amount
}

function sumKnown(amounts: readonly (Money | null)[]): Money | null {
  return amounts.reduce<Money | null>(
    (sum, part) => (sum === null || part === null ? null : addMoney(sum, part)),
    ZERO_MONEY,
  )
}

/** Fees over all orders of a trade, in dollars. Null when any is not known. */
export function totalFees(orders: readonly Order[]): Money | null {
  return sumKnown(orders.map((order) => order.fees))
}

/**
 * Dollars that a trade keeps: each pair pays one dollar whatever happens, less what both legs cost, less what completing
 * cost, plus what unwinding brought back, less fees. Null when anything in it is not known.
 */
export function realizedEdge(legs: Legs, others: readonly Order[], pairs: Quantity): Money | null {
  const orders = [...legs, ...others]
  const cash = sumKnown(orders.map(cashOf))
  const fees = totalFees(orders)
  if (cash === null || fees === null) return null
  const payout = cost(PAR, pairs, 'down')
  return subtractMoney(addMoney(cash, payout), fees)
}
