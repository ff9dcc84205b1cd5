import { isOpen } from '../domain/order.ts'
import type { CancelAllOutcome } from '../engine/cancel-all.ts'
import type { CancelOutcome } from '../engine/cancel-order.ts'
import { type ExitReason, gravest } from './exit-codes.ts'

/** How a cancel ended, for a script: `done` means that the order certainly trades no more. */
export function cancellationReason({ outcome, order }: CancelOutcome): ExitReason {
  switch (outcome) {
    case 'cancelled':
    case 'not_live':
      return isOpen(order.status) ? 'unknown_outcome' : 'done'
    case 'refused':
      return 'rejected'
    case 'unknown':
      return 'unknown_outcome'
  }
}

/** `done` only when each venue was seen with nothing resting. */
export function cancelAllReason(venues: readonly CancelAllOutcome[]): ExitReason {
  return gravest(
    venues.map(({ outcome, stillResting }) =>
      outcome === 'cancelled' && stillResting === 0 ? 'done' : 'unknown_outcome',
    ),
  )
}
