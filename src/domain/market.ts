import type { Price, Quantity } from './amounts.ts'
import type { FeeSchedule } from './fees.ts'
import type { TickLadder } from './tick-ladder.ts'

/** The venues. A third one is added here and in `clients/index.ts`. */
export const venueIds = ['kalshi', 'polymarket'] as const
export type VenueId = (typeof venueIds)[number]

/** One value for each venue. */
export function perVenue<T>(make: (venue: VenueId) => T): Readonly<Record<VenueId, T>> {
  return { kalshi: make('kalshi'), polymarket: make('polymarket') }
}

/** Written `venue:symbol`, e.g. `kalshi:KXFED-26DEC-T4.25` or `polymarket:fed-cut-december`. */
export type MarketId = `${VenueId}:${string}`

export const outcomes = ['yes', 'no'] as const
export type Outcome = (typeof outcomes)[number]

/** One vocabulary for both venues. `determined` has a result that may still change; `settled` has paid. */
export const marketStatuses = ['unopened', 'open', 'paused', 'closed', 'determined', 'settled'] as const
export type MarketStatus = (typeof marketStatuses)[number]

export interface Market {
  readonly id: MarketId
  readonly venue: VenueId
  /** The part of the id after the colon: Kalshi's ticker, Polymarket's slug. */
  readonly symbol: string
  /** Other names that the venue accepts for it, e.g. the condition id. */
  readonly aliases: readonly string[]
  readonly title: string
  /** What YES stands for when the title alone does not say, else empty. */
  readonly yesLabel: string
  readonly category: string | null
  readonly eventId: string | null
  /** Full rule text: the truth about resolution. */
  readonly rules: string
  readonly status: MarketStatus
  /** Why no order can be placed, in the venue's terms, or null when orders are accepted. */
  readonly untradableReason: string | null
  /** RFC 3339, or null when the venue does not say. */
  readonly openTime: string | null
  readonly closeTime: string | null
  readonly ladder: TickLadder
  /** Smallest order in contracts, or null when the venue has none. */
  readonly minimumQuantity: Quantity | null
  /** Orders must be whole multiples of this many contracts. */
  readonly quantityStep: Quantity
  /** Of YES, in dollars. Null when that side of the book is empty or unknown. */
  readonly bestBid: Price | null
  readonly bestAsk: Price | null
  readonly lastPrice: Price | null
  readonly volume: Quantity | null
  readonly volumeUnit: 'contracts' | 'dollars'
  /** The winning outcome once determined; `scalar` pays both sides in part. */
  readonly result: Outcome | 'scalar' | null
  readonly fees: FeeSchedule
  /** What the venue's client needs to route an order (shard, token ids, exchange). Opaque to everyone else. */
  readonly routing: Readonly<Record<string, string>>
}

export function marketId(venue: VenueId, symbol: string): MarketId {
  return `${venue}:${symbol}`
}

/** Splits `venue:symbol`. Null when the venue is not one of ours or the symbol is empty. */
export function parseMarketId(text: string): { readonly venue: VenueId; readonly symbol: string } | null {
  const colon = text.indexOf(':')
  const venue = venueIds.find((id) => id === text.slice(0, colon))
  const symbol = text.slice(colon + 1)
  // Symbols go into request paths and file names: keep them to what both venues use.
  return colon > 0 && venue !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(symbol)
    ? { venue, symbol }
    : null
}

/** Names two markets of different venues together. The first is that of the venue that `venueIds` has first. */
export function pairName([first, second]: readonly [MarketId, MarketId]): string {
  return `${first} ${second}`
}

export function venueOf(id: MarketId): VenueId {
  const parsed = parseMarketId(id)
  if (parsed === null) throw new Error(`not a market id: ${id}`)
  return parsed.venue
}

export function oppositeOutcome(outcome: Outcome): Outcome {
  return outcome === 'yes' ? 'no' : 'yes'
}
