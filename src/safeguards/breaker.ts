import type { Clock } from '../runtime/clock.ts'
import type { Random } from '../runtime/random.ts'
import type { BreakerMemory } from '../store/events.ts'
import { afterFailure, afterSuccess, closedMemory, memoryAt, openMs, recoveryMs } from './breaker-memory.ts'

/** May an order go out now? Cancels and reads never ask. */
export interface BreakerAdmission {
  readonly name: string
  readonly admitted: boolean
  readonly state: BreakerMemory['state']
  /** Unix ms from which an order may be let through again. Null while orders are. */
  readonly retryAtMs: number | null
}

export interface Breaker {
  readonly name: string
  /** Asking changes nothing, so a preview may ask as well. */
  admit(): BreakerAdmission
  /** The venue answered, if only to refuse. */
  recordSuccess(): void
  /** The venue was unavailable: timeout, reset, 5xx, unreadable answer. */
  recordFailure(): void
  /** As of now: an open breaker half-opens and a recovering one closes by time alone. */
  memory(): BreakerMemory
}

export interface BreakerOptions {
  /** A venue's id, or `arbitrage` for two-leg trades. */
  readonly name: string
  /** What an earlier process left. */
  readonly memory: BreakerMemory | null | undefined
  readonly clock: Clock
  readonly random: Random
  /** Every change that the next process must know. */
  readonly onChange: (memory: BreakerMemory) => void
}

/** Time in which recovery answers alike: short against the recovery, long against one order's two checks. */
const slotMs = 250

/**
 * Guards a venue's availability: 5 failures in a row open it for 60 s, then it half-opens, the first answer decides, and for
 * 30 s a growing share of orders passes. Any failure on the way opens it again.
 */
export function createBreaker(options: BreakerOptions): Breaker {
  const { name, clock, onChange } = options
  const luck = options.random.fork(`breaker/${name}`)
  let memory = options.memory ?? closedMemory

  const become = (next: BreakerMemory): void => {
    const changed = next.state !== memory.state || next.consecutiveFailures !== memory.consecutiveFailures
    memory = next
    if (changed) onChange(next)
  }
  return {
    name,
    admit: () => admission(name, memoryAt(memory, clock.nowMs()), clock.nowMs(), luck),
    recordSuccess: () => become(afterSuccess(memory, clock.nowMs())),
    recordFailure: () => become(afterFailure(memory, clock.nowMs())),
    memory: () => memoryAt(memory, clock.nowMs()),
  }
}

function admission(name: string, memory: BreakerMemory, nowMs: number, luck: Random): BreakerAdmission {
  const { state } = memory
  const sinceMs = memory.sinceMs ?? nowMs
  switch (state) {
    case 'closed':
    case 'half_open':
      return { name, admitted: true, state, retryAtMs: null }
    case 'open':
      return { name, admitted: false, state, retryAtMs: sinceMs + openMs }
    case 'recovering': {
      const retryAtMs = nextOpenSlot(sinceMs, nowMs, luck)
      return { name, admitted: retryAtMs === null, state, retryAtMs }
    }
  }
}

/** Null when the present slot lets orders through, else the start of the next one that does. */
function nextOpenSlot(sinceMs: number, nowMs: number, luck: Random): number | null {
  const slots = recoveryMs / slotMs
  const present = Math.max(0, Math.floor((nowMs - sinceMs) / slotMs))
  for (let slot = present; slot < slots; slot++) {
    // Drawn by slot number alone: slot n of N is open with a chance of (n + 1) in N.
    const open = luck.fork(`${sinceMs}/${slot}`).below(slots) <= slot
    if (open) return slot === present ? null : sinceMs + slot * slotMs
  }
  return sinceMs + recoveryMs
}
