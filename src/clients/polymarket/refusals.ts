import type { Refusal } from '../refusal-table.ts'
import { refusalsOfCalls } from './refusals-of-calls.ts'
import { refusalsOfOrders } from './refusals-of-orders.ts'

/**
 * What Polymarket is known to refuse with; the first row that fits decides. It has texts where others have codes, and
 * moves them between 400, 401, 403, 404 and the `errorMsg` of a 200, so there the text counts and not the status.
 * Source: Polymarket error documentation 2026-09 and answers seen by others until 2026-08.
 */
export const polymarketRefusals: readonly Refusal[] = [...refusalsOfOrders, ...refusalsOfCalls]
