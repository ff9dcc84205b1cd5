import { RateBudgets } from '../../clients/rates/budgets.ts'
import type { VenueId } from '../../domain/market.ts'
import type { VenueClient } from '../../domain/venue.ts'
import { type CancelAllOutcome, countResting } from '../../engine/cancel/cancel-all.ts'
import { emptyVenue } from '../../engine/cancel/empty-venue.ts'
import { linkedAbort } from '../../runtime/abort.ts'
import type { Clock } from '../../runtime/clock.ts'
import { startDeadline } from '../../runtime/deadline.ts'
import { freshSeed, seededRandom } from '../../runtime/random.ts'
import type { Settings } from '../config/settings.ts'
import { leftOutNotice, usableVenues } from '../config/usable-venues.ts'
import { sandboxHost } from '../sandbox/host.ts'
import { openClient } from '../session/venue-access.ts'
import type { EmptiedVenue } from './halt-report.ts'

/** Every venue with an account, reached without journal, views or breakers. */
export interface VenuesToEmpty {
  /** Venues without an account here. */
  readonly leftOut: readonly VenueId[]
  /** Cancels everything at each venue at once and reads back. May be done again. Never throws for what a venue does. */
  empty(): Promise<readonly EmptiedVenue[]>
  /** Reads once more what was seen empty. Where something rests after all, and where nobody tells, everything is cancelled again. */
  confirm(emptied: readonly EmptiedVenue[]): Promise<readonly EmptiedVenue[]>
  close(): Promise<void>
}

interface EmptyOptions {
  readonly settings: Settings
  readonly clock: Clock
  readonly sinceStart: () => number
  onWarning(message: string): void
  onProgress(message: string): void
  readonly signal?: AbortSignal
}

/** A venue that has not let go of everything by then is reported as it is. */
const venueLimitMs = 45_000

export function openVenues(options: EmptyOptions): VenuesToEmpty {
  const { settings, clock, sinceStart, onWarning, onProgress } = options
  const { venues, leftOut } = usableVenues(settings)
  for (const venue of leftOut) onWarning(leftOutNotice(venue))
  const sandbox = sandboxHost({ dataDir: settings.dataDir, clock })
  const random = seededRandom(freshSeed())
  const rates = new RateBudgets({ clock, random })
  const access = { settings, sandbox, clock, random, rates, onWarning, onAvailability: () => undefined }
  const clients = new Map<VenueId, Promise<VenueClient>>()
  const clientOf = (venue: VenueId): Promise<VenueClient> => {
    const client = clients.get(venue) ?? openClient(venue, access)
    clients.set(venue, client)
    return client
  }
  const empty = async (venue: VenueId, signal: AbortSignal): Promise<EmptiedVenue> => {
    const outcome = await clientOf(venue)
      .then((client) => emptyVenue(client, clock, { signal }))
      .catch((error: unknown) => notEmptied(venue, error))
    const { stillResting, message } = outcome
    const resting = stillResting === null ? 'what rests could not be read' : `${stillResting} resting`
    onProgress(`${venue}: ${[resting, ...(message === null ? [] : [message])].join('. ')}`)
    return { ...outcome, afterMs: sinceStart() }
  }
  const confirm = async (seen: EmptiedVenue, signal: AbortSignal): Promise<EmptiedVenue> => {
    if (seen.stillResting !== 0) return seen
    // A read that fails for whatever reason proves nothing, and emptying reports the reason.
    const resting = await countResting(await clientOf(seen.venue), { signal }).catch(() => null)
    return resting === 0 ? seen : empty(seen.venue, signal)
  }
  return {
    leftOut,
    empty: () => withLimit(options.signal, (signal) => Promise.all(venues.map((venue) => empty(venue, signal)))),
    confirm: (seen) => withLimit(options.signal, (signal) => Promise.all(seen.map((each) => confirm(each, signal)))),
    close: () => sandbox.close(),
  }
}

/** Runs `work` with a signal that aborts with the caller's, or when the time is up. */
async function withLimit<T>(outer: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = linkedAbort(outer)
  const deadline = startDeadline(venueLimitMs, over.abort)
  try {
    return await work(over.signal)
  } finally {
    deadline.cancel()
    over.release()
  }
}

/** Whatever went wrong at one venue, also a mistake of ours, must not keep the other from being emptied. */
function notEmptied(venue: VenueId, error: unknown): CancelAllOutcome {
  const message = error instanceof Error ? error.message : String(error)
  return { venue, outcome: 'unknown', cancelled: null, stillResting: null, message, tailUntil: null }
}
