import { VenueError } from '../../domain/errors.ts'
import type { Market, MarketId } from '../../domain/market.ts'
import type { OrderBook } from '../../domain/order-book.ts'
import type { Trading } from '../trading.ts'

export interface MarketDetail {
  readonly market: Market
  /** Null when the venue has no book for it, as for closed markets. */
  readonly book: OrderBook | null
}

/** @throws VenueError of kind `not_found` when the venue does not know the market. */
export async function showMarket(trading: Trading, id: MarketId, signal?: AbortSignal): Promise<MarketDetail> {
  const market = await trading.observe.market(id, signal)
  try {
    return { market, book: await trading.observe.book(market, signal) }
  } catch (error) {
    if (error instanceof VenueError && error.kind === 'not_found') return { market, book: null }
    throw error
  }
}
