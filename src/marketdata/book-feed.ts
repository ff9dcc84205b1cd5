import type { Price } from '../domain/amounts.ts'
import type { MarketId, MarketStatus } from '../domain/market.ts'
import type { Doubt } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import type { TickLadder } from '../domain/tick-ladder.ts'
import type { Touch } from '../domain/touch.ts'

/** Why nobody may trade on a book as it stands. */
export type Untradable =
  /** Watched, and no snapshot has come yet. */
  | { readonly kind: 'waiting' }
  | Doubt
  /** Not proven for longer than the feed allows. */
  | { readonly kind: 'stale'; readonly ageMs: number; readonly limitMs: number }
  /** A bid at or above an ask. Venues send one trade as several messages, so that it may last for a moment only. */
  | { readonly kind: 'crossed'; readonly bid: Price; readonly ask: Price }
  /** The venue takes no orders for it, by its status or by the clock. */
  | { readonly kind: 'not_open'; readonly status: MarketStatus }
  /** Whether the venue takes orders for it has to be read first. */
  | { readonly kind: 'status_unknown' }

export type BookState = { readonly kind: 'tradable' } | { readonly kind: 'untradable'; readonly reason: Untradable }

/** One market's book as of now: the same object for as long as the market is watched, and empty afterwards. */
export interface LiveBook extends Touch {
  readonly market: MarketId
  /** A small whole number that is this market's alone in its feed. */
  readonly index: number
  /** YES prices, best level first, each price once. Made when they are read, as they are then: a caller's to keep. */
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
  /** How many levels there are. */
  readonly bidCount: number
  readonly askCount: number
  /**
   * When the venue's word last proved these levels, monotonic ms of the feed's clock: later than the last change, since a
   * message of the same subscription proves that none was missed. Null before the first snapshot.
   */
  readonly at: number | null
  /** The market's price ladder, as last announced. */
  readonly ladder: TickLadder
  /** As of now: reading it asks the clock. */
  readonly state: BookState
  /** Counts changes of levels. */
  readonly levelChanges: number
}

export type BookListener = (book: LiveBook) => void

export interface BookFeed {
  /** Null when the market is not watched. */
  book(market: MarketId): LiveBook | null
  /** Of every watched market. */
  readonly books: Iterable<LiveBook>
  /**
   * Calls once per message that changed a book's levels or state, after it was applied, with that book. Returns what ends
   * it. Growing stale is no message: whoever must know asks `state`.
   *
   * @param cares Asked by the index of a book: where it says no, changes of levels behind the best prices are not told. All
   * are told when it is left out.
   */
  onChange(listener: BookListener, cares?: (index: number) => boolean): () => void
}
