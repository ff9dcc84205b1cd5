import type { Price, Quantity } from '../domain/amounts.ts'
import type { BookSide } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'

interface MutableLevel {
  readonly price: Price
  quantity: Quantity
}

/** One side of a book, best level first, changed in place: a change costs a binary search and at most one move of the rest. */
export class SideOfBook {
  private readonly mutable: MutableLevel[] = []
  /**
   * Where each level belongs: its price in whole millionths, negative on the bid side, so that both sides ascend. Kept apart
   * from the levels because a search through small integers in a row touches one piece of memory, and one through levels
   * and their prices a dozen: with 10,000 markets none of it is in the cache. An order of levels, never an amount.
   */
  private readonly places: number[] = []

  constructor(private readonly side: BookSide) {}

  get levels(): readonly Level[] {
    return this.mutable
  }

  get best(): Level | undefined {
    return this.mutable[0]
  }

  /** Takes over a whole side, in any order. Equal prices are joined, levels without quantity dropped. */
  replace(levels: readonly Level[]): void {
    this.mutable.length = 0
    this.places.length = 0
    for (const { price, quantity } of levels) if (quantity > 0n) this.add(price, quantity)
  }

  /** The level's quantity from now on; zero removes it. */
  set(price: Price, quantity: Quantity): void {
    const place = this.placeOf(price)
    const index = this.indexOf(place)
    const level = this.places[index] === place ? this.mutable[index] : undefined
    if (level === undefined) {
      if (quantity > 0n) this.insert(index, place, { price, quantity })
    } else if (quantity === 0n) this.remove(index)
    else level.quantity = quantity
  }

  /** False, and nothing changed, when the level would fall below zero. */
  add(price: Price, by: Quantity): boolean {
    const place = this.placeOf(price)
    const index = this.indexOf(place)
    const level = this.places[index] === place ? this.mutable[index] : undefined
    const quantity = level === undefined ? by : ((level.quantity + by) as Quantity)
    if (quantity < 0n) return false
    if (level === undefined) {
      if (quantity > 0n) this.insert(index, place, { price, quantity })
    } else if (quantity === 0n) this.remove(index)
    else level.quantity = quantity
    return true
  }

  private insert(index: number, place: number, level: MutableLevel): void {
    this.mutable.splice(index, 0, level)
    this.places.splice(index, 0, place)
  }

  private remove(index: number): void {
    this.mutable.splice(index, 1)
    this.places.splice(index, 1)
  }

  private placeOf(price: Price): number {
    return this.side === 'bid' ? -Number(price) : Number(price)
  }

  /** Where the place is, or would be put. */
  private indexOf(place: number): number {
    const { places } = this
    let low = 0
    let high = places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((places[middle] ?? Number.POSITIVE_INFINITY) < place) low = middle + 1
      else high = middle
    }
    return low
  }
}
