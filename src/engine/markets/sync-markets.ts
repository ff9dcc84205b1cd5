import { VenueError } from '../../domain/errors.ts'
import type { Market, MarketStatus, VenueId } from '../../domain/market.ts'
import type { MarketQuery } from '../../domain/venue.ts'
import type { Catalogue } from '../../store/market-catalogue.ts'
import type { Trading } from '../trading.ts'

export interface SyncOptions {
  readonly venues: readonly VenueId[]
  /** At most this many markets of each venue. */
  readonly limit?: number
  readonly status?: MarketStatus
  onProgress(progress: { readonly venue: VenueId; readonly markets: number }): void
}

export interface VenueSync {
  readonly venue: VenueId
  readonly markets: number
  readonly added: number
  readonly removed: number
  /** Set when the venue could not be read to the end: its earlier catalogue then stands unchanged. */
  readonly error: { readonly code: string; readonly message: string } | null
}

/** Replaces the local catalogue of each venue by what it lists now. One venue's failure leaves the other's sync alone. */
export function syncMarkets(
  trading: Trading,
  catalogue: Catalogue,
  options: SyncOptions,
  signal?: AbortSignal,
): Promise<readonly VenueSync[]> {
  return Promise.all(options.venues.map((venue) => syncVenue(trading, catalogue, venue, options, signal)))
}

async function syncVenue(
  trading: Trading,
  catalogue: Catalogue,
  venue: VenueId,
  options: SyncOptions,
  signal?: AbortSignal,
): Promise<VenueSync> {
  const query: MarketQuery = {
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.status === undefined ? {} : { status: options.status }),
  }
  try {
    const client = await trading.client(venue)
    const pages = client.listMarkets(query, signal === undefined ? {} : { signal })
    const { count, added, removed } = await catalogue.replaceVenue(venue, counted(pages, venue, options))
    await trading.ledger.append({ type: 'markets.synced', venue, markets: count })
    return { venue, markets: count, added, removed, error: null }
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    return { venue, markets: 0, added: 0, removed: 0, error: { code: error.code, message: error.message } }
  }
}

async function* counted(
  pages: AsyncIterable<readonly Market[]>,
  venue: VenueId,
  options: SyncOptions,
): AsyncGenerator<readonly Market[]> {
  let markets = 0
  for await (const page of pages) {
    markets += page.length
    options.onProgress({ venue, markets })
    yield page
  }
}
