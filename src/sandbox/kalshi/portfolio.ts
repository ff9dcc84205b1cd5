import type { Quantity } from '../../domain/amounts.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import type { MarketView, SandboxOrder } from '../model.ts'
import { type Age, ageOfOrder, ageOfTrade } from './ageing.ts'
import { type KalshiContext, kalshiDetails } from './context.ts'
import { contracts } from './format.ts'
import { pageOf, readLimit, readList, readSeconds } from './pages.ts'
import { fillsOf, type OwnFill, renderFill, renderOrder, statusOf } from './render-order.ts'
import { json, notFound, queryFailure } from './replies.ts'

/** What the account has ordered and traded. */

export const pageLimit = { min: 1, max: 1_000, fallback: 100 }

/** Live lists hold recent orders and all that rest; `historical` holds the rest. */
export function listOrders(context: KalshiContext, request: FaceRequest, age: Age): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), pageLimit)
  if (typeof limit === 'string') return queryFailure('GetOrders', 'Limit', limit)
  const status = query.get('status') ?? ''
  if (status !== '' && !['resting', 'canceled', 'executed'].includes(status)) {
    return queryFailure('GetOrders', 'Status', 'oneof')
  }
  const orders = visibleOrders(context).filter(
    (order) => ageOfOrder(context, order) === age && isWanted(context, order, query, status),
  )
  const page = pageOf(orders, (order) => order.id, limit, query.get('cursor'))
  return json(200, { orders: page.items.flatMap((order) => rendered(context, order)), cursor: page.cursor })
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
export function isOnAccount(query: URLSearchParams, view: MarketView): boolean {
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

/** Whether an order that left the live list can still be read by its id is not established: here it cannot. */
export function getOrder(context: KalshiContext, orderId: string): FaceReply {
  const order = context.host.exchange.order(context.owner.account, orderId)
  if (order === null || ageOfOrder(context, order) === 'historical') return notFound
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

/** The same of all that rests, or of some markets or one event. */
export function queuePositions(context: KalshiContext, request: FaceRequest): FaceReply {
  const { query } = request
  const tickers = readList(query.get('market_tickers'))
  const event = query.get('event_ticker')
  const rows = context.host.exchange.orders(context.owner.account).flatMap((order) => {
    const view = order.state === 'resting' ? context.host.exchange.market(order.market) : null
    const wanted =
      view !== null &&
      isOnAccount(query, view) &&
      (tickers === null || tickers.includes(view.market.symbol)) &&
      (event === null || view.market.eventId === event)
    if (!wanted) return []
    const ahead = contracts(contractsAhead(context, order))
    return [{ order_id: order.id, market_ticker: view.market.symbol, queue_position_fp: ahead }]
  })
  return json(200, { queue_positions: rows })
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

export function listFills(context: KalshiContext, request: FaceRequest, age: Age): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), pageLimit)
  if (typeof limit === 'string') return queryFailure('GetFills', 'Limit', limit)
  const tickers = readList(query.get('ticker'))
  const orderId = query.get('order_id')
  const [min, max] = [readSeconds(query.get('min_ts')), readSeconds(query.get('max_ts'))]
  const fills = context.host.exchange
    .trades({ account: context.owner.account })
    .flatMap((trade) => fillsOf(trade, context.owner.account))
    .filter(({ trade, party }) => {
      const view = context.host.exchange.market(trade.market)
      if (view === null || !isOnAccount(query, view) || ageOfTrade(context, trade) !== age) return false
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
