import type { Price, Quantity } from '../domain/amounts.ts'
import type { BookSide } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import { noAsk, noBid, placeOf, priceAt } from '../domain/touch.ts'
import { LevelSlab } from './level-slab.ts'

/** More than any venue has contracts, and the most that one level of the slab holds. */
const MOST = (1n << 63n) - 1n

/**
 * One side of a book, best level first, in a block of its feed's slab: a change costs a binary search and at most one move
 * of the rest. Bids stand at negative places, so that both sides ascend.
 */
export class SideOfBook {
  private start = 0
  private length = 0
  private room = 0
  private readonly sign: 1 | -1

  constructor(
    side: BookSide,
    private readonly slab: LevelSlab,
  ) {
    this.sign = side === 'bid' ? -1 : 1
  }

  get count(): number {
    return this.length
  }

  /** Where the best price stands. */
  get bestAt(): number {
    if (this.length === 0) return this.sign < 0 ? noBid : noAsk
    return this.placed(0) * this.sign
  }

  /** As they are now: made anew each time, and nobody's but the caller's. */
  get levels(): readonly Level[] {
    return Array.from({ length: this.length }, (_, index) => ({
      price: priceAt(this.placed(index) * this.sign),
      quantity: this.held(this.start + index),
    }))
  }

  /** Takes over a whole side, in any order. Equal prices are joined, levels without quantity dropped. False: one does not fit. */
  replace(levels: readonly Level[]): boolean {
    this.length = 0
    if (levels.length > this.room) this.makeRoom(levels.length)
    let fits = true
    for (const { price, quantity } of levels) if (quantity > 0n) fits = this.add(price, quantity) && fits
    return fits
  }

  /** The level's quantity from now on; zero removes it. False, and nothing changed, when it does not fit. */
  set(price: Price, quantity: Quantity): boolean {
    if (quantity > MOST) return false
    const place = placeOf(price) * this.sign
    const at = this.start + this.indexOf(place)
    if (!this.holds(at, place)) {
      if (quantity > 0n) this.insert(at, place, quantity)
    } else if (quantity === 0n) this.remove(at)
    else this.slab.quantities[at] = quantity
    return true
  }

  /** False, and nothing changed, when the level would fall below zero or above what fits. */
  add(price: Price, by: Quantity): boolean {
    const place = placeOf(price) * this.sign
    const at = this.start + this.indexOf(place)
    const isHeld = this.holds(at, place)
    const quantity = isHeld ? ((this.held(at) + by) as Quantity) : by
    if (quantity < 0n || quantity > MOST) return false
    if (!isHeld) {
      if (quantity > 0n) this.insert(at, place, quantity)
    } else if (quantity === 0n) this.remove(at)
    else this.slab.quantities[at] = quantity
    return true
  }

  /** Empties it and gives its block back. */
  release(): void {
    if (this.room > 0) this.slab.give(this.start, this.room)
    this.start = 0
    this.length = 0
    this.room = 0
  }

  private placed(index: number): number {
    return this.slab.places[this.start + index] ?? 0
  }

  private held(at: number): Quantity {
    return (this.slab.quantities[at] ?? 0n) as Quantity
  }

  private holds(at: number, place: number): boolean {
    return at < this.start + this.length && this.slab.places[at] === place
  }

  private insert(at: number, place: number, quantity: Quantity): void {
    const index = at - this.start
    if (this.length === this.room) this.makeRoom(this.length + 1)
    const to = this.start + index
    if (index < this.length) this.slab.move(to, to + 1, this.length - index)
    this.slab.places[to] = place
    this.slab.quantities[to] = quantity
    this.length++
  }

  private remove(at: number): void {
    const after = this.start + this.length - at - 1
    if (after > 0) this.slab.move(at + 1, at, after)
    this.length--
  }

  private makeRoom(levels: number): void {
    const room = LevelSlab.blockFor(levels)
    const start = this.slab.take(room)
    this.slab.move(this.start, start, this.length)
    if (this.room > 0) this.slab.give(this.start, this.room)
    this.start = start
    this.room = room
  }

  /** Where the place is among the levels, or would be put. */
  private indexOf(place: number): number {
    const { places } = this.slab
    const { start } = this
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((places[start + middle] ?? Number.POSITIVE_INFINITY) < place) low = middle + 1
      else high = middle
    }
    return low
  }
}
