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
    for (const { price, quantity } of levels) if (quantity > 0n) this.add(price, quantity)
  }

  /** The level's quantity from now on; zero removes it. */
  set(price: Price, quantity: Quantity): void {
    const index = this.indexOf(price)
    const level = this.mutable[index]
    if (level?.price === price) {
      if (quantity === 0n) this.mutable.splice(index, 1)
      else level.quantity = quantity
    } else if (quantity > 0n) {
      this.mutable.splice(index, 0, { price, quantity })
    }
  }

  /** False, and nothing changed, when the level would fall below zero. */
  add(price: Price, by: Quantity): boolean {
    const index = this.indexOf(price)
    const level = this.mutable[index]
    const known = level?.price === price
    const quantity = known ? ((level.quantity + by) as Quantity) : by
    if (quantity < 0n) return false
    if (!known) {
      if (quantity > 0n) this.mutable.splice(index, 0, { price, quantity })
    } else if (quantity === 0n) this.mutable.splice(index, 1)
    else level.quantity = quantity
    return true
  }

  /** Where the price is, or would be put. */
  private indexOf(price: Price): number {
    const { mutable } = this
    let low = 0
    let high = mutable.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = mutable[middle]
      if (other !== undefined && this.isBetter(other.price, price)) low = middle + 1
      else high = middle
    }
    return low
  }

  private isBetter(a: Price, b: Price): boolean {
    return this.side === 'bid' ? a > b : a < b
  }
}
