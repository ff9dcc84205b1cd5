import type { VenueId } from '../../domain/market.ts'

/** An event that a simulated venue lists from now on. */
export interface ListedJson {
  readonly venue: VenueId
  readonly event: string
  readonly markets: readonly {
    readonly market: string
    readonly title: string
    readonly status: string
    /** RFC 3339. */
    readonly opens: string
    readonly closes: string
    readonly bids: readonly (readonly [price: string, quantity: string])[]
    readonly asks: readonly (readonly [price: string, quantity: string])[]
  }[]
}

export interface SandboxAddJson extends ListedJson {
  /** Whether a sandbox is being served, whose sockets told of it. */
  readonly served: boolean
}
