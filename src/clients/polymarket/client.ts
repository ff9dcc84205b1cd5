import { moneyOf, parseQuantity } from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'
import type { Fill } from '../../domain/fill.ts'
import type { Market } from '../../domain/market.ts'
import type { ApprovedOrder, Order, OrderReport } from '../../domain/order.ts'
import { buildBook, type OrderBook } from '../../domain/order-book.ts'
import type {
  Balance,
  Batches,
  CallOptions,
  Cancellation,
  FeesNow,
  FillQuery,
  MarketQuery,
  OrderLookup,
  Placement,
  PreparedOrder,
  VenueCapabilities,
  VenueClient,
  VenueOpenOrder,
  VenuePosition,
  VenueSettlement,
} from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import { freshSeed, seededRandom } from '../../runtime/random.ts'
import type { Transport } from '../http/transport.ts'
import { RateBudgets } from '../rates/budgets.ts'
import { listAccountFills, listOpenOrders, listPositions } from './account-reads.ts'
import { CANCEL_MAX, cancelOrders, PLACE_MAX, placeOrders } from './batches.ts'
import { judgeCancellation, lostCancellation } from './cancels.ts'
import { type Clob, readReply } from './clob.ts'
import { balanceSchema, bookSchema, cancelSchema } from './decode.ts'
import { type EncodedOrder, encodeOrder, orderBody, orderPreview } from './encode.ts'
import { readFailure } from './errors.ts'
import { loadEvm } from './evm.ts'
import { clobFees } from './fees.ts'
import { findLostOrder } from './find-order.ts'
import { Gamma, unknownMarket } from './gamma.ts'
import { buildMarket, type ClobWord, clobMarketSchema } from './market-decode.ts'
import type { PolymarketClientOptions } from './options.ts'
import { orderId } from './order-hash.ts'
import { ordersOwnFills, readOrderReport } from './order-reads.ts'
import { reportOfFills } from './order-report.ts'
import { signOrder } from './order-signature.ts'
import { judgePlacement, lostPlacement, type SentOrder } from './placement.ts'
import { PolymarketMeter, polymarketBudget } from './rates.ts'
import { readResolution } from './resolution.ts'
import { normalConditionId, routeFromRecord } from './routing.ts'
import { openClob, openService } from './services.ts'

const capabilities: VenueCapabilities = {
  timesInForce: ['ioc', 'fok', 'gtc', 'gtd'],
  postOnly: true,
  reduceOnly: [],
  netting: 'per_outcome',
  orderIdBeforeSend: true,
  immediateBuysSpend: true,
  provisionalFills: true,
  cancelAllTailMs: 0,
  // Source: Data API v2 documentation of positions, read 2026-10.
  hidesHoldingsBelow: parseQuantity('0.1'),
}

interface SignedOrder {
  readonly encoded: EncodedOrder
  readonly signature: string
  readonly orderId: string
}

/** Polymarket: catalogue (Gamma), order service (CLOB) and data service behind the venue port. */
export function createPolymarketClient(options: PolymarketClientOptions): VenueClient {
  const random = options.random ?? seededRandom(freshSeed())
  const rates = options.rates ?? new RateBudgets({ clock: options.clock, random })
  const budget = polymarketBudget(rates, options.urls.clob)
  const serviceOptions = { ...options, random }
  const transportFor = (service: 'gamma' | 'data'): Transport =>
    openService(
      serviceOptions,
      service,
      options.urls[service],
      new PolymarketMeter(budget, service, () => clob.signer()),
    )
  const clob = openClob({ ...serviceOptions, rates }, options.urls.clob)
  const gamma = new Gamma(transportFor('gamma'), options.clock)
  return new PolymarketClient(clob, gamma, transportFor('data'), options.clock)
}

class PolymarketClient implements VenueClient {
  readonly venue = 'polymarket'
  readonly capabilities = capabilities
  readonly batches: Batches = {
    placeMax: PLACE_MAX,
    cancelMax: CANCEL_MAX,
    placeOrders: (prepared, options) => this.placeOrders(prepared, options),
    cancelOrders: (targets, options = {}) => cancelOrders(this.clob, targets, options),
  }
  /** Signatures of prepared orders: in memory only, and gone with the prepared order. */
  private readonly signed = new WeakMap<PreparedOrder, SignedOrder>()

  constructor(
    private readonly clob: Clob,
    private readonly gamma: Gamma,
    private readonly data: Transport,
    private readonly clock: Clock,
  ) {}

  listMarkets(query: MarketQuery, options?: CallOptions): AsyncIterable<readonly Market[]> {
    return this.gamma.list(query, options)
  }

  async getMarket(symbol: string, options?: CallOptions): Promise<Market> {
    const row = await this.gamma.find(symbol, options)
    const conditionId = row.conditionId === null ? null : normalConditionId(row.conditionId)
    const word = conditionId === null ? 'absent' : await this.orderServiceWord(conditionId, options)
    const market = buildMarket(row, word, this.clock.nowMs())
    if (market === null) throw unknownMarket(`${symbol} with two outcomes`)
    return market
  }

  async getBook(market: Market, options?: CallOptions): Promise<OrderBook> {
    const token = routeFromRecord(market.routing)?.tokens.yes
    if (token === undefined) throw noBook(market)
    const call = { method: 'GET', path: '/book', query: { token_id: token }, endpoint: 'get_book', safe: true } as const
    const book = await this.clob.readPublic(bookSchema, call, options)
    if (book.asset_id !== token) throw noBook(market)
    return buildBook({ market: market.id, bids: book.bids, asks: book.asks, capturedAtMs: this.clock.nowMs() })
  }

  /**
   * The order service's word: the catalogue lags behind it. Nothing announces a change: no message, and no page of the venue
   * (read 2026-11), so there is no time until which it holds.
   */
  async getFees(market: Market, options?: CallOptions): Promise<FeesNow> {
    const conditionId = normalConditionId(market.aliases[0] ?? '')
    const word = conditionId === null ? 'absent' : await this.orderServiceWord(conditionId, options)
    if (typeof word === 'object') return { schedule: clobFees(word.fd), untilMs: null }
    return { schedule: { kind: 'unknown', reason: 'the order service does not know the market' }, untilMs: null }
  }

  /** The key's file is read and the curve loaded here: some 70 ms that would otherwise pass under the journal's lock. */
  async getReady(): Promise<void> {
    await Promise.allSettled([this.clob.getAccount(), loadEvm()])
  }

  async prepareOrder(approved: ApprovedOrder, market: Market): Promise<PreparedOrder> {
    const account = await this.clob.getAccount()
    const encoded = encodeOrder(approved.intent, market, account, this.clock.nowMs())
    const [id, signature] = await Promise.all([
      orderId(encoded.struct, encoded.domain),
      signOrder(encoded.struct, encoded.domain, account.signTypedData),
    ])
    const preview = { ...orderPreview(encoded), orderId: id }
    const prepared: PreparedOrder = { approved, market, venueOrderId: id, preview }
    this.signed.set(prepared, { encoded, signature, orderId: id })
    return prepared
  }

  async placeOrder(prepared: PreparedOrder, options: CallOptions = {}): Promise<Placement> {
    const signed = this.signedBefore(prepared)
    const apiKey = await this.apiKey(options)
    if (typeof apiKey !== 'string') return apiKey
    const body = orderBody(signed.encoded, signed.signature, apiKey)
    try {
      const reply = await this.clob.sendPrivate(
        { method: 'POST', path: '/order', body, endpoint: 'place_order', safe: false },
        options,
      )
      return judgePlacement(reply, sentOrder(prepared, signed))
    } catch (error) {
      if (!(error instanceof VenueError)) throw error
      return lostPlacement(error)
    }
  }

  private async placeOrders(
    prepared: readonly PreparedOrder[],
    options: CallOptions = {},
  ): Promise<readonly Placement[]> {
    const signed = prepared.map((order) => ({ order, by: this.signedBefore(order) }))
    const apiKey = await this.apiKey(options)
    if (typeof apiKey !== 'string') return prepared.map(() => apiKey)
    const orders = signed.map(({ order, by }) => ({
      body: orderBody(by.encoded, by.signature, apiKey),
      sent: sentOrder(order, by),
    }))
    return placeOrders(this.clob, orders, options)
  }

  private signedBefore(prepared: PreparedOrder): SignedOrder {
    const signed = this.signed.get(prepared)
    if (signed === undefined) throw new Error('this order was not prepared by this client')
    return signed
  }

  /** Bodies carry the API key, which may have to be fetched first. Until then nothing has been sent. */
  private async apiKey(options: CallOptions): Promise<string | Placement> {
    try {
      return (await this.clob.getCredentials(options)).apiKey
    } catch (error) {
      if (!(error instanceof VenueError)) throw error
      return { kind: 'not_sent', code: error.code, message: `No login, so the order was not sent: ${error.message}` }
    }
  }

  async cancelOrder(order: Order, _market: Market, options: CallOptions = {}): Promise<Cancellation> {
    const orderID = venueOrderIdOf(order)
    try {
      const reply = await this.clob.sendPrivate(
        {
          method: 'DELETE',
          path: '/order',
          body: JSON.stringify({ orderID }),
          endpoint: 'cancel_order',
          safe: false,
        },
        options,
      )
      return judgeCancellation(reply, orderID)
    } catch (error) {
      if (!(error instanceof VenueError)) throw error
      return lostCancellation(error)
    }
  }

  async cancelAll(options: CallOptions = {}): Promise<{ readonly cancelled: number | null }> {
    const call = { method: 'DELETE', path: '/cancel-all', endpoint: 'cancel_all', safe: false } as const
    const reply = await this.clob.sendPrivate(call, options)
    if (reply.status < 200 || reply.status > 299) throw readFailure(reply, 'cancel_all', 'cancel_all')
    const answer = readReply(cancelSchema, reply, 'cancel_all')
    return { cancelled: answer.canceled.length }
  }

  /** Polymarket's ids are hashes of the order, and it keeps no other. */
  clientOrderIdOf(): Promise<string | null> {
    return Promise.resolve(null)
  }

  getOrder(order: Order, market: Market, options: CallOptions = {}): Promise<OrderReport | null> {
    return readOrderReport(this.clob, { intent: order.intent, orderId: venueOrderIdOf(order), market }, options)
  }

  findOrder(order: Order, market: Market, options: CallOptions = {}): Promise<OrderLookup> {
    const subject = { intent: order.intent, orderId: venueOrderIdOf(order), market }
    return findLostOrder(
      {
        clock: this.clock,
        readOrder: (call) => readOrderReport(this.clob, subject, call),
        readFills: async (call) =>
          reportOfFills(subject.orderId, order.intent, await ordersOwnFills(this.clob, subject, call)),
        cancel: (call) => this.cancelOrder(order, market, call),
      },
      order,
      options,
    )
  }

  listOpenOrders(options?: CallOptions): Promise<readonly VenueOpenOrder[]> {
    return listOpenOrders(this.clob, this.gamma, options)
  }

  async listFills(query: FillQuery, options: CallOptions = {}): Promise<readonly Fill[]> {
    if (query.order === undefined) return listAccountFills(this.clob, this.gamma, query.sinceMs, options)
    const { order, market } = query.order
    const fills = await ordersOwnFills(
      this.clob,
      { intent: order.intent, orderId: venueOrderIdOf(order), market },
      options,
    )
    const { sinceMs } = query
    return sinceMs === undefined ? fills : fills.filter((fill) => Date.parse(fill.time) >= sinceMs - 1000)
  }

  async listPositions(options?: CallOptions): Promise<readonly VenuePosition[]> {
    return listPositions(this.data, this.gamma, (await this.clob.getAccount()).funder, options)
  }

  /** The collateral that the venue sees in the wallet, what resting orders tie up included. */
  async getBalance(options?: CallOptions): Promise<Balance> {
    const { signatureType } = await this.clob.getAccount()
    const query = { asset_type: 'COLLATERAL', signature_type: String(signatureType) }
    const call = { method: 'GET', path: '/balance-allowance', query, endpoint: 'get_balance', safe: true } as const
    const { balance } = await this.clob.readPrivate(balanceSchema, call, options)
    return {
      available: balance,
      asOfMs: this.clob.time.nearestMs(),
      step: moneyOf(1n),
      pools: [{ name: 'pUSD', available: balance }],
    }
  }

  getSettlement(market: Market, options?: CallOptions): Promise<VenueSettlement | null> {
    return readResolution(this.data, market, options)
  }

  private async orderServiceWord(conditionId: string, options?: CallOptions): Promise<ClobWord> {
    const path = `/clob-markets/${conditionId}`
    const reply = await this.clob.sendPublic({ method: 'GET', path, endpoint: 'get_market_terms', safe: true }, options)
    return reply.status === 404 ? 'absent' : readReply(clobMarketSchema, reply, 'get_market_terms')
  }
}

function sentOrder({ approved }: PreparedOrder, { orderId: id, encoded }: SignedOrder): SentOrder {
  const { makerAmount, takerAmount } = encoded.struct
  return { orderId: id, intent: approved.intent, makerAmount: BigInt(makerAmount), takerAmount: BigInt(takerAmount) }
}

/** The id is computed before an order is sent, so an order without one was never prepared. */
function venueOrderIdOf(order: Order): string {
  if (order.venueOrderId === null) throw new Error(`order ${order.intent.id} has no Polymarket id`)
  return order.venueOrderId
}

function noBook(market: Market): VenueError {
  return new VenueError({
    kind: 'not_found',
    sent: 'yes',
    code: 'NO_ORDERBOOK',
    message: `${market.id} has no order book on Polymarket.`,
    facts: { market: market.id },
  })
}
