import { minQuantity, type Quantity, subtractQuantity, ZERO_QUANTITY } from './amounts.ts'
import { isOpen, type Order } from './order.ts'

/** Contracts below which a difference between the legs is none: neither venue trades less, so that nothing could mend it. */
export const DUST = 10_000n as Quantity

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

/**
 * Judges by what was filled, never by statuses: a cancelled leg may be part filled, and an error is not a zero. What
 * unwinds have sold of a leg is off it again. Provisional fills count as if they settled: `isProvisional` tells of them.
 */
export function judgePair(legs: Legs, unwinds: readonly Order[] = []): PairState {
  const unsettled = [...legs, ...unwinds].filter((order) => isOpen(order.status))
  if (unsettled.length > 0) return { kind: 'frozen', orderIds: unsettled.map((order) => order.intent.id) }
  if (legs.every((leg) => leg.filledQuantity === 0n) && unwinds.every((order) => order.filledQuantity === 0n)) {
    return { kind: 'none' }
  }
  const [first, second] = [heldOf(legs[0], unwinds), heldOf(legs[1], unwinds)]
  const pairs = minQuantity(first, second)
  if (first === second) return { kind: 'balanced', pairs }
  return first > second
    ? { kind: 'imbalanced', pairs, heavy: 0, excess: subtractQuantity(first, second) }
    : { kind: 'imbalanced', pairs, heavy: 1, excess: subtractQuantity(second, first) }
}

/** What a leg holds after the sales that unwound part of it. Negative when more was sold than it kept in the end. */
function heldOf(leg: Order, unwinds: readonly Order[]): Quantity {
  const { market, outcome } = leg.intent
  return unwinds
    .filter(({ intent }) => intent.market === market && intent.outcome === outcome)
    .reduce((held, order) => subtractQuantity(held, order.filledQuantity), leg.filledQuantity)
}

/** Whether a fill of any of these orders can still be taken back, or has only been reported. */
export function isProvisional(orders: readonly Order[]): boolean {
  return orders.some(
    (order) => order.provisionalQuantity > ZERO_QUANTITY || order.bookedQuantity < order.filledQuantity,
  )
}
