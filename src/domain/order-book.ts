import {
  addMoney,
  addQuantity,
  averagePrice,
  complement,
  cost,
  divideRounded,
  type Money,
  minQuantity,
  type Price,
  type Quantity,
  SCALE,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './amounts.ts'
import type { MarketId, Outcome } from './market.ts'
import type { Side } from './side.ts'

export interface Level {
  readonly price: Price
  readonly quantity: Quantity
}

/** One market's book in YES prices, best level first on both sides, each price at most once per side. */
export interface OrderBook {
  readonly market: MarketId
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
  /** When we received it, Unix ms. */
  readonly capturedAtMs: number
}

/** Builds a book from levels in any order, as venues send them. Levels without quantity are dropped, equal prices joined. */
export function buildBook(input: {
  readonly market: MarketId
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
  readonly capturedAtMs: number
}): OrderBook {
  return {
    market: input.market,
    bids: sortLevels(input.bids, 'descending'),
    asks: sortLevels(input.asks, 'ascending'),
    capturedAtMs: input.capturedAtMs,
  }
}

function sortLevels(levels: readonly Level[], direction: 'ascending' | 'descending'): readonly Level[] {
  const byPrice = new Map<Price, Quantity>()
  for (const level of levels) {
    byPrice.set(level.price, addQuantity(byPrice.get(level.price) ?? ZERO_QUANTITY, level.quantity))
  }
  const sign = direction === 'ascending' ? 1 : -1
  return [...byPrice]
    .filter(([, quantity]) => quantity > 0n)
    .map(([price, quantity]) => ({ price, quantity }))
    .sort((a, b) => (a.price < b.price ? -sign : a.price > b.price ? sign : 0))
}

/** The same book in the prices of one outcome: the NO book mirrors the YES book at 1 - p. */
export function bookOf(book: OrderBook, outcome: Outcome): OrderBook {
  if (outcome === 'yes') return book
  const mirror = (levels: readonly Level[]): readonly Level[] =>
    levels.map((level) => ({ price: complement(level.price), quantity: level.quantity }))
  return { ...book, bids: mirror(book.asks), asks: mirror(book.bids) }
}

/** A bid at or above an ask cannot stand: the data is wrong or stale. */
export function isCrossed(book: OrderBook): boolean {
  const [bid, ask] = [book.bids[0], book.asks[0]]
  return bid !== undefined && ask !== undefined && bid.price >= ask.price
}

export interface DepthWalk {
  readonly quantity: Quantity
  /** Dollars over all levels taken: rounded up for a buyer, down for a seller. */
  readonly notional: Money
  readonly worstPrice: Price | null
  readonly averagePrice: Price | null
}

/** What an immediate order would trade now: `quantity` at most, at `limit` or better, in the book of its own outcome. */
export function walkDepth(
  book: OrderBook,
  order: { readonly side: Side; readonly quantity: Quantity; readonly limit: Price | null },
): DepthWalk {
  const levels = order.side === 'buy' ? book.asks : book.bids
  const rounding = order.side === 'buy' ? 'up' : 'down'
  let quantity = ZERO_QUANTITY
  let notional = ZERO_MONEY
  let worstPrice: Price | null = null
  for (const level of levels) {
    if (quantity >= order.quantity || (order.limit !== null && isWorse(level.price, order.limit, order.side))) break
    const taken = minQuantity(level.quantity, subtractQuantity(order.quantity, quantity))
    quantity = addQuantity(quantity, taken)
    notional = addMoney(notional, cost(level.price, taken, rounding))
    worstPrice = level.price
  }
  return { quantity, notional, worstPrice, averagePrice: averagePrice(notional, quantity, rounding) }
}

/**
 * What an immediate buy would trade that spends `dollars` at most instead of taking a count of contracts, at `limit` or
 * better, in the book of its own outcome. Contracts are rounded down to a millionth.
 */
export function walkSpending(
  book: OrderBook,
  order: { readonly dollars: Money; readonly limit: Price | null },
): DepthWalk {
  let quantity = ZERO_QUANTITY
  let worstPrice: Price | null = null
  // Price times quantity, not rounded level by level.
  const budget = order.dollars * SCALE
  let left = budget
  for (const { price, quantity: offered } of book.asks) {
    if (left <= 0n || (order.limit !== null && price > order.limit)) break
    const taken = minQuantity(offered, (left / price) as Quantity)
    quantity = addQuantity(quantity, taken)
    left = taken < offered ? 0n : left - price * taken
    worstPrice = price
  }
  const notional = divideRounded(budget - left, SCALE, 'up') as Money
  return { quantity, notional, worstPrice, averagePrice: averagePrice(notional, quantity, 'up') }
}

function isWorse(price: Price, limit: Price, side: Side): boolean {
  return side === 'buy' ? price > limit : price < limit
}
