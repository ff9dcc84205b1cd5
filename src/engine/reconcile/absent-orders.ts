import type { MarketId } from '../../domain/market.ts'
import type { Order } from '../../domain/order.ts'
import type { Ledger } from '../../store/ledger.ts'

/** Orders of ours that were called absent, in the markets that are meant: a venue may show them after all. */
export async function absentOrders(ledger: Ledger, isMeant: (market: MarketId) => boolean): Promise<readonly Order[]> {
  const orders: Order[] = []
  for (const [id, market] of ledger.state.absentOrders) {
    const order = isMeant(market) ? await ledger.findOrder(id) : null
    if (order?.presumedAbsent === true) orders.push(order)
  }
  return orders
}
