import { isUnsettled, lastSentMs } from '../../domain/order.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { LedgerState } from '../../store/ledger.ts'
import type { HaltLedger } from './halt-ledger.ts'

/**
 * By then an order is answered or given up: it waits a second for the venue's rate limit and ten for the answer, and its
 * process needs a moment before and after.
 */
const underWayMs = 12_000
const pollMs = 250

interface Waiting {
  readonly ledger: HaltLedger
  /** As last read. Null when the journal cannot be read, so that nobody knows what is under way. */
  readonly state: LedgerState | null
  readonly clock: Clock
  /** Since the halt began, ms: no order was begun after it. */
  readonly sinceStart: () => number
  onProgress(message: string): void
  readonly signal?: AbortSignal
}

/**
 * Waits until no order can be on its way that was begun before the halt. False when none was, and nothing was waited for.
 */
export async function untilAnswered(waiting: Waiting): Promise<boolean> {
  const { ledger, clock, sinceStart, onProgress, signal } = waiting
  let { state } = waiting
  if (!mayBeUnderWay(state, clock.nowMs())) return false
  onProgress(
    state === null
      ? `Whether an order is on its way cannot be read from the journal: waiting until it must have arrived.`
      : 'An order that was on its way has no answer yet: waiting for it, to cancel again.',
  )
  while (mayBeUnderWay(state, clock.nowMs()) && sinceStart() < underWayMs && signal?.aborted !== true) {
    await clock.sleep(pollMs, signal)
    state = await ledger.note([])
  }
  return true
}

function mayBeUnderWay(state: LedgerState | null, nowMs: number): boolean {
  if (state === null) return true
  return [...state.openOrders.values()].some((order) => isUnsettled(order) && nowMs - lastSentMs(order) < underWayMs)
}
