import type { VenueId } from '../domain/market.ts'
import { venueIds } from '../domain/market.ts'
import type { BreakerSet } from '../engine/trading.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type Breaker, createBreaker } from '../safeguards/breaker.ts'
import type { BreakerMemory } from '../store/events.ts'

/** Name of the breaker that stands before two-leg trades. */
const twoLegBreaker = 'arbitrage'

export interface SessionBreakers extends BreakerSet {
  readonly all: readonly Breaker[]
  /** What a venue's transport tells after each call: whether the venue was there. */
  recordVenue(venue: VenueId, available: boolean): void
}

/** One breaker a venue and one for two-leg trades, each continuing where an earlier process left it. */
export function createBreakers(options: {
  readonly runtime: Runtime
  readonly memories: ReadonlyMap<string, BreakerMemory>
  readonly onChange: (name: string, memory: BreakerMemory) => void
}): SessionBreakers {
  const { clock, random } = options.runtime
  const make = (name: string): Breaker =>
    createBreaker({
      name,
      memory: options.memories.get(name),
      clock,
      random,
      onChange: (memory) => options.onChange(name, memory),
    })
  const venues = new Map<VenueId, Breaker>(venueIds.map((venue) => [venue, make(venue)]))
  const twoLeg = make(twoLegBreaker)
  const of = (venue: VenueId): Breaker => {
    const breaker = venues.get(venue)
    if (breaker === undefined) throw new Error(`no breaker for ${venue}`)
    return breaker
  }
  return {
    all: [...venues.values(), twoLeg],
    admissions: (venue, purpose) => [of(venue).admit(), ...(purpose === 'two_leg' ? [twoLeg.admit()] : [])],
    recordTwoLeg: (outcome) => (outcome === 'available' ? twoLeg.recordSuccess() : twoLeg.recordFailure()),
    recordVenue: (venue, available) => (available ? of(venue).recordSuccess() : of(venue).recordFailure()),
  }
}
