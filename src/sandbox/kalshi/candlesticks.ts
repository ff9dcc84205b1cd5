import { addMoney, addQuantity, averagePrice, cost, type Price } from '../../domain/amounts.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import type { MarketView, SandboxTrade } from '../model.ts'
import { type KalshiContext, kalshiDetails, viewOf } from './context.ts'
import { contracts, dollars } from './format.ts'
import { readList } from './pages.ts'
import { json, marketNotFound, notFound, queryFailure } from './replies.ts'

/** Candlesticks of the trades there were. Periods in which nothing traded have none. */

const MAX_MARKETS = 100
const MAX_CANDLES = 10_000

interface Range {
  readonly startS: number
  readonly endS: number
  readonly periodS: number
  readonly withLatestBefore: boolean
}

/** The range asked for, or the name of the parameter that is wrong. */
function readRange(query: URLSearchParams): Range | string {
  const [start, end] = [query.get('start_ts') ?? '', query.get('end_ts') ?? '']
  if (!/^\d{1,11}$/.test(start)) return 'StartTs'
  if (!/^\d{1,11}$/.test(end) || Number(end) < Number(start)) return 'EndTs'
  const minutes = query.get('period_interval') ?? ''
  if (!['1', '60', '1440'].includes(minutes)) return 'PeriodInterval'
  return {
    startS: Number(start),
    endS: Number(end),
    periodS: Number(minutes) * 60,
    withLatestBefore: query.get('include_latest_before_start') === 'true',
  }
}

/** The trades of one period, oldest first. `endS` is its inclusive end. */
interface Period {
  readonly endS: number
  readonly trades: readonly SandboxTrade[]
}

function periodsOf(context: KalshiContext, view: MarketView, { periodS }: Range): readonly Period[] {
  const periods = new Map<number, SandboxTrade[]>()
  for (const trade of context.host.exchange.trades({ market: view.market.id }).toReversed()) {
    const endS = Math.ceil(trade.timeMs / 1_000 / periodS) * periodS
    periods.set(endS, [...(periods.get(endS) ?? []), trade])
  }
  return [...periods].map(([endS, trades]) => ({ endS, trades }))
}

type Shape = 'live' | 'historical'

function candlesOf(context: KalshiContext, view: MarketView, range: Range, shape: Shape): readonly unknown[] {
  const periods = periodsOf(context, view, range)
  const inside = periods.filter(({ endS }) => endS >= range.startS && endS <= range.endS)
  const closeBefore = (endS: number): Price | null =>
    periods.findLast((one) => one.endS < endS)?.trades.at(-1)?.yesPrice ?? null
  const candles = inside.map((period) => render(context, view, period, closeBefore(period.endS), shape))
  const earlier = closeBefore(range.startS)
  if (!range.withLatestBefore || earlier === null) return candles
  // The latest candle before the range, carried forward to its first boundary.
  const firstS = Math.ceil(range.startS / range.periodS) * range.periodS
  return [render(context, view, { endS: firstS, trades: [] }, earlier, shape), ...candles]
}

/** Past quotes are not kept: every candle shows the quotes and the open interest of now. */
function render(context: KalshiContext, view: MarketView, period: Period, before: Price | null, shape: Shape): unknown {
  const { bids, asks } = context.host.exchange.book(view.market.id)
  const suffix = shape === 'live' ? '_dollars' : ''
  const count = shape === 'live' ? '_fp' : ''
  const quote = (price: Price): unknown => named(suffix, { open: price, low: price, high: price, close: price })
  return {
    end_period_ts: period.endS,
    yes_bid: quote(bids[0]?.price ?? (0n as Price)),
    yes_ask: quote(asks[0]?.price ?? (1_000_000n as Price)),
    price: named(suffix, { ...pricesOf(period.trades), previous: before }),
    [`volume${count}`]: contracts(addQuantity(...period.trades.map((trade) => trade.quantity))),
    [`open_interest${count}`]: contracts(view.openInterest),
  }
}

type Prices = Readonly<Record<string, Price | null>>

function pricesOf(trades: readonly SandboxTrade[]): Prices {
  const sorted = trades.map((trade) => trade.yesPrice).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const total = addMoney(...trades.map((trade) => cost(trade.yesPrice, trade.quantity, 'down')))
  return {
    open: trades[0]?.yesPrice ?? null,
    low: sorted[0] ?? null,
    high: sorted.at(-1) ?? null,
    close: trades.at(-1)?.yesPrice ?? null,
    mean: averagePrice(total, addQuantity(...trades.map((trade) => trade.quantity)), 'down'),
  }
}

function named(suffix: string, prices: Prices): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    Object.entries(prices).map(([name, price]) => [`${name}${suffix}`, price === null ? null : dollars(price)]),
  )
}

export function marketCandlesticks(
  context: KalshiContext,
  ticker: string,
  request: FaceRequest,
  place: { readonly series: string } | 'historical',
): FaceReply {
  const operation = place === 'historical' ? 'GetMarketCandlesticksHistorical' : 'GetMarketCandlesticks'
  const range = readRange(request.query)
  if (typeof range === 'string') return queryFailure(operation, range, 'required')
  const view = viewOf(context, ticker)
  if (view === null) return marketNotFound
  if (place === 'historical') {
    if (view.status !== 'settled') return marketNotFound
    return json(200, { ticker, candlesticks: candlesOf(context, view, range, 'historical') })
  }
  if (kalshiDetails(view.market).seriesTicker !== place.series) return marketNotFound
  return json(200, { ticker, candlesticks: candlesOf(context, view, range, 'live') })
}

/** `GET /markets/candlesticks`: a comma list of markets. Unknown ones are left out. */
export function batchCandlesticks(context: KalshiContext, request: FaceRequest): FaceReply {
  const operation = 'BatchGetMarketCandlesticks'
  const tickers = readList(request.query.get('market_tickers'))
  if (tickers === null) return queryFailure(operation, 'MarketTickers', 'required')
  if (tickers.length > MAX_MARKETS) return queryFailure(operation, 'MarketTickers', 'max')
  const range = readRange(request.query)
  if (typeof range === 'string') return queryFailure(operation, range, 'required')
  const markets = tickers.flatMap((ticker) => {
    const view = viewOf(context, ticker)
    return view === null ? [] : [{ market_ticker: ticker, candlesticks: candlesOf(context, view, range, 'live') }]
  })
  const candles = markets.reduce((sum, market) => sum + market.candlesticks.length, 0)
  if (candles > MAX_CANDLES) return queryFailure(operation, 'EndTs', 'max')
  return json(200, { markets })
}

export function eventCandlesticks(context: KalshiContext, eventTicker: string, request: FaceRequest): FaceReply {
  const range = readRange(request.query)
  if (typeof range === 'string') return queryFailure('GetMarketCandlesticksByEvent', range, 'required')
  const event = context.host.catalogue.findEvent('kalshi', eventTicker)
  if (event === null) return notFound
  const views = event.markets.flatMap((symbol) => viewOf(context, symbol) ?? [])
  return json(200, {
    market_tickers: views.map((view) => view.market.symbol),
    market_candlesticks: views.map((view) => candlesOf(context, view, range, 'live')),
    adjusted_end_ts: range.endS,
  })
}
