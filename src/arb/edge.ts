import { divideRounded, type Money, type Price, type Quantity, SCALE } from '../domain/amounts.ts'
import { type FeeSchedule, predictFees } from '../domain/fees.ts'
import type { LegOffer } from './leg-offer.ts'

/** The fee of so many contracts at once is their exact fee to well below a millionth a contract. */
const MANY = (SCALE * SCALE) as Quantity

/** What the first pair keeps, by the best offers, before and after fees. */
export function touchEdge([first, second]: readonly [LegOffer, LegOffer]): {
  readonly gross: Money
  readonly net: Money
} {
  const [a, b] = [first.asks[0]?.price ?? SCALE, second.asks[0]?.price ?? SCALE]
  const gross = (SCALE - a - b) as Money
  const fees = feeOfMany(first.market.fees, a as Price) + feeOfMany(second.market.fees, b as Price)
  return { gross, net: (gross - divideRounded(fees, SCALE, 'up')) as Money }
}

/** What two markets charge. */
export type PairFees = readonly [FeeSchedule, FeeSchedule]

/**
 * Whether a pair that is bought at these prices keeps more than is asked for, after the fees of both markets. Where it does
 * not at the best offers nothing can be sized: a walk of the books ends there.
 */
export function keepsMore(fees: PairFees, prices: readonly [Price, Price], minEdge: Money): boolean {
  return slopeOf(fees, prices, minEdge) > 0n
}

/** Dollars that each further pair at these prices keeps beyond what is asked for, in 10^-12. */
export function slopeOf([first, second]: PairFees, [a, b]: readonly [Price, Price], minEdge: Money): bigint {
  return (SCALE - a - b - minEdge) * SCALE - feeOfMany(first, a) - feeOfMany(second, b)
}

/** The exact fee of one contract in 10^-12 dollars. */
function feeOfMany(schedule: FeeSchedule, price: Price): bigint {
  const [fee] = predictFees(schedule, [{ side: 'buy', price, quantity: MANY, liquidity: 'taker' }]) ?? []
  if (fee === undefined) throw new Error('a leg whose fee is not known cannot be sized')
  return fee
}
