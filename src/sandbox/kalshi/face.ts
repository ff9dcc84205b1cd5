import type { Face, FaceReply, FaceRequest, SandboxHost } from '../face.ts'
import { forbidden } from './account.ts'
import { accountRoutes } from './account-routes.ts'
import { isInScope, refuseUnsigned } from './auth.ts'
import { asFields, readBody } from './body.ts'
import {
  amendOrder,
  cancelAllOrders,
  cancelBatch,
  cancelOrder,
  createBatch,
  decreaseOrder,
  readBatch,
} from './change-order.ts'
import type { KalshiContext, KalshiOwner } from './context.ts'
import { createOrder } from './create-order.ts'
import {
  accountEndpointCosts,
  accountLimits,
  exchangeSchedule,
  exchangeStatus,
  historicalCutoff,
  userDataTimestamp,
} from './exchange-info.ts'
import { listEventFeeChanges, listSeriesFeeChanges } from './fee-changes.ts'
import {
  getBook,
  getBooks,
  getEvent,
  getMarket,
  getSeries,
  listEvents,
  listMarkets,
  listSeries,
  listTrades,
  noSuchEndpoint,
} from './market-data.ts'
import { getOrder, listFills, listOrders, queuePosition } from './portfolio.ts'
import { balance, listPositions, listSettlements } from './positions.ts'
import { createAdmission } from './rate-limit.ts'
import { referenceRoutes } from './reference-routes.ts'
import { failure, json } from './replies.ts'
import { findRoute, type Route, route } from './routing.ts'
import { createTransfer, getTransfer, listTransfers } from './transfers.ts'

const gone: FaceReply = failure(410, {
  code: 'deprecated_v1_order_endpoint',
  message: 'This endpoint is deprecated. Switch to the V2 order endpoints.',
  details: 'https://docs.kalshi.com/',
})

/** Fixed paths before those with a value in the same place. */
const routes: readonly Route[] = [
  ...accountRoutes,
  ...referenceRoutes,
  route('list_markets', 'GET /markets', 'public', (c, r) => listMarkets(c, r, 'live')),
  route('get_orderbooks', 'GET /markets/orderbooks', 'public', (c, r) => getBooks(c, r)),
  route('list_trades', 'GET /markets/trades', 'public', (c, r) => listTrades(c, r, 'live')),
  route('get_market', 'GET /markets/:ticker', 'public', (c, _r, ticker) => getMarket(c, ticker, 'live')),
  route('get_orderbook', 'GET /markets/:ticker/orderbook', 'public', (c, r, ticker) => getBook(c, ticker, r)),
  route('list_events', 'GET /events', 'public', (c, r) => listEvents(c, r)),
  route('event_fee_changes', 'GET /events/fee_changes', 'public', (c, r) => listEventFeeChanges(c, r)),
  route('get_event', 'GET /events/:ticker', 'public', (c, r, ticker) => getEvent(c, ticker, r)),
  route('list_series', 'GET /series', 'public', (c, r) => listSeries(c, r)),
  route('series_fee_changes', 'GET /series/fee_changes', 'public', (c, r) => listSeriesFeeChanges(c, r)),
  route('get_series', 'GET /series/:ticker', 'public', (c, _r, ticker) => getSeries(c, ticker)),
  route('exchange_status', 'GET /exchange/status', 'public', (c) => exchangeStatus(c)),
  route('exchange_schedule', 'GET /exchange/schedule', 'public', (c) => exchangeSchedule(c)),
  route('user_data_timestamp', 'GET /exchange/user_data_timestamp', 'public', (c) => userDataTimestamp(c)),
  route('historical_cutoff', 'GET /historical/cutoff', 'public', (c) => historicalCutoff(c)),
  route('historical_orders', 'GET /historical/orders', 'signed', (c, r) => listOrders(c, r, 'historical')),
  route('historical_fills', 'GET /historical/fills', 'signed', (c, r) => listFills(c, r, 'historical')),
  route('historical_positions', 'GET /historical/positions', 'signed', (c, r) => listPositions(c, r, 'historical')),
  route('historical_markets', 'GET /historical/markets', 'public', (c, r) => listMarkets(c, r, 'historical')),
  route('historical_market', 'GET /historical/markets/:ticker', 'public', (c, _r, ticker) =>
    getMarket(c, ticker, 'historical'),
  ),
  route('endpoint_costs', 'GET /account/endpoint_costs', 'public', () => accountEndpointCosts()),
  route('account_limits', 'GET /account/limits', 'signed', (c) => accountLimits(c)),
  route('place_order', 'POST /portfolio/events/orders', 'signed', (c, r) => {
    const body = readBody(r)
    return body.kind === 'refused' ? body.reply : createOrder(c, body.fields)
  }),
  route('cancel_all', 'DELETE /portfolio/events/orders', 'signed', (c) => cancelAllOrders(c)),
  route('batch_create', 'POST /portfolio/events/orders/batched', 'signed', (c, r) => {
    const entries = readBatch(r)
    return 'status' in entries ? entries : createBatch(c, entries)
  }),
  route('batch_cancel', 'DELETE /portfolio/events/orders/batched', 'signed', (c, r) => {
    const entries = readBatch(r)
    return 'status' in entries ? entries : cancelBatch(c, entries)
  }),
  route('cancel_order', 'DELETE /portfolio/events/orders/:id', 'signed', (c, r, id) => cancelOrder(c, id, r)),
  route('decrease_order', 'POST /portfolio/events/orders/:id/decrease', 'signed', (c, r, id) =>
    decreaseOrder(c, id, r),
  ),
  route('amend_order', 'POST /portfolio/events/orders/:id/amend', 'signed', (c, r, id) => amendOrder(c, id, r)),
  route('list_orders', 'GET /portfolio/orders', 'signed', (c, r) => listOrders(c, r, 'live')),
  route('get_order', 'GET /portfolio/orders/:id', 'signed', (c, _r, id) => getOrder(c, id)),
  route('queue_position', 'GET /portfolio/orders/:id/queue_position', 'signed', (c, _r, id) => queuePosition(c, id)),
  route('list_fills', 'GET /portfolio/fills', 'signed', (c, r) => listFills(c, r, 'live')),
  route('list_positions', 'GET /portfolio/positions', 'signed', (c, r) => listPositions(c, r, 'live')),
  route('get_balance', 'GET /portfolio/balance', 'signed', (c, r) => balance(c, r)),
  route('create_transfer', 'POST /portfolio/intra_exchange_instance_transfer', 'signed', (c, r) =>
    createTransfer(c, r),
  ),
  route('list_transfers', 'GET /portfolio/intra_exchange_instance_transfers', 'signed', (c, r) => listTransfers(c, r)),
  route('get_transfer', 'GET /portfolio/intra_exchange_instance_transfers/:id', 'signed', (c, _r, id) =>
    getTransfer(c, id),
  ),
  route('list_settlements', 'GET /portfolio/settlements', 'signed', (c, r) => listSettlements(c, r)),
  // Mutations of the first generation, gone since 2026-06-25.
  route('v1_order', 'POST /portfolio/orders', 'signed', () => gone),
  route('v1_order', 'POST /portfolio/orders/batched', 'signed', () => gone),
  route('v1_order', 'DELETE /portfolio/orders/batched', 'signed', () => gone),
  route('v1_order', 'DELETE /portfolio/orders/:id', 'signed', () => gone),
  route('v1_order', 'POST /portfolio/orders/:id/amend', 'signed', () => gone),
  route('v1_order', 'POST /portfolio/orders/:id/decrease', 'signed', () => gone),
]

const tooMany: FaceReply = failure(429, { code: 'too_many_requests', message: 'too many requests' })

/** Kalshi's REST interface over the simulated exchange. Source: venue page §2-7 and §11, state of 2026-11. */
export function createKalshiFace(host: SandboxHost, owner: KalshiOwner): Face {
  const context: KalshiContext = { host, owner }
  const admit = createAdmission(() => owner.limits, host.clock)
  return {
    endpoint: (request) => findRoute(routes, request)?.route.endpoint ?? 'unknown',
    handle: (request) => {
      const matched = findRoute(routes, request)
      if (matched === null) return noSuchEndpoint
      if (matched.route.signed) {
        const refused = refuseUnsigned(request, owner.keys, owner.hostClock)
        if (refused !== null) return refused
        if (!isInScope(request, owner.keys)) return forbidden
      }
      const { endpoint, signed } = matched.route
      if (!admit({ endpoint, signed, request, items: itemsIn(endpoint, request) })) return tooMany
      const reply = matched.route.answer(context, request, ...matched.values)
      const spoilt = host.faults.takeKind('kalshi', endpoint, 'garbage_cursor')
      return spoilt === null ? reply : withGarbageCursor(reply)
    },
  }
}

/** A cursor that names no item: the next page is then the first one again, with 200 (venue page §4.7). */
function withGarbageCursor(reply: FaceReply): FaceReply {
  const fields = asFields(JSON.parse(reply.body ?? 'null'))
  return fields === null || reply.status !== 200 ? reply : json(200, { ...fields, cursor: 'garbage' })
}

/** A batch pays for each of its orders, at once. */
function itemsIn(endpoint: string, request: FaceRequest): number {
  if (!endpoint.startsWith('batch_')) return 1
  const entries = readBatch(request)
  return 'status' in entries ? 1 : entries.length
}
