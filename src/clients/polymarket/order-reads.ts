import { VenueError } from '../../domain/errors.ts'
import type { Fill } from '../../domain/fill.ts'
import type { Market } from '../../domain/market.ts'
import type { OrderIntent, OrderReport } from '../../domain/order.ts'
import type { CallOptions } from '../../domain/venue.ts'
import type { Clob } from './clob.ts'
import { readReply } from './clob.ts'
import { orderSchema, tradeSchema, type WireOrder } from './decode.ts'
import { type FillContext, ForeignAsset, fillsOfOrder } from './fills.ts'
import { reportOf } from './order-report.ts'
import { outcomeOf, type Route, routeFromRecord } from './routing.ts'

/** One of our orders, by the id that was computed for it. */
export interface OrderSubject {
  readonly orderId: string
  readonly intent: OrderIntent
  readonly market: Market
}

/** Trades of this long before the order are asked for too, in case the two clocks differ. */
const CLOCK_MARGIN_S = 3600

/** The order's state from its record and its executions. Null when the venue shows no such order, which proves nothing. */
export async function readOrderReport(
  clob: Clob,
  subject: OrderSubject,
  options: CallOptions,
): Promise<OrderReport | null> {
  const order = await readOrder(clob, subject.orderId, options)
  if (order === null) return null
  const untouched = order.sizeMatched === 0n && order.associateTrades.length === 0
  const fills = untouched && order.status === 'LIVE' ? [] : await ordersOwnFills(clob, subject, options)
  return reportOf({ intent: subject.intent, order, fills, nowMs: clob.nowMs() })
}

/** An unknown id has been answered with 404, with nothing and with `null`. */
async function readOrder(clob: Clob, orderId: string, options: CallOptions): Promise<WireOrder | null> {
  const path = `/data/order/${encodeURIComponent(orderId)}`
  const reply = await clob.sendPrivate({ method: 'GET', path, endpoint: 'get_order', safe: true }, options)
  const empty = reply.status >= 200 && reply.status < 300 && (reply.json === null || reply.text.trim() === '')
  if (reply.status === 404 || empty || reply.json === '') return null
  const order = readReply(orderSchema, reply, 'get_order')
  if (order.id.toLowerCase() === orderId.toLowerCase()) return order
  throw new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'WRONG_ORDER',
    message: `Polymarket was asked for order ${orderId} and answered with another one.`,
  })
}

/** All executions of the order, whichever side of the match it was on. */
export async function ordersOwnFills(
  clob: Clob,
  subject: OrderSubject,
  options: CallOptions,
): Promise<readonly Fill[]> {
  const { market, intent, orderId } = subject
  const route = routeOf(market)
  const after = Math.max(0, Math.floor(intent.createdAtMs / 1000) - CLOCK_MARGIN_S)
  const trades = await clob.readAllPages(
    tradeSchema,
    { path: '/data/trades', endpoint: 'list_trades', query: { market: route.conditionId, after: String(after) } },
    options,
  )
  const context: FillContext = { market, outcomeOf: (assetId) => outcomeOf(route, assetId) }
  try {
    return trades.flatMap((trade) => fillsOfOrder(trade, orderId, context))
  } catch (error) {
    if (error instanceof ForeignAsset) throw unreadableTrade(error, market.id)
    throw error
  }
}

/** A trade of ours that cannot be placed: better no answer than one that leaves an execution out. */
export function unreadableTrade(error: ForeignAsset, market: string): VenueError {
  return new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'TRADE_UNREADABLE',
    message: `Polymarket reports trade ${error.tradeId} of ${market} in an asset that is not one of its outcomes.`,
    facts: { trade: error.tradeId, market },
    cause: error,
  })
}

function routeOf(market: Market): Route {
  const route = routeFromRecord(market.routing)
  if (route !== null) return route
  throw new VenueError({
    kind: 'not_found',
    sent: 'no',
    code: 'NO_ROUTE',
    message: `The token ids of ${market.id} are not known, so its orders cannot be read.`,
    facts: { market: market.id },
  })
}
