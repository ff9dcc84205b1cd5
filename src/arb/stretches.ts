import {
  addQuantity,
  type Money,
  minQuantity,
  type Price,
  priceWithin,
  type Quantity,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import type { Level } from '../domain/order-book.ts'
import type { Limits } from '../safeguards/limits.ts'
import { slopeOf } from './edge.ts'
import type { LegOffer } from './leg-offer.ts'
import type { Bound } from './opportunity.ts'

/** A stretch of both books in which each further pair costs the same. */
export interface Stretch {
  readonly from: Quantity
  readonly upTo: Quantity
  /** Prices of the levels that it takes. */
  readonly prices: readonly [Price, Price]
  /** Dollars that each further pair keeps beyond what is asked for, in 10^-12. */
  readonly slope: bigint
  /** What all pairs up to its end keep, in 10^-12 dollars times millionths of a contract. */
  readonly kept: bigint
}

/** Both books in stretches of equal prices, up to where all of it together would keep nothing. */
export interface Walked {
  readonly stretches: readonly Stretch[]
  /** Where the next pair would keep less than is asked for. */
  readonly peak: Quantity
  readonly ending: Bound
}

/**
 * Walks both books together from their best prices.
 * @param minEdge dollars that each pair must keep
 * @param maxSlippage how far from its best price an order may reach
 */
export function walkStretches(
  offers: readonly [LegOffer, LegOffer],
  minEdge: Money,
  maxSlippage: Limits['maxSlippage'],
): Walked {
  const [first, second] = [within(offers[0], maxSlippage), within(offers[1], maxSlippage)]
  const fees = [offers[0].market.fees, offers[1].market.fees] as const
  const stretches: Stretch[] = []
  let [from, kept] = [ZERO_QUANTITY, 0n]
  let peak: Quantity | null = null
  for (const { prices, quantity } of levelsTogether(first.levels, second.levels)) {
    const slope = slopeOf(fees, prices, minEdge)
    if (slope <= 0n) peak ??= from
    if (kept + slope <= 0n) return { stretches, peak: peak ?? from, ending: 'edge' }
    const upTo = addQuantity(from, quantity)
    kept += slope * quantity
    stretches.push({ from, upTo, prices, slope, kept })
    if (kept <= 0n) return { stretches, peak: peak ?? from, ending: 'edge' }
    from = upTo
  }
  const { cut } = from === first.quantity ? first : second
  return { stretches, peak: peak ?? from, ending: peak !== null ? 'edge' : cut ? 'slippage' : 'depth' }
}

/** What each further pair takes from both books: the prices of their levels, and how many contracts both still hold there. */
function* levelsTogether(
  first: readonly Level[],
  second: readonly Level[],
): Generator<{ readonly prices: readonly [Price, Price]; readonly quantity: Quantity }> {
  let [i, j] = [0, 0]
  let [left, right] = [first[0]?.quantity ?? ZERO_QUANTITY, second[0]?.quantity ?? ZERO_QUANTITY]
  for (;;) {
    const [a, b] = [first[i], second[j]]
    if (a === undefined || b === undefined) return
    const quantity = minQuantity(left, right)
    yield { prices: [a.price, b.price], quantity }
    left = subtractQuantity(left, quantity)
    right = subtractQuantity(right, quantity)
    if (left === ZERO_QUANTITY) left = first[++i]?.quantity ?? ZERO_QUANTITY
    if (right === ZERO_QUANTITY) right = second[++j]?.quantity ?? ZERO_QUANTITY
  }
}

/** What so many pairs keep by exact fees, in 10^-18 dollars: rising to the peak and falling after it. */
export function keptAt(stretches: readonly Stretch[], pairs: Quantity): bigint {
  const at = stretches.find(({ upTo }) => pairs <= upTo) ?? stretches.at(-1)
  return at === undefined ? 0n : at.kept - (at.upTo - pairs) * at.slope
}

/** The levels that an order may reach without breaking the slippage limit. */
function within(
  { asks }: LegOffer,
  slippage: Limits['maxSlippage'],
): { readonly levels: readonly Level[]; readonly quantity: Quantity; readonly cut: boolean } {
  const best = asks[0]
  if (best === undefined) return { levels: [], quantity: ZERO_QUANTITY, cut: false }
  const worst = priceWithin(best.price, slippage, 'above')
  const levels = asks.filter(({ price }) => price <= worst)
  const quantity = addQuantity(...levels.map((level) => level.quantity))
  return { levels, quantity, cut: levels.length < asks.length }
}
