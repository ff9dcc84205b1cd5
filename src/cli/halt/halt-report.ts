import type { CancelAllOutcome } from '../../engine/cancel/cancel-all.ts'
import type { Halt } from '../../store/halt.ts'

/** What was cancelled at one venue, and how fast. */
export type EmptiedVenue = CancelAllOutcome & {
  /** From the start of the command until this was known. */
  readonly afterMs: number
}

export interface HaltReport {
  /** Null when the file could not be written: orders may still be placed, and `problem` says why. */
  readonly halted: Halt | null
  readonly problem: string | null
  /** From the start of the command until no process could begin another order, in ms. */
  readonly haltedAfterMs: number
  readonly environment: string
  /** Empty when nothing was to be cancelled. */
  readonly venues: readonly EmptiedVenue[]
  /**
   * Orders in the journal whose answer has not come: one of them may have been on its way past the halt and the cancels.
   * Null when the journal could not be read.
   */
  readonly unanswered: number | null
  /** Orders that the journal goes on counting as open although nothing may rest: `positions reconcile` ends them. Null as above. */
  readonly stillBooked: number | null
}
