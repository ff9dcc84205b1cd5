import type { ErrorCategory } from '../domain/errors.ts'
import type { VenueId } from '../domain/market.ts'
import { isUncertain, type Order } from '../domain/order.ts'
import type { PlaceOutcome } from '../engine/place/place-order.ts'
import type { ResendOutcome } from '../engine/place/resend-order.ts'
import { remains } from '../engine/reconcile/difference.ts'
import type { ReconcileReport } from '../engine/reconcile/reconcile.ts'

/** Every exit code of every command, with what it tells a script. The docs table is made from this. */
export const exitCodes = {
  done: { code: 0, meaning: 'done' },
  bug: { code: 1, meaning: 'a bug in crosstape' },
  usage: { code: 2, meaning: 'usage or configuration; nothing was sent' },
  denied: { code: 3, meaning: 'denied by a safeguard; nothing was sent' },
  rejected: { code: 4, meaning: 'the venue rejected it' },
  unknown_outcome: { code: 5, meaning: 'the outcome is unknown; run `crosstape positions reconcile`' },
  unavailable: { code: 6, meaning: 'the venue is unavailable, or its breaker is open' },
  drift: { code: 7, meaning: 'what was recorded or journalled differs from what is' },
  declined: { code: 8, meaning: 'declined at the prompt; nothing was sent' },
  interrupted: { code: 130, meaning: 'interrupted' },
} as const satisfies Readonly<Record<ErrorCategory | 'done', { readonly code: number; readonly meaning: string }>>

interface PlacementDenials {
  readonly denials: readonly { readonly code: string }[]
}

export type ExitReason = keyof typeof exitCodes

export function exitCodeOf(reason: ExitReason): number {
  return exitCodes[reason].code
}

/**
 * How placing an order ended, for a script. An order that filled in part, rested or was cancelled unfilled was placed as
 * asked. `submitted` is never an end: if it is still shown, its answer is not known. An order that the venue never looked
 * at, for want of a connection or for a rate limit, was not rejected: the venue was not available. One that we kept back at
 * the last moment was denied.
 */
export function placementReason(
  { order, denials, answer }: Pick<PlaceOutcome, 'order' | 'answer'> & PlacementDenials,
  dryRun = false,
): ExitReason {
  switch (order.status) {
    case 'denied':
      return denials.length > 0 && denials.every(({ code }) => isBreakerDenial(code)) ? 'unavailable' : 'denied'
    case 'rejected':
      if (answer === 'held_back') return 'denied'
      return answer === 'not_sent' ? 'unavailable' : 'rejected'
    case 'submitted':
      return dryRun ? 'done' : 'unknown_outcome'
    case 'unknown':
      return 'unknown_outcome'
    case 'resting':
    case 'filled':
    case 'partially_filled':
    case 'cancelled':
    case 'expired':
      return 'done'
  }
}

/** Looking at an order succeeds whatever became of it, unless that is still not known. */
export function orderReason(order: Order): ExitReason {
  return isUncertain(order) ? 'unknown_outcome' : 'done'
}

/** Sending again was asked for: a safeguard's no is the answer to that, though the order stays unknown. */
export function resendReason({ order, denials }: ResendOutcome): ExitReason {
  return denials.length > 0 ? 'denied' : orderReason(order)
}

/**
 * An order without a proven end weighs more than a difference that is known. `recordsLost`: venues that were compared and
 * have still not agreed since the journal lost records.
 */
export function reconcileReason(
  { unsettled, differences }: Pick<ReconcileReport, 'unsettled' | 'differences'>,
  recordsLost: readonly VenueId[] = [],
): ExitReason {
  if (unsettled.length > 0) return 'unknown_outcome'
  return recordsLost.length > 0 || differences.some(remains) ? 'drift' : 'done'
}

/** How a run of the arbitrage loop ended: what nobody knows weighs more than what stands without its other half. */
export function arbRunReason({
  unsettled,
  open,
  refused,
}: {
  readonly refused: object | null
  readonly unsettled: readonly string[]
  readonly open: readonly { readonly status: string }[]
}): ExitReason {
  if (unsettled.length > 0 || open.some(({ status }) => status === 'frozen')) return 'unknown_outcome'
  if (refused !== null) return 'denied'
  return open.some(({ status }) => status === 'imbalanced') ? 'drift' : 'done'
}

/** One venue that could not be read makes the whole catalogue incomplete. */
export function syncReason(venues: readonly { readonly error: object | null }[]): ExitReason {
  return venues.some(({ error }) => error !== null) ? 'unavailable' : 'done'
}

/** A breaker says that the venue is away, not that the order is wrong. */
function isBreakerDenial(code: string): boolean {
  return code.startsWith('BREAKER')
}

const bySeverity: readonly ExitReason[] = [
  'bug',
  'unknown_outcome',
  'interrupted',
  'drift',
  'rejected',
  'unavailable',
  'denied',
  'usage',
  'declined',
  'done',
]

/** The one that matters most when several things ended differently: what is unknown comes before what is known. */
export function gravest(reasons: readonly ExitReason[]): ExitReason {
  return bySeverity.find((reason) => reasons.includes(reason)) ?? 'done'
}
