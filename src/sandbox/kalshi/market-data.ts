import { complement } from '../../domain/amounts.ts'
import type { MarketStatus } from '../../domain/market.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import type { MarketView, SandboxEvent, SandboxTrade } from '../model.ts'
import { type Age, ageOfMarket, ageOfTrade } from './ageing.ts'
import { type KalshiContext, kalshiDetails, tickerId, viewOf } from './context.ts'
import { contracts, dollars, time } from './format.ts'
import { pageOf, readLimit, readList, readSeconds } from './pages.ts'
import { renderBook, renderEvent, renderMarket, renderSeries } from './render-market.ts'
import { failure, json, marketNotFound, notFound, queryFailure } from './replies.ts'

/** The public endpoints: markets, events, series, books, trades. */

/** Words of the `status` filter, and the statuses they stand for (venue page §5.2). */
const statusFilter: Readonly<Record<string, readonly MarketStatus[]>> = {
  unopened: ['unopened'],
  open: ['open'],
  paused: ['paused'],
  closed: ['closed', 'determined'],
  settled: ['settled'],
}

type MarketTest = (view: MarketView) => boolean

export function listMarkets(context: KalshiContext, request: FaceRequest, age: Age): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), { min: 0, max: 1_000, fallback: 100 })
  if (typeof limit === 'string') return queryFailure('GetMarkets', 'Limit', limit)
  const status = query.get('status') ?? ''
  if (status !== '' && statusFilter[status] === undefined) return queryFailure('GetMarkets', 'Status', 'oneof')
  const tests = marketTests(query)
  const views = context.host.catalogue
    .list('kalshi')
    .flatMap((market) => context.host.exchange.market(market.id) ?? [])
    .filter((view) => tests.every((test) => test(view)) && ageOfMarket(context, view) === age)
  const page = pageOf(views, (view) => view.market.symbol, limit, query.get('cursor'))
  return json(200, { markets: page.items.map((view) => renderMarket(context, view)), cursor: page.cursor })
}

function marketTests(query: URLSearchParams): readonly MarketTest[] {
  const tests: MarketTest[] = []
  const status = query.get('status') ?? ''
  if (status !== '') tests.push((view) => statusFilter[status]?.includes(view.status) ?? false)
  const event = query.get('event_ticker')
  if (event !== null) tests.push((view) => view.market.eventId === event)
  const series = query.get('series_ticker')
  if (series !== null) tests.push((view) => kalshiDetails(view.market).seriesTicker === series)
  const tickers = readList(query.get('tickers'))
  if (tickers !== null) tests.push((view) => tickers.includes(view.market.symbol))
  const combos = query.get('mve_filter')
  const isCombo: MarketTest = (view) => kalshiDetails(view.market).collectionTicker !== null
  if (combos === 'only') tests.push(isCombo)
  if (combos === 'exclude') tests.push((view) => !isCombo(view))
  const times: readonly (readonly [string, (view: MarketView) => number | null])[] = [
    ['created', (view) => view.schedule.createdMs],
    ['close', (view) => view.schedule.closeMs],
    ['settled', (view) => view.schedule.settleMs],
    ['updated', (view) => view.updatedMs],
  ]
  for (const [name, timeOf] of times) tests.push(...timeTests(query, name, timeOf))
  return tests
}

function timeTests(
  query: URLSearchParams,
  name: string,
  timeOf: (view: MarketView) => number | null,
): readonly MarketTest[] {
  const [min, max] = [readSeconds(query.get(`min_${name}_ts`)), readSeconds(query.get(`max_${name}_ts`))]
  const tests: MarketTest[] = []
  if (min !== null) tests.push((view) => (timeOf(view) ?? Number.NEGATIVE_INFINITY) >= min)
  if (max !== null) tests.push((view) => (timeOf(view) ?? Number.POSITIVE_INFINITY) <= max)
  return tests
}

/** A market that left the live lists is as unknown there as one that never was. */
export function getMarket(context: KalshiContext, ticker: string, age: Age): FaceReply {
  const view = viewOf(context, ticker)
  if (view === null || ageOfMarket(context, view) !== age) return age === 'live' ? notFound : marketNotFound
  return json(200, { market: renderMarket(context, view) })
}

/** An unknown ticker has an empty book, not an error (venue page §5.1). */
export function getBook(context: KalshiContext, ticker: string, request: FaceRequest): FaceReply {
  const depth = readDepth(request.query.get('depth'))
  if (typeof depth === 'string') return queryFailure('GetMarketOrderbook', 'Depth', depth)
  return json(200, { orderbook_fp: renderBook(context.host.exchange.book(tickerId(ticker)), depth) })
}

/** Tickers come as repeated keys; a comma list is one bogus ticker. */
export function getBooks(context: KalshiContext, request: FaceRequest): FaceReply {
  const tickers = request.query.getAll('tickers')
  if (tickers.length === 0) return queryFailure('GetMarketOrderbooks', 'Tickers', 'required')
  if (tickers.length > 100) return queryFailure('GetMarketOrderbooks', 'Tickers', 'max')
  const depth = readDepth(request.query.get('depth'))
  if (typeof depth === 'string') return queryFailure('GetMarketOrderbooks', 'Depth', depth)
  return json(200, {
    orderbooks: tickers.map((ticker) => ({
      ticker,
      orderbook_fp: renderBook(context.host.exchange.book(tickerId(ticker)), depth),
    })),
  })
}

function readDepth(text: string | null): number | 'lte' | 'gte' | 'numeric' {
  return readLimit(text, { min: 0, max: 100, fallback: 0 })
}

/** Public trades: of the last three months, or of before. */
export function listTrades(context: KalshiContext, request: FaceRequest, age: Age): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), { min: 0, max: 1_000, fallback: 100 })
  if (typeof limit === 'string') return queryFailure('GetTrades', 'Limit', limit)
  const ticker = query.get('ticker')
  const [min, max] = [readSeconds(query.get('min_ts')), readSeconds(query.get('max_ts'))]
  const trades = context.host.exchange
    .trades(ticker === null ? {} : { market: tickerId(ticker) })
    .filter((trade) => trade.market.startsWith('kalshi:') && ageOfTrade(context, trade) === age)
    .filter((trade) => (min === null || trade.timeMs >= min) && (max === null || trade.timeMs <= max))
  const page = pageOf(trades, (trade) => trade.id, limit, query.get('cursor'))
  return json(200, { trades: page.items.map(renderTrade), cursor: page.cursor })
}

function renderTrade(trade: SandboxTrade): Readonly<Record<string, unknown>> {
  const outcome = trade.taker.bookSide === 'bid' ? 'yes' : 'no'
  return {
    trade_id: trade.id,
    ticker: trade.market.slice('kalshi:'.length),
    count_fp: contracts(trade.quantity),
    yes_price_dollars: dollars(trade.yesPrice),
    no_price_dollars: dollars(complement(trade.yesPrice)),
    taker_side: outcome,
    taker_outcome_side: outcome,
    taker_book_side: trade.taker.bookSide,
    created_time: time(trade.timeMs),
    is_block_trade: false,
  }
}

export function listEvents(context: KalshiContext, request: FaceRequest): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), { min: 1, max: 200, fallback: 200 })
  if (typeof limit === 'string') return queryFailure('GetEvents', 'Limit', limit)
  const status = query.get('status') ?? ''
  if (status !== '' && !['unopened', 'open', 'closed', 'settled'].includes(status)) {
    return queryFailure('GetEvents', 'Status', 'oneof')
  }
  const events = context.host.catalogue
    .listEvents('kalshi')
    .filter((event) => isListedEvent(context, event, query, status))
  const page = pageOf(events, (event) => event.id, limit, query.get('cursor'))
  const nested = query.get('with_nested_markets') === 'true'
  return json(200, {
    events: page.items.map((event) => renderEvent(context, event, nested)),
    milestones: [],
    cursor: page.cursor,
  })
}

/** An event matches when any of its markets does. Combos have an endpoint of their own. */
function isListedEvent(context: KalshiContext, event: SandboxEvent, query: URLSearchParams, status: string): boolean {
  const series = query.get('series_ticker')
  if (series !== null && event.series !== series) return false
  const tickers = readList(query.get('tickers'))
  if (tickers !== null && !tickers.includes(event.id)) return false
  const views = event.markets.flatMap((symbol) => viewOf(context, symbol) ?? [])
  const minClose = readSeconds(query.get('min_close_ts'))
  if (minClose !== null && !views.some((view) => view.schedule.closeMs >= minClose)) return false
  if (views.some((view) => kalshiDetails(view.market).collectionTicker !== null)) return false
  return status === '' || views.some((view) => statusFilter[status]?.includes(view.status) ?? false)
}

/** Nested, the markets sit inside the event and the outer list is empty. */
export function getEvent(context: KalshiContext, ticker: string, request: FaceRequest): FaceReply {
  const event = context.host.catalogue.findEvent('kalshi', ticker)
  if (event === null) return notFound
  const nested = request.query.get('with_nested_markets') === 'true'
  const views = nested ? [] : event.markets.flatMap((symbol) => viewOf(context, symbol) ?? [])
  return json(200, {
    event: renderEvent(context, event, nested),
    markets: views.map((view) => renderMarket(context, view)),
  })
}

/** Pictures and colours there are none of. */
export function getEventMetadata(context: KalshiContext, ticker: string): FaceReply {
  const event = context.host.catalogue.findEvent('kalshi', ticker)
  if (event === null) return notFound
  return json(200, {
    image_url: '',
    featured_image_url: '',
    market_details: event.markets.map((market_ticker) => ({ market_ticker, image_url: '', color_code: '' })),
    settlement_sources: event.sources,
    competition: null,
    competition_scope: null,
  })
}

/** Null for categories whose series have no tags, as recorded. */
export function tagsByCategories(context: KalshiContext): FaceReply {
  const tags = new Map<string, Set<string>>()
  for (const series of context.host.catalogue.listSeries()) {
    const known = tags.get(series.category) ?? new Set()
    tags.set(series.category, known)
    for (const tag of series.tags) known.add(tag)
  }
  const rows = [...tags].map(([category, known]) => [category, known.size === 0 ? null : [...known]] as const)
  return json(200, { tags_by_categories: Object.fromEntries(rows) })
}

export function listSeries(context: KalshiContext, request: FaceRequest): FaceReply {
  const category = request.query.get('category')
  const tags = readList(request.query.get('tags'))
  const series = context.host.catalogue
    .listSeries()
    .filter((one) => category === null || one.category === category)
    .filter((one) => tags === null || tags.some((tag) => one.tags.includes(tag)))
  return json(200, { series: series.map((one) => renderSeries(context, one)) })
}

export function getSeries(context: KalshiContext, ticker: string): FaceReply {
  const series = context.host.catalogue.findSeries(ticker)
  return series === null ? notFound : json(200, { series: renderSeries(context, series) })
}

export const noSuchEndpoint: FaceReply = failure(404, { code: 'not_found', message: 'page not found' })
