import type { VenueId } from '../../domain/market.ts'

/** Something that a venue told, beside its books: one line of `markets watch --json`. */
export interface WatchNewsJson {
  readonly news: 'listed' | 'status' | 'end' | 'ticks' | 'texts' | 'fees'
  readonly at: string
  readonly venue: VenueId
  /** Null where it is about an event, or about all markets of the venue. */
  readonly market: string | null
  readonly event: string | null
  readonly text: string
}
