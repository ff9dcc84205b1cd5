import type { Quantity } from '../domain/amounts.ts'

/** Words of memory that there is room for before the first growth. */
const FIRST_ROOM = 1_024
/** Two lines of a processor's cache, which it fetches together: room for ten levels. */
const SMALLEST_BLOCK = 16
/** The block that holds nothing and has no room: every side before its first levels. */
export const NO_LEVELS = 0

/** Levels that fit into a block behind its head: half a word for where each stands, and a word for what it holds. */
function roomIn(size: number): number {
  return Math.floor(((size - 1) * 2) / 3)
}

/**
 * The levels of all books of a feed in one piece of plain memory. A level that is an object, with its amounts on the heap,
 * costs a wait for memory at each step to it once the books are more than the cache holds, and the collector walks them all
 * again and again. Here a change touches one or two neighbouring lines of memory, and the collector sees one object.
 *
 * A block is one side of one book: a number, which is where it begins, in words of 64 bits. Its first word says how many levels
 * there is room for and how many there are; then comes where they stand, 32 bits each, and then what they hold, 64 bits each.
 * Levels are counted from 0, and ascend by where they stand.
 */
export class LevelSlab {
  /** Whole millionths, and the heads. */
  private halves = new Int32Array(FIRST_ROOM * 2)
  /** Contracts in millionths: the same memory. */
  private words = new BigInt64Array(this.halves.buffer)
  private end = SMALLEST_BLOCK
  /** Blocks that were given back, by their room. */
  private readonly free = new Map<number, number[]>()

  /** An empty block for at least so many levels. */
  take(levels: number): number {
    let size = SMALLEST_BLOCK
    while (roomIn(size) < levels) size *= 2
    const room = roomIn(size)
    const block = this.free.get(room)?.pop() ?? this.extend(size)
    this.halves[block * 2] = room
    this.clear(block)
    return block
  }

  give(block: number): void {
    if (block === NO_LEVELS) return
    const room = this.halves[block * 2] ?? 0
    const blocks = this.free.get(room)
    if (blocks === undefined) this.free.set(room, [block])
    else blocks.push(block)
  }

  countIn(block: number): number {
    return this.halves[block * 2 + 1] ?? 0
  }

  hasRoom(block: number, levels: number): boolean {
    return levels <= (this.halves[block * 2] ?? 0)
  }

  placeOf(block: number, level: number): number {
    return this.halves[block * 2 + 2 + level] ?? 0
  }

  quantityOf(block: number, level: number): Quantity {
    return (this.words[this.quantitiesOf(block) + level] ?? 0n) as Quantity
  }

  /** Which level stands there, or would. */
  find(block: number, place: number): number {
    const { halves } = this
    const first = block * 2 + 2
    let low = 0
    let high = halves[first - 1] ?? 0
    while (low < high) {
      const middle = (low + high) >> 1
      if ((halves[first + middle] ?? Number.POSITIVE_INFINITY) < place) low = middle + 1
      else high = middle
    }
    return low
  }

  holds(block: number, level: number, place: number): boolean {
    return level < this.countIn(block) && this.placeOf(block, level) === place
  }

  write(block: number, level: number, quantity: Quantity): void {
    this.words[this.quantitiesOf(block) + level] = quantity
  }

  /** Puts a level in before the one that stands there. There must be room. */
  insert(block: number, level: number, place: number, quantity: Quantity): void {
    const count = this.countIn(block)
    const { halves, words } = this
    const [places, quantities] = [block * 2 + 2, this.quantitiesOf(block)]
    if (level < count) {
      halves.copyWithin(places + level + 1, places + level, places + count)
      words.copyWithin(quantities + level + 1, quantities + level, quantities + count)
    }
    halves[places + level] = place
    words[quantities + level] = quantity
    halves[block * 2 + 1] = count + 1
  }

  remove(block: number, level: number): void {
    const count = this.countIn(block)
    const { halves, words } = this
    const [places, quantities] = [block * 2 + 2, this.quantitiesOf(block)]
    if (level < count - 1) {
      halves.copyWithin(places + level, places + level + 1, places + count)
      words.copyWithin(quantities + level, quantities + level + 1, quantities + count)
    }
    halves[block * 2 + 1] = count - 1
  }

  clear(block: number): void {
    this.halves[block * 2 + 1] = 0
  }

  /** The same levels in a block with room for so many; the old one is given back. */
  moved(block: number, levels: number): number {
    const larger = this.take(levels)
    const count = this.countIn(block)
    const { halves, words } = this
    const [places, quantities] = [block * 2 + 2, this.quantitiesOf(block)]
    halves.copyWithin(larger * 2 + 2, places, places + count)
    words.copyWithin(this.quantitiesOf(larger), quantities, quantities + count)
    halves[larger * 2 + 1] = count
    this.give(block)
    return larger
  }

  /** Where the quantities of a block begin: behind the places that it has room for. */
  private quantitiesOf(block: number): number {
    return block + 1 + (((this.halves[block * 2] ?? 0) + 1) >> 1)
  }

  private extend(size: number): number {
    const block = this.end
    this.end += size
    if (this.end > this.words.length) this.grow(Math.max(this.words.length * 2, this.end))
    return block
  }

  private grow(room: number): void {
    const halves = new Int32Array(room * 2)
    halves.set(this.halves)
    this.halves = halves
    this.words = new BigInt64Array(halves.buffer)
  }
}
