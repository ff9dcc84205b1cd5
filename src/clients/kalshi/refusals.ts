import type { Refusal } from '../refusal-table.ts'
import { refusalsOfCalls } from './refusals-of-calls.ts'
import { refusalsOfOrders } from './refusals-of-orders.ts'

/**
 * What Kalshi is known to refuse with; the first row that fits decides. Among definite statuses (400 to 498 but 408, 425
 * and 429) the code counts and not the status, since Kalshi has moved codes between statuses.
 * Source: Kalshi's OpenAPI to 3.34, changelog and recorded answers to 2026-10.
 */
export const kalshiRefusals: readonly Refusal[] = [...refusalsOfOrders, ...refusalsOfCalls]
