import type { BreakerMemory } from '../store/events.ts'

/** Availability failures in a row that open a breaker. */
const failuresToOpen = 5
export const openMs = 60_000
export const recoveryMs = 30_000

export const closedMemory: BreakerMemory = { state: 'closed', consecutiveFailures: 0, sinceMs: null }

/** The memory as time alone changes it. */
export function memoryAt(memory: BreakerMemory, nowMs: number): BreakerMemory {
  const elapsedMs = nowMs - (memory.sinceMs ?? nowMs)
  if (memory.state === 'open' && elapsedMs >= openMs) return { ...memory, state: 'half_open' }
  if (memory.state === 'recovering' && elapsedMs >= recoveryMs) return closedMemory
  return memory
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
