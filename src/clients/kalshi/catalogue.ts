import { VenueError } from '../../domain/errors.ts'
import type { Market, MarketStatus } from '../../domain/market.ts'
import type { OrderBook } from '../../domain/order-book.ts'
import type { CallOptions, MarketQuery } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { KalshiApi } from './api.ts'
import { bookOfLadders } from './decode.ts'
import { marketOf } from './market-decode.ts'
import { walkWhole } from './pages.ts'
import { LISTED_MS, NAMED_MS, type SeriesShelf } from './series.ts'
import { eventsPage, marketAnswer, marketsPage, orderbookAnswer, type WireEvent, type WireMarket } from './wire.ts'

const EVENTS_PER_PAGE = 200
const MARKETS_PER_PAGE = 1000
/** Ten times what was open in October 2026. */
const MAX_PAGES = 2_000

/** Filter of `GET /events` that covers each of our states; paused markets have none. */
const eventFilters: Readonly<Record<Exclude<MarketStatus, 'paused'>, string>> = {
  unopened: 'unopened',
  open: 'open',
  closed: 'closed',
  determined: 'closed',
  settled: 'settled',
}

export interface CatalogueSources {
  readonly api: KalshiApi
  readonly shelf: SeriesShelf
  readonly clock: Clock
}

/**
 * The catalogue. Events with their markets nested, 200 events a page, because markets alone do not tell their series,
 * which the fees hang on: asking for markets and then for each event would take several times as many calls. Combination
 * markets are not in this list. An event matches a filter when any of its markets does, so markets are filtered again.
 */
export async function* listMarkets(
  sources: CatalogueSources,
  query: MarketQuery,
  options?: CallOptions,
): AsyncGenerator<readonly Market[]> {
  let left = query.limit ?? Number.POSITIVE_INFINITY
  const pages = query.status === 'paused' ? pausedMarkets(sources, options) : nestedMarkets(sources, query, options)
  for await (const page of pages) {
    const wanted = page.filter((market) => query.status === undefined || market.status === query.status).slice(0, left)
    left -= wanted.length
    if (wanted.length > 0) yield wanted
    if (left <= 0) return
  }
}

async function* nestedMarkets(
  { api, shelf }: CatalogueSources,
  query: MarketQuery,
  options?: CallOptions,
): AsyncGenerator<readonly Market[]> {
  const status = query.status === undefined || query.status === 'paused' ? null : eventFilters[query.status]
  const limit = Math.max(1, Math.min(EVENTS_PER_PAGE, query.limit ?? EVENTS_PER_PAGE))
  const events = walkWhole<WireEvent>(
    {
      maxPages: MAX_PAGES,
      idOf: (event) => event.event_ticker,
      read: async (cursor) => {
        const page = await api.read({
          endpoint: 'list_events',
          path: '/events',
          query: { with_nested_markets: 'true', status, limit, cursor },
          schema: eventsPage,
          isPrivate: false,
          options,
        })
        return { items: page.events, cursor: page.cursor }
      },
    },
    'events',
  )
  for await (const page of events) {
    const tickers = page.map((event) => event.series_ticker).filter((ticker) => ticker !== null)
    const series = await shelf.seriesByTicker(tickers, LISTED_MS, options)
    yield page.flatMap((event) => event.markets.map((market) => marketOf(market, event, seriesOf(event, series))))
  }
}

function seriesOf<S>(event: WireEvent | null, series: ReadonlyMap<string, S | null>): S | null {
  return event === null || event.series_ticker === null ? null : (series.get(event.series_ticker) ?? null)
}

/** Few at any time, and an event that has no other market is in no filter of `GET /events`. */
async function* pausedMarkets(sources: CatalogueSources, options?: CallOptions): AsyncGenerator<readonly Market[]> {
  const markets = walkWhole<WireMarket>(
    {
      maxPages: MAX_PAGES,
      idOf: (market) => market.ticker,
      read: async (cursor) => {
        const page = await sources.api.read({
          endpoint: 'list_markets',
          path: '/markets',
          query: { status: 'paused', mve_filter: 'exclude', limit: MARKETS_PER_PAGE, cursor },
          schema: marketsPage,
          isPrivate: false,
          options,
        })
        return { items: page.markets, cursor: page.cursor }
      },
    },
    'paused markets',
  )
  for await (const page of markets) {
    const complete: Market[] = []
    for (const market of page) complete.push(await withSeries(sources, market, LISTED_MS, options))
    yield complete
  }
}

async function withSeries(
  { shelf }: CatalogueSources,
  market: WireMarket,
  maxAgeMs: number,
  options?: CallOptions,
): Promise<Market> {
  const event = market.event_ticker === null ? null : await shelf.event(market.event_ticker, maxAgeMs, options)
  const tickers = event === null || event.series_ticker === null ? [] : [event.series_ticker]
  return marketOf(market, event, seriesOf(event, await shelf.seriesByTicker(tickers, maxAgeMs, options)))
}

/** One market, with the fees of its series. @throws VenueError of kind `not_found`. */
export async function getMarket(sources: CatalogueSources, symbol: string, options?: CallOptions): Promise<Market> {
  const wire =
    (await readMarket(sources.api, 'get_market', '/markets', symbol, options)) ??
    (await readMarket(sources.api, 'get_historical_market', '/historical/markets', symbol, options))
  if (wire === null) throw unknownMarket(symbol)
  return withSeries(sources, wire, NAMED_MS, options)
}

/** Three months after they settled, markets are found in the archive only: old orders and holdings still name them. */
async function readMarket(
  api: KalshiApi,
  endpoint: string,
  list: string,
  symbol: string,
  options: CallOptions | undefined,
): Promise<WireMarket | null> {
  const path = `${list}/${encodeURIComponent(symbol)}`
  const answer = await api.readOrNull({
    endpoint,
    path,
    schema: marketAnswer,
    isPrivate: false,
    subject: symbol,
    options,
  })
  return answer === null ? null : answer.market
}

function unknownMarket(symbol: string): VenueError {
  return new VenueError({
    kind: 'not_found',
    sent: 'yes',
    code: 'MARKET_NOT_FOUND',
    message: `Kalshi has no market ${symbol}.`,
    httpStatus: 404,
    facts: { market: symbol },
    suggestions: ['Tickers are in capitals. Look it up: crosstape markets list --venue kalshi'],
  })
}

/**
 * All levels of the book. Kalshi gives an empty book, with 200, for tickers it does not know: an empty one is believed only
 * of a market that is there. @throws VenueError of kind `not_found` when it is not.
 */
export async function getBook(
  { api, clock }: CatalogueSources,
  market: Market,
  options?: CallOptions,
): Promise<OrderBook> {
  const answer = await api.read({
    endpoint: 'get_book',
    path: `/markets/${encodeURIComponent(market.symbol)}/orderbook`,
    schema: orderbookAnswer,
    isPrivate: false,
    subject: market.symbol,
    options,
  })
  const book = bookOfLadders(answer, market.id, clock.nowMs())
  if (book.bids.length > 0 || book.asks.length > 0) return book
  const there = await readMarket(api, 'get_market', '/markets', market.symbol, options)
  if (there === null) throw unknownMarket(market.symbol)
  return book
}
