import { subtractQuantity } from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import type { Order, OrderReport } from '../../domain/order.ts'
import type { VenueOpenOrder } from '../../domain/venue.ts'
import { trySettleOrder } from '../settle/settle-order.ts'
import type { Trading } from '../trading.ts'
import type { SettledOrder } from './difference.ts'

/**
 * Takes back that an order of ours is absent where the venue lists it among its open ones after all. An attempt that was
 * long under way, or a search that was shown too little, comes to that; from here on it counts, and can be cancelled.
 */
export async function bookReappeared(
  trading: Trading,
  venue: VenueId,
  open: readonly VenueOpenOrder[],
  signal?: AbortSignal,
): Promise<readonly SettledOrder[]> {
  const found: SettledOrder[] = []
  for (const shown of open) {
    const order = await presumedAbsent(trading, venue, shown)
    if (order === null) continue
    const orderId = order.intent.id
    await trading.ledger.append({ type: 'order.reported', orderId, report: reportOf(shown), source: 'reconcile' })
    const resting = (await trading.ledger.findOrder(orderId)) ?? order
    const { order: after } = await trySettleOrder(trading, resting, 'reconcile', signal)
    const evidence = 'it was called absent, and the venue lists it among the open orders'
    found.push({ orderId, from: order.status, to: after.status, evidence })
  }
  return found
}

async function presumedAbsent(
  { ledger }: Trading,
  venue: VenueId,
  { venueOrderId, clientOrderId }: VenueOpenOrder,
): Promise<Order | null> {
  const known = (await ledger.findOrder(venueOrderId)) ?? (await ledger.findOrder(clientOrderId ?? ''))
  return known?.presumedAbsent === true && known.venue === venue ? known : null
}

function reportOf({ venueOrderId, clientOrderId, quantity, remainingQuantity }: VenueOpenOrder): OrderReport {
  return {
    venueOrderId,
    clientOrderId: clientOrderId || null,
    status: 'resting',
    filledQuantity: subtractQuantity(quantity, remainingQuantity),
    remainingQuantity,
    averagePrice: null,
    fees: null,
    provisional: false,
  }
}
