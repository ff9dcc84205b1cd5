import type { Placement } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Trading } from '../trading.ts'

/** Kept back by us after it had passed its checks: nothing was sent. */
export interface HeldBack {
  readonly kind: 'held_back'
  readonly code: 'HALTED' | 'APPROVAL_TOO_OLD'
  readonly message: string
}

/** What came of an attempt to place an order. */
export type Attempt = Placement | HeldBack

/** When checks began, by both clocks. */
export interface CheckedAt {
  readonly wallMs: number
  readonly monotonicMs: number
}

interface LooksLast extends Pick<Trading, 'readHalt'> {
  readonly runtime: Pick<Trading['runtime'], 'clock'>
}

/** Between checks and wire lie milliseconds; a disk that stalls takes a second or two. */
const approvalLastsMs = 5_000

export function checkedNow(clock: Clock): CheckedAt {
  return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }
}

/**
 * Looks once more at the last moment before an order leaves. It was checked under the lock, but a process may be suspended
 * between the two for as long as a machine sleeps, and a later batch waits for the one before it: by then the account may be
 * halted, and books and limits are not what was checked. Null when it may leave.
 */
export async function lastLook(trading: LooksLast, checkedAt: CheckedAt): Promise<HeldBack | null> {
  const ageMs = ageOf(checkedAt, trading.runtime.clock)
  if (ageMs > approvalLastsMs) {
    const seconds = Math.ceil(ageMs / 1000)
    const message = `It was not sent: ${seconds} s lie between its checks and the moment at which it was to leave (at most ${approvalLastsMs / 1000} s may), so what was checked may hold no longer.`
    return { kind: 'held_back', code: 'APPROVAL_TOO_OLD', message }
  }
  const halt = await trading.readHalt()
  if (halt === null) return null
  return { kind: 'held_back', code: 'HALTED', message: `Trading was halted (${halt.reason}) before it was sent.` }
}

/**
 * The monotonic clock stands still while a machine sleeps, and the wall clock may be set: whichever moved further, in either
 * direction, since after a clock was set nobody knows how long it took.
 */
function ageOf({ wallMs, monotonicMs }: CheckedAt, clock: Clock): number {
  return Math.max(Math.abs(clock.nowMs() - wallMs), clock.monotonicMs() - monotonicMs)
}
