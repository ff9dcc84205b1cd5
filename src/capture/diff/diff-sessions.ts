import { type VenueId, venueIds } from '../../domain/market.ts'
import { entryOf, type Recording } from '../read/recording.ts'
import type { Difference } from '../replay/compare.ts'
import { align } from './align.ts'
import { compareExchanges, type DiffItem, signatureOf } from './compare-exchange.ts'
import { IdPairs } from './id-pairs.ts'

/** An exchange as a difference names it. */
export interface DiffPlace {
  readonly seq: number
  readonly file: string
  readonly venue: VenueId
  readonly method: string
  readonly target: string
}

/** Two exchanges in the same place, or one that only one session has, and what differs. */
export interface ExchangeDiff {
  readonly a: DiffPlace | null
  readonly b: DiffPlace | null
  readonly differences: readonly Difference[]
}

export interface SessionDiff {
  /** Exchanges that are the same but for what is volatile. */
  readonly same: number
  readonly different: readonly ExchangeDiff[]
}

/** Compares two sessions exchange by exchange, each venue for itself: across venues the order is chance. */
export function diffSessions(a: Recording, b: Recording): SessionDiff {
  const ids = new IdPairs()
  let same = 0
  const different: ExchangeDiff[] = []
  for (const venue of venueIds) {
    for (const [one, other] of align(comparable(a, venue), comparable(b, venue))) {
      const differences = one === null || other === null ? [] : compareExchanges(one, other, ids)
      if (one !== null && other !== null && differences.length === 0) same += 1
      else different.push({ a: placeOf(one), b: placeOf(other), differences })
    }
  }
  return { same, different }
}

function comparable(recording: Recording, venue: VenueId) {
  return recording.exchanges
    .filter((exchange) => exchange.venue === venue)
    .map((exchange) => {
      const { seq, file, endpoint, target, service, method } = exchange
      const item: DiffItem = { seq, file, venue, endpoint, target, entry: entryOf(recording, exchange) }
      return { item, kind: `${service} ${method} ${endpoint}`, signature: signatureOf(item) }
    })
}

function placeOf(item: DiffItem | null): DiffPlace | null {
  if (item === null) return null
  const { seq, file, venue, target, entry } = item
  return { seq, file, venue, method: entry.request.method, target }
}
