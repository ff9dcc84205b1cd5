import type { ErrorCategory } from '../domain/errors.ts'
import type { Order } from '../domain/order.ts'

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

export type ExitReason = keyof typeof exitCodes

export function exitCodeOf(reason: ExitReason): number {
  return exitCodes[reason].code
}

/**
 * How placing an order ended, for a script. An order that filled in part, rested or was cancelled unfilled was placed as
 * asked. `submitted` is never an end: if it is still shown, its answer is not known.
 */
export function placementReason(order: Order, denialCodes: readonly string[]): ExitReason {
  switch (order.status) {
    case 'denied':
      return denialCodes.length > 0 && denialCodes.every(isBreakerDenial) ? 'unavailable' : 'denied'
    case 'rejected':
      return 'rejected'
    case 'unknown':
    case 'submitted':
      return 'unknown_outcome'
    case 'resting':
    case 'filled':
    case 'partially_filled':
    case 'cancelled':
    case 'expired':
      return 'done'
  }
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
