import { addMoney, cost, type Money, negateMoney, type Quantity, ZERO_MONEY } from '../../domain/amounts.ts'
import type { MarketId } from '../../domain/market.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import type { Holding, MarketView, SandboxOrder, SettlementRecord } from '../model.ts'
import { type KalshiContext, kalshiDetails } from './context.ts'
import { orderWindowMs, tradeWindowMs } from './exchange-info.ts'
import { cents, contracts, dollars, exactDollars, time, unixSeconds } from './format.ts'
import { pageOf, readLimit, readList, readSeconds } from './pages.ts'
import { resultOf } from './render-market.ts'
import { fillsOf, type OwnFill, renderFill, renderOrder, statusOf } from './render-order.ts'
import { json, notFound, queryFailure } from './replies.ts'

/** What the account has: orders, fills, positions, balance, settlements. */

const pageLimit = { min: 1, max: 1_000, fallback: 100 }

/** Live lists hold recent orders and all that rest; `historical` holds the rest. */
export function listOrders(context: KalshiContext, request: FaceRequest, age: 'live' | 'historical'): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), pageLimit)
  if (typeof limit === 'string') return queryFailure('GetOrders', 'Limit', limit)
  const status = query.get('status') ?? ''
  if (status !== '' && !['resting', 'canceled', 'executed'].includes(status)) {
    return queryFailure('GetOrders', 'Status', 'oneof')
  }
  const orders = visibleOrders(context).filter(
    (order) => isAged(context, order) === (age === 'historical') && isWanted(context, order, query, status),
  )
  const page = pageOf(orders, (order) => order.id, limit, query.get('cursor'))
  return json(200, { orders: page.items.flatMap((order) => rendered(context, order)), cursor: page.cursor })
}

function isAged(context: KalshiContext, order: SandboxOrder): boolean {
  return statusOf(order) !== 'resting' && order.updatedMs < context.host.clock.nowMs() - orderWindowMs
}

function isWanted(context: KalshiContext, order: SandboxOrder, query: URLSearchParams, status: string): boolean {
  const view = context.host.exchange.market(order.market)
  if (view === null || !isOnAccount(query, view)) return false
  const ticker = query.get('ticker')
  const events = readList(query.get('event_ticker'))
  const [min, max] = [readSeconds(query.get('min_ts')), readSeconds(query.get('max_ts'))]
  return (
    (ticker === null || view.market.symbol === ticker) &&
    (events === null || events.includes(view.market.eventId)) &&
    (min === null || order.createdMs >= min) &&
    (max === null || order.createdMs <= max) &&
    (status === '' || statusOf(order) === status)
  )
}

/** Only subaccount 0 exists; shards are told apart by the market. */
function isOnAccount(query: URLSearchParams, view: MarketView): boolean {
  const subaccount = query.get('subaccount')
  const index = query.get('exchange_index')
  return (
    (subaccount === null || subaccount === '0') &&
    (index === null || index === '-1' || index === String(kalshiDetails(view.market).exchangeIndex))
  )
}

/** Under the fault `stale_reads`, orders look as they did before a change that is too young. */
function visibleOrders(context: KalshiContext): readonly SandboxOrder[] {
  const orders = context.host.exchange.orders(context.owner.account)
  const stale = context.host.faults.takeKind('kalshi', 'list_orders', 'stale_reads')
  return stale === null ? orders : orders.flatMap((order) => asRead(context, order, stale.ms) ?? [])
}

function asRead(context: KalshiContext, order: SandboxOrder, staleMs: number): SandboxOrder | null {
  const fresh = context.host.clock.nowMs() - order.updatedMs < staleMs
  return fresh ? context.host.exchange.previousOrder(order.id) : order
}

export function getOrder(context: KalshiContext, orderId: string): FaceReply {
  const order = context.host.exchange.order(context.owner.account, orderId)
  if (order === null) return notFound
  const stale = context.host.faults.takeKind('kalshi', 'get_order', 'stale_reads')
  const seen = stale === null ? order : asRead(context, order, stale.ms)
  const shown = seen === null ? [] : rendered(context, seen)
  return shown[0] === undefined ? notFound : json(200, { order: shown[0] })
}

function rendered(context: KalshiContext, order: SandboxOrder): readonly Readonly<Record<string, unknown>>[] {
  const view = context.host.exchange.market(order.market)
  return view === null ? [] : [renderOrder(order, view.market, context.owner.userId)]
}

/** Contracts that trade before this order: better prices and earlier orders on its side. */
export function queuePosition(context: KalshiContext, orderId: string): FaceReply {
  const order = context.host.exchange.order(context.owner.account, orderId)
  if (order === null || order.state !== 'resting') return notFound
  return json(200, { queue_position_fp: contracts(contractsAhead(context, order)) })
}

/** The book shows levels, not orders: at its own price everything older is counted from the account's view. */
function contractsAhead(context: KalshiContext, order: SandboxOrder): Quantity {
  const book = context.host.exchange.book(order.market)
  const levels = order.bookSide === 'bid' ? book.bids : book.asks
  const better = (price: bigint): boolean =>
    order.bookSide === 'bid' ? price > order.yesPrice : price < order.yesPrice
  let ahead = 0n
  for (const level of levels) if (better(level.price)) ahead += level.quantity
  const sameLevel = levels.find((level) => level.price === order.yesPrice)
  if (sameLevel === undefined) return ahead as Quantity
  const younger = context.host.exchange
    .orders(order.account)
    .filter((other) => other.market === order.market && other.state === 'resting')
    .filter((other) => other.yesPrice === order.yesPrice && other.priority >= order.priority)
    .reduce((sum, other) => sum + other.remaining, 0n)
  return (ahead + sameLevel.quantity - younger) as Quantity
}

export function listFills(context: KalshiContext, request: FaceRequest, age: 'live' | 'historical'): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), pageLimit)
  if (typeof limit === 'string') return queryFailure('GetFills', 'Limit', limit)
  const tickers = readList(query.get('ticker'))
  const orderId = query.get('order_id')
  const [min, max] = [readSeconds(query.get('min_ts')), readSeconds(query.get('max_ts'))]
  const cutoffMs = context.host.clock.nowMs() - tradeWindowMs
  const fills = context.host.exchange
    .trades({ account: context.owner.account })
    .flatMap((trade) => fillsOf(trade, context.owner.account))
    .filter(({ trade, party }) => {
      const view = context.host.exchange.market(trade.market)
      if (view === null || !isOnAccount(query, view) || trade.timeMs < cutoffMs !== (age === 'historical')) return false
      return (
        (tickers === null || tickers.includes(view.market.symbol)) &&
        (orderId === null || party.orderId === orderId) &&
        (min === null || trade.timeMs >= min) &&
        (max === null || trade.timeMs <= max)
      )
    })
  const page = pageOf(fills, fillKey, limit, query.get('cursor'))
  return json(200, { fills: page.items.flatMap((fill) => renderedFill(context, fill)), cursor: page.cursor })
}

function fillKey({ trade, isTaker }: OwnFill): string {
  return `${trade.id}/${isTaker ? 'taker' : 'maker'}`
}

function renderedFill(context: KalshiContext, fill: OwnFill): readonly Readonly<Record<string, unknown>>[] {
  const view = context.host.exchange.market(fill.trade.market)
  return view === null ? [] : [renderFill(fill, view.market)]
}

interface HeldMarket {
  readonly view: MarketView
  readonly holding: Holding
}

function heldMarkets(context: KalshiContext): readonly HeldMarket[] {
  const holdings = context.host.exchange.account(context.owner.account)?.holdings ?? new Map<MarketId, Holding>()
  return [...holdings].flatMap(([id, holding]) => {
    const view = context.host.exchange.market(id)
    return view === null ? [] : [{ view, holding }]
  })
}

export function listPositions(context: KalshiContext, request: FaceRequest): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), pageLimit)
  if (typeof limit === 'string') return queryFailure('GetPositions', 'Limit', limit)
  const held = heldMarkets(context).filter((one) => isWantedPosition(one, query))
  const page = pageOf(held, ({ view }) => view.market.symbol, limit, query.get('cursor'))
  return json(200, {
    cursor: page.cursor,
    market_positions: page.items.map(renderPosition),
    event_positions: renderEventPositions(page.items),
  })
}

function isWantedPosition({ view, holding }: HeldMarket, query: URLSearchParams): boolean {
  const settled = view.status === 'settled'
  const wanted = query.get('settlement_status') ?? 'unsettled'
  const ticker = query.get('ticker')
  const event = query.get('event_ticker')
  const counts = readList(query.get('count_filter')) ?? []
  return (
    isOnAccount(query, view) &&
    (wanted === 'all' || settled === (wanted === 'settled')) &&
    (ticker === null || view.market.symbol === ticker) &&
    (event === null || view.market.eventId === event) &&
    (!counts.includes('position') || holding.yes !== holding.no) &&
    (!counts.includes('total_traded') || holding.traded > 0n)
  )
}

function renderPosition({ view, holding }: HeldMarket): Readonly<Record<string, unknown>> {
  return {
    ticker: view.market.symbol,
    exchange_index: kalshiDetails(view.market).exchangeIndex,
    position_fp: contracts((holding.yes - holding.no) as Quantity),
    market_exposure_dollars: exactDollars(addMoney(holding.yesCost, holding.noCost)),
    total_traded_dollars: exactDollars(holding.traded),
    realized_pnl_dollars: exactDollars(holding.realizedPnl),
    fees_paid_dollars: exactDollars(holding.fees),
    last_updated_ts: time(holding.updatedMs),
  }
}

function renderEventPositions(held: readonly HeldMarket[]): readonly Readonly<Record<string, unknown>>[] {
  const events = [...new Set(held.map(({ view }) => view.market.eventId))]
  return events.map((event) => {
    const mine = held.filter(({ view }) => view.market.eventId === event).map(({ holding }) => holding)
    const exposure = addMoney(...mine.flatMap((holding) => [holding.yesCost, holding.noCost]))
    const shares = mine.reduce((sum, holding) => sum + holding.yes + holding.no, 0n) as Quantity
    return {
      event_ticker: event,
      total_cost_dollars: exactDollars(exposure),
      total_cost_shares_fp: contracts(shares),
      event_exposure_dollars: exactDollars(exposure),
      realized_pnl_dollars: exactDollars(addMoney(...mine.map((holding) => holding.realizedPnl))),
      fees_paid_dollars: exactDollars(addMoney(...mine.map((holding) => holding.fees))),
    }
  })
}

/** Resting orders do not reduce the balance shown: nothing says that they do (venue page §4.4). */
export function balance(context: KalshiContext, request: FaceRequest): FaceReply {
  const account = context.host.exchange.account(context.owner.account)
  const index = request.query.get('exchange_index')
  const pools = [...(account?.cash ?? new Map<string, Money>())].filter(([pool]) => index === null || pool === index)
  const total = addMoney(...pools.map(([, amount]) => amount))
  return json(200, {
    balance: cents(total),
    balance_dollars: dollars(floorToAccountStep(total)),
    portfolio_value: cents(portfolioValue(context, index)),
    updated_ts: unixSeconds(context.host.clock.nowMs()),
    balance_breakdown: pools.map(([pool, amount]) => ({
      exchange_index: Number(pool),
      balance: dollars(floorToAccountStep(amount)),
    })),
  })
}

/** Balances move in steps of 0.0001 dollar. */
function floorToAccountStep(amount: Money): Money {
  return ((amount / 100n) * 100n) as Money
}

/** Positions at the best bid of what is held; nothing where nobody bids. */
function portfolioValue(context: KalshiContext, index: string | null): Money {
  let total = ZERO_MONEY
  for (const { view, holding } of heldMarkets(context)) {
    if (index !== null && view.market.pool !== index) continue
    const book = context.host.exchange.book(view.market.id)
    const [bid, ask] = [book.bids[0], book.asks[0]]
    if (holding.yes > 0n && bid !== undefined) total = addMoney(total, cost(bid.price, holding.yes, 'down'))
    if (holding.no > 0n && ask !== undefined) {
      total = addMoney(total, holding.no as bigint as Money, negateMoney(cost(ask.price, holding.no, 'up')))
    }
  }
  return total
}

export function listSettlements(context: KalshiContext, request: FaceRequest): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), pageLimit)
  if (typeof limit === 'string') return queryFailure('GetSettlements', 'Limit', limit)
  const ticker = query.get('ticker')
  const event = query.get('event_ticker')
  const [min, max] = [readSeconds(query.get('min_ts')), readSeconds(query.get('max_ts'))]
  const records = context.host.exchange.settlements(context.owner.account).flatMap((record) => {
    const view = context.host.exchange.market(record.market)
    const wanted =
      view !== null &&
      (ticker === null || view.market.symbol === ticker) &&
      (event === null || view.market.eventId === event) &&
      (min === null || record.timeMs >= min) &&
      (max === null || record.timeMs <= max)
    return wanted ? [{ record, view }] : []
  })
  const page = pageOf(records, ({ view }) => view.market.symbol, limit, query.get('cursor'))
  return json(200, {
    cursor: page.cursor,
    settlements: page.items.map(({ record, view }) => renderSettlement(record, view)),
  })
}

function renderSettlement(record: SettlementRecord, view: MarketView): Readonly<Record<string, unknown>> {
  const { holding } = record
  return {
    ticker: view.market.symbol,
    exchange_index: kalshiDetails(view.market).exchangeIndex,
    event_ticker: view.market.eventId,
    market_result: resultOf(record.yesPayout),
    yes_count_fp: contracts(holding.yes),
    yes_total_cost_dollars: exactDollars(holding.yesCost),
    no_count_fp: contracts(holding.no),
    no_total_cost_dollars: exactDollars(holding.noCost),
    revenue: cents(record.revenue),
    value: cents(record.yesPayout),
    fee_cost: exactDollars(holding.fees),
    settled_time: time(record.timeMs),
  }
}
