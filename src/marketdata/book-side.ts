import type { Quantity } from '../domain/amounts.ts'
import type { BookSide } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import { noAsk, noBid, placeOf, priceAt } from '../domain/touch.ts'
import type { LevelSlab } from './level-slab.ts'

/**
 * One side of a book, best level first, as a block of its feed's slab: a change costs a binary search and at most one move
 * of the rest. Not an object of its own, because one more step to it is one more wait for memory. What changes a side
 * returns its block from then on, since it may have outgrown the old one, or `refused` when nothing was changed.
 */
export const refused = -1

/** More than any venue has contracts, and the most that one level of the slab holds. */
const MOST = (1n << 63n) - 1n

/** Where a price stands among the levels of its side: bids at negative places, so that both sides ascend. */
export function placeOn(side: BookSide, price: Level['price']): number {
  return side === 'bid' ? -placeOf(price) : placeOf(price)
}

/** Where the best price stands. */
export function bestAt(slab: LevelSlab, block: number, side: BookSide): number {
  if (slab.countIn(block) === 0) return side === 'bid' ? noBid : noAsk
  return Math.abs(slab.placeOf(block, 0))
}

/** As they are now: made anew each time, and nobody's but the caller's. */
export function levelsOf(slab: LevelSlab, block: number): readonly Level[] {
  return Array.from({ length: slab.countIn(block) }, (_, level) => ({
    price: priceAt(Math.abs(slab.placeOf(block, level))),
    quantity: slab.quantityOf(block, level),
  }))
}

/** A whole side, in any order. Equal prices are joined, levels without quantity dropped. Refused when it is more than fits. */
export function replaceLevels(slab: LevelSlab, old: number, side: BookSide, levels: readonly Level[]): number {
  const total = levels.reduce((sum, { quantity }) => sum + quantity, 0n)
  if (total > MOST) return refused
  slab.clear(old)
  const block = slab.hasRoom(old, levels.length) ? old : slab.moved(old, levels.length)
  for (const { price, quantity } of levels) if (quantity > 0n) addToLevel(slab, block, placeOn(side, price), quantity)
  return block
}

/** The level's quantity from now on; zero removes it. */
export function setLevel(slab: LevelSlab, block: number, place: number, quantity: Quantity): number {
  if (quantity > MOST) return refused
  const level = slab.find(block, place)
  if (!slab.holds(block, level, place)) return quantity === 0n ? block : inserted(slab, block, level, place, quantity)
  if (quantity === 0n) slab.remove(block, level)
  else slab.write(block, level, quantity)
  return block
}

/** Refused when the level would fall below zero or hold more than fits. */
export function addToLevel(slab: LevelSlab, block: number, place: number, by: Quantity): number {
  const level = slab.find(block, place)
  const isHeld = slab.holds(block, level, place)
  const quantity = isHeld ? ((slab.quantityOf(block, level) + by) as Quantity) : by
  if (quantity < 0n || quantity > MOST) return refused
  if (!isHeld) return quantity === 0n ? block : inserted(slab, block, level, place, quantity)
  if (quantity === 0n) slab.remove(block, level)
  else slab.write(block, level, quantity)
  return block
}

function inserted(slab: LevelSlab, old: number, level: number, place: number, quantity: Quantity): number {
  const count = slab.countIn(old) + 1
  const block = slab.hasRoom(old, count) ? old : slab.moved(old, count)
  slab.insert(block, level, place, quantity)
  return block
}
