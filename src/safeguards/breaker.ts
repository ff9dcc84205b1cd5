import { type VenueId, venueIds } from '../domain/market.ts'
import { seededRandom } from '../runtime/random.ts'
import type { BreakerMemory } from '../store/events.ts'
import { closedMemory, memoryAt, openMs, recoveryMs, trialMs } from './breaker-memory.ts'

/** Name of the breaker that stands before two-leg trades, beside those of their venues. */
export const twoLegBreaker = 'arbitrage'

export type BreakerMemories = ReadonlyMap<string, BreakerMemory>

/** May an order go out now? Cancels and reads never ask. */
export interface BreakerAdmission {
  /** A venue's id, or `arbitrage`. */
  readonly name: string
  readonly admitted: boolean
  readonly state: BreakerMemory['state']
  /** Unix ms from which an order may be let through again. Null while orders are. */
  readonly retryAtMs: number | null
}

/** Time in which recovery answers alike: short against the recovery, long against one order's two checks. */
const slotMs = 250
const slots = recoveryMs / slotMs

/** The breakers that stand before an order: its venue's, and for the leg of a two-leg trade that of arbitrage. */
export function orderAdmissions(
  memories: BreakerMemories,
  order: { readonly venue: VenueId; readonly isLeg: boolean },
  nowMs: number,
): readonly BreakerAdmission[] {
  return [order.venue, ...(order.isLeg ? [twoLegBreaker] : [])].map((name) => breakerAdmission(memories, name, nowMs))
}

/** Every breaker there is, once. */
export function allAdmissions(memories: BreakerMemories, nowMs: number): readonly BreakerAdmission[] {
  return [...venueIds, twoLegBreaker].map((name) => breakerAdmission(memories, name, nowMs))
}

/** Asking changes nothing, so a preview may ask as well. */
export function breakerAdmission(memories: BreakerMemories, name: string, nowMs: number): BreakerAdmission {
  const memory = memoryAt(memories.get(name) ?? closedMemory, nowMs)
  const retryAtMs = retryTime(name, memory, nowMs)
  return { name, admitted: retryAtMs === null, state: memory.state, retryAtMs }
}

function retryTime(name: string, { state, sinceMs, trialSinceMs }: BreakerMemory, nowMs: number): number | null {
  switch (state) {
    case 'closed':
      return null
    case 'half_open':
      return trialSinceMs === undefined ? null : trialSinceMs + trialMs
    case 'open':
      return (sinceMs ?? nowMs) + openMs
    case 'recovering':
      return nextOpenSlot(name, sinceMs ?? nowMs, nowMs)
  }
}

/** Null when the present slot lets orders through, else the start of the next one that does. */
function nextOpenSlot(name: string, sinceMs: number, nowMs: number): number | null {
  const present = presentSlot(sinceMs, nowMs)
  for (let slot = present; slot < slots; slot++) {
    // Drawn from nothing but the recovery itself: every process of the account gives the same answer.
    const open = seededRandom(`breaker/${name}/${sinceMs}/${slot}`).below(slots) <= slot
    if (open) return slot === present ? null : sinceMs + slot * slotMs
  }
  return sinceMs + recoveryMs
}

/** Percent of the moments that let an order through at this stage of a recovery. Null in any other state. */
export function recoveryShare({ state, sinceMs }: BreakerMemory, nowMs: number): number | null {
  if (state !== 'recovering') return null
  return Math.round((100 * (presentSlot(sinceMs ?? nowMs, nowMs) + 1)) / slots)
}

function presentSlot(sinceMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - sinceMs) / slotMs))
}
