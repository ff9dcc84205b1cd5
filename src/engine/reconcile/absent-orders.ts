import { type VenueId, venueOf } from '../../domain/market.ts'
import type { Order } from '../../domain/order.ts'
import type { Ledger } from '../../store/ledger.ts'

/** Orders of ours at a venue that were called absent, which it may show after all. */
export async function absentOrders(ledger: Ledger, venue: VenueId): Promise<readonly Order[]> {
  const orders: Order[] = []
  for (const [id, market] of ledger.state.absentOrders) {
    const order = venueOf(market) === venue ? await ledger.findOrder(id) : null
    if (order?.presumedAbsent === true) orders.push(order)
  }
  return orders
}
