import type { Quantity } from '../domain/amounts.ts'
import type { BookSide } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import { noAsk, noBid, placeOf, priceAt } from '../domain/touch.ts'
import type { SideLevels } from './side-levels.ts'

/** More than any venue has contracts, and the most that one level of the slab holds. */
const MOST = (1n << 63n) - 1n

/** Where a price stands among the levels of its side: bids at negative places, so that both sides ascend. */
export function placeOn(side: BookSide, price: Level['price']): number {
  return side === 'bid' ? -placeOf(price) : placeOf(price)
}

/**
 * One side of a book, best level first: a number among its feed's sides. A change costs a binary search and at most one move of
 * the rest. Not an object of its own, because one more step to it is one more wait for memory. What changes a side says whether
 * it did: false when the level would fall below zero or hold more than fits, and then nothing was changed.
 */

/** Where the best price stands. */
export function bestAt(all: SideLevels, at: number, side: BookSide): number {
  if (all.countIn(at) === 0) return side === 'bid' ? noBid : noAsk
  return Math.abs(all.placeOf(at, 0))
}

/** As they are now: made anew each time, and nobody's but the caller's. */
export function levelsOf(all: SideLevels, at: number): readonly Level[] {
  return Array.from({ length: all.countIn(at) }, (_, level) => ({
    price: priceAt(Math.abs(all.placeOf(at, level))),
    quantity: all.quantityOf(at, level),
  }))
}

/** A whole side, in any order. Equal prices are joined, levels without quantity dropped. */
export function replaceLevels(all: SideLevels, at: number, side: BookSide, levels: readonly Level[]): boolean {
  const total = levels.reduce((sum, { quantity }) => sum + quantity, 0n)
  if (total > MOST) return false
  all.clear(at)
  for (const { price, quantity } of levels) if (quantity > 0n) addToLevel(all, at, placeOn(side, price), quantity)
  return true
}

/** The level's quantity from now on; zero removes it. */
export function setLevel(all: SideLevels, at: number, place: number, quantity: Quantity): boolean {
  if (quantity > MOST) return false
  const level = all.find(at, place)
  if (!all.holds(at, level, place)) {
    if (quantity !== 0n) all.insert(at, level, place, quantity)
  } else if (quantity === 0n) all.remove(at, level)
  else all.write(at, level, quantity)
  return true
}

export function addToLevel(all: SideLevels, at: number, place: number, by: Quantity): boolean {
  const level = all.find(at, place)
  const isHeld = all.holds(at, level, place)
  const quantity = isHeld ? ((all.quantityOf(at, level) + by) as Quantity) : by
  if (quantity < 0n || quantity > MOST) return false
  if (!isHeld) {
    if (quantity !== 0n) all.insert(at, level, place, quantity)
  } else if (quantity === 0n) all.remove(at, level)
  else all.write(at, level, quantity)
  return true
}
