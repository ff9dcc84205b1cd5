import {
  addMoney,
  addQuantity,
  complement,
  cost,
  type Money,
  minQuantity,
  moneyOf,
  proportion,
  type Quantity,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import type { Terms } from './told.ts'

/** An order as the exchanges so far tell it. */
export interface KnownOrder {
  readonly terms: Terms
  readonly rests: Quantity | null
  readonly isUnknown: boolean
}

/** What was bought and sold of one outcome since the session began. Negative: more was sold than bought. */
export interface Holding {
  readonly quantity: Quantity
  /** What is held cost; of what was sold without being bought here, the worst that it can cost. Null: unknown. */
  readonly cost: Money | null
}

export const nothingHeld: Holding = { quantity: ZERO_QUANTITY, cost: ZERO_MONEY }

/** A holding after a fill that was taken back: what was bought is gone, what was sold is there again. */
export function withoutFill(held: Holding, side: 'buy' | 'sell', filled: Quantity, paid: Money | null): Holding {
  return afterFill(held, side === 'buy' ? 'sell' : 'buy', filled, paid)
}

/** A holding after a fill. A sale takes its share of the cost; what goes beyond the holding is a short at its worst. */
export function afterFill(held: Holding, side: 'buy' | 'sell', filled: Quantity, paid: Money | null): Holding {
  const signed = side === 'buy' ? filled : negated(filled)
  const quantity = addQuantity(held.quantity, signed)
  const opposite = held.quantity !== 0n && held.quantity > 0n !== signed > 0n
  const closed = opposite ? minQuantity(absolute(held.quantity), filled) : ZERO_QUANTITY
  const opened = subtractQuantity(filled, closed)
  if (held.cost === null || paid === null) return { quantity, cost: quantity === 0n ? ZERO_MONEY : null }
  const kept =
    closed === 0n ? held.cost : subtractMoney(held.cost, proportion(held.cost, closed, absolute(held.quantity), 'down'))
  if (opened === 0n) return { quantity, cost: kept }
  const share = proportion(paid, opened, filled, 'up')
  // A contract that was sold short costs a dollar at worst, less what it brought.
  const risked = side === 'buy' ? share : subtractMoney(moneyOf(opened), share)
  return { quantity, cost: addMoney(kept, risked) }
}

/** What an order can still cost: its rest at its price, all of it while it is unknown. Null: unknown. */
export function atStake({ terms, rests, isUnknown }: KnownOrder, held: Holding): Money | null {
  const open = isUnknown ? terms.quantity : rests
  if (open === null || terms.price === null) return open === 0n ? ZERO_MONEY : null
  if (terms.side === 'buy') return cost(terms.price, open, 'up')
  const covered = held.quantity > 0n ? minQuantity(held.quantity, open) : ZERO_QUANTITY
  return cost(complement(terms.price), subtractQuantity(open, covered), 'up')
}

function absolute(quantity: Quantity): Quantity {
  return quantity < 0n ? negated(quantity) : quantity
}

export function negated(quantity: Quantity): Quantity {
  return subtractQuantity(ZERO_QUANTITY, quantity)
}
