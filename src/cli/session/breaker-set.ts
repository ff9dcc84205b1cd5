import type { VenueId } from '../../domain/market.ts'
import type { CallKind } from '../../domain/venue.ts'
import type { BreakerSet } from '../../engine/trading.ts'
import type { Clock } from '../../runtime/clock.ts'
import { twoLegBreaker } from '../../safeguards/breaker.ts'
import { availabilityEvents } from '../../safeguards/breaker-events.ts'
import type { Ledger } from '../../store/ledger.ts'

export interface SessionBreakers extends BreakerSet {
  /** What a venue's transport tells after each call: whether the venue was there. */
  recordVenue(venue: VenueId, available: boolean, call: CallKind): void
  /** Resolves when everything recorded so far has been decided on. */
  settled(): Promise<void>
}

/**
 * Brings what this process sees of the venues into the breakers that all processes of the account share. Nobody waits for
 * it: calls go on while it is decided, in the order in which it was seen, and before any order that is checked later.
 */
export function createBreakers(options: {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly onWarning: (message: string) => void
}): SessionBreakers {
  const { ledger, clock, onWarning } = options
  const writes = new Set<Promise<void>>()
  /** Breakers and kinds of calls for which the last word that waits to be written is that the venue is there. */
  const saidAvailable = new Set<string>()
  let warned = false

  const warn = (error: Error): void => {
    if (!warned) onWarning(`breaker not journalled: ${error.message}`)
    warned = true
  }
  const record = (name: string, available: boolean, call: CallKind): void => {
    const word = `${name} ${call}`
    // Saying it twice before it is written changes nothing; a catalogue comes in hundreds of pages.
    if (available && saidAvailable.has(word)) return
    if (available) saidAvailable.add(word)
    else for (const each of [`${name} read`, `${name} write`]) saidAvailable.delete(each)
    const atMs = clock.nowMs()
    const write = ledger
      .transact(({ breakers }) => {
        if (available) saidAvailable.delete(word)
        return { events: availabilityEvents(breakers, name, { available, call, atMs }), result: undefined }
      })
      .catch((error: Error) => {
        saidAvailable.delete(word)
        warn(error)
      })
      .finally(() => writes.delete(write))
    writes.add(write)
  }
  return {
    recordTwoLeg: (outcome) => record(twoLegBreaker, outcome === 'available', 'write'),
    recordVenue: record,
    settled: async () => {
      await Promise.all(writes)
    },
  }
}
