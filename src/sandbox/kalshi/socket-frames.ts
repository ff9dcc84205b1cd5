import { createHash } from 'node:crypto'
import { complement, type Price, type Quantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import type { LifeChange } from '../core.ts'
import type { BookSide, BookView, CancelReason, MarketView, SandboxOrder, SandboxTrade } from '../model.ts'
import { type KalshiContext, kalshiDetails } from './context.ts'
import { contracts, dollars, exactDollars, time, unixSeconds } from './format.ts'
import { resultOf } from './render-market.ts'
import { type OwnFill, renderFill, renderOrder } from './render-order.ts'
import { gridMembers } from './socket-listings.ts'

type Json = Readonly<Record<string, unknown>>

/** The venue's own id of a market, which REST does not show. */
function marketUuid(ticker: string): string {
  const hex = createHash('sha256').update(`market/${ticker}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

function named(ticker: string): Json {
  return { market_ticker: ticker, market_id: marketUuid(ticker) }
}

/** NO-leg prices are the default; whoever sets `use_yes_price` gets the same levels in YES prices. */
function noSidePrice(price: Price, usesYesPrice: boolean): string {
  return dollars(usesYesPrice ? price : complement(price))
}

/** Levels ascending in the prices shown; a side without levels is left out. */
export function snapshotMessage(ticker: string, book: BookView, usesYesPrice: boolean): Json {
  const yes = book.bids.map(({ price, quantity }) => [dollars(price), contracts(quantity)] as const).reverse()
  const no = book.asks.map(({ price, quantity }) => [noSidePrice(price, usesYesPrice), contracts(quantity)] as const)
  const noAscending = usesYesPrice ? no : no.toReversed()
  return {
    ...named(ticker),
    ...(yes.length === 0 ? {} : { yes_dollars_fp: yes }),
    ...(noAscending.length === 0 ? {} : { no_dollars_fp: noAscending }),
  }
}

export interface LevelDelta {
  readonly side: BookSide
  readonly price: Price
  readonly by: Quantity
}

export function deltaMessage(
  ticker: string,
  delta: LevelDelta,
  how: { readonly usesYesPrice: boolean; readonly nowMs: number; readonly cause: SandboxOrder | null },
): Json {
  const { cause } = how
  return {
    ...named(ticker),
    price_dollars: delta.side === 'bid' ? dollars(delta.price) : noSidePrice(delta.price, how.usesYesPrice),
    delta_fp: contracts(delta.by),
    side: delta.side === 'bid' ? 'yes' : 'no',
    ...(cause === null ? {} : { client_order_id: cause.clientOrderId ?? '', subaccount: 0 }),
    ts: time(how.nowMs),
    ts_ms: how.nowMs,
  }
}

export function tickerMessage(view: MarketView, book: BookView, last: SandboxTrade | null, nowMs: number): Json {
  const [bid, ask] = [book.bids[0], book.asks[0]]
  // Whole dollars: the venue's own summary is no more exact.
  const dollarsOf = (quantity: Quantity): number => Number((quantity * (view.lastPrice ?? 0n)) / 1_000_000_000_000n)
  return {
    ...named(view.market.symbol),
    price_dollars: dollars(view.lastPrice ?? (0n as Price)),
    yes_bid_dollars: dollars(bid?.price ?? (0n as Price)),
    yes_ask_dollars: dollars(ask?.price ?? (1_000_000n as Price)),
    yes_bid_size_fp: contracts(bid?.quantity ?? ZERO_QUANTITY),
    yes_ask_size_fp: contracts(ask?.quantity ?? ZERO_QUANTITY),
    last_trade_size_fp: contracts(last?.quantity ?? ZERO_QUANTITY),
    volume_fp: contracts(view.volume),
    open_interest_fp: contracts(view.openInterest),
    dollar_volume: dollarsOf(view.volume),
    dollar_open_interest: dollarsOf(view.openInterest),
    ...stamps(nowMs),
    time: time(nowMs),
  }
}

function stamps(ms: number): { readonly ts: number; readonly ts_ms: number } {
  return { ts: unixSeconds(ms), ts_ms: ms }
}

export function tradeMessage(trade: SandboxTrade, ticker: string): Json {
  const outcome = trade.taker.bookSide === 'bid' ? 'yes' : 'no'
  return {
    trade_id: trade.id,
    market_ticker: ticker,
    yes_price_dollars: dollars(trade.yesPrice),
    no_price_dollars: dollars(complement(trade.yesPrice)),
    count_fp: contracts(trade.quantity),
    taker_outcome_side: outcome,
    taker_book_side: trade.taker.bookSide,
    taker_side: outcome,
    is_block_trade: false,
    ...stamps(trade.timeMs),
  }
}

export function fillMessage(own: OwnFill, view: MarketView, net: Quantity): Json {
  const {
    fill_id: _id,
    ticker: _ticker,
    no_price_dollars: _no,
    created_time: _time,
    subaccount_number: _sub,
    ...row
  } = renderFill(own, view.market)
  return {
    ...row,
    ...(own.party.clientOrderId === null ? {} : { client_order_id: own.party.clientOrderId }),
    purchased_side: own.party.bookSide === 'bid' ? 'yes' : 'no',
    post_position_fp: contracts(net),
    subaccount: 0,
    ...stamps(own.trade.timeMs),
  }
}

const reasons: Readonly<Record<CancelReason, string | null>> = {
  user: null,
  immediate: null,
  expired: 'ExpiryCancel',
  market_closed: 'CloseCancel',
  halted: 'HaltCancel',
  paused: 'HaltCancel',
  self_trade: 'SelfTradeCancel',
  reduce_only: 'ReduceOnlyCancel',
  post_only_cross: 'PostOnlyCrossCancel',
  cancel_all_tail: null,
  uncovered: 'MarginCancel',
  group_triggered: null,
}

export function orderMessage(order: SandboxOrder, view: MarketView, userId: string): Json {
  const row = renderOrder(order, view.market, userId)
  const { action: _a, type: _t, no_price_dollars: _n, cancel_order_on_pause: _c, expiration_time: _e, ...kept } = row
  const { order_group_id: group, self_trade_prevention_type: prevention, last_update_time: _l, ...rest } = kept
  const reason = order.cancelReason === null ? (order.filled > 0n ? 'Trade' : null) : reasons[order.cancelReason]
  return {
    ...rest,
    is_yes: true,
    created_ts_ms: order.createdMs,
    last_updated_ts_ms: order.updatedMs,
    ...(group === null ? {} : { order_group_id: group }),
    ...(prevention === 'allow' ? {} : { self_trade_prevention_type: prevention }),
    ...(order.expiresAtMs === null ? {} : { expiration_ts_ms: order.expiresAtMs }),
    ...(reason === null ? {} : { last_update_reason: reason }),
  }
}

export function positionMessage(context: KalshiContext, view: MarketView): Json | null {
  const holding = context.host.exchange.account(context.owner.account)?.holdings.get(view.market.id)
  if (holding === undefined) return null
  return {
    user_id: context.owner.userId,
    market_ticker: view.market.symbol,
    position_fp: contracts((holding.yes - holding.no) as Quantity),
    position_cost_dollars: exactDollars((holding.yesCost + holding.noCost) as typeof holding.yesCost),
    realized_pnl_dollars: exactDollars(holding.realizedPnl),
    fees_paid_dollars: exactDollars(holding.fees),
    position_fee_cost_dollars: exactDollars(holding.fees),
    volume_fp: contracts(holding.traded as bigint as Quantity),
    subaccount: 0,
  }
}

/** What is told of a turn in a market's life. Nothing is told of openings and closes, which the clock brings. */
export function lifecycleMessages(change: LifeChange, view: MarketView, nowMs: number): readonly Json[] {
  const { market, schedule } = view
  const about = (eventType: string, more: Json): Json => ({
    event_type: eventType,
    market_ticker: market.symbol,
    exchange_index: kalshiDetails(market).exchangeIndex,
    ...more,
  })
  switch (change.kind) {
    case 'close':
      return [about('close_date_updated', { close_ts: unixSeconds(schedule.closeMs) })]
    case 'grid':
      return [about('price_level_structure_updated', gridMembers(market))]
    case 'texts':
      return [about('metadata_updated', { yes_sub_title: market.yesLabel })]
    case 'phase':
      return phaseMessages(change, view, nowMs, about)
  }
}

function phaseMessages(
  { before, after }: Extract<LifeChange, { readonly kind: 'phase' }>,
  view: MarketView,
  nowMs: number,
  about: (eventType: string, more: Json) => Json,
): readonly Json[] {
  const { yesPayout } = view.schedule
  if (after === 'paused') return [about('deactivated', { is_deactivated: true })]
  // A closed market that opens again was told its new end first. Source: venue page §5.2.
  if ((before === 'paused' || before === 'closed') && after === 'open')
    return [about('activated', { is_deactivated: false })]
  if ((after !== 'determined' && after !== 'settled') || yesPayout === null) return []
  const determined = about('determined', {
    result: resultOf(yesPayout),
    determination_ts: unixSeconds(nowMs),
    settlement_value: dollars(yesPayout),
  })
  const settled = about('settled', { settled_ts: unixSeconds(nowMs) })
  if (after === 'determined') return [determined]
  return before === 'determined' ? [settled] : [determined, settled]
}
