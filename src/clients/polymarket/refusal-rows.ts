import type { Example, Operation } from '../refusal-table.ts'

/** What the rows of Polymarket's table share. */

/** The order service's usual envelope. */
export function said(status: number, error: string): Example {
  return { status, body: { error } }
}

/** A refusal of `POST /order` that comes as a success. */
export function saidWith200(errorMsg: string, success = false): Example {
  return { status: 200, body: { success, errorMsg, orderID: '', status: '' } }
}

/** An order id as it stands in texts. */
export const exampleOrderId = `0x${'ab'.repeat(32)}`

/** A cancel that did not happen: HTTP 200 with a reason for each order. */
export function refusedCancel(reason: string): Example {
  return { status: 200, body: { canceled: [], not_canceled: { [exampleOrderId]: reason } } }
}

export const documented = 'Polymarket error documentation, 2026-09'
export const observed = 'seen by users until 2026-08'
export const both = `${documented}; ${observed}`

export const orders: readonly Operation[] = ['place', 'amend']
export const writes: readonly Operation[] = ['place', 'amend', 'cancel', 'cancel_all']

export const rejected = { meaning: 'rejected', retry: 'changed' } as const
export const later = { meaning: 'rejected', retry: 'later' } as const
export const unknown = { meaning: 'unknown', retry: 'read_first' } as const
export const notLive = { meaning: 'not_live', retry: 'read_first' } as const
