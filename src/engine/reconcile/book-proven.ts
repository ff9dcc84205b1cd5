import type { VenueId } from '../../domain/market.ts'
import { bookMissedFills } from '../settle/book-fills.ts'
import type { Trading } from '../trading.ts'
import { adoptForeignOrders } from './adopt.ts'
import { fillsLookBackMs } from './foreign-orders.ts'
import { bookSettlements } from './settlements.ts'

/**
 * Brings the journal in line with what a venue proves: executions that were missed, orders placed elsewhere, and payouts of
 * settled markets, in this order, since a payout is for what was held after all executions. @throws VenueError
 */
export async function bookWhatIsProven(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<void> {
  await adoptForeignOrders(trading, venue, null, signal)
  await bookMissed(trading, venue, signal)
  await bookSettlements(trading, venue, signal)
}

/** The account's executions name the orders that lack some; each order is then read by itself, in its own terms. */
async function bookMissed(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<void> {
  const client = await trading.client(venue)
  const sinceMs = trading.runtime.clock.nowMs() - fillsLookBackMs
  const seen = new Set<string>()
  for (const fill of await trading.observe.fills(venue, sinceMs, signal)) {
    if (fill.finality === 'failed' || seen.has(fill.venueOrderId)) continue
    const order = await trading.ledger.findOrder(fill.venueOrderId)
    if (order === null || order.fillIds.includes(fill.id)) continue
    seen.add(fill.venueOrderId)
    const market = await trading.observe.market(fill.market, signal)
    await bookMissedFills(trading, client, order, market, signal)
  }
}
