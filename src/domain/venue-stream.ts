import type { Price, Quantity } from './amounts.ts'
import type { VenueError } from './errors.ts'
import type { FeeSchedule } from './fees.ts'
import type { Fill } from './fill.ts'
import type { Market, MarketId, VenueId } from './market.ts'
import type { BookSide, MarketEvent } from './market-stream.ts'

/** A trade between others, or one of ours as everybody sees it. */
export interface TradePrint {
  readonly market: MarketId
  /** The venue's id, or null where it gives none. */
  readonly id: string | null
  /** YES dollars. */
  readonly price: Price
  readonly quantity: Quantity
  /** Whom the taker met: a trade on the ask side was a purchase of YES. */
  readonly takerSide: BookSide
  /** Unix ms. */
  readonly atMs: number
}

/** Best prices and activity as the venue sums them up: for people, never for an order. */
export interface QuoteSummary {
  readonly market: MarketId
  readonly bid: Price | null
  readonly ask: Price | null
  readonly last: Price | null
  /** Contracts traded since the market began. */
  readonly volume: Quantity | null
  /** Contracts that somebody holds. */
  readonly openInterest: Quantity | null
}

/** News of our account. What is told of an order or a position is a hint to look, not the record: REST is. */
export type AccountEvent =
  | {
      readonly kind: 'order'
      readonly venue: VenueId
      readonly venueOrderId: string
      readonly clientOrderId: string | null
      readonly status: 'resting' | 'filled' | 'cancelled' | 'unknown'
      readonly filledQuantity: Quantity | null
      readonly remainingQuantity: Quantity | null
    }
  | { readonly kind: 'fill'; readonly fill: Fill }
  /** The net position in YES: below zero is NO. */
  | { readonly kind: 'position'; readonly market: MarketId; readonly net: Quantity }
  /** Private channels number nothing and replay nothing: read orders, fills and positions, or something may be missed. */
  | { readonly kind: 'missed'; readonly venue: VenueId; readonly why: 'connected' | 'undecodable' }

/** What a venue announces that is no change of a book, its status, its end or its grid: those are `MarketEvent`s. */
export type VenueNews =
  | { readonly kind: 'event_listed'; readonly venue: VenueId; readonly event: string; readonly title: string }
  /** Times are Unix ms, null where the venue does not say. */
  | {
      readonly kind: 'market_listed'
      readonly venue: VenueId
      readonly market: MarketId
      readonly event: string | null
      readonly title: string
      readonly opensAtMs: number | null
      readonly closesAtMs: number | null
    }
  /** What a market is about may read otherwise now, or its end is another. */
  | {
      readonly kind: 'texts_changed'
      readonly venue: VenueId
      readonly market: MarketId
      readonly what: 'metadata' | 'end'
    }
  /**
   * The fees of all markets of an event are others from now on. `told` is what they are by the message alone, where it tells
   * all of it. An event of null: a change may have been missed, of whichever.
   */
  | {
      readonly kind: 'fees_changed'
      readonly venue: VenueId
      readonly event: string | null
      readonly told: FeeSchedule | null
    }
  /** A message of a kind that this version does not know. It was passed by. */
  | { readonly kind: 'unknown'; readonly venue: VenueId; readonly type: string }

export type LinkState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'up' }
  | { readonly kind: 'waiting'; readonly reason: string; readonly retryInMs: number }
  | { readonly kind: 'closed' }

/** One connection of a stream. */
export interface Link {
  /** Short name, e.g. `market 1` or `user`. */
  readonly name: string
  readonly state: LinkState
  /** Milliseconds since anything came, signs of life included. Null while it is not up. */
  readonly silentForMs: number | null
  /** How often it had to be made anew. */
  readonly reconnects: number
}

declare const marketIndexBrand: unique symbol
/** The number of a market, given by a `BookChanges` and meaningless to anyone else. */
export type MarketIndex = number & { readonly [marketIndexBrand]: true }

/**
 * Changes of books by number and without an event: what is told thousands of times a second must neither be looked up by name,
 * which costs more than all the rest when there are many markets, nor leave an object behind.
 */
export interface BookChanges {
  /** Always the same for one market, whether or not it is watched. */
  indexOf(market: MarketId): MarketIndex
  /** The event `change`. */
  change(index: MarketIndex, side: BookSide, price: Price, by: Quantity): void
  /** The event `level`. */
  level(index: MarketIndex, side: BookSide, price: Price, quantity: Quantity): void
}

/** Where a stream tells what it hears, in order. Called synchronously. */
export interface StreamSink {
  onMarket(event: MarketEvent): void
  /** Hears of changes of books instead, where it is there. */
  readonly books?: BookChanges
  onAccount?(event: AccountEvent): void
  onPrint?(print: TradePrint): void
  onQuote?(quote: QuoteSummary): void
  onNews?(news: VenueNews): void
  /** A message that could not be read, or that the venue answered with an error. The stream goes on. */
  onProblem?(problem: VenueError): void
  onLink?(link: Link): void
}

/** The port to a venue's sockets. Keeps itself connected until it is closed; never throws for what the network does. */
export interface VenueStream {
  readonly venue: VenueId
  /** Follows the books of further markets. A market without a socket address of its own is reported as a problem. */
  watch(markets: readonly Market[]): void
  unwatch(markets: readonly MarketId[]): void
  /** Has the book read anew: somebody doubts it. */
  resync(market: MarketId): void
  readonly links: readonly Link[]
  close(): Promise<void>
}
