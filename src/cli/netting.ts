import { venueSettings } from '../clients/index.ts'
import type { VenueId } from '../domain/market.ts'
import type { Netting } from '../domain/position.ts'

/** How a venue nets positions, known without loading its client: folds need it at every start. */
export function nettingOf(venue: VenueId): Netting {
  return venueSettings[venue].netting
}
