import type { Quantity } from '../domain/amounts.ts'
import { LevelSlab, NO_BLOCK } from './level-slab.ts'

/** Sides that there is room for before the first growth. */
const FIRST_ROOM = 128
/** Levels that a side has room for at home. */
const HOME = 10
/** A side that has left its home comes back when it has so few levels. */
const BACK_HOME = 8
/** Numbers of 16 bits that a home takes: how many levels there are, and where they stand. */
const STRIDE = 16
/** Instead of a count: the side has left, and the second number of 32 bits is its block. */
const AWAY = -1
/** Where levels stand at home is counted in hundredths of a cent: the finest tick of both venues. Source: venue pages §5, §8. */
const UNIT = 100

/**
 * The levels of all sides of all books of a feed, in plain memory. A level that is an object, with its amounts on the heap,
 * costs a wait for memory at each step to it once the books are more than the cache holds, and the collector walks them all
 * again and again. Here the collector sees a few objects, and what a change must read before anything else is known, where
 * the levels of its side stand, is so small that both sides of a book take one line of the processor's cache.
 *
 * A side is a number, and its home is computed from it: nothing has to be read to learn where it is. A side with more levels, or
 * one at a finer price, leaves for a block of the slab. Levels are counted from 0 and ascend by where they stand, in millionths.
 */
export class SideLevels {
  #places = new Int16Array(FIRST_ROOM * STRIDE)
  /** The same memory, for the blocks of those that are away. */
  #blocks = new Int32Array(this.#places.buffer)
  /** Contracts in millionths. */
  #quantities = new BigInt64Array(FIRST_ROOM * HOME)
  readonly #slab = new LevelSlab()

  /** Makes room for the sides below this one. */
  house(sides: number): void {
    if (sides * STRIDE <= this.#places.length) return
    const places = new Int16Array(sides * 2 * STRIDE)
    const quantities = new BigInt64Array(sides * 2 * HOME)
    places.set(this.#places)
    quantities.set(this.#quantities)
    this.#places = places
    this.#blocks = new Int32Array(places.buffer)
    this.#quantities = quantities
  }

  countIn(side: number): number {
    const count = this.#places[side * STRIDE] ?? 0
    return count === AWAY ? this.#slab.countIn(this.#block(side)) : count
  }

  placeOf(side: number, level: number): number {
    const block = this.#block(side)
    return block === NO_BLOCK ? (this.#places[side * STRIDE + 1 + level] ?? 0) * UNIT : this.#slab.placeOf(block, level)
  }

  quantityOf(side: number, level: number): Quantity {
    const block = this.#block(side)
    return block === NO_BLOCK
      ? ((this.#quantities[side * HOME + level] ?? 0n) as Quantity)
      : this.#slab.quantityOf(block, level)
  }

  /** Which level stands there, or would. */
  find(side: number, place: number): number {
    const block = this.#block(side)
    if (block !== NO_BLOCK) return this.#slab.find(block, place)
    const places = this.#places
    const first = side * STRIDE + 1
    let low = 0
    let high = places[first - 1] ?? 0
    while (low < high) {
      const middle = (low + high) >> 1
      if ((places[first + middle] ?? 0) * UNIT < place) low = middle + 1
      else high = middle
    }
    return low
  }

  holds(side: number, level: number, place: number): boolean {
    return level < this.countIn(side) && this.placeOf(side, level) === place
  }

  write(side: number, level: number, quantity: Quantity): void {
    const block = this.#block(side)
    if (block === NO_BLOCK) this.#quantities[side * HOME + level] = quantity
    else this.#slab.write(block, level, quantity)
  }

  /** Puts a level in before the one that stands there. */
  insert(side: number, level: number, place: number, quantity: Quantity): void {
    const count = this.countIn(side)
    const block = this.#block(side)
    if (block === NO_BLOCK && count < HOME && place % UNIT === 0) this.#insertAtHome(side, level, place, quantity)
    else this.#slab.insert(this.#roomy(side, block, count + 1), level, place, quantity)
  }

  remove(side: number, level: number): void {
    const block = this.#block(side)
    if (block === NO_BLOCK) this.#removeAtHome(side, level)
    else {
      this.#slab.remove(block, level)
      if (this.countIn(side) <= BACK_HOME) this.#comeHome(side, block)
    }
  }

  clear(side: number): void {
    const block = this.#block(side)
    if (block !== NO_BLOCK) this.#slab.give(block)
    this.#places[side * STRIDE] = 0
  }

  #block(side: number): number {
    return this.#places[side * STRIDE] === AWAY ? (this.#blocks[side * (STRIDE / 2) + 1] ?? NO_BLOCK) : NO_BLOCK
  }

  #insertAtHome(side: number, level: number, place: number, quantity: Quantity): void {
    const [places, quantities] = [this.#places, this.#quantities]
    const [first, held] = [side * STRIDE + 1, side * HOME]
    const count = places[first - 1] ?? 0
    if (level < count) {
      places.copyWithin(first + level + 1, first + level, first + count)
      quantities.copyWithin(held + level + 1, held + level, held + count)
    }
    places[first + level] = place / UNIT
    quantities[held + level] = quantity
    places[first - 1] = count + 1
  }

  #removeAtHome(side: number, level: number): void {
    const [places, quantities] = [this.#places, this.#quantities]
    const [first, held] = [side * STRIDE + 1, side * HOME]
    const count = places[first - 1] ?? 0
    if (level < count - 1) {
      places.copyWithin(first + level, first + level + 1, first + count)
      quantities.copyWithin(held + level, held + level + 1, held + count)
    }
    places[first - 1] = count - 1
  }

  /** A block for so many levels, with those that the side has. */
  #roomy(side: number, block: number, levels: number): number {
    if (block !== NO_BLOCK && levels <= this.#slab.roomOf(block)) return block
    const larger = this.#slab.take(levels)
    const count = this.countIn(side)
    for (let level = 0; level < count; level++) {
      this.#slab.insert(larger, level, this.placeOf(side, level), this.quantityOf(side, level))
    }
    if (block !== NO_BLOCK) this.#slab.give(block)
    this.#places[side * STRIDE] = AWAY
    this.#blocks[side * (STRIDE / 2) + 1] = larger
    return larger
  }

  /** Unless one of its levels stands at a finer price. */
  #comeHome(side: number, block: number): void {
    const slab = this.#slab
    const count = slab.countIn(block)
    for (let level = 0; level < count; level++) if (slab.placeOf(block, level) % UNIT !== 0) return
    this.#places[side * STRIDE] = 0
    for (let level = 0; level < count; level++) {
      this.#insertAtHome(side, level, slab.placeOf(block, level), slab.quantityOf(block, level))
    }
    slab.give(block)
  }
}
