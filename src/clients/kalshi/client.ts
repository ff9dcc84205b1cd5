import { ToolkitError } from '../../domain/errors.ts'
import type { VenueCapabilities, VenueClient } from '../../domain/venue.ts'
import { freshSeed, seededRandom } from '../../runtime/random.ts'
import { createTransport, type TransportOptions } from '../http/transport.ts'
import { RateBudgets } from '../rates/budgets.ts'
import { ServerTime } from '../server-time.ts'
import { kalshiAmends } from './amends.ts'
import { KalshiApi } from './api.ts'
import type { KalshiAccount } from './auth.ts'
import { CANCEL_MAX, cancelOrders, PLACE_MAX, placeOrders } from './batches.ts'
import { getBook, getMarket, listMarkets } from './catalogue.ts'
import { getFees } from './fee-changes.ts'
import { readLimits } from './limits.ts'
import { clientOrderIdOf, findOrder, getOrder } from './lookup.ts'
import { cancelAll, cancelOrder, placeOrder, prepareOrder } from './orders.ts'
import { getBalance, listFills, listOpenOrders, listPositions } from './portfolio.ts'
import { KalshiMeter } from './rates.ts'
import { SeriesShelf } from './series.ts'
import { getSettlement } from './settlements.ts'

export interface KalshiClientOptions extends Omit<TransportOptions, 'venue' | 'service' | 'meter'> {
  /** Null reads public data only: whatever needs a signature then throws, before it sends. */
  readonly account: KalshiAccount | null
  /** Shared by all clients of the process. One of its own when absent. */
  readonly rates?: RateBudgets
}

const capabilities: VenueCapabilities = {
  timesInForce: ['ioc', 'fok', 'gtc', 'gtd'],
  postOnly: true,
  // A resting reduce-only order is impossible (seen in production, 2026-08).
  reduceOnly: ['ioc'],
  netting: 'net',
  orderIdBeforeSend: false,
  immediateBuysSpend: false,
  provisionalFills: false,
  // "Orders placed within the following minute may be cancelled as well": Kalshi's OpenAPI, Cancel All Orders, 2026-09.
  cancelAllTailMs: 60_000,
  hidesHoldingsBelow: null,
}

/** Kalshi through its V2 order endpoints. `baseUrl` ends in `/trade-api/v2`: that part is signed. */
export function createKalshiClient(options: KalshiClientOptions): VenueClient {
  const { clock } = options
  const api = openKalshiApi(options)
  const sources = { api, clock, shelf: new SeriesShelf(api, clock) }
  return {
    venue: 'kalshi',
    capabilities,
    batches: {
      placeMax: PLACE_MAX,
      cancelMax: CANCEL_MAX,
      placeOrders: (prepared, call) => placeOrders(api, prepared, call),
      cancelOrders: (targets, call) => cancelOrders(api, targets, call),
    },
    amends: kalshiAmends(sources),
    listMarkets: (query, call) => listMarkets(sources, query, call),
    getMarket: (symbol, call) => getMarket(sources, symbol, call),
    getBook: (market, call) => getBook(sources, market, call),
    getFees: (market, call) => getFees(sources, market, call),
    // The account is there when the client is, and an order is not signed before it is sent.
    getReady: () => Promise.resolve(),
    prepareOrder: async (approved, market) => prepareOrder(api, approved, market),
    placeOrder: (prepared, call) => placeOrder(api, prepared, call),
    cancelOrder: (order, market, call) => cancelOrder(api, order, market, call),
    cancelAll: (call) => cancelAll(api, call),
    getOrder: (order, _market, call) => getOrder(sources, order, call),
    clientOrderIdOf: (venueOrderId, call) => clientOrderIdOf(api, venueOrderId, call),
    findOrder: (order, market, call) => findOrder(sources, order, market, call),
    listOpenOrders: (call) => listOpenOrders(api, call),
    listFills: (query, call) => listFills(api, clock, query, call),
    listPositions: (call) => listPositions(api, call),
    getBalance: (call) => getBalance(api, call),
    getSettlement: (market, call) => getSettlement(api, market, call),
  }
}

/** The venue's REST under its rate limits. */
export function openKalshiApi(options: KalshiClientOptions): KalshiApi {
  const { clock, account, baseUrl } = options
  const random = options.random ?? seededRandom(freshSeed())
  const rates = options.rates ?? new RateBudgets({ clock, random })
  const keyId = account?.keyId ?? null
  const learn = async (signal?: AbortSignal): Promise<void> =>
    meter.learn(await readLimits(api, baseUrl, signal === undefined ? {} : { signal }))
  const meter = new KalshiMeter({ budgets: rates, baseUrl, keyId, onScarce: () => learn().catch(keepAssuming) })
  const transport = createTransport({ ...options, venue: 'kalshi', service: 'rest', meter, random })
  const api = new KalshiApi(transport, account, new ServerTime(clock))
  if (keyId !== null) rates.teach(`kalshi ${baseUrl} ${keyId}`, learn)
  return api
}

/** Asked in passing: a venue that does not tell leaves us with the limits of the lowest tier. */
function keepAssuming(error: unknown): void {
  if (!(error instanceof ToolkitError)) throw error
}
