import { addMoney, cost, type Money, negateMoney, type Quantity, ZERO_MONEY } from '../../domain/amounts.ts'
import type { MarketId } from '../../domain/market.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import type { Holding, MarketView, SettlementRecord } from '../model.ts'
import { type Age, ageOfPosition } from './ageing.ts'
import { type KalshiContext, kalshiDetails } from './context.ts'
import { cents, contracts, dollars, exactDollars, time, unixSeconds } from './format.ts'
import { pageOf, readLimit, readList, readSeconds } from './pages.ts'
import { isOnAccount, pageLimit } from './portfolio.ts'
import { resultOf } from './render-market.ts'
import { json, queryFailure } from './replies.ts'

/** What the account holds: positions, cash, and what settlements paid. */

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

export function listPositions(context: KalshiContext, request: FaceRequest, age: Age): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), pageLimit)
  if (typeof limit === 'string') return queryFailure('GetPositions', 'Limit', limit)
  const held = heldMarkets(context).filter(
    (one) => ageOfPosition(context, one.view) === age && isWantedPosition(one, query, age),
  )
  const page = pageOf(held, ({ view }) => view.market.symbol, limit, query.get('cursor'))
  return json(200, {
    cursor: page.cursor,
    market_positions: page.items.map(renderPosition),
    event_positions: renderEventPositions(page.items),
  })
}

function isWantedPosition({ view, holding }: HeldMarket, query: URLSearchParams, age: Age): boolean {
  const settled = view.status === 'settled'
  const wanted = age === 'historical' ? 'all' : (query.get('settlement_status') ?? 'unsettled')
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
