import { type Amendment, type CallOptions, type KeptBack, keptBackReasons, type Placement } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Trading } from '../trading.ts'

/** Kept back by us after it had passed its checks: nothing was sent. */
export interface HeldBack {
  readonly kind: 'held_back'
  readonly code: KeptBack
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

/** Between checks and wire lie milliseconds; a rate limit may take one second, and a disk that stalls two. */
const approvalLastsMs = 5_000

export function checkedNow(clock: Clock): CheckedAt {
  return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }
}

/**
 * Options of a call that opens or grows an order: it is looked at once more at the last moment before it leaves. It was
 * checked under the lock, but a process may be suspended between the two for as long as a machine sleeps, a later batch
 * waits for the one before it, and a login or a rate limit takes its time: by then the account may be halted, and books and
 * limits are not what was checked.
 */
export function lookingLast(trading: LooksLast, checkedAt: CheckedAt, signal?: AbortSignal): CallOptions {
  const { clock } = trading.runtime
  const lastLook = async (): Promise<KeptBack | null> => {
    if (ageOf(checkedAt, clock) > approvalLastsMs) return 'APPROVAL_TOO_OLD'
    return (await trading.readHalt()) === null ? null : 'HALTED'
  }
  return signal === undefined ? { lastLook } : { signal, lastLook }
}

/** The answer of such a call, where it was none: no venue turned it away. */
export function heldBack(answer: Placement | Amendment): HeldBack | null {
  if (answer.kind !== 'not_sent' && answer.kind !== 'refused') return null
  const code = keptBackReasons.find((reason) => reason === answer.code)
  return code === undefined ? null : { kind: 'held_back', code, message: answer.message }
}

/**
 * The monotonic clock stands still while a machine sleeps, and the wall clock may be set: whichever moved further, in either
 * direction, since after a clock was set nobody knows how long it took.
 */
function ageOf({ wallMs, monotonicMs }: CheckedAt, clock: Clock): number {
  return Math.max(Math.abs(clock.nowMs() - wallMs), clock.monotonicMs() - monotonicMs)
}
