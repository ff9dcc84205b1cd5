import { divideRounded, type Money, type Price, type Quantity, type Rate, SCALE } from '../domain/amounts.ts'
import type { Market, MarketId, Outcome } from '../domain/market.ts'
import type { ArbPair } from './ports.ts'

/** One order of an opportunity: an immediate purchase. */
export interface LegPlan {
  readonly market: Market
  readonly outcome: Outcome
  /** The worst price that it may trade at, on the market's ladder. */
  readonly limit: Price
  /** Contracts as the order names them. Where purchases spend dollars, quantity times limit is what it spends. */
  readonly quantity: Quantity
  /** Contracts that it buys in the book as seen. */
  readonly expected: Quantity
  /** The dearest of them: no better limit would buy as many. */
  readonly worst: Price
  /** Dollars for them, fee excluded. */
  readonly cost: Money
  /** Dollars, by the market's schedule, fill by fill. */
  readonly fee: Money
}

/** What ended the size of an opportunity. */
export type Bound =
  /** The next contract would earn less than was asked for. */
  | 'edge'
  /** A book has no more offers. */
  | 'depth'
  | 'size'
  | 'max_notional'
  | 'slippage'
  | 'exposure'
  | 'session_budget'
  | 'cash'

/** A purchase of both sides that pays one dollar a pair whatever happens, and costs less. */
export interface Opportunity {
  readonly kind: 'opportunity'
  readonly pair: ArbPair
  readonly legs: readonly [LegPlan, LegPlan]
  /** Contracts that both legs hold. */
  readonly pairs: Quantity
  /** Dollars kept in all, net of both venues' fees. */
  readonly edge: Money
  /** Dollars that both legs and their fees tie up until the later market has paid. */
  readonly collateral: Money
  readonly boundBy: Bound
}

/** Why a pair is not traded: what binds first. Dollars are per pair of contracts. */
export type NoTradeReason =
  | { readonly kind: 'market_not_open'; readonly market: MarketId; readonly status: string }
  | { readonly kind: 'book_untradable'; readonly market: MarketId; readonly doubt: string }
  | { readonly kind: 'book_stale'; readonly market: MarketId; readonly ageMs: number; readonly limitMs: number }
  | { readonly kind: 'fee_unknown'; readonly market: MarketId; readonly why: string }
  | { readonly kind: 'no_offer'; readonly market: MarketId; readonly outcome: Outcome }
  /** Both sides together cost a dollar or more, before fees. */
  | { readonly kind: 'no_edge'; readonly gross: Money }
  | { readonly kind: 'fees'; readonly gross: Money; readonly net: Money }
  | { readonly kind: 'min_edge'; readonly net: Money; readonly minEdge: Money }
  /** What `bound` leaves is less than the smallest pair of orders that both venues and our own limits take. */
  | { readonly kind: 'too_small'; readonly bound: Bound }

export interface NoTrade {
  readonly kind: 'none'
  readonly pair: ArbPair
  readonly reason: NoTradeReason
}

export type Evaluation = Opportunity | NoTrade

/** Dollars kept for each pair of contracts, rounded down. */
export function edgePerPair({ edge, pairs }: Pick<Opportunity, 'edge' | 'pairs'>): Money {
  return divideRounded(edge * SCALE, pairs, 'down') as Money
}

/** When the money is free again at the earliest, Unix ms: the later of both ends. Null when a venue does not say. */
export function lockedUntilMs({ markets }: ArbPair): number | null {
  const ends = markets.map(({ closeTime }) => (closeTime === null ? Number.NaN : Date.parse(closeTime)))
  const latest = Math.max(...ends)
  return Number.isNaN(latest) ? null : latest
}

const yearMs = 365 * 24 * 60 * 60 * 1000

/**
 * What the collateral earns in a year at this rate, without compounding, rounded down. Venues pay some time after a market
 * ends, so that it is an upper bound. Null when an end is not known or has passed.
 */
export function annualisedReturn(found: Pick<Opportunity, 'pair' | 'edge' | 'collateral'>, nowMs: number): Rate | null {
  const untilMs = lockedUntilMs(found.pair)
  if (untilMs === null || untilMs <= nowMs || found.collateral <= 0n) return null
  const numerator = found.edge * SCALE * BigInt(yearMs)
  return divideRounded(numerator, found.collateral * BigInt(Math.ceil(untilMs - nowMs)), 'down') as Rate
}
