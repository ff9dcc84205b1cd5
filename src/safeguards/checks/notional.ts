import {
  addQuantity,
  affordableQuantity,
  cost,
  type Money,
  maxQuantity,
  type Price,
  type Quantity,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import type { Market } from '../../domain/market.ts'
import type { OrderIntent } from '../../domain/order.ts'
import { type Denial, deny } from '../denials.ts'
import { isUnwind, tiedUp } from '../risk.ts'
import type { Check } from '../snapshot.ts'

/**
 * The size of one order in dollars. Unwinds are exempt: a leg that was small enough to buy must not be too dear, or too
 * small, to close. Nothing can be said of a quantity or price that is no amount of an order at all; others do.
 */
export const notional: Check = (intent, snapshot, limits) => {
  if (isUnwind(intent) || intent.price <= 0n || intent.quantity <= 0n) return []
  return [
    ...belowMinimum(intent, snapshot.market, limits.minNotional),
    ...aboveMaximum(intent, snapshot.market, limits.maxNotional, tiedUp(intent, snapshot)),
  ]
}

function belowMinimum(intent: OrderIntent, market: Market, limit: Money): readonly Denial[] {
  const worth = cost(intent.price, intent.quantity, 'down')
  if (worth >= limit) return []
  const passing = maxQuantity(leastQuantity(limit, intent.price, market.quantityStep), minimumOf(market))
  return [deny('NOTIONAL_BELOW_MIN', { intent, notional: worth, tiesUp: false, limit, passing })]
}

function aboveMaximum(intent: OrderIntent, market: Market, limit: Money, committed: Money): readonly Denial[] {
  const worth = cost(intent.price, intent.quantity, 'up')
  const tiesUp = committed > worth
  const size = tiesUp ? committed : worth
  if (size <= limit) return []
  const affordable = affordableQuantity(limit, intent.price, market.quantityStep)
  // What fits a sale beyond the holding depends on the holding: no quantity is suggested for it.
  const passing = tiesUp || affordable < minimumOf(market) ? null : affordable
  return [deny('NOTIONAL_ABOVE_MAX', { intent, notional: size, tiesUp, limit, passing })]
}

function leastQuantity(budget: Money, price: Price, step: Quantity): Quantity {
  const below = affordableQuantity(budget, price, step)
  return cost(price, below, 'down') >= budget ? below : addQuantity(below, step)
}

function minimumOf(market: Market): Quantity {
  return market.minimumQuantity ?? ZERO_QUANTITY
}
