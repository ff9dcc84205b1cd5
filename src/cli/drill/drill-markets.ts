import type { MarketId, VenueId } from '../../domain/market.ts'
import { exampleMarket } from '../sandbox/example-markets.ts'

/** The market in which drills trade on a venue. */
export function marketOf(venue: VenueId): MarketId {
  return exampleMarket[venue] as MarketId
}
