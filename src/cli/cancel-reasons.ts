import type { VenueId } from '../domain/market.ts'
import { isOpen } from '../domain/order.ts'
import type { CancelAllOutcome } from '../engine/cancel-all.ts'
import type { CancelOutcome } from '../engine/cancel-order.ts'
import type { LedgerState } from '../store/ledger.ts'
import { type ExitReason, gravest } from './exit-codes.ts'
import type { HaltReport } from './kill-switch.ts'
import { leftOutNotice } from './usable-venues.ts'

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
  return gravest(venues.map((venue) => (isEmptied(venue) ? 'done' : 'unknown_outcome')))
}

export function isEmptied({ outcome, stillResting }: Pick<CancelAllOutcome, 'outcome' | 'stillResting'>): boolean {
  return outcome === 'cancelled' && stillResting === 0
}

/** Without a halt, processes go on placing: then what rests is as little known as where a venue did not say. */
export function haltReason({ halted, venues, unanswered }: HaltReport): ExitReason {
  if (halted === null || (unanswered ?? 0) > 0) return 'unknown_outcome'
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
