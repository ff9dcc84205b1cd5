import { minQuantity, type Quantity, subtractQuantity } from './amounts.ts'
import { isOpen, type Order } from './order.ts'

/** The two orders of one trade. Leg order has no meaning beyond telling them apart. */
export type Legs = readonly [Order, Order]

/** What the two legs together amount to, and so what may be done next. */
export type PairState =
  /** Nothing was bought on either side. */
  | { readonly kind: 'none' }
  /** Both sides hold the same number of contracts. */
  | { readonly kind: 'balanced'; readonly pairs: Quantity }
  /** One side holds more: `excess` contracts of leg `heavy` stand without their other half. */
  | { readonly kind: 'imbalanced'; readonly pairs: Quantity; readonly heavy: 0 | 1; readonly excess: Quantity }
  /** At least one leg may still trade or has traded an amount nobody knows. Nothing may be bought or sold before it is settled. */
  | { readonly kind: 'frozen'; readonly orderIds: readonly string[] }

/** Judges by what was filled, never by statuses: a cancelled leg may be part filled, and an error is not a zero. */
export function judgePair(legs: Legs): PairState {
  const unsettled = legs.filter((leg) => isOpen(leg.status))
  if (unsettled.length > 0) return { kind: 'frozen', orderIds: unsettled.map((leg) => leg.intent.id) }
  const [first, second] = [legs[0].filledQuantity, legs[1].filledQuantity]
  const pairs = minQuantity(first, second)
  if (first === second) return pairs === 0n ? { kind: 'none' } : { kind: 'balanced', pairs }
  return first > second
    ? { kind: 'imbalanced', pairs, heavy: 0, excess: subtractQuantity(first, second) }
    : { kind: 'imbalanced', pairs, heavy: 1, excess: subtractQuantity(second, first) }
}
