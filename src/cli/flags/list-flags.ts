import { Flags } from '@oclif/core'
import { marketStatuses, type VenueId, venueIds } from '../../domain/market.ts'

/** How many rows a list shows. */
export function limitFlag(byDefault: number) {
  return Flags.integer({ min: 1, max: 100_000, default: byDefault, description: 'show at most this many' })
}

/** One venue instead of all. */
export const venueFlag = Flags.option({ options: venueIds, description: 'this venue only' })

export const statusFlag = Flags.option({ options: marketStatuses, description: 'only markets in this status' })

export function chosenVenues(venue: VenueId | undefined): readonly VenueId[] {
  return venue === undefined ? venueIds : [venue]
}
