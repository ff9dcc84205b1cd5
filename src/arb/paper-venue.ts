import { complement, type Quantity, ZERO_MONEY, ZERO_QUANTITY } from '../domain/amounts.ts'
import { VenueError } from '../domain/errors.ts'
import { type FeeBasis, type FeeSchedule, predictFees } from '../domain/fees.ts'
import { type Fill, sumFills } from '../domain/fill.ts'
import type { Market, MarketId, VenueId } from '../domain/market.ts'
import type { ApprovedOrder, Order, OrderIntent, OrderReport } from '../domain/order.ts'
import { bookOf, type Level, type OrderBook } from '../domain/order-book.ts'
import type {
  Balance,
  FeesNow,
  FillQuery,
  OrderLookup,
  Placement,
  PreparedOrder,
  VenueCapabilities,
  VenueClient,
  VenuePosition,
} from '../domain/venue.ts'
import { type Clock, isoTime } from '../runtime/clock.ts'
import type { PaperFeed } from './paper-feed.ts'

export interface PaperVenueOptions {
  readonly venue: VenueId
  /** Of the venue that it stands for. */
  readonly capabilities: VenueCapabilities
  readonly markets: readonly Market[]
  readonly feed: PaperFeed
  readonly clock: Clock
  /** What the tape has told so far of the fees of a market. Undefined: nothing. Null: that they changed, and not to what. */
  feesTold(market: Market): FeeSchedule | null | undefined
  /** From a decision to the moment at which its orders meet the book, ms. */
  readonly latencyMs: number
}

const untold: FeeSchedule = { kind: 'unknown', reason: 'the tape tells that its fees changed, and not to what' }

interface PaperOrder {
  readonly intent: OrderIntent
  readonly report: OrderReport
  readonly fills: readonly Fill[]
}

/**
 * A venue on paper: immediate orders fill in the books of a tape as these are when the order arrives, at once and for good,
 * and are charged by the market's schedule. An order that arrives while its book is not to be relied on has an outcome that
 * nobody knows, and keeps it.
 */
export class PaperVenue implements VenueClient {
  readonly venue: VenueId
  readonly capabilities: VenueCapabilities
  readonly #orders = new Map<string, PaperOrder>()
  #fills = 0

  constructor(private readonly options: PaperVenueOptions) {
    this.venue = options.venue
    this.capabilities = options.capabilities
  }

  async *listMarkets(): AsyncGenerator<readonly Market[]> {
    yield this.options.markets
  }

  getMarket(symbol: string): Promise<Market> {
    const market = this.options.markets.find((one) => one.symbol === symbol)
    return market === undefined ? Promise.reject(notOnTape(`the market ${symbol}`)) : Promise.resolve(market)
  }

  getBook(market: Market): Promise<OrderBook> {
    const book = this.#book(market.id)
    return book === null ? Promise.reject(notOnTape(`the book of ${market.id}`)) : Promise.resolve(book)
  }

  getFees(market: Market): Promise<FeesNow> {
    const told = this.options.feesTold(market)
    const [listed] = this.options.markets.filter(({ id }) => id === market.id)
    const schedule = told === undefined ? (listed ?? market).fees : (told ?? untold)
    return Promise.resolve({ schedule, untilMs: null })
  }

  getReady(): Promise<void> {
    return Promise.resolve()
  }

  prepareOrder(approved: ApprovedOrder, market: Market): Promise<PreparedOrder> {
    const { id } = approved.intent
    const venueOrderId = this.capabilities.orderIdBeforeSend ? paperId(id) : null
    return Promise.resolve({ approved, market, venueOrderId, preview: { order: paperId(id) } })
  }

  async placeOrder({ approved, market }: PreparedOrder): Promise<Placement> {
    const { intent } = approved
    if (intent.timeInForce !== 'ioc') throw new Error('only immediate orders can be filled from a tape')
    await this.options.clock.sleep(this.options.latencyMs)
    const book = this.#book(market.id)
    if (book === null) {
      const message = 'The tape does not show what the book was when the order arrived.'
      return { kind: 'unknown', code: 'PAPER_BOOK_UNKNOWN', message }
    }
    const levels = met(bookOf(book, intent.outcome), intent, this.#spends(intent))
    const order = this.#execute(intent, market, levels)
    const isBid = (intent.side === 'sell') === (intent.outcome === 'yes')
    const inYes = intent.outcome === 'yes' ? levels : levels.map(mirrored)
    this.options.feed.take(market.id, isBid ? 'bid' : 'ask', inYes)
    return { kind: 'accepted', report: order.report }
  }

  cancelOrder(): ReturnType<VenueClient['cancelOrder']> {
    return Promise.resolve({ kind: 'not_live', code: 'PAPER', message: 'Nothing rests on paper.' })
  }

  cancelAll(): Promise<{ readonly cancelled: number }> {
    return Promise.resolve({ cancelled: 0 })
  }

  getOrder(order: Order): Promise<OrderReport | null> {
    return Promise.resolve(this.#orders.get(order.intent.id)?.report ?? null)
  }

  clientOrderIdOf(): Promise<null> {
    return Promise.resolve(null)
  }

  findOrder(order: Order): Promise<OrderLookup> {
    return Promise.resolve({ report: this.#orders.get(order.intent.id)?.report ?? null, evidence: [] })
  }

  listOpenOrders(): Promise<readonly never[]> {
    return Promise.resolve([])
  }

  listFills({ order, sinceMs = 0 }: FillQuery): Promise<readonly Fill[]> {
    const wanted = [...this.#orders.values()].filter(
      ({ intent }) => order === undefined || intent.id === order.order.intent.id,
    )
    return Promise.resolve(wanted.flatMap(({ fills }) => fills).filter(({ time }) => Date.parse(time) >= sinceMs))
  }

  listPositions(): Promise<readonly VenuePosition[]> {
    const held = new Map<string, VenuePosition>()
    for (const { market, outcome, side, quantity } of [...this.#orders.values()].flatMap(({ fills }) => fills)) {
      const before = held.get(`${market} ${outcome}`)?.quantity ?? ZERO_QUANTITY
      const after = (side === 'buy' ? before + quantity : before - quantity) as Quantity
      held.set(`${market} ${outcome}`, { market, outcome, quantity: after })
    }
    return Promise.resolve([...held.values()].filter(({ quantity }) => quantity > 0n))
  }

  /** A tape does not say what would be left: cash bounds nothing. */
  getBalance(): Promise<Balance> {
    return Promise.reject(notOnTape('the cash'))
  }

  getSettlement(): Promise<null> {
    return Promise.resolve(null)
  }

  /** As it stands now. Null while it is not to be relied on. */
  #book(market: MarketId): OrderBook | null {
    const book = this.options.feed.book(market)
    if (book === null || book.state.kind === 'untradable') return null
    const copy = ({ price, quantity }: Level): Level => ({ price, quantity })
    const capturedAtMs = this.options.clock.nowMs()
    return { market, bids: book.bids.map(copy), asks: book.asks.map(copy), capturedAtMs }
  }

  #spends({ side }: OrderIntent): boolean {
    return side === 'buy' && this.capabilities.immediateBuysSpend
  }

  #execute(intent: OrderIntent, market: Market, levels: readonly Level[]): PaperOrder {
    const fills = this.#fillsOf(intent, market, levels)
    const { quantity, averagePrice, fees } = sumFills(fills)
    const isWhole = quantity >= intent.quantity
    const report: OrderReport = {
      venueOrderId: paperId(intent.id),
      clientOrderId: intent.clientOrderId,
      status: isWhole ? 'filled' : quantity > 0n ? 'partially_filled' : 'cancelled',
      filledQuantity: quantity,
      remainingQuantity: ZERO_QUANTITY,
      averagePrice,
      fees: quantity > 0n ? fees : ZERO_MONEY,
      provisional: false,
    }
    const order = { intent, report, fills }
    this.#orders.set(intent.id, order)
    return order
  }

  #fillsOf(intent: OrderIntent, market: Market, levels: readonly Level[]): readonly Fill[] {
    const { outcome, side } = intent
    const bases = levels.map((level): FeeBasis => ({ ...level, side, liquidity: 'taker' }))
    const fees = predictFees(market.fees, bases)
    const time = isoTime(this.options.clock.nowMs())
    return levels.map((level, index) => ({
      ...level,
      id: `paper-${++this.#fills}`,
      venue: this.venue,
      market: market.id,
      venueOrderId: paperId(intent.id),
      outcome,
      side,
      fee: fees?.[index] ?? null,
      feeSource: 'schedule',
      liquidity: 'taker',
      finality: 'final',
      time,
    }))
  }
}

/** What an immediate order takes of the book of its own outcome. */
function met(
  { bids, asks }: OrderBook,
  { side, price: limit, quantity }: OrderIntent,
  spends: boolean,
): readonly Level[] {
  const taken: Level[] = []
  let left: bigint = spends ? limit * quantity : quantity
  for (const { price, quantity: offered } of side === 'buy' ? asks : bids) {
    if (side === 'buy' ? price > limit : price < limit) break
    const wanted = spends ? left / price : left
    const most = (wanted < offered ? wanted : offered) as Quantity
    if (most <= 0n) break
    taken.push({ price, quantity: most })
    left -= spends ? price * most : most
  }
  return taken
}

function mirrored({ price, quantity }: Level): Level {
  return { price: complement(price), quantity }
}

function paperId(orderId: string): string {
  return `paper-${orderId}`
}

function notOnTape(what: string): VenueError {
  return new VenueError({
    kind: 'refused',
    sent: 'no',
    code: 'NOT_ON_TAPE',
    message: `The tape does not show ${what}. Nothing was sent.`,
  })
}
