import type { Quantity } from '../domain/amounts.ts'
import type { BookSide } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import { noAsk, noBid, placeOf, priceAt } from '../domain/touch.ts'
import type { LevelSlab } from './level-slab.ts'

/** More than any venue has contracts, and the most that one level of the slab holds. */
const MOST = (1n << 63n) - 1n

/** Where a price stands among the levels of its side: bids at negative places, so that both sides ascend. */
export function placeOn(side: BookSide, price: Level['price']): number {
  return side === 'bid' ? -placeOf(price) : placeOf(price)
}

/**
 * One side of a book, best level first: its home in its feed's slab. A change costs a binary search and at most one move of the
 * rest. Not an object of its own, because one more step to it is one more wait for memory. What changes a side says whether
 * it did: false when the level would fall below zero or hold more than fits, and then nothing was changed.
 */

/** Where the best price stands. */
export function bestAt(slab: LevelSlab, home: number, side: BookSide): number {
  const block = slab.block(home)
  if (slab.countIn(block) === 0) return side === 'bid' ? noBid : noAsk
  return Math.abs(slab.placeOf(block, 0))
}

/** As they are now: made anew each time, and nobody's but the caller's. */
export function levelsOf(slab: LevelSlab, home: number): readonly Level[] {
  const block = slab.block(home)
  return Array.from({ length: slab.countIn(block) }, (_, level) => ({
    price: priceAt(Math.abs(slab.placeOf(block, level))),
    quantity: slab.quantityOf(block, level),
  }))
}

/** A whole side, in any order. Equal prices are joined, levels without quantity dropped. */
export function replaceLevels(slab: LevelSlab, home: number, side: BookSide, levels: readonly Level[]): boolean {
  const total = levels.reduce((sum, { quantity }) => sum + quantity, 0n)
  if (total > MOST) return false
  slab.clear(home)
  for (const { price, quantity } of levels) if (quantity > 0n) addToLevel(slab, home, placeOn(side, price), quantity)
  return true
}

/** The level's quantity from now on; zero removes it. */
export function setLevel(slab: LevelSlab, home: number, place: number, quantity: Quantity): boolean {
  if (quantity > MOST) return false
  const block = slab.block(home)
  const level = slab.find(block, place)
  if (!slab.holds(block, level, place)) {
    if (quantity !== 0n) slab.insert(home, level, place, quantity)
  } else if (quantity === 0n) slab.remove(home, level)
  else slab.write(block, level, quantity)
  return true
}

export function addToLevel(slab: LevelSlab, home: number, place: number, by: Quantity): boolean {
  const block = slab.block(home)
  const level = slab.find(block, place)
  const isHeld = slab.holds(block, level, place)
  const quantity = isHeld ? ((slab.quantityOf(block, level) + by) as Quantity) : by
  if (quantity < 0n || quantity > MOST) return false
  if (!isHeld) {
    if (quantity !== 0n) slab.insert(home, level, place, quantity)
  } else if (quantity === 0n) slab.remove(home, level)
  else slab.write(block, level, quantity)
  return true
}
