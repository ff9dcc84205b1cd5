import { addMoney, averagePrice, complement, type Price } from '../../domain/amounts.ts'
import type { SandboxMarket, SandboxOrder, SandboxTrade, TradeParty } from '../model.ts'
import { kalshiDetails } from './context.ts'
import { contracts, dollars, exactDollars, time, unixSeconds } from './format.ts'

type Json = Readonly<Record<string, unknown>>

/** What create answers with: counts, and per-contract averages once something filled. */
export function renderExecution(order: SandboxOrder): Json {
  const fees = addMoney(order.takerFees, order.makerFees)
  const price = averagePrice(addMoney(order.takerCost, order.makerCost), order.filled, 'down')
  const fee = averagePrice(fees, order.filled, 'down')
  return {
    order_id: order.id,
    ...(order.clientOrderId === null ? {} : { client_order_id: order.clientOrderId }),
    fill_count: contracts(order.filled),
    remaining_count: contracts(order.remaining),
    ...(price === null || fee === null ? {} : { average_fill_price: dollars(price), average_fee_paid: dollars(fee) }),
    ts_ms: order.updatedMs,
  }
}

function directionOf(bookSide: 'bid' | 'ask'): Json {
  return {
    outcome_side: bookSide === 'bid' ? 'yes' : 'no',
    book_side: bookSide,
    // Deprecated pair. An ask came back as a sale of YES in the one recording there is (venue page §3).
    side: 'yes',
    action: bookSide === 'bid' ? 'buy' : 'sell',
  }
}

function pricesOf(yesPrice: Price): Json {
  return { yes_price_dollars: dollars(yesPrice), no_price_dollars: dollars(complement(yesPrice)) }
}

export function renderOrder(order: SandboxOrder, market: SandboxMarket, userId: string): Json {
  const initial = order.amount.kind === 'quantity' ? order.amount.quantity : order.filled
  return {
    order_id: order.id,
    user_id: userId,
    client_order_id: order.clientOrderId ?? '',
    ticker: market.symbol,
    ...directionOf(order.bookSide),
    type: 'limit',
    status: statusOf(order),
    ...pricesOf(order.yesPrice),
    initial_count_fp: contracts(initial),
    fill_count_fp: contracts(order.filled),
    remaining_count_fp: contracts(order.remaining),
    taker_fill_cost_dollars: exactDollars(order.takerCost),
    maker_fill_cost_dollars: exactDollars(order.makerCost),
    taker_fees_dollars: exactDollars(order.takerFees),
    maker_fees_dollars: exactDollars(order.makerFees),
    created_time: time(order.createdMs),
    last_update_time: time(order.updatedMs),
    expiration_time: order.expiresAtMs === null ? null : time(order.expiresAtMs),
    self_trade_prevention_type: order.selfTrade,
    order_group_id: order.groupId ?? null,
    cancel_order_on_pause: order.cancelOnPause,
    subaccount_number: 0,
    exchange_index: kalshiDetails(market).exchangeIndex,
  }
}

/** `executed` only when nothing was cancelled: a part fill that ended is `canceled` with a fill count. */
export function statusOf(order: SandboxOrder): 'resting' | 'executed' | 'canceled' {
  if (order.state === 'filled') return 'executed'
  return order.state === 'cancelled' ? 'canceled' : 'resting'
}

/** One account's side of an execution. */
export interface OwnFill {
  readonly trade: SandboxTrade
  readonly party: TradeParty
  readonly isTaker: boolean
}

export function fillsOf(trade: SandboxTrade, account: string): readonly OwnFill[] {
  const fills: OwnFill[] = []
  if (trade.taker.account === account) fills.push({ trade, party: trade.taker, isTaker: true })
  if (trade.maker.account === account) fills.push({ trade, party: trade.maker, isTaker: false })
  return fills
}

export function renderFill({ trade, party, isTaker }: OwnFill, market: SandboxMarket): Json {
  return {
    fill_id: trade.id,
    trade_id: trade.id,
    order_id: party.orderId,
    ticker: market.symbol,
    market_ticker: market.symbol,
    ...directionOf(party.bookSide),
    count_fp: contracts(trade.quantity),
    ...pricesOf(trade.yesPrice),
    is_taker: isTaker,
    fee_cost: exactDollars(party.fee),
    created_time: time(trade.timeMs),
    ts: unixSeconds(trade.timeMs),
    subaccount_number: 0,
    exchange_index: kalshiDetails(market).exchangeIndex,
  }
}
