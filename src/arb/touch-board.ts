import { noAsk, noBid, type Touch } from '../domain/touch.ts'
import { cheapest, par, type TouchTerms } from './touch-pays.ts'

/** Numbers of a market: its best ask and bid as last heard, and the first of its pairs. */
const MARKET = 4
const ASK = 0
const BID = 1
const FIRST = 2

/** Numbers of a pair: its markets, the next pair of each of them, and what decides whether it may pay. */
const PAIR = 8
const LEG = 0
const NEXT = 2
const BELOW = 4
const IS_INVERTED = 5

/** No pair more. */
export const NO_LINK = -1

export interface BoardPair {
  /** Of its two markets. */
  readonly markets: readonly [number, number]
  readonly terms: Pick<TouchTerms, 'isInverted' | 'margin'>
}

/**
 * The best prices of all markets as last heard, and of each market the pairs that it is in, by their numbers. What is asked at
 * every change of a best price lies in plain memory, as the levels of the books do and for the same reason: with ten thousand
 * pairs each object on the way is a wait.
 */
export class TouchBoard {
  readonly #markets: Int32Array
  readonly #pairs: Int32Array

  constructor(markets: number, pairs: readonly BoardPair[]) {
    this.#markets = new Int32Array(markets * MARKET)
    for (let market = 0; market < markets; market++) this.#markets.set([noAsk, noBid, NO_LINK], market * MARKET)
    this.#pairs = new Int32Array(pairs.length * PAIR)
    // Each goes before those that are there, so that the first is linked last.
    for (let pair = pairs.length - 1; pair >= 0; pair--) this.#link(pair, pairs[pair])
  }

  #link(number: number, pair: BoardPair | undefined): void {
    if (pair === undefined) return
    const at = number * PAIR
    this.#pairs[at + BELOW] = par - pair.terms.margin
    this.#pairs[at + IS_INVERTED] = pair.terms.isInverted ? 1 : 0
    for (const [leg, market] of pair.markets.entries()) {
      this.#pairs[at + LEG + leg] = market
      this.#pairs[at + NEXT + leg] = this.first(market)
      this.#markets[market * MARKET + FIRST] = number * 2 + leg
    }
  }

  /** A market's best prices from now on. False when they are what they were. */
  hear(market: number, { askAt, bidAt }: Touch): boolean {
    const at = market * MARKET
    const markets = this.#markets
    if (markets[at + ASK] === askAt && markets[at + BID] === bidAt) return false
    markets[at + ASK] = askAt
    markets[at + BID] = bidAt
    return true
  }

  touch(market: number): Touch {
    const at = market * MARKET
    return { askAt: this.#markets[at + ASK] ?? noAsk, bidAt: this.#markets[at + BID] ?? noBid }
  }

  /** The first link of a market: `pairOf` it is a pair of the market, and `next` leads to the others. */
  first(market: number): number {
    return this.#markets[market * MARKET + FIRST] ?? NO_LINK
  }

  next(link: number): number {
    return this.#pairs[(link >> 1) * PAIR + NEXT + (link & 1)] ?? NO_LINK
  }

  market(pair: number, leg: 0 | 1): number {
    return this.#pairs[pair * PAIR + LEG + leg] ?? 0
  }

  /** Whether the best offers of either way to buy both sides are cheap enough for anything else to be asked. */
  mayPay(pair: number): boolean {
    const isInverted = this.#pairs[pair * PAIR + IS_INVERTED] === 1
    const [first, second] = [this.touch(this.market(pair, 0)), this.touch(this.market(pair, 1))]
    return cheapest(isInverted, first, second) < (this.#pairs[pair * PAIR + BELOW] ?? 0)
  }
}

export function pairOf(link: number): number {
  return link >> 1
}
