import { addQuantity, type Quantity } from '../domain/amounts.ts'
import type { Level } from '../domain/order-book.ts'
import type { MarketState } from './core.ts'
import type { BookSide, SandboxOrder } from './model.ts'

/** One market's resting orders in price-time order. */
export function sideOf(state: MarketState, side: BookSide): SandboxOrder[] {
  return side === 'bid' ? state.bids : state.asks
}

export function oppositeSide(side: BookSide): BookSide {
  return side === 'bid' ? 'ask' : 'bid'
}

/** Whether an order of `side` at `limit` may trade with a resting order at `resting`. */
export function crosses(side: BookSide, limit: bigint, resting: bigint): boolean {
  return side === 'bid' ? resting <= limit : resting >= limit
}

export function insertResting(state: MarketState, order: SandboxOrder, nowMs: number): void {
  const orders = sideOf(state, order.bookSide)
  let low = 0
  let high = orders.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = orders[middle]
    if (other !== undefined && comesBefore(other, order)) low = middle + 1
    else high = middle
  }
  orders.splice(low, 0, order)
  state.bookUpdatedMs = nowMs
}

function comesBefore(a: SandboxOrder, b: SandboxOrder): boolean {
  if (a.yesPrice !== b.yesPrice) return a.bookSide === 'bid' ? a.yesPrice > b.yesPrice : a.yesPrice < b.yesPrice
  return a.priority < b.priority
}

/** Takes an order off the book. Orders that are not on it are ignored. */
export function removeResting(state: MarketState, orderId: string, side: BookSide, nowMs: number): void {
  const orders = sideOf(state, side)
  const index = orders.findIndex((order) => order.id === orderId)
  if (index < 0) return
  orders.splice(index, 1)
  state.bookUpdatedMs = nowMs
}

/** A newer version of an order that keeps its place: price and priority must be unchanged. */
export function replaceResting(state: MarketState, order: SandboxOrder, nowMs: number): void {
  const orders = sideOf(state, order.bookSide)
  const index = orders.findIndex((other) => other.id === order.id)
  if (index < 0) throw new Error(`order ${order.id} is not on the book`)
  orders[index] = order
  state.bookUpdatedMs = nowMs
}

/** Price levels, best first. */
export function levelsOf(orders: readonly SandboxOrder[]): readonly Level[] {
  const levels: { price: Level['price']; quantity: Quantity }[] = []
  for (const order of orders) {
    const last = levels[levels.length - 1]
    if (last !== undefined && last.price === order.yesPrice) last.quantity = addQuantity(last.quantity, order.remaining)
    else levels.push({ price: order.yesPrice, quantity: order.remaining })
  }
  return levels
}
