import type { CallKind } from '../domain/venue.ts'
import type { BreakerMemory, JournalEvent } from '../store/events.ts'
import type { BreakerMemories } from './breaker.ts'
import { afterFailure, afterSuccess, afterTrialBegan, closedMemory, memoryAt } from './breaker-memory.ts'

type BreakerChange = Extract<JournalEvent, { type: 'breaker.changed' }>

/** Decided under the ledger's lock on what it holds, so that no process overwrites what another one has seen. */

/** What an answer, or its absence, at `atMs` changes. Empty when nothing does: a venue that works writes nothing. */
export function availabilityEvents(
  memories: BreakerMemories,
  breaker: string,
  seen: { readonly available: boolean; readonly call: CallKind; readonly atMs: number },
): readonly BreakerChange[] {
  const { available, call, atMs } = seen
  const stored = memories.get(breaker) ?? closedMemory
  const before = memoryAt(stored, atMs)
  const after = available ? afterSuccess(before, atMs, call) : afterFailure(before, atMs, call)
  // What time alone had changed is told as well: the trail holds every step, though nobody was there when it happened.
  const steps = [stored, before, after]
  return steps.flatMap((memory, index) => {
    const earlier = steps[index - 1]
    return earlier === undefined || isSame(earlier, memory) ? [] : [changed(breaker, memory)]
  })
}

/** What a decision on an order has to write: what time has changed, and which breakers the order is to try. */
export function decisionEvents(
  memories: BreakerMemories,
  nowMs: number,
  sentThrough: ReadonlySet<string>,
): readonly BreakerChange[] {
  return [...memories].flatMap(([breaker, stored]) => {
    const now = memoryAt(stored, nowMs)
    if (now.state === 'half_open' && sentThrough.has(breaker)) return [changed(breaker, afterTrialBegan(now, nowMs))]
    return now.state === stored.state ? [] : [changed(breaker, now)]
  })
}

function isSame(one: BreakerMemory, other: BreakerMemory): boolean {
  return (
    one.state === other.state &&
    one.consecutiveFailures === other.consecutiveFailures &&
    one.failedWrites === other.failedWrites
  )
}

function changed(breaker: string, memory: BreakerMemory): BreakerChange {
  return { type: 'breaker.changed', breaker, memory }
}
