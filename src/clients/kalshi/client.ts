import { ZERO_QUANTITY } from '../../domain/amounts.ts'
import type { VenueCapabilities, VenueClient } from '../../domain/venue.ts'
import { createTransport, type TransportOptions } from '../transport.ts'
import { KalshiApi } from './api.ts'
import type { KalshiAccount } from './auth.ts'
import { getBook, getMarket, listMarkets } from './catalogue.ts'
import { findOrder, getOrder } from './lookup.ts'
import { cancelAll, cancelOrder, placeOrder, prepareOrder } from './orders.ts'
import { getBalance, listFills, listOpenOrders, listPositions } from './portfolio.ts'
import { SeriesShelf } from './series.ts'
import { ServerTime } from './server-time.ts'
import { getSettlement } from './settlements.ts'

export interface KalshiClientOptions extends Omit<TransportOptions, 'venue' | 'service'> {
  /** Null reads public data only: whatever needs a signature then throws, before it sends. */
  readonly account: KalshiAccount | null
}

const capabilities: VenueCapabilities = {
  timesInForce: ['ioc', 'fok', 'gtc', 'gtd'],
  postOnly: true,
  // A resting reduce-only order is impossible (seen in production, 2026-08).
  reduceOnly: ['ioc'],
  netting: 'net',
  orderIdBeforeSend: false,
  provisionalFills: false,
  // "Orders placed within the following minute may be cancelled as well": Kalshi's OpenAPI, Cancel All Orders, 2026-09.
  cancelAllTailMs: 60_000,
  positionsShownFrom: ZERO_QUANTITY,
}

/** Kalshi through its V2 order endpoints. `baseUrl` ends in `/trade-api/v2`: that part is signed. */
export function createKalshiClient(options: KalshiClientOptions): VenueClient {
  const { clock } = options
  const transport = createTransport({ ...options, venue: 'kalshi', service: 'rest' })
  const api = new KalshiApi(transport, options.account, new ServerTime(clock))
  const sources = { api, clock, shelf: new SeriesShelf(api, clock) }
  return {
    venue: 'kalshi',
    capabilities,
    listMarkets: (query, call) => listMarkets(sources, query, call),
    getMarket: (symbol, call) => getMarket(sources, symbol, call),
    getBook: (market, call) => getBook(sources, market, call),
    prepareOrder: async (approved, market) => prepareOrder(api, approved, market),
    placeOrder: (prepared, call) => placeOrder(api, prepared, call),
    cancelOrder: (order, market, call) => cancelOrder(api, order, market, call),
    cancelAll: (call) => cancelAll(api, call),
    getOrder: (order, _market, call) => getOrder(sources, order, call),
    findOrder: (order, market, call) => findOrder(sources, order, market, call),
    listOpenOrders: (call) => listOpenOrders(api, call),
    listFills: (query, call) => listFills(api, clock, query, call),
    listPositions: (call) => listPositions(api, call),
    getBalance: (call) => getBalance(api, call),
    getSettlement: (market, call) => getSettlement(api, market, call),
  }
}
