import type { CallKind } from '../domain/venue.ts'
import type { BreakerMemory } from '../store/events.ts'

/** Availability failures in a row that open a breaker: of all calls, or of those that could change something. */
const failuresToOpen = 5
export const openMs = 60_000
export const recoveryMs = 30_000
/** A trial whose process died answers never. A venue is waited for 10 s, and a two-leg trade reads its fills as well. */
export const trialMs = 30_000

export const closedMemory: BreakerMemory = { state: 'closed', consecutiveFailures: 0, sinceMs: null }

/** The memory as time alone changes it. */
export function memoryAt(memory: BreakerMemory, nowMs: number): BreakerMemory {
  const sinceMs = memory.sinceMs ?? nowMs
  const elapsedMs = nowMs - sinceMs
  const { consecutiveFailures } = memory
  if (memory.state === 'open' && elapsedMs >= openMs) {
    return memoryAt({ state: 'half_open', consecutiveFailures, sinceMs: sinceMs + openMs }, nowMs)
  }
  if (memory.state === 'recovering' && elapsedMs >= recoveryMs) return closedMemory
  if (memory.trialSinceMs !== undefined && nowMs - memory.trialSinceMs >= trialMs) {
    return { state: memory.state, consecutiveFailures, sinceMs: memory.sinceMs }
  }
  return memory
}

/** An order goes out to try a half-open venue: until it is answered, no other one does. */
export function afterTrialBegan(before: BreakerMemory, nowMs: number): BreakerMemory {
  const memory = memoryAt(before, nowMs)
  return memory.state === 'half_open' ? { ...memory, trialSinceMs: nowMs } : memory
}

/** Availability failures in a row, as a person counts them: an answered question between two lost orders ends no row. */
export function failuresInARow({ consecutiveFailures, failedWrites = 0 }: BreakerMemory): number {
  return Math.max(consecutiveFailures, failedWrites)
}

/** The venue answered. While open that changes nothing: the call may have begun before. */
export function afterSuccess(before: BreakerMemory, nowMs: number, call: CallKind): BreakerMemory {
  const memory = memoryAt(before, nowMs)
  const { failedWrites } = memory
  switch (memory.state) {
    case 'closed':
      return call === 'write' || failedWrites === undefined ? closedMemory : { ...closedMemory, failedWrites }
    case 'half_open':
      return { state: 'recovering', consecutiveFailures: 0, sinceMs: nowMs }
    case 'open':
    case 'recovering':
      return memory
  }
}

/** The venue was unavailable. While open that changes nothing: the wait is not drawn out by reads that go on. */
export function afterFailure(before: BreakerMemory, nowMs: number, call: CallKind): BreakerMemory {
  const memory = memoryAt(before, nowMs)
  const consecutiveFailures = memory.consecutiveFailures + 1
  switch (memory.state) {
    case 'closed': {
      const failedWrites = (memory.failedWrites ?? 0) + (call === 'write' ? 1 : 0)
      const inARow = Math.max(consecutiveFailures, failedWrites)
      if (inARow >= failuresToOpen) return { state: 'open', consecutiveFailures: inARow, sinceMs: nowMs }
      const counted = failedWrites === 0 ? {} : { failedWrites }
      return { state: 'closed', consecutiveFailures, ...counted, sinceMs: null }
    }
    case 'half_open':
    case 'recovering':
      return { state: 'open', consecutiveFailures, sinceMs: nowMs }
    case 'open':
      return memory
  }
}
