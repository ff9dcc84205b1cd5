import * as v from 'valibot'
import {
  complement,
  type Price,
  parsePrice,
  parseQuantity,
  parseQuotedPrice,
  parseSignedQuantity,
  type Quantity,
} from '../../domain/amounts.ts'
import { type MarketStatus, marketId, type Outcome } from '../../domain/market.ts'
import type { BookSide, MarketEvent } from '../../domain/market-stream.ts'
import type { Level } from '../../domain/order-book.ts'
import type { AccountEvent, QuoteSummary, TradePrint } from '../../domain/venue-stream.ts'
import { decodeWith, maybe, textAmounts, textOrNull } from '../decode.ts'
import { parseJson } from '../json.ts'
import { amountFrom, amountOf, BadFrame, listIn, type Members, textOf, wholeOrNull } from '../streams/frame.ts'
import { fillOf } from './decode.ts'
import { wireFill } from './wire.ts'

/** In which leg's prices the NO side of a book comes. `yes` is what `use_yes_price` asks for; a default that will change. */
export type NoSidePrices = 'yes' | 'no'

function noPrice(price: Price, prices: NoSidePrices): Price {
  return prices === 'yes' ? price : complement(price)
}

function levelsOf(msg: Members, name: string, asYes: (price: Price) => Price): readonly Level[] {
  return listIn(msg, name).map((row) => {
    const [price, quantity] = Array.isArray(row) ? row : []
    return {
      price: asYes(amountFrom(price, name, parsePrice)),
      quantity: amountFrom(quantity, name, parseQuantity),
    }
  })
}

/** A side without levels is left out of the message. Source: venue page §8. */
export function snapshotOf(msg: Members, prices: NoSidePrices, subscription: string): MarketEvent {
  return {
    kind: 'snapshot',
    market: marketId('kalshi', textOf(msg, 'market_ticker')),
    bids: levelsOf(msg, 'yes_dollars_fp', (price) => price),
    asks: levelsOf(msg, 'no_dollars_fp', (price) => noPrice(price, prices)),
    subscription,
  }
}

/** A level that grows or shrinks. */
export interface BookChange {
  readonly ticker: string
  readonly side: BookSide
  readonly price: Price
  readonly by: Quantity
}

export function changeOf(msg: Members, prices: NoSidePrices): BookChange {
  const side = textOf(msg, 'side')
  if (side !== 'yes' && side !== 'no') throw new BadFrame('side is neither yes nor no')
  const price = amountOf(msg, 'price_dollars', parsePrice)
  return {
    ticker: textOf(msg, 'market_ticker'),
    side: side === 'yes' ? 'bid' : 'ask',
    price: side === 'yes' ? price : noPrice(price, prices),
    by: amountOf(msg, 'delta_fp', parseSignedQuantity),
  }
}

export function printOf(msg: Members): TradePrint {
  const side = textOf(msg, 'taker_book_side')
  if (side !== 'bid' && side !== 'ask') throw new BadFrame('taker_book_side is neither bid nor ask')
  // A taker on the bid side met an offer.
  const takerSide: BookSide = side === 'bid' ? 'ask' : 'bid'
  const atMs = wholeOrNull(msg, 'ts_ms')
  if (atMs === null) throw new BadFrame('ts_ms is missing')
  return {
    market: marketId('kalshi', textOf(msg, 'market_ticker')),
    id: textOf(msg, 'trade_id'),
    price: amountOf(msg, 'yes_price_dollars', parseQuotedPrice),
    quantity: amountOf(msg, 'count_fp', parseQuantity),
    takerSide,
    atMs,
  }
}

/** An empty side shows a size of zero, whatever price stands beside it. */
export function quoteOf(msg: Members): QuoteSummary {
  const best = (price: string, size: string): Price | null =>
    amountOf(msg, size, parseQuantity) === 0n ? null : amountOf(msg, price, parseQuotedPrice)
  const last = amountOf(msg, 'price_dollars', parseQuotedPrice)
  return {
    market: marketId('kalshi', textOf(msg, 'market_ticker')),
    bid: best('yes_bid_dollars', 'yes_bid_size_fp'),
    ask: best('yes_ask_dollars', 'yes_ask_size_fp'),
    last: last === 0n ? null : last,
    volume: amountOf(msg, 'volume_fp', parseQuantity),
    openInterest: msg.open_interest_fp === undefined ? null : amountOf(msg, 'open_interest_fp', parseQuantity),
  }
}

function resultOf(msg: Members): Outcome | 'scalar' | null {
  const { result } = msg
  return result === 'yes' || result === 'no' || result === 'scalar' ? result : null
}

/** What a lifecycle message means for trading; nothing for those that change no market that is watched. */
export function lifecycleOf(msg: Members): readonly MarketEvent[] {
  const market = marketId('kalshi', textOf(msg, 'market_ticker'))
  const status = (word: MarketStatus): MarketEvent => ({ kind: 'status', market, status: word, result: resultOf(msg) })
  const closeTs = wholeOrNull(msg, 'close_ts')
  const closing: readonly MarketEvent[] =
    closeTs === null ? [] : [{ kind: 'close_time', market, closeAtMs: closeTs * 1000 }]
  switch (textOf(msg, 'event_type')) {
    case 'activated':
      return [...closing, status('open')]
    case 'deactivated':
      return [...closing, status('paused')]
    case 'determined':
      return [status('determined')]
    case 'settled':
      return [status('settled')]
    case 'price_level_structure_updated':
      return [ladderOf(msg)]
    default:
      // `created`, `close_date_updated`, `metadata_updated`, and what is still to be invented.
      return closing
  }
}

function ladderOf(msg: Members): MarketEvent {
  const ladder = listIn(msg, 'price_ranges').map((range) => {
    if (typeof range !== 'object' || range === null) throw new BadFrame('price_ranges has a row that is no object')
    const row: Members = { ...range }
    return {
      start: amountOf(row, 'start', parseQuotedPrice),
      end: amountOf(row, 'end', parseQuotedPrice),
      step: amountOf(row, 'step', parsePrice),
    }
  })
  return { kind: 'ladder', market: marketId('kalshi', textOf(msg, 'market_ticker')), ladder }
}

const { quantity, signedQuantity } = textAmounts

const fillFrame = v.object({
  msg: v.object({ ...wireFill.entries, ticker: maybe(v.string()), market_ticker: v.string() }),
})

const orderFrame = v.object({
  msg: v.object({
    order_id: v.string(),
    client_order_id: textOrNull,
    status: v.string(),
    fill_count_fp: quantity,
    remaining_count_fp: quantity,
  }),
})

const positionFrame = v.object({ msg: v.object({ market_ticker: v.string(), position_fp: signedQuantity }) })

const statuses: Readonly<Record<string, 'resting' | 'filled' | 'cancelled'>> = {
  resting: 'resting',
  executed: 'filled',
  canceled: 'cancelled',
}

/** A message of a private channel. @throws VenueError of kind `undecodable`. */
export function accountEventOf(type: 'fill' | 'user_order' | 'market_position', text: string): AccountEvent {
  const json = parseJson(text)
  const what = `Kalshi's message ${type}`
  switch (type) {
    case 'fill': {
      const { msg } = decodeWith(fillFrame, json, what)
      return { kind: 'fill', fill: fillOf({ ...msg, ticker: msg.market_ticker }, null) }
    }
    case 'user_order': {
      const { msg } = decodeWith(orderFrame, json, what)
      return {
        kind: 'order',
        venue: 'kalshi',
        venueOrderId: msg.order_id,
        clientOrderId: msg.client_order_id,
        status: Object.hasOwn(statuses, msg.status) ? (statuses[msg.status] ?? 'unknown') : 'unknown',
        filledQuantity: msg.fill_count_fp,
        remainingQuantity: msg.remaining_count_fp,
      }
    }
    case 'market_position': {
      const { msg } = decodeWith(positionFrame, json, what)
      return { kind: 'position', market: marketId('kalshi', msg.market_ticker), net: msg.position_fp }
    }
  }
}
