import { addMoney, divideRounded, type Money, type Price, type Quantity, SCALE } from '../domain/amounts.ts'
import { type FeeBasis, predictFees } from '../domain/fees.ts'
import type { Market, Outcome } from '../domain/market.ts'
import type { Level } from '../domain/order-book.ts'
import { neighbours, type TickLadder } from '../domain/tick-ladder.ts'
import { ladderFor } from './ladder.ts'
import { purchaseLot } from './lots.ts'
import type { LegPlan } from './opportunity.ts'

/** One leg as it is on offer: asks in prices of its own outcome, best first. */
export interface LegOffer {
  readonly market: Market
  readonly outcome: Outcome
  readonly asks: readonly Level[]
  /** In YES prices, as now announced. */
  readonly ladder: TickLadder
  /** An immediate purchase spends quantity times limit, in whole cents, and takes more contracts where they are cheaper. */
  readonly spends: boolean
  /** Dollars that its venue has for new orders. Null when not known: then nothing is counted against it. */
  readonly cash: Money | null
}

/** The worst level of a stretch as a limit of the market's ladder. Null where the ladder has none at or above it. */
export function limitOf({ ladder, outcome }: LegOffer, price: Price): Price | null {
  return neighbours(ladderFor({ ladder }, outcome), price).above
}

/** Orders of this leg at this limit are whole multiples of it. */
export function lotOf({ market, spends }: LegOffer, limit: Price): Quantity {
  return purchaseLot(market, spends, limit)
}

/** Dollars that the first `quantity` contracts of these offers cost. */
export function costOf(asks: readonly Level[], quantity: Quantity): Money {
  let [left, total] = [quantity as bigint, 0n]
  for (const level of asks) {
    if (left <= 0n) break
    const taken = left < level.quantity ? left : level.quantity
    total += level.price * taken
    left -= taken
  }
  return divideRounded(total, SCALE, 'down') as Money
}

/** An order as it fills in the book as seen. Null when that offers less: nothing is asked for that nobody has shown. */
export function planLeg({ market, outcome, asks, spends }: LegOffer, limit: Price, quantity: Quantity): LegPlan | null {
  const fills: FeeBasis[] = []
  let left: bigint = spends ? limit * quantity : quantity
  let [expected, dollars] = [0n, 0n]
  let worst = limit
  for (const { price, quantity: offered } of asks) {
    if (left <= 0n || price > limit) break
    const wanted = spends ? left / price : left
    const taken = wanted < offered ? wanted : offered
    left = spends && taken === wanted ? 0n : left - (spends ? price * taken : taken)
    if (taken === 0n) break
    expected += taken
    dollars += price * taken
    worst = price
    fills.push({ side: 'buy', price, quantity: taken as Quantity, liquidity: 'taker' })
  }
  if (left > 0n) return null
  const fees = predictFees(market.fees, fills) ?? []
  return {
    market,
    outcome,
    limit,
    quantity,
    expected: expected as Quantity,
    worst,
    cost: divideRounded(dollars, SCALE, 'up') as Money,
    fee: addMoney(...fees),
  }
}
