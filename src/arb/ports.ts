import type { Market, MarketId } from '../domain/market.ts'
import type { Level } from '../domain/order-book.ts'
import type { TickLadder } from '../domain/tick-ladder.ts'
import type { Touch } from '../domain/touch.ts'

/** Two markets of different venues that a person found to be one question. */
export interface ArbPair {
  /** Names it in lists and records. */
  readonly key: string
  readonly markets: readonly [Market, Market]
  /** Which side of the second market pays when YES of the first does: `same` its YES, `inverted` its NO. */
  readonly polarity: 'same' | 'inverted'
}

/** A market's book as of now. The feed may change the same object in place: what is needed later is copied. */
export interface ArbBook extends Touch {
  readonly market: MarketId
  /** A small whole number that is this market's alone in its feed. */
  readonly index: number
  /** YES prices, best level first, each price once. */
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
  /** When the venue last proved these levels, monotonic ms of the feed's clock. Null before the first snapshot. */
  readonly at: number | null
  readonly ladder: TickLadder
  readonly state: { readonly kind: 'tradable' } | { readonly kind: 'untradable'; readonly reason: BookDoubt }
}

/** Why a book cannot be traded on, by the feed's word. */
export interface BookDoubt {
  readonly kind: string
}

export interface ArbFeed {
  /** Null when the market is not watched. */
  book(market: MarketId): ArbBook | null
  /**
   * Calls with a book whenever its levels or its state changed. Returns what ends it.
   *
   * @param cares Asked by the index of a book: where it says no, changes of levels behind the best prices need not be told.
   */
  onChange(listener: (book: ArbBook) => void, cares?: (index: number) => boolean): () => void
}
