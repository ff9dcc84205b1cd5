import { type Price, priceWithin, type Rate } from '../domain/amounts.ts'
import type { Market, Outcome } from '../domain/market.ts'
import { mirrorLadder, neighbours, stepAt, type TickLadder } from '../domain/tick-ladder.ts'

/** A market's price ladder in the prices of one outcome. */
export function ladderFor({ ladder }: Pick<Market, 'ladder'>, outcome: Outcome): TickLadder {
  return outcome === 'yes' ? ladder : mirrorLadder(ladder)
}

/**
 * The worst price of an attempt to mend a trade: each may go a rung further from the price at entry, of `rung` of that price
 * or one step of the market, whichever is more. At the lowest and the highest price of the ladder it ends.
 */
export function rungPrice(
  ladder: TickLadder,
  from: Price,
  { attempt, rung, side }: { readonly attempt: number; readonly rung: Rate; readonly side: 'buy' | 'sell' },
): Price | null {
  const rungs = BigInt(attempt + 1)
  const share = priceWithin(from, (rung * rungs) as Rate, side === 'sell' ? 'below' : 'above')
  const steps = (stepAt(ladder, from) ?? 0n) * rungs
  const bySteps = side === 'sell' ? from - steps : from + steps
  const furthest = (side === 'sell' ? least(share, bySteps) : most(share, bySteps)) as Price
  const near = neighbours(ladder, furthest)
  return side === 'sell' ? (near.above ?? near.below) : (near.below ?? near.above)
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
