import type { OrderStatus } from './order.ts'

/**
 * Statuses that may follow each status. An ended order changes only when the venue proves more: a fill found later
 * (`cancelled` with more filled), never back to life. Outside the table, a fill that fails to settle takes a filled
 * order back to `partially_filled` or `cancelled`.
 */
const successors: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  denied: [],
  submitted: ['resting', 'filled', 'partially_filled', 'cancelled', 'expired', 'rejected', 'unknown'],
  resting: ['resting', 'filled', 'partially_filled', 'cancelled', 'expired', 'unknown'],
  unknown: ['unknown', 'resting', 'filled', 'partially_filled', 'cancelled', 'expired', 'rejected'],
  filled: ['filled'],
  partially_filled: ['partially_filled', 'filled'],
  cancelled: ['cancelled', 'partially_filled', 'filled'],
  expired: ['expired', 'partially_filled', 'filled'],
  rejected: ['partially_filled', 'filled'],
}

export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition'
  constructor(
    readonly orderId: string,
    readonly from: OrderStatus,
    readonly to: OrderStatus,
  ) {
    super(`order ${orderId} cannot go from ${from} to ${to}`)
  }
}

export function canFollow(from: OrderStatus, to: OrderStatus): boolean {
  return successors[from].includes(to)
}
