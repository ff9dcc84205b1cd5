import { type Price, parsePrice, parseQuantity, type Quantity } from '../../src/domain/amounts.ts'
import type { Fill } from '../../src/domain/fill.ts'
import type { Market } from '../../src/domain/market.ts'
import type { Order, OrderIntent } from '../../src/domain/order.ts'
import { buildBook, type OrderBook } from '../../src/domain/order-book.ts'
import { submittedOrder } from '../../src/domain/order-machine.ts'
import { uniformLadder } from '../../src/domain/tick-ladder.ts'

/** Builders of valid domain objects: a test names only what it is about. Amounts are written as decimal strings. */

type Written<T> = {
  readonly [Key in keyof T]?: NonNullable<T[Key]> extends Price | Quantity ? T[Key] | string : T[Key]
}

export const aTime = '2026-11-20T12:00:00.000Z'
export const aTimeMs = Date.parse(aTime)

function asPrice(value: Price | string): Price {
  return typeof value === 'string' ? parsePrice(value) : value
}

function asQuantity(value: Quantity | string): Quantity {
  return typeof value === 'string' ? parseQuantity(value) : value
}

export function anIntent(changes: Written<OrderIntent> = {}): OrderIntent {
  const { price = '0.45', quantity = '5', ...rest } = changes
  return {
    id: 'o-000000000001',
    clientOrderId: '11111111-1111-4111-8111-111111111111',
    market: 'kalshi:KXTEST-26DEC31-A',
    outcome: 'yes',
    side: 'buy',
    timeInForce: 'ioc',
    expiresAt: null,
    postOnly: false,
    reduceOnly: false,
    purpose: { kind: 'manual' },
    createdAtMs: aTimeMs,
    ...rest,
    price: asPrice(price),
    quantity: asQuantity(quantity),
  }
}

export function anOrder(changes: Written<Order> = {}): Order {
  const { filledQuantity, averagePrice, ...rest } = changes
  const order = submittedOrder(changes.intent ?? anIntent(), 'venue-order-1', aTime)
  return {
    ...order,
    ...(rest as Partial<Order>),
    ...(filledQuantity === undefined ? {} : { filledQuantity: asQuantity(filledQuantity) }),
    ...(averagePrice === undefined || averagePrice === null
      ? {}
      : { averagePrice: typeof averagePrice === 'string' ? parsePrice(averagePrice) : averagePrice }),
  }
}

export function aFill(changes: Written<Fill> = {}): Fill {
  const { price = '0.45', quantity = '5', ...rest } = changes
  return {
    id: 'fill-1',
    venue: 'kalshi',
    market: 'kalshi:KXTEST-26DEC31-A',
    venueOrderId: 'venue-order-1',
    outcome: 'yes',
    side: 'buy',
    fee: null,
    liquidity: 'taker',
    finality: 'final',
    time: aTime,
    ...rest,
    price: asPrice(price),
    quantity: asQuantity(quantity),
  }
}

export function aMarket(changes: Partial<Market> = {}): Market {
  return {
    id: 'kalshi:KXTEST-26DEC31-A',
    venue: 'kalshi',
    symbol: 'KXTEST-26DEC31-A',
    aliases: [],
    title: 'Will the test pass by December 31?',
    yesLabel: '',
    category: 'Science',
    eventId: 'KXTEST-26DEC31',
    rules: 'If the test passes before 2027, the market resolves to Yes.',
    status: 'open',
    untradableReason: null,
    openTime: '2026-11-01T00:00:00.000Z',
    closeTime: '2026-12-31T23:59:00.000Z',
    ladder: uniformLadder(parsePrice('0.01')),
    minimumQuantity: null,
    quantityStep: parseQuantity('0.01'),
    bestBid: parsePrice('0.44'),
    bestAsk: parsePrice('0.45'),
    lastPrice: null,
    volume: null,
    volumeUnit: 'contracts',
    result: null,
    fees: { kind: 'free' },
    routing: {},
    ...changes,
  }
}

/** Levels as `[price, quantity]`, in YES prices. */
export function aBook(changes: {
  readonly market?: Market['id']
  readonly bids?: readonly (readonly [string, string])[]
  readonly asks?: readonly (readonly [string, string])[]
  readonly capturedAtMs?: number
}): OrderBook {
  const levels = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([price, quantity]) => ({ price: parsePrice(price), quantity: parseQuantity(quantity) }))
  return buildBook({
    market: changes.market ?? 'kalshi:KXTEST-26DEC31-A',
    bids: levels(changes.bids ?? [['0.44', '100']]),
    asks: levels(changes.asks ?? [['0.45', '100']]),
    capturedAtMs: changes.capturedAtMs ?? aTimeMs,
  })
}
