import type { Quantity } from '../domain/amounts.ts'
import type { BookSide } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import type { MarketIndex } from '../domain/venue-stream.ts'
import { addToLevel, bestAt, levelsOf, replaceLevels, setLevel } from './book-side.ts'
import { SideLevels } from './side-levels.ts'

/** The place of no book: always empty. */
export const NO_BOOK = 0 as MarketIndex

/** What a change of a side came to. */
export type Outcome =
  /** Nothing was changed: it is more than fits, or less than nothing. */
  | 'refused'
  /** The best price is what it was. */
  | 'behind'
  /** The best price moved. */
  | 'moved'

function sideOf(index: number, side: BookSide): number {
  return index * 2 + (side === 'bid' ? 0 : 1)
}

/**
 * What every change of a book reads and writes, for all books of a feed in plain memory: a change touches the levels of its
 * side, and no object. All is found by the number of the book.
 */
export class BookTable {
  readonly #sides = new SideLevels()
  /** Whether the levels follow the venue. A byte a book, so that it is always at hand. */
  #follows = new Uint8Array(64)
  /** How often levels changed. */
  #changes = new Int32Array(64)
  #count = 0

  constructor() {
    this.add()
  }

  /** A place for one book more: empty, and following nobody. */
  add(): MarketIndex {
    const index = this.#count++
    this.#sides.house((index + 1) * 2)
    if (index >= this.#follows.length) {
      const [follows, changes] = [new Uint8Array(index * 2), new Int32Array(index * 2)]
      follows.set(this.#follows)
      changes.set(this.#changes)
      this.#follows = follows
      this.#changes = changes
    }
    return index as MarketIndex
  }

  /** Whether the levels follow the venue, so that changes can be applied to them. */
  follows(index: number): boolean {
    return this.#follows[index] === 1
  }

  follow(index: number, follows: boolean): void {
    this.#follows[index] = follows ? 1 : 0
  }

  changes(index: number): number {
    return this.#changes[index] ?? 0
  }

  bestAt(index: number, side: BookSide): number {
    return bestAt(this.#sides, sideOf(index, side), side)
  }

  levels(index: number, side: BookSide): readonly Level[] {
    return levelsOf(this.#sides, sideOf(index, side))
  }

  count(index: number, side: BookSide): number {
    return this.#sides.countIn(sideOf(index, side))
  }

  /** A whole side. False when it is more than fits: then it is what it was. */
  replace(index: number, side: BookSide, levels: readonly Level[]): boolean {
    const isTaken = replaceLevels(this.#sides, sideOf(index, side), side, levels)
    if (isTaken) this.#changed(index)
    return isTaken
  }

  /** A level grows or shrinks. */
  change(index: number, side: BookSide, place: number, by: Quantity): Outcome {
    const at = sideOf(index, side)
    const before = bestAt(this.#sides, at, side)
    return addToLevel(this.#sides, at, place, by) ? this.#outcome(index, at, side, before) : 'refused'
  }

  /** A level as it stands now. */
  level(index: number, side: BookSide, place: number, quantity: Quantity): Outcome {
    const at = sideOf(index, side)
    const before = bestAt(this.#sides, at, side)
    return setLevel(this.#sides, at, place, quantity) ? this.#outcome(index, at, side, before) : 'refused'
  }

  #outcome(index: number, at: number, side: BookSide, before: number): Outcome {
    this.#changed(index)
    return bestAt(this.#sides, at, side) === before ? 'behind' : 'moved'
  }

  #changed(index: number): void {
    this.#changes[index] = (this.#changes[index] ?? 0) + 1
  }
}
