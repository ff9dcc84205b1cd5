import type { VenueId } from '../../domain/market.ts'
import { isOpen, isUncertain } from '../../domain/order.ts'
import type { AmendOutcome } from '../../engine/amend/amend-order.ts'
import type { CancelAllOutcome } from '../../engine/cancel/cancel-all.ts'
import type { EachCancelOutcome } from '../../engine/cancel/cancel-each.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { leftOutNotice } from '../config/usable-venues.ts'
import { type ExitReason, gravest, placementReason } from '../exit-codes.ts'
import type { HaltReport } from './halt-report.ts'

/** How a cancel ended, for a script: `done` means that the order certainly trades no more. */
export function cancellationReason({ outcome, order }: Pick<EachCancelOutcome, 'outcome' | 'order'>): ExitReason {
  switch (outcome) {
    case 'cancelled':
    case 'not_live':
      return order !== null && isOpen(order.status) ? 'unknown_outcome' : 'done'
    case 'refused':
      return order !== null && isUncertain(order) ? 'unknown_outcome' : 'rejected'
    case 'unknown':
      return order !== null && !isOpen(order.status) ? 'done' : 'unknown_outcome'
  }
}

/** The gravest of several. */
export function cancellationsReason(cancelled: readonly EachCancelOutcome[]): ExitReason {
  return gravest(cancelled.map(cancellationReason))
}

/** How a change ended, for a script. What the venue no longer has cannot be changed: then nothing was done as asked. */
export function amendmentReason({ outcome, order, denials }: AmendOutcome): ExitReason {
  switch (outcome) {
    case 'amended':
      return isUncertain(order) ? 'unknown_outcome' : 'done'
    case 'unchanged':
    case 'withheld':
      return 'done'
    case 'held_back':
      return 'denied'
    case 'denied':
      return placementReason({ order: { ...order, status: 'denied' }, denials, answer: null })
    case 'not_live':
    case 'refused':
      return isUncertain(order) ? 'unknown_outcome' : 'rejected'
    case 'unknown':
      return isUncertain(order) ? 'unknown_outcome' : 'rejected'
  }
}

/** `done` only when each venue was seen with nothing resting. */
export function cancelAllReason(venues: readonly CancelAllOutcome[]): ExitReason {
  return gravest(venues.map((venue) => (isEmptied(venue) ? 'done' : 'unknown_outcome')))
}

export function isEmptied({ outcome, stillResting }: Pick<CancelAllOutcome, 'outcome' | 'stillResting'>): boolean {
  return outcome === 'cancelled' && stillResting === 0
}

/**
 * Without a halt, processes go on placing: then what rests is as little known as where a venue did not say. Whether an order
 * is on its way is not known either where no journal tells.
 */
export function haltReason({ halted, venues, unanswered }: HaltReport): ExitReason {
  if (halted === null || unanswered !== 0) return 'unknown_outcome'
  return cancelAllReason(venues)
}

/** Venues that could not be asked although orders of ours are open there: not cancelled, and the result says so. */
export function uncancelled(
  leftOut: readonly VenueId[],
  { openOrders }: Pick<LedgerState, 'openOrders'>,
): readonly CancelAllOutcome[] {
  const withOrders = leftOut.filter((venue) => [...openOrders.values()].some((order) => order.venue === venue))
  return withOrders.map((venue) => ({
    venue,
    outcome: 'unknown',
    cancelled: null,
    stillResting: null,
    message: `${leftOutNotice(venue)} Orders of ours are open there.`,
    tailUntil: null,
  }))
}
