import { venueSettings } from '../../clients/index.ts'
import type { Netting } from '../../domain/holding.ts'
import type { VenueId } from '../../domain/market.ts'

/** How a venue nets positions, known without loading its client: folds need it at every start. */
export function nettingOf(venue: VenueId): Netting {
  return venueSettings[venue].netting
}
