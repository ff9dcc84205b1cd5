import type { Price } from './amounts.ts'
import type { Level } from './order-book.ts'

/**
 * Where the best prices of a book stand: YES prices in whole millionths of a dollar, as plain integers. They are there to be
 * compared, thousands of times a second, and say an order; an amount of money is never computed from them.
 */
export interface Touch {
  /** `noBid` when there is none. */
  readonly bidAt: number
  /** `noAsk` when there is none. */
  readonly askAt: number
}

/** So far from every price that nothing pays against it. */
export const noBid = -1_000_000
export const noAsk = 2_000_000

/** Of sides with their best level first. */
export function touchOf(bids: readonly Level[], asks: readonly Level[]): Touch {
  const [bid, ask] = [bids[0], asks[0]]
  return {
    bidAt: bid === undefined ? noBid : placeOf(bid.price),
    askAt: ask === undefined ? noAsk : placeOf(ask.price),
  }
}

export function placeOf(price: Price): number {
  return Number(price)
}

/** The price that stands there. Exact: places are whole. */
export function priceAt(place: number): Price {
  return BigInt(place) as Price
}
