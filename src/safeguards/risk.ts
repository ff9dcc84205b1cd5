import {
  complement,
  cost,
  type Money,
  minQuantity,
  type Quantity,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import { outstandingQuantity } from '../domain/exposure.ts'
import type { OrderIntent } from '../domain/order.ts'
import { positionKey, provisionalQuantity } from '../domain/position.ts'
import type { LedgerState } from '../store/ledger.ts'
import type { Snapshot } from './snapshot.ts'

/** Contracts of the intent's outcome that are held and that no open sale has already spoken for. */
export function freeToSell(intent: OrderIntent, state: LedgerState): Quantity {
  const held = state.positions.get(positionKey(intent.market, intent.outcome))?.quantity ?? ZERO_QUANTITY
  let free = held
  for (const order of state.openOrders.values()) {
    const { market, outcome, side } = order.intent
    const competes = market === intent.market && outcome === intent.outcome && side === 'sell'
    if (competes) free = subtractQuantity(free, outstandingQuantity(order))
  }
  return free > 0n ? free : ZERO_QUANTITY
}

/**
 * Contracts of a sale that are covered by purchases which are not final alone. The venue decides whether it takes such a
 * sale: it may not see the contracts yet, and if the purchase fails the sale does too.
 */
export function soldBeforeFinal(intent: OrderIntent, state: LedgerState): Quantity {
  const position = state.positions.get(positionKey(intent.market, intent.outcome))
  if (intent.side === 'buy' || position === undefined) return ZERO_QUANTITY
  const provisional = provisionalQuantity(position)
  const free = freeToSell(intent, state)
  const final = subtractQuantity(free, minQuantity(free, provisional))
  return minQuantity(provisional, subtractQuantity(intent.quantity, minQuantity(intent.quantity, final)))
}

/**
 * Dollars that the order can newly tie up, fees excluded. All of a buy. Of a sale what goes beyond the holding, which opens
 * the other outcome at the complement where the venue nets; elsewhere it is denied on its own.
 */
export function tiedUp(intent: OrderIntent, { state, capabilities }: Snapshot): Money {
  if (intent.side === 'buy') return cost(intent.price, intent.quantity, 'up')
  if (capabilities.netting === 'per_outcome' || intent.reduceOnly) return ZERO_MONEY
  const closing = minQuantity(freeToSell(intent, state), intent.quantity)
  return cost(complement(intent.price), subtractQuantity(intent.quantity, closing), 'up')
}

export function isUnwind(intent: OrderIntent): boolean {
  return intent.purpose.kind === 'unwind'
}
