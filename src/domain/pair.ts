import { addQuantity, maxQuantity, minQuantity, type Quantity, subtractQuantity, ZERO_QUANTITY } from './amounts.ts'
import { isOpen, type Order } from './order.ts'

/** Contracts below which a difference between the legs is none: neither venue trades less, so that nothing could mend it. */
export const DUST = 10_000n as Quantity

/** The two orders of one trade. Leg order has no meaning beyond telling them apart. */
export type Legs = readonly [Order, Order]

/** What the two legs together amount to, and so what may be done next. */
export type PairState =
  /** Nothing was bought on either side. */
  | { readonly kind: 'none' }
  /** Both sides hold the same number of contracts, but for `lone` ones of less than a hundredth, which nobody trades. */
  | { readonly kind: 'balanced'; readonly pairs: Quantity; readonly lone: Quantity }
  /** One side holds more: `excess` contracts of leg `heavy` stand without their other half. */
  | { readonly kind: 'imbalanced'; readonly pairs: Quantity; readonly heavy: 0 | 1; readonly excess: Quantity }
  /** At least one leg may still trade or has traded an amount nobody knows. Nothing may be bought or sold before it is settled. */
  | { readonly kind: 'frozen'; readonly orderIds: readonly string[] }

/**
 * Judges by what was filled, never by statuses: a cancelled leg may be part filled, and an error is not a zero. `others` are
 * the orders that mended the trade: what unwinds have sold of a leg is off it again, what completions have bought is on it.
 * Provisional fills count as if they settled: `isProvisional` tells of them.
 */
export function judgePair(legs: Legs, others: readonly Order[] = []): PairState {
  const unsettled = [...legs, ...others].filter((order) => isOpen(order.status))
  if (unsettled.length > 0) return { kind: 'frozen', orderIds: unsettled.map((order) => order.intent.id) }
  if ([...legs, ...others].every((order) => order.filledQuantity === 0n)) return { kind: 'none' }
  const [first, second] = [heldOf(legs[0], others), heldOf(legs[1], others)]
  const pairs = minQuantity(first, second)
  const excess = subtractQuantity(maxQuantity(first, second), pairs)
  if (excess < DUST) return { kind: 'balanced', pairs, lone: excess }
  return { kind: 'imbalanced', pairs, heavy: first > second ? 0 : 1, excess }
}

/** What a leg holds after the orders that mended it. Negative when more was sold than it kept in the end. */
function heldOf(leg: Order, others: readonly Order[]): Quantity {
  const { market, outcome } = leg.intent
  return others
    .filter(({ intent }) => intent.market === market && intent.outcome === outcome)
    .reduce((held, { intent, filledQuantity }) => {
      return intent.side === 'buy' ? addQuantity(held, filledQuantity) : subtractQuantity(held, filledQuantity)
    }, leg.filledQuantity)
}

/** Whether a fill of any of these orders can still be taken back, or has only been reported. */
export function isProvisional(orders: readonly Order[]): boolean {
  return orders.some(
    (order) => order.provisionalQuantity > ZERO_QUANTITY || order.bookedQuantity < order.filledQuantity,
  )
}
