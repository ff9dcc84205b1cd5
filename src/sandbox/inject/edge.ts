import {
  complement,
  cost,
  divideRounded,
  type Money,
  negateMoney,
  type Price,
  type Quantity,
  SCALE,
  ZERO_MONEY,
} from '../../domain/amounts.ts'
import type { MarketId, Outcome } from '../../domain/market.ts'
import { bookOf, type Level } from '../../domain/order-book.ts'
import { mirrorLadder, neighbours, type TickLadder } from '../../domain/tick-ladder.ts'
import { chargeFee } from '../fees.ts'
import type { SandboxFees } from '../model.ts'

/** One side of a pair as prices for it are looked for. */
export interface EdgeSide {
  readonly outcome: Outcome
  /** In YES prices, as the market has it. */
  readonly ladder: TickLadder
  /** What the venue charges, not what it tells. */
  readonly fees: SandboxFees
  /** What the taker's balance moves in, dollars. */
  readonly balanceStep: Money
}

export interface EdgeWish {
  /** Dollars that each pair keeps when `size` pairs are bought, both venues' fees paid. */
  readonly edge: Money
  readonly size: Quantity
}

/** Offers of both sides in prices of their own outcomes, and what they keep in all. */
export interface EdgePrices {
  readonly prices: readonly [Price, Price]
  readonly kept: Money
}

/** Prices of the first side that are tried on each side of the middle. */
const TRIES = 12
/** Ticks that the second side is moved down before a price of the first is given up. */
const STEPS_MAX = 400

/**
 * The offers that keep what was asked for and as little more as the grids of both venues allow, near `fair`, the price of
 * the first side's outcome. Null when no two prices inside (0, 1) keep as much.
 */
export function findEdge(sides: readonly [EdgeSide, EdgeSide], wish: EdgeWish, fair: Price): EdgePrices | null {
  const [first, second] = [ownLadder(sides[0]), ownLadder(sides[1])]
  let best: EdgePrices | null = null
  for (const price of around(first, (fair - wish.edge / 2n) as Price)) {
    const found = secondFor(sides, second, price, wish)
    if (found !== null && (best === null || found.kept < best.kept)) best = found
  }
  return best
}

/** Prices of a ladder, those nearest to `middle` first. */
function around(ladder: TickLadder, middle: Price): readonly Price[] {
  const start = neighbours(ladder, middle).below ?? neighbours(ladder, middle).above
  const prices: Price[] = start === null ? [] : [start]
  let [down, up] = [start, start]
  for (let tries = 0; tries < TRIES; tries++) {
    down = down === null ? null : neighbours(ladder, (down - 1n) as Price).below
    up = up === null ? null : neighbours(ladder, (up + 1n) as Price).above
    if (down !== null) prices.push(down)
    if (up !== null) prices.push(up)
  }
  return prices
}

/** The highest price of the second side that still keeps enough with this one of the first. */
function secondFor(
  [first, second]: readonly [EdgeSide, EdgeSide],
  ladder: TickLadder,
  price: Price,
  { edge, size }: EdgeWish,
): EdgePrices | null {
  const wanted = divideRounded(edge * size, SCALE, 'up')
  const paid = paidFor(first, price, size)
  let other = neighbours(ladder, (SCALE - price - edge) as Price).below
  for (let step = 0; step < STEPS_MAX && other !== null; step++) {
    const kept = (size - paid - paidFor(second, other, size)) as Money
    if (kept >= wanted) return { prices: [price, other], kept }
    other = neighbours(ladder, (other - 1n) as Price).below
  }
  return null
}

/** Dollars for so many contracts in one fill at this price of the side's outcome, fee included. */
function paidFor({ outcome, fees, balanceStep }: EdgeSide, price: Price, quantity: Quantity): Money {
  const dollars = cost(price, quantity, 'up')
  const yesPrice = outcome === 'yes' ? price : complement(price)
  const revenue = negateMoney(dollars)
  const { fee } = chargeFee(fees, {
    yesPrice,
    quantity,
    revenue,
    taker: true,
    accumulator: ZERO_MONEY,
    balanceStep,
  })
  return (dollars + fee) as Money
}

function ownLadder({ outcome, ladder }: Pick<EdgeSide, 'outcome' | 'ladder'>): TickLadder {
  return outcome === 'yes' ? ladder : mirrorLadder(ladder)
}

export interface Levels {
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** What one side offers, in prices of its own outcome. */
export interface Offer {
  readonly price: Price
  readonly quantity: Quantity
}

/**
 * A market's quotes with one offer in front of them, in YES prices. Other offers stay where they do not pay with the other
 * side (`freeFrom` and above), and bids where they do not meet the offer, so that an excess can be sold again; where none
 * is left, one tick below it.
 */
export function quotesWith(
  before: Levels,
  side: { readonly market: MarketId; readonly outcome: Outcome; readonly ladder: TickLadder },
  offer: Offer | null,
  about: { readonly injected: Price; readonly freeFrom: Price; readonly size: Quantity },
): Levels {
  const own = bookOf({ market: side.market, ...before, capturedAtMs: 0 }, side.outcome)
  const rest = own.asks.filter(({ price }) => price >= about.freeFrom && price !== offer?.price)
  const ahead = offer === null || offer.quantity <= 0n ? [] : [offer]
  const asks = [...ahead, ...rest].toSorted((a, b) => (a.price < b.price ? -1 : 1))
  const kept = own.bids.filter(({ price }) => price < about.injected)
  const below = neighbours(ownLadder(side), (about.injected - 1n) as Price).below
  const bids = kept.length > 0 || below === null ? kept : [{ price: below, quantity: about.size }]
  const { bids: yesBids, asks: yesAsks } = bookOf({ market: side.market, bids, asks, capturedAtMs: 0 }, side.outcome)
  return { bids: yesBids, asks: yesAsks }
}

/** The first price of a side that keeps nothing with this one of the other, before fees. */
export function freePrice(side: Pick<EdgeSide, 'outcome' | 'ladder'>, other: Price): Price {
  return neighbours(ownLadder(side), complement(other)).above ?? complement(1n as Price)
}
