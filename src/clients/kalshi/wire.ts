import * as v from 'valibot'
import type { Rate } from '../../domain/amounts.ts'
import { marketId, parseMarketId } from '../../domain/market.ts'
import { integer, listOf, maybe, numberAmounts, textAmounts, textOrNull, unixSeconds } from '../decode.ts'

const { approximateQuantity, money, price, quantity, quotedPrice, signedQuantity } = textAmounts

/**
 * What Kalshi takes and gives, member by member, as of 2026-11. Only members that are used are named; amounts are exact
 * from here on. Source: Kalshi's OpenAPI 3.28 to 3.34 and recordings.
 */

/** Body of `POST /portfolio/events/orders`. Prices are of YES; amounts are text, since numbers are refused. */
export interface CreateOrderBody {
  readonly ticker: string
  readonly side: 'bid' | 'ask'
  readonly count: string
  readonly price: string
  readonly time_in_force: 'fill_or_kill' | 'good_till_canceled' | 'immediate_or_cancel'
  readonly self_trade_prevention_type: 'taker_at_cross' | 'maker'
  readonly client_order_id: string
  /** Unix seconds; only with `good_till_canceled`. */
  readonly expiration_time?: number
  readonly post_only?: true
  readonly reduce_only?: true
}

/** Body of `POST /portfolio/events/orders/{order_id}/amend`. The expiry is left out, which keeps it. */
export interface AmendOrderBody {
  readonly ticker: string
  readonly side: 'bid' | 'ask'
  readonly price: string
  /** What is filled already plus what is to be left. */
  readonly count: string
}

const id = v.pipe(v.string(), v.nonEmpty())

/** What can be the symbol of a market id. Another could be sent to no address, and the journal would not take it back. */
const ticker = v.pipe(
  v.string(),
  v.check((text) => parseMarketId(marketId('kalshi', text)) !== null, 'expected a ticker'),
)

/** Sums were empty text in orders recorded in 2026-01. What that says about the sum is not known. */
const sum = v.pipe(
  v.union([v.literal(''), money]),
  v.transform((value) => (value === '' ? null : value)),
)

export const createAnswer = v.object({
  order_id: id,
  client_order_id: textOrNull,
  fill_count: quantity,
  remaining_count: quantity,
  /** Per contract, of YES. */
  average_fill_price: maybe(quotedPrice),
})
export type CreateAnswer = v.InferOutput<typeof createAnswer>

/**
 * Sizes are there only when the amend traded or changed them; fills are those of the amend alone, so they are not read.
 */
export const amendAnswer = v.object({ order_id: id, client_order_id: textOrNull, remaining_count: maybe(quantity) })
export const decreaseAnswer = v.object({ order_id: id, client_order_id: textOrNull, remaining_count: quantity })

export const cancelAnswer = v.object({ order_id: id, reduced_by: quantity })

const bookSide = v.nullish(v.picklist(['bid', 'ask']))
const outcomeSide = v.nullish(v.picklist(['yes', 'no']))

const wireOrder = v.object({
  order_id: id,
  /** Empty for an order without one. */
  client_order_id: v.nullish(v.string(), null),
  ticker,
  book_side: bookSide,
  outcome_side: outcomeSide,
  status: v.string(),
  /** The limit, of YES. */
  yes_price_dollars: quotedPrice,
  initial_count_fp: quantity,
  fill_count_fp: quantity,
  remaining_count_fp: quantity,
  taker_fill_cost_dollars: sum,
  maker_fill_cost_dollars: sum,
  taker_fees_dollars: sum,
  maker_fees_dollars: sum,
  last_update_time: textOrNull,
  /** RFC 3339 in answers, Unix seconds in requests. */
  expiration_time: textOrNull,
})
export type WireOrder = v.InferOutput<typeof wireOrder>

export const orderAnswer = v.object({ order: wireOrder })
export const ordersPage = v.object({ orders: v.array(wireOrder), cursor: textOrNull })

export const wireFill = v.object({
  fill_id: textOrNull,
  trade_id: textOrNull,
  order_id: id,
  ticker,
  book_side: bookSide,
  outcome_side: outcomeSide,
  count_fp: quantity,
  yes_price_dollars: quotedPrice,
  is_taker: maybe(v.boolean()),
  /** For the whole fill. */
  fee_cost: money,
  created_time: textOrNull,
  /** Unix seconds. */
  ts: maybe(unixSeconds),
})
export type WireFill = v.InferOutput<typeof wireFill>

export const fillsPage = v.object({ fills: v.array(wireFill), cursor: textOrNull })

/** Above zero is YES, below is NO. */
const wirePosition = v.object({ ticker, position_fp: signedQuantity })
export type WirePosition = v.InferOutput<typeof wirePosition>
export const positionsPage = v.object({ market_positions: v.array(wirePosition), cursor: textOrNull })

export const balanceAnswer = v.object({
  balance_dollars: money,
  /** Left out for keys that are locked to one subaccount. */
  balance_breakdown: listOf(v.object({ exchange_index: integer, balance: money })),
})
export type BalanceAnswer = v.InferOutput<typeof balanceAnswer>

const wireSettlement = v.object({
  ticker: id,
  market_result: textOrNull,
  yes_count_fp: quantity,
  no_count_fp: quantity,
  /** Cents for the whole holding. */
  revenue: integer,
  /** Cents for each contract of YES. */
  value: maybe(integer),
  settled_time: textOrNull,
})
export type WireSettlement = v.InferOutput<typeof wireSettlement>
export const settlementsPage = v.object({ settlements: listOf(wireSettlement), cursor: textOrNull })

export const userDataTimestamp = v.object({ as_of_time: v.pipe(v.string(), v.isoTimestamp()) })

const ladder = v.tuple([price, quantity])
export const orderbookAnswer = v.object({
  orderbook_fp: v.object({ yes_dollars: listOf(ladder), no_dollars: listOf(ladder) }),
})
export type OrderbookAnswer = v.InferOutput<typeof orderbookAnswer>

const tickRange = v.pipe(
  v.object({ start: quotedPrice, end: quotedPrice, step: price }),
  v.check((range) => range.start < range.end, 'expected a range that ends above its start'),
)

/** A quote that cannot be read is an unknown quote; no order depends on it alone. */
const quote = v.fallback(maybe(quotedPrice), null)
const size = v.fallback(maybe(approximateQuantity), null)

export const wireMarket = v.object({
  ticker,
  event_ticker: textOrNull,
  market_type: textOrNull,
  title: textOrNull,
  yes_sub_title: textOrNull,
  rules_primary: textOrNull,
  rules_secondary: textOrNull,
  status: v.string(),
  open_time: textOrNull,
  close_time: textOrNull,
  /** Without a readable grid the market is shown, but no order can be priced. */
  price_ranges: v.fallback(listOf(tickRange), []),
  notional_value_dollars: v.fallback(maybe(money), null),
  yes_bid_dollars: quote,
  yes_bid_size_fp: size,
  yes_ask_dollars: quote,
  yes_ask_size_fp: size,
  last_price_dollars: quote,
  volume_fp: size,
  result: textOrNull,
  mve_collection_ticker: textOrNull,
  fee_waiver_expiration_time: textOrNull,
  exchange_index: maybe(integer),
})
export type WireMarket = v.InferOutput<typeof wireMarket>

export const marketAnswer = v.object({ market: wireMarket })
export const marketsPage = v.object({ markets: v.array(wireMarket), cursor: textOrNull })

/** A factor that is there and cannot be read must not pass for one that is absent: another would take its place. */
const feeMultiplier = v.fallback(maybe<Rate | 'unreadable'>(numberAmounts.rate), 'unreadable')

export const wireEvent = v.object({
  event_ticker: id,
  series_ticker: textOrNull,
  title: textOrNull,
  category: textOrNull,
  fee_type_override: textOrNull,
  fee_multiplier_override: feeMultiplier,
  markets: listOf(wireMarket),
})
export type WireEvent = v.InferOutput<typeof wireEvent>

/** The message that an event's fees are others: null clears an override. Source: AsyncAPI, `event_fee_update`, read 2026-11. */
export const eventFeeUpdate = v.object({
  msg: v.object({
    event_ticker: id,
    fee_type_override: v.nullable(v.string()),
    fee_multiplier_override: v.fallback(v.nullable(numberAmounts.rate), null),
  }),
})

export const eventAnswer = v.object({ event: wireEvent })
export const eventsPage = v.object({ events: v.array(wireEvent), cursor: textOrNull })

export const wireSeries = v.object({
  ticker: id,
  category: textOrNull,
  fee_type: textOrNull,
  fee_multiplier: feeMultiplier,
})
export type WireSeries = v.InferOutput<typeof wireSeries>

/** What is announced of a series: it takes effect at `scheduled_ts`, and is listed until then. Source: OpenAPI 3.34, 2026-10. */
export const seriesFeeChanges = v.object({
  series_fee_change_arr: v.array(v.object({ id, series_ticker: v.string(), scheduled_ts: v.string() })),
})
const eventFeeChange = v.object({ id, event_ticker: v.string(), scheduled_ts: v.string() })
export type WireEventFeeChange = v.InferOutput<typeof eventFeeChange>
/** Of events, in pages, those of the past included. */
export const eventFeeChanges = v.object({ event_fee_changes: v.array(eventFeeChange), cursor: textOrNull })

export const seriesAnswer = v.object({ series: wireSeries })
export const seriesList = v.object({ series: v.array(wireSeries) })
