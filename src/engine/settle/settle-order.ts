import { VenueError } from '../../domain/errors.ts'
import type { Market } from '../../domain/market.ts'
import { isOpen, isSettled, type Order } from '../../domain/order.ts'
import { describeReport } from '../../domain/stories.ts'
import type { CallOptions, VenueClient } from '../../domain/venue.ts'
import type { ReportSource } from '../../store/events.ts'
import { settleAmend } from '../amend/settle-amend.ts'
import type { Trading } from '../trading.ts'
import { bookFills, journalFills } from './book-fills.ts'
import { knownOrder } from './known-order.ts'
import { resolveOrder } from './resolve-order.ts'

/** What one look at an order found. `evidence` is for the journal and for people. */
export interface Settlement {
  readonly order: Order
  readonly evidence: string
}

/**
 * Brings one order up to date from its venue: looks for it when its answer was lost, reads it when it may be live, books
 * fills that are missing, and follows provisional fills to their end. Sends nothing that could trade.
 */
export async function settleOrder(
  trading: Trading,
  order: Order,
  source: ReportSource,
  signal?: AbortSignal,
): Promise<Settlement> {
  if (isSettled(order) && order.presumedAbsent !== true) return { order, evidence: 'nothing is open about this order' }
  const client = await trading.client(order.venue)
  const market = await trading.observe.market(order.intent.market, signal)
  const options: CallOptions = signal === undefined ? {} : { signal }
  const evidence =
    isOpen(order.status) || order.presumedAbsent === true
      ? await lookAtVenue(trading, client, order, market, source, options)
      : 'the order has ended; fills were read'
  const seen = await knownOrder(trading, order.intent.id)
  const booked = await bookFills(trading, client, seen, market, signal)
  return { order: await followFinality(trading, client, booked, market, options), evidence }
}

async function lookAtVenue(
  trading: Trading,
  client: VenueClient,
  order: Order,
  market: Market,
  source: ReportSource,
  options: CallOptions,
): Promise<string> {
  const orderId = order.intent.id
  if (order.pendingAmend !== null && client.amends !== undefined) {
    return settleAmend(trading, client.amends, { order, market, source }, options)
  }
  if (order.status === 'resting' || order.presumedAbsent === true) {
    const report = await client.getOrder(order, market, options)
    if (report === null) return 'the venue does not show the order, which proves nothing'
    await trading.ledger.append({ type: 'order.reported', orderId, report, source })
    return `the venue reports it ${describeReport(report)}`
  }
  return resolveOrder(trading, client, order, market, source, options)
}

/** Matches that the venue has since made final, or taken back. */
async function followFinality(
  trading: Trading,
  client: VenueClient,
  order: Order,
  market: Market,
  options: CallOptions,
): Promise<Order> {
  if (order.provisionalFillIds.length === 0) return order
  const fills = await client.listFills({ order: { order, market } }, options)
  await journalFills(trading, order.intent.id, market, fills)
  return knownOrder(trading, order.intent.id)
}

/** As `settleOrder`, for sweeps over many orders: a venue that cannot be read leaves the order as it is. */
export async function trySettleOrder(
  trading: Trading,
  order: Order,
  source: ReportSource,
  signal?: AbortSignal,
): Promise<Settlement> {
  try {
    return await settleOrder(trading, order, source, signal)
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    return { order: await knownOrder(trading, order.intent.id), evidence: error.message }
  }
}
