import type { Quantity } from '../domain/amounts.ts'

/** Numbers that there is room for before the first growth. */
const FIRST_ROOM = 1_024
/** One line of a processor's cache. */
const SMALLEST_BLOCK = 16
/** What stands before the levels of a block: its size, and how many levels it holds. */
const HEAD = 2
/** The block that holds nothing and has no room: every side before its first levels. */
export const NO_LEVELS = 0

/**
 * The levels of all books of a feed in two rows of plain memory. A level that is an object, with its amounts on the heap,
 * costs a wait for memory at each step to it once the books are more than the cache holds, and the collector walks them all
 * again and again. Here a change touches two or three pieces of memory, and the collector sees two objects.
 *
 * A block is one side of one book: a number, which is where it begins. Levels are counted from 0.
 */
export class LevelSlab {
  /** Where the levels stand, in whole millionths and ascending, behind the heads of their blocks. */
  private places = new Int32Array(FIRST_ROOM)
  /** Contracts in millionths, at the same positions. */
  private quantities = new BigInt64Array(FIRST_ROOM)
  private end = SMALLEST_BLOCK
  /** Blocks that were given back, by their size. */
  private readonly free = new Map<number, number[]>()

  constructor() {
    this.places[NO_LEVELS] = HEAD
  }

  /** An empty block for at least so many levels. */
  take(levels: number): number {
    let size = SMALLEST_BLOCK
    while (size - HEAD < levels) size *= 2
    const block = this.free.get(size)?.pop() ?? this.extend(size)
    this.places[block] = size
    this.places[block + 1] = 0
    return block
  }

  give(block: number): void {
    if (block === NO_LEVELS) return
    const size = this.places[block] ?? 0
    const blocks = this.free.get(size)
    if (blocks === undefined) this.free.set(size, [block])
    else blocks.push(block)
  }

  countIn(block: number): number {
    return this.places[block + 1] ?? 0
  }

  hasRoom(block: number, levels: number): boolean {
    return levels + HEAD <= (this.places[block] ?? 0)
  }

  placeOf(block: number, level: number): number {
    return this.places[block + HEAD + level] ?? 0
  }

  quantityOf(block: number, level: number): Quantity {
    return (this.quantities[block + HEAD + level] ?? 0n) as Quantity
  }

  /** Which level stands there, or would. */
  find(block: number, place: number): number {
    const { places } = this
    const first = block + HEAD
    let low = 0
    let high = places[block + 1] ?? 0
    while (low < high) {
      const middle = (low + high) >> 1
      if ((places[first + middle] ?? Number.POSITIVE_INFINITY) < place) low = middle + 1
      else high = middle
    }
    return low
  }

  holds(block: number, level: number, place: number): boolean {
    return level < this.countIn(block) && this.placeOf(block, level) === place
  }

  write(block: number, level: number, quantity: Quantity): void {
    this.quantities[block + HEAD + level] = quantity
  }

  /** Puts a level in before the one that stands there. There must be room. */
  insert(block: number, level: number, place: number, quantity: Quantity): void {
    const count = this.countIn(block)
    const at = block + HEAD + level
    if (level < count) this.move(at, at + 1, count - level)
    this.places[at] = place
    this.quantities[at] = quantity
    this.places[block + 1] = count + 1
  }

  remove(block: number, level: number): void {
    const count = this.countIn(block)
    const at = block + HEAD + level
    if (level < count - 1) this.move(at + 1, at, count - 1 - level)
    this.places[block + 1] = count - 1
  }

  clear(block: number): void {
    this.places[block + 1] = 0
  }

  /** The same levels in a block with room for so many; the old one is given back. */
  moved(block: number, levels: number): number {
    const larger = this.take(levels)
    const count = this.countIn(block)
    this.move(block + HEAD, larger + HEAD, count)
    this.places[larger + 1] = count
    this.give(block)
    return larger
  }

  private move(from: number, to: number, length: number): void {
    this.places.copyWithin(to, from, from + length)
    this.quantities.copyWithin(to, from, from + length)
  }

  private extend(size: number): number {
    const block = this.end
    this.end += size
    if (this.end > this.places.length) this.grow(Math.max(this.places.length * 2, this.end))
    return block
  }

  private grow(room: number): void {
    const [places, quantities] = [new Int32Array(room), new BigInt64Array(room)]
    places.set(this.places)
    quantities.set(this.quantities)
    this.places = places
    this.quantities = quantities
  }
}
