import {
  addMoney,
  averagePrice,
  complement,
  type Money,
  maxQuantity,
  moneyOf,
  type Price,
  type Quantity,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'
import type { Fill } from '../../domain/fill.ts'
import { type MarketId, marketId, type Outcome } from '../../domain/market.ts'
import type { OrderIntent, OrderReport } from '../../domain/order.ts'
import { buildBook, type OrderBook } from '../../domain/order-book.ts'
import type { Side } from '../../domain/side.ts'
import type { Balance, VenueOpenOrder, VenuePosition } from '../../domain/venue.ts'
import { isoTime } from '../../runtime/clock.ts'
import { bookSideOf, yesPriceOf } from './encode.ts'
import type { BalanceAnswer, CreateAnswer, OrderbookAnswer, WireFill, WireOrder, WirePosition } from './wire.ts'

/**
 * What the answer to a new order says. It carries counts and no status. Fees are left unknown until the fills are read:
 * the answer has them rounded per contract only.
 */
export function reportOfCreation(answer: CreateAnswer, intent: OrderIntent): OrderReport {
  const { fill_count: filled, remaining_count: remaining } = answer
  return {
    venueOrderId: answer.order_id,
    clientOrderId: answer.client_order_id,
    status: statusOfCreation(filled, remaining, intent),
    filledQuantity: filled,
    remainingQuantity: remaining,
    averagePrice: answer.average_fill_price === null ? null : yesPriceOf(intent.outcome, answer.average_fill_price),
    fees: filled === 0n ? ZERO_MONEY : null,
    provisional: false,
  }
}

function statusOfCreation(filled: Quantity, remaining: Quantity, intent: OrderIntent): OrderReport['status'] {
  const rests = intent.timeInForce === 'gtc' || intent.timeInForce === 'gtd'
  if (filled + remaining > intent.quantity || (remaining > 0n && !rests)) return 'unknown'
  if (remaining > 0n) return 'resting'
  return endedStatus(filled, intent.quantity)
}

function endedStatus(filled: Quantity, asked: Quantity): 'filled' | 'partially_filled' | 'cancelled' {
  if (filled >= asked) return 'filled'
  return filled > 0n ? 'partially_filled' : 'cancelled'
}

/** What a read says about an order of ours. */
export function reportOfOrder(order: WireOrder, intent: OrderIntent): OrderReport {
  const filled = order.fill_count_fp
  const status = statusOfOrder(order, intent)
  return {
    venueOrderId: order.order_id,
    clientOrderId: order.client_order_id || null,
    status,
    filledQuantity: filled,
    remainingQuantity: status === 'resting' ? order.remaining_count_fp : status === 'unknown' ? null : ZERO_QUANTITY,
    averagePrice: averageOf(order, intent),
    fees: filled === 0n ? ZERO_MONEY : addKnown(order.taker_fees_dollars, order.maker_fees_dollars),
    provisional: false,
  }
}

/** A cancelled order may hold fills, and an expired one is called cancelled too: counts and times decide. */
function statusOfOrder(order: WireOrder, intent: OrderIntent): OrderReport['status'] {
  const { fill_count_fp: filled } = order
  // Whether this follows an amend is not established; what we know to have asked for does.
  const asked = maxQuantity(order.initial_count_fp, intent.quantity)
  switch (order.status) {
    case 'resting':
      return 'resting'
    case 'executed':
      return filled > 0n ? endedStatus(filled, order.initial_count_fp) : 'unknown'
    case 'canceled': {
      const ended = endedStatus(filled, asked)
      return ended === 'cancelled' && hasExpired(order) ? 'expired' : ended
    }
    default:
      return 'unknown'
  }
}

function hasExpired(order: WireOrder): boolean {
  if (order.expiration_time === null || order.last_update_time === null) return false
  return Date.parse(order.last_update_time) >= Date.parse(order.expiration_time)
}

/** The cost of fills is known to be in YES prices for purchases of YES only; elsewhere the fills say it. */
function averageOf(order: WireOrder, intent: OrderIntent): Price | null {
  if (intent.outcome !== 'yes' || intent.side !== 'buy') return null
  const total = addKnown(order.taker_fill_cost_dollars, order.maker_fill_cost_dollars)
  return total === null ? null : averagePrice(total, order.fill_count_fp, 'up')
}

/** A sum with a part that is not known is not known. */
function addKnown(taker: Money | null, maker: Money | null): Money | null {
  return taker === null || maker === null ? null : addMoney(taker, maker)
}

type Sided = Pick<WireOrder, 'book_side' | 'outcome_side'>

/**
 * The side of the book, or null when it is not told. `side` and `action` of older answers are not read: a sale of YES
 * was seen as `sell, no` (May 2026) and as `sell, yes` (June 2026).
 */
function sideOf(sided: Sided, what: string): 'bid' | 'ask' | null {
  const fromOutcome = sided.outcome_side === 'yes' ? 'bid' : sided.outcome_side === 'no' ? 'ask' : null
  if (sided.book_side != null && fromOutcome !== null && fromOutcome !== sided.book_side) {
    throw unreadable(`${what} names two sides of the book`)
  }
  return sided.book_side ?? fromOutcome
}

/** What a side of the book is as a purchase: an ask is a purchase of NO, since the venue nets. */
function asPurchase(side: 'bid' | 'ask' | null, what: string): { readonly outcome: Outcome; readonly side: Side } {
  if (side === null) throw unreadable(`${what} does not say on which side of the book it is`)
  return { outcome: side === 'bid' ? 'yes' : 'no', side: 'buy' }
}

/**
 * An execution. In the terms of the order when it is ours to know, else as the purchase that has the same effect.
 * @throws VenueError of kind `undecodable` when it is not on the order's side of the book.
 */
export function fillOf(fill: WireFill, intent: OrderIntent | null): Fill {
  const id = fill.fill_id ?? fill.trade_id
  if (id === null) throw unreadable('a fill has no id')
  const what = `fill ${id}`
  const side = sideOf(fill, what)
  if (intent !== null && side !== null && bookSideOf(intent.outcome, intent.side) !== side) {
    throw unreadable(`${what} is on the other side of the book than its order`)
  }
  const terms = intent === null ? asPurchase(side, what) : { outcome: intent.outcome, side: intent.side }
  return {
    id,
    venue: 'kalshi',
    market: marketId('kalshi', fill.ticker),
    venueOrderId: fill.order_id,
    ...terms,
    quantity: fill.count_fp,
    price: yesPriceOf(terms.outcome, fill.yes_price_dollars),
    fee: fill.fee_cost,
    liquidity: fill.is_taker === null ? null : fill.is_taker ? 'taker' : 'maker',
    finality: 'final',
    time: timeOf(fill, what),
  }
}

/** Either of two members tells it; both are optional in Kalshi's document. What is no time tells nothing. */
function timeOf({ created_time: text, ts }: WireFill, what: string): string {
  if (text !== null && !Number.isNaN(Date.parse(text))) return text
  if (ts === null) throw unreadable(`${what} does not say when it was`)
  return isoTime(ts * 1000)
}

/** An open order of the account, as the purchase that has the same effect. */
export function openOrderOf(order: WireOrder): VenueOpenOrder {
  const what = `order ${order.order_id}`
  const terms = asPurchase(sideOf(order, what), what)
  return {
    venueOrderId: order.order_id,
    clientOrderId: order.client_order_id,
    market: marketId('kalshi', order.ticker),
    ...terms,
    price: yesPriceOf(terms.outcome, order.yes_price_dollars),
    quantity: order.initial_count_fp,
    remainingQuantity: order.remaining_count_fp,
  }
}

/** A net position: above zero YES, below zero NO. Null when flat. */
export function positionOf(position: WirePosition): VenuePosition | null {
  const net = position.position_fp
  if (net === 0n) return null
  const quantity = net > 0n ? net : subtractQuantity(ZERO_QUANTITY, net)
  return { market: marketId('kalshi', position.ticker), outcome: net > 0n ? 'yes' : 'no', quantity }
}

/**
 * Cash per exchange shard and in all. Whether resting orders are already taken off is not established by the venue's
 * pages: count them in addition.
 */
export function balanceOf(answer: BalanceAnswer): Omit<Balance, 'asOfMs'> {
  const pools = answer.balance_breakdown.map((pool) => ({ name: `${pool.exchange_index}`, available: pool.balance }))
  return { available: answer.balance_dollars, step: ACCOUNT_STEP, pools }
}

/** Balances move in steps of 0.0001 dollar. */
const ACCOUNT_STEP = moneyOf(100n)

/** Both ladders hold bids in the prices of their own outcome: a bid for NO is an offer of YES at the complement. */
export function bookOfLadders(answer: OrderbookAnswer, market: MarketId, capturedAtMs: number): OrderBook {
  const { yes_dollars: yes, no_dollars: no } = answer.orderbook_fp
  return buildBook({
    market,
    bids: yes.map(([price, quantity]) => ({ price, quantity })),
    asks: no.map(([price, quantity]) => ({ price: complement(price), quantity })),
    capturedAtMs,
  })
}

function unreadable(what: string): VenueError {
  return new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'ANSWER_UNREADABLE',
    message: `Kalshi's answer could not be read: ${what}.`,
  })
}
