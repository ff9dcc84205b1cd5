import { type Money, SCALE } from '../domain/amounts.ts'
import { priceAt, type Touch } from '../domain/touch.ts'
import { keepsMore, type PairFees } from './edge.ts'
import type { ArbPair } from './ports.ts'

/** A dollar, where best prices stand. */
export const par = Number(SCALE)

/** Millionths of a dollar that two offers cost at least, of both ways to buy both sides: those of the cheaper one. */
export function cheapest(isInverted: boolean, first: Touch, second: Touch): number {
  // NO is on offer at a dollar less the bid.
  return isInverted
    ? Math.min(first.askAt + second.askAt, par - first.bidAt + (par - second.bidAt))
    : Math.min(first.askAt + (par - second.bidAt), par - first.bidAt + second.askAt)
}

/** What of a pair decides whether its best prices pay. */
export interface TouchTerms {
  readonly fees: PairFees
  readonly isInverted: boolean
  readonly minEdge: Money
  /** Millionths of a dollar by which the best offers must be below one, for anything else to be asked. */
  readonly margin: number
}

export function touchTerms({ markets, polarity }: ArbPair, minEdge: Money): TouchTerms {
  const [first, second] = markets
  // Beyond a dollar either way it decides nothing more.
  const margin = minEdge > SCALE ? par : minEdge < -SCALE ? -par : Number(minEdge)
  return { fees: [first.fees, second.fees], isInverted: polarity === 'inverted', minEdge, margin }
}

/**
 * Whether the best offers of either way to buy both sides keep more than is asked for, fees included. Exactly where this is
 * false nothing can be bought that pays; where it is true, size, limits and the state of the books decide.
 */
export function touchPays(terms: TouchTerms, first: Touch, second: Touch): boolean {
  const { isInverted } = terms
  return isInverted
    ? pays(terms, first.askAt, second.askAt) || pays(terms, par - first.bidAt, par - second.bidAt)
    : pays(terms, first.askAt, par - second.bidAt) || pays(terms, par - first.bidAt, second.askAt)
}

function pays({ fees, minEdge, margin }: TouchTerms, first: number, second: number): boolean {
  if (first + second + margin >= par) return false
  if (fees[0].kind === 'unknown' || fees[1].kind === 'unknown') return false
  return keepsMore(fees, [priceAt(first), priceAt(second)], minEdge)
}
