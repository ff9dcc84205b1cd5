import type { VenueId } from '../../domain/market.ts'
import type { Difference } from '../replay/compare.ts'

/** What programs draw anew in every run, so that two runs of one program do not agree on it. */
interface DrawnAnew {
  /** Members of requests and of frames: must be there, with any value. */
  readonly fields: ReadonlySet<string>
  /** Of those, the ids that the venue repeats in its answers. */
  readonly ids: ReadonlySet<string>
  /** Parameters of queries that are counted from the time of day. */
  readonly parameters: ReadonlySet<string>
}

// Source: the venues' API references of 2026-11-20, and what their official clients send.
const drawnAnew: Readonly<Record<VenueId, DrawnAnew>> = {
  kalshi: {
    fields: new Set(['client_order_id', 'updated_client_order_id', 'expiration_time', 'expiration_ts', 'id']),
    ids: new Set(['client_order_id', 'updated_client_order_id', 'id']),
    parameters: new Set(['min_ts', 'max_ts', 'start_ts', 'end_ts', 'min_close_ts', 'max_close_ts', 'min_updated_ts']),
  },
  polymarket: {
    // The maker amounts, the price and the side are what an order is; these only make it another one.
    fields: new Set(['salt', 'timestamp', 'expiration', 'signature', 'owner']),
    ids: new Set([]),
    parameters: new Set(['before', 'after', 'startTs', 'endTs']),
  },
}

/** Names of the ids that a program chooses and the venue repeats. */
export function idFields(venue: VenueId): ReadonlySet<string> {
  return drawnAnew[venue].ids
}

/**
 * Whether a difference says nothing but that it is another run: both sides have the field, and either both or neither say
 * "none" with it. An order that expires is not one that does not.
 */
export function isChance(venue: VenueId, { field, recorded, actual }: Difference): boolean {
  if (recorded === null || actual === null || !drawnAnew[venue].fields.has(lastName(field))) return false
  return isNone(recorded) === isNone(actual)
}

/** Path and query without the parameters that are counted from the time of day. */
export function steadyTarget(venue: VenueId, target: string): string {
  const mark = target.indexOf('?')
  if (mark < 0) return target
  const query = new URLSearchParams(target.slice(mark + 1))
  for (const name of drawnAnew[venue].parameters) if (query.has(name)) query.set(name, '')
  return `${target.slice(0, mark)}?${query.toString()}`
}

function isNone(json: string): boolean {
  return json === '""' || json === '0' || json === '"0"' || json === 'null'
}

function lastName(field: string): string {
  return field.split('.').findLast((name) => !/^\d+$/.test(name)) ?? field
}
