import { venueOf } from '../../domain/market.ts'
import { deny } from '../denials.ts'
import { isUnwind } from '../risk.ts'
import type { Check } from '../snapshot.ts'

/** While records are missing, what is held and what rests is not known: limits would count too little. */
export const lostRecords: Check = (intent, { state: { lostRecords: lost } }) => {
  const venue = venueOf(intent.market)
  if (isUnwind(intent) || lost === null || !lost.venues.includes(venue)) return []
  return [deny('RECORDS_LOST', { venue, upTo: lost.upTo })]
}
