import type { Fill } from '../../domain/fill.ts'
import type { Order } from '../../domain/order.ts'
import type { JournalEvent } from '../../store/events.ts'

/**
 * What a venue's list of an order's fills says that the journal does not know yet: matches not booked, and matches that
 * have become final or were taken back since, booked or not.
 */
export function fillNews(order: Order, fills: readonly Fill[]): readonly JournalEvent[] {
  const orderId = order.intent.id
  return fills.flatMap((fill): readonly JournalEvent[] => {
    if (order.reversedFillIds.includes(fill.id)) return []
    const booked = order.fillIds.includes(fill.id)
    if (!booked && fill.finality !== 'failed') return [{ type: 'fill.booked', orderId, fill }]
    const ended = fill.finality !== 'provisional' && (!booked || order.provisionalFillIds.includes(fill.id))
    return ended ? [{ type: 'fill.settled', orderId, fill }] : []
  })
}
