import type { BreakerMemory } from '../store/events.ts'

/** Availability failures in a row that open a breaker. */
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

/** The venue answered. While open that changes nothing: the call may have begun before. */
export function afterSuccess(before: BreakerMemory, nowMs: number): BreakerMemory {
  const memory = memoryAt(before, nowMs)
  switch (memory.state) {
    case 'closed':
      return closedMemory
    case 'half_open':
      return { state: 'recovering', consecutiveFailures: 0, sinceMs: nowMs }
    case 'open':
    case 'recovering':
      return memory
  }
}

/** The venue was unavailable. While open that changes nothing: the wait is not drawn out by reads that go on. */
export function afterFailure(before: BreakerMemory, nowMs: number): BreakerMemory {
  const memory = memoryAt(before, nowMs)
  const consecutiveFailures = memory.consecutiveFailures + 1
  switch (memory.state) {
    case 'closed':
      return consecutiveFailures < failuresToOpen
        ? { state: 'closed', consecutiveFailures, sinceMs: null }
        : { state: 'open', consecutiveFailures, sinceMs: nowMs }
    case 'half_open':
    case 'recovering':
      return { state: 'open', consecutiveFailures, sinceMs: nowMs }
    case 'open':
      return memory
  }
}
