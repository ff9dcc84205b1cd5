import * as v from 'valibot'
import { type Price, parseQuantity, parseQuotedPrice } from '../../domain/amounts.ts'
import { marketId, parseMarketId } from '../../domain/market.ts'
import type { BookSide } from '../../domain/market-stream.ts'
import type { Level } from '../../domain/order-book.ts'
import type { AccountEvent, VenueNews } from '../../domain/venue-stream.ts'
import { decodeWith, textOrNull } from '../decode.ts'
import { amountFrom, amountOf, BadFrame, isMembers, listIn, type Members, textOf } from '../streams/frame.ts'
import { tradeSchema, type WireTrade } from './decode.ts'
import type { TextBook, TextLevel } from './stream-book.ts'

/** A whole book: as text, for its hash, and as amounts. */
export interface BookFrame {
  readonly assetId: string
  readonly atMs: number
  readonly text: TextBook
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

function atMsOf(members: Members): number {
  const text = textOf(members, 'timestamp')
  if (/^\d{10,16}$/.test(text)) return Number(text)
  throw new BadFrame('timestamp is no time in ms')
}

function rowsOf(members: Members, name: string): readonly TextLevel[] {
  return listIn(members, name).map((row) => {
    if (!isMembers(row)) throw new BadFrame(`${name} has a row that is no object`)
    return { price: textOf(row, 'price'), size: textOf(row, 'size') }
  })
}

function levelOf({ price, size }: TextLevel): Level {
  return {
    price: amountFrom(price, 'price', parseQuotedPrice),
    quantity: amountFrom(size, 'size', parseQuantity),
  }
}

function optionalText(members: Members, name: string): string | null {
  const value = members[name]
  return typeof value === 'string' ? value : null
}

/** `book` of the feed and the answer to `GET /book` alike: the feed leaves some members out. Levels in any order. */
export function bookFrameOf(members: Members): BookFrame {
  const [bids, asks] = [rowsOf(members, 'bids'), rowsOf(members, 'asks')]
  return {
    assetId: textOf(members, 'asset_id'),
    atMs: atMsOf(members),
    text: {
      bids,
      asks,
      timestamp: textOf(members, 'timestamp'),
      hash: textOf(members, 'hash'),
      tickSize: optionalText(members, 'tick_size'),
      lastTradePrice: optionalText(members, 'last_trade_price'),
    },
    bids: bids.map(levelOf),
    asks: asks.map(levelOf),
  }
}

export interface LevelChange {
  readonly assetId: string
  readonly side: BookSide
  readonly text: TextLevel
  readonly level: Level
  readonly hash: string
  /** Undefined when the message does not say; null when that side is empty. */
  readonly best: { readonly bid: Price | null; readonly ask: Price | null } | undefined
}

export interface ChangeFrame {
  readonly atMs: number
  readonly timestamp: string
  readonly changes: readonly LevelChange[]
}

export function changeFrameOf(members: Members): ChangeFrame {
  return {
    atMs: atMsOf(members),
    timestamp: textOf(members, 'timestamp'),
    changes: listIn(members, 'price_changes').map((row) => {
      if (!isMembers(row)) throw new BadFrame('price_changes has a row that is no object')
      const text = { price: textOf(row, 'price'), size: textOf(row, 'size') }
      return {
        assetId: textOf(row, 'asset_id'),
        side: sideOf(row),
        text,
        level: levelOf(text),
        hash: textOf(row, 'hash'),
        best: row.best_bid === undefined || row.best_ask === undefined ? undefined : bestOf(row),
      }
    }),
  }
}

function sideOf(members: Members): BookSide {
  const side = textOf(members, 'side').toUpperCase()
  if (side === 'BUY') return 'bid'
  if (side === 'SELL') return 'ask'
  throw new BadFrame('side is neither BUY nor SELL')
}

/** An empty side is written as nothing, as 0 or as 1. */
export function bestOf(members: Members): { readonly bid: Price | null; readonly ask: Price | null } {
  const read = (name: string): Price | null => {
    const text = textOf(members, name)
    if (text === '') return null
    const price = amountFrom(text, name, parseQuotedPrice)
    return price === 0n || price === 1_000_000n ? null : price
  }
  return { bid: read('best_bid'), ask: read('best_ask') }
}

export interface PrintFrame {
  readonly assetId: string
  readonly atMs: number
  readonly priceText: string
  readonly price: Price
  readonly quantity: Level['quantity']
  /** What the taker did with this token. */
  readonly takerBuys: boolean
}

export function printFrameOf(members: Members): PrintFrame {
  return {
    assetId: textOf(members, 'asset_id'),
    atMs: atMsOf(members),
    priceText: textOf(members, 'price'),
    price: amountOf(members, 'price', parseQuotedPrice),
    quantity: amountOf(members, 'size', parseQuantity),
    takerBuys: sideOf(members) === 'bid',
  }
}

export interface TickFrame {
  readonly assetId: string
  readonly step: Price
}

export function tickFrameOf(members: Members): TickFrame {
  const step = amountOf(members, 'new_tick_size', parseQuotedPrice)
  if (step === 0n) throw new BadFrame('new_tick_size is zero')
  return { assetId: textOf(members, 'asset_id'), step }
}

/** A market is listed: whichever, watched or not. Its times are not in the message. Source: venue page §8.2, 2026-11. */
export function newMarketOf(members: Members): VenueNews {
  const id = parseMarketId(`polymarket:${textOf(members, 'slug')}`)
  if (id === null) throw new BadFrame('slug is no name of a market')
  const event = isMembers(members.event_message) ? members.event_message.slug : null
  return {
    kind: 'market_listed',
    venue: 'polymarket',
    market: marketId('polymarket', id.symbol),
    event: typeof event === 'string' ? event : null,
    title: textOf(members, 'question'),
    opensAtMs: null,
    closesAtMs: null,
  }
}

/** Sizes of an order that was refused are empty; those of an immediate purchase are in dollars: neither is taken for a count. */
const orderFrame = v.object({ id: v.string(), type: v.string(), status: textOrNull })

/** @throws VenueError of kind `undecodable`. */
export function orderEventOf(json: unknown): AccountEvent {
  const frame = decodeWith(orderFrame, json, "Polymarket's message order")
  return {
    kind: 'order',
    venue: 'polymarket',
    venueOrderId: frame.id,
    clientOrderId: null,
    status: statusOf(frame.type.toUpperCase(), frame.status?.toUpperCase() ?? ''),
    filledQuantity: null,
    remainingQuantity: null,
  }
}

function statusOf(type: string, status: string): 'resting' | 'filled' | 'cancelled' | 'unknown' {
  if (type === 'CANCELLATION' || status.startsWith('CANCEL') || status === 'INVALID') return 'cancelled'
  if (status === 'MATCHED') return 'filled'
  return status === 'LIVE' ? 'resting' : 'unknown'
}

/** The time has two names, and makers may be `null`. @throws VenueError of kind `undecodable`. */
export function tradeOf(json: unknown): WireTrade {
  const row = isMembers(json) ? json : {}
  const known = { ...row, match_time: row.match_time ?? row.matchtime, maker_orders: row.maker_orders ?? [] }
  return decodeWith(tradeSchema, known, "Polymarket's message trade")
}

/** The tokens that a message is about, wherever it names them. */
export function tokensNamedIn(message: Members): readonly string[] {
  const rows = Array.isArray(message.price_changes) ? message.price_changes.filter(isMembers) : []
  const others: readonly unknown[] = Array.isArray(message.assets_ids) ? message.assets_ids : []
  const named = new Set([message.asset_id, ...others, ...rows.map((row) => row.asset_id)])
  return [...named].filter((token) => typeof token === 'string')
}
