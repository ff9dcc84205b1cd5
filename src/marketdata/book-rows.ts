import type { Quantity } from '../domain/amounts.ts'
import type { BookSide, MarketIndex } from '../domain/market-stream.ts'
import { noAsk, noBid } from '../domain/touch.ts'
import { addToLevel, bestAt, refused, setLevel } from './book-side.ts'
import { LevelSlab, NO_LEVELS } from './level-slab.ts'

/** Numbers of a row: half a line of a processor's cache. */
const ROW = 8
const BID_AT = 0
const ASK_AT = 1
const BID_BLOCK = 2
const ASK_BLOCK = 3
const FOLLOWS = 4
const CHANGES = 5
/** Rows that there is room for before the first growth. */
const FIRST_ROOM = 64

/** The row of no book: always empty. */
export const EMPTY_ROW = 0 as MarketIndex

/** What a change of a side came to. */
export type Outcome =
  /** Nothing was changed: it is more than fits, or less than nothing. */
  | 'refused'
  /** The best price is what it was. */
  | 'behind'
  /** The best price moved. */
  | 'moved'

/**
 * What every change of a book reads and writes, for all books of a feed in plain memory: a change costs one piece of memory
 * here and one in the slab, and no object. A row is found by the number of its book.
 */
export class BookRows {
  readonly slab = new LevelSlab()
  #rows = new Int32Array(FIRST_ROOM * ROW)
  #count = 0

  constructor() {
    this.add()
  }

  /** A row for one book more: empty, and following nobody. */
  add(): MarketIndex {
    const index = this.#count++
    if (this.#count * ROW > this.#rows.length) {
      const rows = new Int32Array(this.#rows.length * 2)
      rows.set(this.#rows)
      this.#rows = rows
    }
    this.#rows[index * ROW + BID_AT] = noBid
    this.#rows[index * ROW + ASK_AT] = noAsk
    return index as MarketIndex
  }

  bidAt(index: number): number {
    return this.#rows[index * ROW + BID_AT] ?? noBid
  }

  askAt(index: number): number {
    return this.#rows[index * ROW + ASK_AT] ?? noAsk
  }

  block(index: number, side: BookSide): number {
    return this.#rows[index * ROW + (side === 'bid' ? BID_BLOCK : ASK_BLOCK)] ?? NO_LEVELS
  }

  /** How often levels changed. */
  changes(index: number): number {
    return this.#rows[index * ROW + CHANGES] ?? 0
  }

  /** Whether the levels follow the venue, so that changes can be applied to them. */
  follows(index: number): boolean {
    return this.#rows[index * ROW + FOLLOWS] === 1
  }

  follow(index: number, follows: boolean): void {
    this.#rows[index * ROW + FOLLOWS] = follows ? 1 : 0
  }

  /** A level grows or shrinks. */
  change(index: number, side: BookSide, place: number, by: Quantity): Outcome {
    return this.take(index, side, addToLevel(this.slab, this.block(index, side), place, by))
  }

  /** A level as it stands now. */
  level(index: number, side: BookSide, place: number, quantity: Quantity): Outcome {
    return this.take(index, side, setLevel(this.slab, this.block(index, side), place, quantity))
  }

  /** The block of a side from now on. */
  take(index: number, side: BookSide, block: number): Outcome {
    if (block === refused) return 'refused'
    const rows = this.#rows
    const row = index * ROW
    const [blockAt, placeAt] = side === 'bid' ? [BID_BLOCK, BID_AT] : [ASK_BLOCK, ASK_AT]
    const best = bestAt(this.slab, block, side)
    rows[row + CHANGES] = (rows[row + CHANGES] ?? 0) + 1
    rows[row + blockAt] = block
    if (rows[row + placeAt] === best) return 'behind'
    rows[row + placeAt] = best
    return 'moved'
  }
}
