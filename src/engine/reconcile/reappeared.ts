import { subtractQuantity } from '../../domain/amounts.ts'
import type { Fill } from '../../domain/fill.ts'
import { type VenueId, venueOf } from '../../domain/market.ts'
import type { Order, OrderReport } from '../../domain/order.ts'
import type { VenueOpenOrder } from '../../domain/venue.ts'
import { trySettleOrder } from '../settle/settle-order.ts'
import type { Trading } from '../trading.ts'
import { absentOrders } from './absent-orders.ts'
import type { SettledOrder } from './difference.ts'
import { clockMarginMs, fillsLookBackMs } from './foreign-orders.ts'

/**
 * Takes back that an order of ours is absent where its venue shows it after all: among its open orders, or by executions
 * that nothing else explains. An attempt that was long under way, or a search that was shown too little, comes to that;
 * from here on the order counts, and can be cancelled. @throws VenueError when the executions cannot be read.
 */
export async function bookReappeared(
  trading: Trading,
  venue: VenueId,
  open: readonly VenueOpenOrder[],
  signal?: AbortSignal,
): Promise<readonly SettledOrder[]> {
  const absent = await absentOrders(trading.ledger, (market) => venueOf(market) === venue)
  if (absent.length === 0) return []
  const shownOf = (order: Order): VenueOpenOrder | undefined => open.find((each) => isNamedBy(order, each))
  // Only for those that the list of open orders, which was read anyway, does not show.
  const hidden = absent.filter((order) => shownOf(order) === undefined)
  const unexplained = await unexplainedFills(trading, venue, hidden, signal)
  const found: SettledOrder[] = []
  for (const order of absent) {
    const orderId = order.intent.id
    const shown = shownOf(order)
    if (shown !== undefined) {
      await trading.ledger.append({ type: 'order.reported', orderId, report: reportOf(shown), source: 'reconcile' })
    } else if (!unexplained.some((fill) => mayBeOf(order, fill))) continue
    const known = (await trading.ledger.findOrder(orderId)) ?? order
    const { order: after } = await trySettleOrder(trading, known, 'reconcile', signal)
    if (after.presumedAbsent === true) continue
    const where = shown === undefined ? 'executions of it' : 'it among the open orders'
    const evidence = `it was called absent, and the venue lists ${where}`
    found.push({ orderId, from: order.status, to: after.status, evidence })
  }
  return found
}

/** Executions in the markets of those of the last 90 days, since the first of them, that belong to no order that counts. */
async function unexplainedFills(
  { ledger, observe, runtime }: Trading,
  venue: VenueId,
  absent: readonly Order[],
  signal?: AbortSignal,
): Promise<readonly Fill[]> {
  const lookBackMs = runtime.clock.nowMs() - fillsLookBackMs
  const recent = absent.map(({ intent }) => intent).filter(({ createdAtMs }) => createdAtMs > lookBackMs)
  if (recent.length === 0) return []
  const sinceMs = Math.min(...recent.map(({ createdAtMs }) => createdAtMs)) - clockMarginMs
  const markets = new Set(recent.map(({ market }) => market))
  const found: Fill[] = []
  for (const fill of await observe.fills(venue, sinceMs, signal)) {
    if (!markets.has(fill.market) || fill.finality === 'failed') continue
    const order = await ledger.findOrder(fill.venueOrderId)
    if (order === null || order.presumedAbsent === true) found.push(fill)
  }
  return found
}

/** Where the venue's id was never heard, any execution in the market may be the order's: reading the order itself tells. */
function mayBeOf({ intent, venueOrderId }: Order, fill: Fill): boolean {
  return venueOrderId === null ? fill.market === intent.market : fill.venueOrderId === venueOrderId
}

function isNamedBy(order: Order, { venueOrderId, clientOrderId }: VenueOpenOrder): boolean {
  return order.venueOrderId === venueOrderId || order.intent.clientOrderId === clientOrderId
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
