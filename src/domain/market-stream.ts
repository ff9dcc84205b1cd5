import type { Price, Quantity } from './amounts.ts'
import type { MarketId, MarketStatus, Outcome } from './market.ts'
import type { Level } from './order-book.ts'
import type { TickLadder } from './tick-ladder.ts'

export type BookSide = 'bid' | 'ask'

/** Why what was known of a book cannot be relied on until it has been read anew. */
export type Doubt =
  /** Nobody listens: not connected yet, or the connection was lost. */
  | { readonly kind: 'disconnected' }
  /** Messages are missing between two that arrived. */
  | { readonly kind: 'gap'; readonly expected: number; readonly received: number }
  /** What arrived contradicts what was known, e.g. a level below zero or another best price than ours. */
  | { readonly kind: 'contradiction'; readonly detail: string }
  /** A message about the book that could not be read. */
  | { readonly kind: 'undecodable'; readonly detail: string }

/**
 * What a venue says of its markets, in YES prices and our words, in the order in which it said so. Only what its
 * stream has vouched for arrives: sequences are checked and duplicates dropped before.
 */
export type MarketEvent =
  /** The whole book. Replaces all that was known of it. Levels in any order. */
  | {
      readonly kind: 'snapshot'
      readonly market: MarketId
      readonly bids: readonly Level[]
      readonly asks: readonly Level[]
      /** Books of one subscription are proven together by any message of it. Null: this book is proven by itself. */
      readonly subscription: string | null
    }
  /** A level grows or shrinks. */
  | {
      readonly kind: 'change'
      readonly market: MarketId
      readonly side: BookSide
      readonly price: Price
      readonly by: Quantity
    }
  /** A level as it stands now; zero removes it. */
  | {
      readonly kind: 'level'
      readonly market: MarketId
      readonly side: BookSide
      readonly price: Price
      readonly quantity: Quantity
    }
  /** The best prices as the venue sees them after its last message. Null: that side is empty. */
  | { readonly kind: 'best'; readonly market: MarketId; readonly bid: Price | null; readonly ask: Price | null }
  /** Nothing was missed up to now: every book of the subscription is as the venue has it. */
  | { readonly kind: 'proven'; readonly subscription: string }
  /** One book was read another way and is as we have it. */
  | { readonly kind: 'confirmed'; readonly market: MarketId }
  | { readonly kind: 'doubt'; readonly market: MarketId; readonly doubt: Doubt }
  | {
      readonly kind: 'status'
      readonly market: MarketId
      readonly status: MarketStatus
      readonly result: Outcome | 'scalar' | null
    }
  /** Something may have happened to it that nobody told: it counts as open for nobody until its status is known again. */
  | { readonly kind: 'status_unknown'; readonly market: MarketId }
  /** Trading is to end at this time, Unix ms. */
  | { readonly kind: 'close_time'; readonly market: MarketId; readonly closeAtMs: number }
  | { readonly kind: 'ladder'; readonly market: MarketId; readonly ladder: TickLadder }
