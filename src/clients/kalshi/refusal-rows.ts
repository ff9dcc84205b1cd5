import type { Example, Operation } from '../refusal-table.ts'

/** What the rows of Kalshi's table share. */

/** The shape of nearly all errors of Kalshi. */
export function nested(status: number, code: string, message: string, details?: string): Example {
  return { status, body: { error: { code, message, ...(details === undefined ? {} : { details }) } } }
}

/** The shape of errors in reading the request. */
export function flat(status: number, code: string, message: string): Example {
  return { status, body: { code, message } }
}

export const demo = 'recorded on demo, 2026-06'
export const observed = 'seen by users in production, 2026'
export const documented = 'Kalshi changelog, 2026-01-26'
export const fix = 'Kalshi FIX reject reasons, 2026; never seen on REST'

export const writes: readonly Operation[] = ['place', 'amend', 'cancel', 'cancel_all']

export const rejected = { meaning: 'rejected', retry: 'changed' } as const
export const later = { meaning: 'rejected', retry: 'later' } as const
export const unknown = { meaning: 'unknown', retry: 'read_first' } as const
