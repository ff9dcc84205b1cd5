import { complement, formatAmount, PAR, type Price, type Quantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import type { MarketStatus } from '../../domain/market.ts'
import type { Level } from '../../domain/order-book.ts'
import { eventOverride, seriesFees } from '../fee-changes.ts'
import type { BookView, KalshiDetails, MarketView, SandboxEvent, SandboxMarket, SandboxSeries } from '../model.ts'
import { type KalshiContext, kalshiDetails } from './context.ts'
import { contracts, dollars, time } from './format.ts'

/** What the payload calls a status; the filter of lists uses other words. */
const payloadStatus: Readonly<Record<MarketStatus, string>> = {
  unopened: 'initialized',
  open: 'active',
  paused: 'inactive',
  closed: 'closed',
  determined: 'determined',
  settled: 'finalized',
}

type Json = Readonly<Record<string, unknown>>

export function renderMarket(context: KalshiContext, view: MarketView): Json {
  const { market, schedule } = view
  const details = kalshiDetails(market)
  return {
    ticker: market.symbol,
    event_ticker: market.eventId,
    market_type: details.marketType,
    exchange_index: details.exchangeIndex,
    title: market.title,
    subtitle: '',
    yes_sub_title: market.yesLabel,
    no_sub_title: market.noLabel,
    created_time: time(schedule.createdMs),
    updated_time: time(view.updatedMs),
    open_time: time(schedule.openMs),
    close_time: time(schedule.closeMs),
    expected_expiration_time: time(details.expectedExpirationMs),
    expiration_time: time(details.latestExpirationMs),
    latest_expiration_time: time(details.latestExpirationMs),
    ...(details.occurrenceMs === null ? {} : { occurrence_datetime: time(details.occurrenceMs) }),
    settlement_timer_seconds: details.settlementTimerSeconds,
    status: payloadStatus[view.status],
    ...renderOutcome(view),
    can_close_early: details.earlyCloseCondition !== null,
    ...(details.earlyCloseCondition === null ? {} : { early_close_condition: details.earlyCloseCondition }),
    notional_value_dollars: '1.0000',
    settlement_bounds_type: 'default',
    ...renderQuote(context.host.exchange.book(market.id)),
    ...renderActivity(view),
    price_level_structure: details.priceLevelStructure,
    price_ranges: market.ladder.map((range) => ({
      start: dollars(range.start),
      end: dollars(range.end),
      step: dollars(range.step),
    })),
    ...(details.strikeType === null ? {} : { strike_type: details.strikeType }),
    ...details.strike,
    ...waiverOf(context, market),
    ...(details.collectionTicker === null ? {} : { mve_collection_ticker: details.collectionTicker }),
    ...(details.selectedLegs.length === 0 ? {} : { mve_selected_legs: details.selectedLegs.map(legRow) }),
    rules_primary: market.rules,
    rules_secondary: details.rulesSecondary,
  }
}

function waiverOf({ host }: KalshiContext, market: SandboxMarket): Json {
  const untilMs = host.exchange.fees().waivers[market.id]
  return untilMs === undefined ? {} : { fee_waiver_expiration_time: time(untilMs) }
}

function renderOutcome(view: MarketView): Json {
  const { yesPayout, settleMs } = view.schedule
  const decided = view.status === 'determined' || view.status === 'settled'
  if (!decided || yesPayout === null) return { result: '', expiration_value: '' }
  return {
    result: resultOf(yesPayout),
    expiration_value: formatAmount(yesPayout),
    settlement_value_dollars: dollars(yesPayout),
    ...(view.status === 'settled' && settleMs !== null ? { settlement_ts: time(settleMs) } : {}),
  }
}

export function resultOf(yesPayout: Price): 'yes' | 'no' | 'scalar' {
  if (yesPayout === PAR) return 'yes'
  return yesPayout === 0n ? 'no' : 'scalar'
}

/** The price of an empty side is no price: 0 for bids, 1 for asks, with a size of zero. */
function renderQuote(book: BookView): Json {
  const bid = book.bids[0]
  const ask = book.asks[0]
  const bidPrice = bid?.price ?? (0n as Price)
  const askPrice = ask?.price ?? PAR
  return {
    yes_bid_dollars: dollars(bidPrice),
    yes_ask_dollars: dollars(askPrice),
    no_bid_dollars: dollars(complement(askPrice)),
    no_ask_dollars: dollars(complement(bidPrice)),
    yes_bid_size_fp: contracts(bid?.quantity ?? ZERO_QUANTITY),
    yes_ask_size_fp: contracts(ask?.quantity ?? ZERO_QUANTITY),
  }
}

/** A market that traded before the sandbox began shows a history of the size that its liquidity suggests. */
function renderActivity(view: MarketView): Json {
  const { liquidity } = view.market
  const past = view.status === 'unopened' ? 0n : liquidity.size * BigInt(37 * liquidity.levels)
  const last = view.lastPrice ?? (past > 0n ? roundedMid(view) : null)
  return {
    last_price_dollars: dollars(last ?? (0n as Price)),
    previous_yes_bid_dollars: '0.0000',
    previous_yes_ask_dollars: '0.0000',
    previous_price_dollars: '0.0000',
    volume_fp: contracts((past + view.volume) as Quantity),
    volume_24h_fp: contracts(view.volume),
    open_interest_fp: contracts((past / 2n + view.openInterest) as Quantity),
  }
}

function roundedMid(view: MarketView): Price {
  const cent = 10_000n
  return ((view.market.liquidity.mid / cent) * cent) as Price
}

/** Bids of both outcomes, each in its own dollars, ascending: the best is the last row. */
export function renderBook(book: BookView, depth: number): Json {
  const rows = (levels: readonly Level[], priceOf: (level: Level) => Price): readonly (readonly [string, string])[] =>
    levels
      .slice(0, depth === 0 ? levels.length : depth)
      .map((level) => [dollars(priceOf(level)), contracts(level.quantity)] as const)
      .reverse()
  return {
    yes_dollars: rows(book.bids, (level) => level.price),
    no_dollars: rows(book.asks, (level) => complement(level.price)),
  }
}

export function renderEvent(context: KalshiContext, event: SandboxEvent, nested: boolean): Json {
  const views = event.markets.flatMap((symbol) => context.host.exchange.market(`kalshi:${symbol}`) ?? [])
  const first = views[0]
  return {
    event_ticker: event.id,
    series_ticker: event.series ?? '',
    title: event.title,
    sub_title: event.subtitle,
    mutually_exclusive: event.mutuallyExclusive,
    collateral_return_type: event.mutuallyExclusive ? 'MECNET' : '',
    settlement_sources: event.sources,
    category: event.category,
    ...(event.strikeMs === null ? {} : { strike_date: time(event.strikeMs) }),
    ...overrideOf(context, event),
    last_updated_ts: time(Math.max(0, ...views.map((view) => view.updatedMs))),
    exchange_index: first === undefined ? 0 : kalshiDetails(first.market).exchangeIndex,
    ...(nested ? { markets: views.map((view) => renderMarket(context, view)) } : {}),
  }
}

function overrideOf({ host }: KalshiContext, event: SandboxEvent): Json {
  const { type, multiplier } = eventOverride(host.exchange.fees(), 'told', event.id, host.clock.nowMs())
  return {
    ...(type === null ? {} : { fee_type_override: type }),
    ...(multiplier === null ? {} : { fee_multiplier_override: Number(formatAmount(multiplier)) }),
  }
}

/** `fee_multiplier` is a JSON number on the wire; the rates in use (0, 0.5, 1) are exact as one. */
export function renderSeries({ host }: KalshiContext, series: SandboxSeries): Json {
  const base = { type: series.feeType, multiplier: series.feeMultiplier }
  const fees = seriesFees(host.exchange.fees(), 'told', series.ticker, base, host.clock.nowMs())
  return {
    ticker: series.ticker,
    title: series.title,
    category: series.category,
    categories: [series.category],
    tags: series.tags,
    frequency: series.frequency,
    settlement_sources: series.sources,
    contract_url: `https://example.com/contracts/${series.ticker}.pdf`,
    contract_terms_url: `https://example.com/contract-terms/${series.ticker}.pdf`,
    fee_type: fees.type,
    fee_multiplier: Number(formatAmount(fees.multiplier)),
    additional_prohibitions: [],
    exchange_index: series.exchangeIndex,
  }
}

function legRow(leg: KalshiDetails['selectedLegs'][number]): Readonly<Record<string, string>> {
  return { event_ticker: leg.eventTicker, market_ticker: leg.marketTicker, side: leg.side }
}
