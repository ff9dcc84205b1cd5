import * as v from 'valibot'
import { type Money, type Price, parseMoney, type Quantity } from '../../domain/amounts.ts'
import type { Finality } from '../../domain/fill.ts'
import type { Side } from '../../domain/side.ts'
import {
  dateOf,
  decimalText,
  integer,
  listOf,
  maybe,
  numberAmounts,
  type Schema,
  textAmounts,
  textOrNull,
} from '../decode.ts'
import { plainText } from '../json.ts'

/** Orders, trades and books are in decimal text; only the data service sends numbers. Source: venue page, 2026-10. */
const { quantity, quotedPrice } = textAmounts

/** Upper and lower case have both been seen. */
const side: Schema<Side> = v.pipe(
  v.string(),
  v.transform((text) => text.toUpperCase()),
  v.picklist(['BUY', 'SELL'], 'expected BUY or SELL'),
  v.transform((text): Side => (text === 'BUY' ? 'buy' : 'sell')),
)

/** An integer of millionths, as balances are printed. */
const micros: Schema<Money> = v.pipe(
  decimalText,
  v.check((text) => /^-?\d+$/.test(text), 'expected a whole number of millionths'),
  v.transform((text) => {
    const digits = text.replace('-', '').padStart(7, '0')
    return parseMoney(`${text.startsWith('-') ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`)
  }),
)

export const credentialsSchema = v.object({ apiKey: v.string(), secret: v.string(), passphrase: v.string() })

export const balanceSchema = v.object({ balance: micros })

const level: Schema<{ readonly price: Price; readonly quantity: Quantity }> = v.pipe(
  v.object({ price: quotedPrice, size: quantity }),
  v.transform((raw) => ({ price: raw.price, quantity: raw.size })),
)

/** `GET /book`: the best level comes last, which nobody should rely on. */
export const bookSchema = v.object({ asset_id: v.string(), bids: v.array(level), asks: v.array(level) })

/** An order of our own as the venue shows it. */
export interface WireOrder {
  readonly id: string
  readonly status: string
  readonly market: string
  readonly assetId: string
  readonly side: Side
  readonly price: Price
  readonly originalSize: Quantity
  readonly sizeMatched: Quantity
  readonly associateTrades: readonly string[]
}

/** An order of our own, from `GET /data/order/{id}` or a page of `/data/orders`. Sizes are decimal shares, not millionths. */
export const orderSchema: Schema<WireOrder> = v.pipe(
  v.object({
    id: v.string(),
    status: v.string(),
    market: v.string(),
    asset_id: v.string(),
    side,
    price: quotedPrice,
    original_size: quantity,
    size_matched: quantity,
    associate_trades: listOf(v.string()),
  }),
  v.transform((raw) => ({
    id: raw.id,
    status: raw.status.toUpperCase().replace(/^ORDER_STATUS_/, ''),
    market: raw.market.toLowerCase(),
    assetId: raw.asset_id,
    side: raw.side,
    price: raw.price,
    originalSize: raw.original_size,
    sizeMatched: raw.size_matched,
    associateTrades: raw.associate_trades,
  })),
)

export interface WireMakerOrder {
  readonly orderId: string
  readonly makerAddress: string | null
  readonly assetId: string
  readonly side: Side | null
  readonly price: Price
  readonly quantity: Quantity
}

/** One match. The outer fields are the taker's; a maker's own part is among `makerOrders`. */
export interface WireTrade {
  readonly id: string
  readonly takerOrderId: string
  readonly market: string
  readonly assetId: string
  readonly side: Side
  readonly quantity: Quantity
  readonly price: Price
  readonly finality: Finality
  /** RFC 3339. */
  readonly time: string
  readonly makerAddress: string | null
  readonly weAre: 'taker' | 'maker' | null
  readonly makerOrders: readonly WireMakerOrder[]
}

const makerOrder: Schema<WireMakerOrder> = v.pipe(
  v.object({
    order_id: v.string(),
    maker_address: textOrNull,
    asset_id: v.string(),
    side: v.pipe(
      v.nullish(v.string(), ''),
      v.transform((text): Side | null => {
        const upper = text.toUpperCase()
        return upper === 'BUY' ? 'buy' : upper === 'SELL' ? 'sell' : null
      }),
    ),
    price: quotedPrice,
    matched_amount: quantity,
  }),
  v.transform((raw) => ({
    orderId: raw.order_id,
    makerAddress: raw.maker_address,
    assetId: raw.asset_id,
    side: raw.side,
    price: raw.price,
    quantity: raw.matched_amount,
  })),
)

const time: Schema<string> = v.pipe(v.union([integer, v.string()]), v.transform(timeOf), v.string('expected a time'))

const traderSides: Readonly<Record<string, 'taker' | 'maker'>> = { TAKER: 'taker', MAKER: 'maker' }

export const tradeSchema: Schema<WireTrade> = v.pipe(
  v.object({
    id: v.string(),
    taker_order_id: v.nullish(v.string(), ''),
    market: v.string(),
    asset_id: v.string(),
    side,
    size: quantity,
    price: quotedPrice,
    status: v.string(),
    match_time: time,
    maker_address: textOrNull,
    trader_side: textOrNull,
    maker_orders: v.array(makerOrder),
  }),
  v.transform((raw) => ({
    id: raw.id,
    takerOrderId: raw.taker_order_id,
    market: raw.market.toLowerCase(),
    assetId: raw.asset_id,
    side: raw.side,
    quantity: raw.size,
    price: raw.price,
    finality: finalityOf(raw.status),
    time: raw.match_time,
    makerAddress: raw.maker_address,
    weAre: traderSides[raw.trader_side?.toUpperCase() ?? ''] ?? null,
    makerOrders: raw.maker_orders,
  })),
)

/** Only CONFIRMED and FAILED are final; whatever else the venue invents may still turn either way. */
export function finalityOf(status: string): Finality {
  switch (status.toUpperCase().replace(/^TRADE_STATUS_/, '')) {
    case 'CONFIRMED':
      return 'final'
    case 'FAILED':
      return 'failed'
    default:
      return 'provisional'
  }
}

/** RFC 3339 from seconds, milliseconds or ISO text, all of which have been seen. Null when it is no time. */
export function timeOf(value: number | string): string | null {
  const number = Number(value)
  const ms = Number.isFinite(number) ? (number < 100_000_000_000 ? number * 1000 : number) : Date.parse(String(value))
  return ms > 0 ? dateOf(ms) : null
}

/** A page of a private list. The last page says `LTE=`, or no cursor at all. */
export function pageOf<T>(item: Schema<T>): Schema<{ readonly items: readonly T[]; readonly next: string | null }> {
  return v.pipe(
    v.object({ data: v.array(item), next_cursor: textOrNull }),
    v.transform((raw) => ({ items: raw.data, next: raw.next_cursor === 'LTE=' ? null : raw.next_cursor })),
  )
}

export interface CancelAnswer {
  readonly canceled: readonly string[]
  /** Free-form reason by order id. */
  readonly notCanceled: Readonly<Record<string, string>>
}

export const cancelSchema: Schema<CancelAnswer> = v.pipe(
  v.object({
    canceled: listOf(v.string()),
    not_canceled: v.nullish(v.record(v.string(), v.unknown()), {}),
  }),
  v.transform((raw) => ({
    canceled: raw.canceled,
    notCanceled: Object.fromEntries(Object.entries(raw.not_canceled).map(([id, why]) => [id, plainText(why)])),
  })),
)

/** One holding from the data service, whose numbers are doubles: digits beyond a millionth are noise. */
const positionSchema = v.object({
  token_id: v.string(),
  condition_id: v.string(),
  current_size: numberAmounts.approximateQuantity,
  slug: textOrNull,
  outcome_index: v.nullish(v.union([v.literal(''), integer]), null),
})

const resolutionSchema = v.object({
  condition_id: v.string(),
  status: v.string(),
  /** Millionths of a dollar for each share, by outcome index. */
  payouts: listOf(integer),
})

export const resolutionsPageSchema = v.object({ data: listOf(resolutionSchema) })

export const positionsPageSchema = v.object({
  data: v.array(positionSchema),
  pagination: maybe(v.object({ next_cursor: textOrNull })),
})
