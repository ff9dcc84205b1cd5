import type { VenueId } from '../../domain/market.ts'
import type { BreakerSet } from '../../engine/trading.ts'
import type { Clock } from '../../runtime/clock.ts'
import { twoLegBreaker } from '../../safeguards/breaker.ts'
import { availabilityEvents } from '../../safeguards/breaker-events.ts'
import type { Ledger } from '../../store/ledger.ts'

export interface SessionBreakers extends BreakerSet {
  /** What a venue's transport tells after each call: whether the venue was there. */
  recordVenue(venue: VenueId, available: boolean): void
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
  /** Breakers for which the last word that waits to be written is that the venue is there. */
  const saidAvailable = new Set<string>()
  let warned = false

  const warn = (error: Error): void => {
    if (!warned) onWarning(`breaker not journalled: ${error.message}`)
    warned = true
  }
  const record = (name: string, available: boolean): void => {
    // Saying it twice before it is written changes nothing; a catalogue comes in hundreds of pages.
    if (available && saidAvailable.has(name)) return
    if (available) saidAvailable.add(name)
    else saidAvailable.delete(name)
    const atMs = clock.nowMs()
    const write = ledger
      .transact(({ breakers }) => {
        if (available) saidAvailable.delete(name)
        return { events: availabilityEvents(breakers, name, { available, atMs }), result: undefined }
      })
      .catch((error: Error) => {
        saidAvailable.delete(name)
        warn(error)
      })
      .finally(() => writes.delete(write))
    writes.add(write)
  }
  return {
    recordTwoLeg: (outcome) => record(twoLegBreaker, outcome === 'available'),
    recordVenue: record,
    settled: async () => {
      await Promise.all(writes)
    },
  }
}
