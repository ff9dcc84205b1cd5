import { perVenue, type VenueId, venueIds } from '../../domain/market.ts'
import type { Catalogue } from '../../store/market-catalogue.ts'

/** When each venue was last synced; null for one that never was. */
export async function syncTimes(catalogue: Catalogue): Promise<Readonly<Record<VenueId, string | null>>> {
  const times = await Promise.all(venueIds.map((venue) => catalogue.syncedAt(venue)))
  return perVenue((venue) => times[venueIds.indexOf(venue)] ?? null)
}
