import type { Quantity } from '../domain/amounts.ts'
import type { BookSide } from '../domain/market-stream.ts'

/** Words of memory that there is room for before the first growth. */
const FIRST_ROOM = 4_096
/** Two lines of a processor's cache, which it fetches together: room for ten levels. */
const HOME = 16
/** Books whose homes are made at one time, side by side. */
const TOGETHER = 64
/** A side that has grown out of its home comes back when it has so few levels. */
const BACK_HOME = 8

/** Levels that fit into a block behind its head: half a word for where each stands, and a word for what it holds. */
function roomIn(size: number): number {
  return Math.floor(((size - 1) * 2) / 3)
}

/**
 * The levels of all books of a feed in one piece of plain memory. A level that is an object, with its amounts on the heap,
 * costs a wait for memory at each step to it once the books are more than the cache holds, and the collector walks them all
 * again and again. Here a change touches one or two neighbouring lines of memory, and the collector sees one object.
 *
 * A block is a number, which is where it begins, in words of 64 bits. Its first word says how many levels there is room for and
 * how many there are; then comes where they stand, 32 bits each, and then what they hold, 64 bits each. Levels are counted
 * from 0 and ascend by where they stand. Each side of each book has a small block that is its home and that is computed from
 * the number of the book, so that the processor need not wait for one piece of memory to learn where the next is. A side that
 * outgrows it leaves behind where it went: no room, and a block instead of a count.
 */
export class LevelSlab {
  /** Whole millionths, and the heads. */
  private halves = new Int32Array(FIRST_ROOM * 2)
  /** Contracts in millionths: the same memory. */
  private words = new BigInt64Array(this.halves.buffer)
  private end = 0
  /** Where the homes of each 64 books begin. */
  private readonly homes: number[] = []
  /** Larger blocks that were given back, by their room. */
  private readonly free = new Map<number, number[]>()

  /** Makes homes for the books up to this one. */
  house(index: number): void {
    while (index >= this.homes.length * TOGETHER) {
      const first = this.extend(TOGETHER * 2 * HOME)
      this.homes.push(first)
      for (let side = 0; side < TOGETHER * 2; side++) this.halves[(first + side * HOME) * 2] = roomIn(HOME)
    }
  }

  home(index: number, side: BookSide): number {
    return (this.homes[index >> 6] ?? 0) + (index & 63) * 2 * HOME + (side === 'bid' ? 0 : HOME)
  }

  /** Where the levels of a side are. */
  block(home: number): number {
    return this.halves[home * 2] === 0 ? this.countIn(home) : home
  }

  countIn(block: number): number {
    return this.halves[block * 2 + 1] ?? 0
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

  /** Puts a level in before the one that stands there. The side may have another block afterwards. */
  insert(home: number, level: number, place: number, quantity: Quantity): void {
    const old = this.block(home)
    const count = this.countIn(old)
    const block = count < this.roomOf(old) ? old : this.moved(home, old, this.larger(count + 1))
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

  /** Takes a level out. The side may have another block afterwards. */
  remove(home: number, level: number): void {
    const block = this.block(home)
    const count = this.countIn(block)
    const { halves, words } = this
    const [places, quantities] = [block * 2 + 2, this.quantitiesOf(block)]
    if (level < count - 1) {
      halves.copyWithin(places + level, places + level + 1, places + count)
      words.copyWithin(quantities + level, quantities + level + 1, quantities + count)
    }
    halves[block * 2 + 1] = count - 1
    if (block !== home && count - 1 <= BACK_HOME) this.moved(home, block, home)
  }

  /** Empties a side. It is at home afterwards. */
  clear(home: number): void {
    const block = this.block(home)
    this.halves[block * 2 + 1] = 0
    if (block !== home) this.moved(home, block, home)
  }

  /** The levels of a side in another block of its own; the old one is given back. Returns the block. */
  private moved(home: number, from: number, to: number): number {
    const { halves, words } = this
    const count = this.countIn(from)
    if (to === home) halves[home * 2] = roomIn(HOME)
    const [places, quantities] = [from * 2 + 2, this.quantitiesOf(from)]
    halves.copyWithin(to * 2 + 2, places, places + count)
    words.copyWithin(this.quantitiesOf(to), quantities, quantities + count)
    halves[to * 2 + 1] = count
    if (from !== home) this.give(from)
    if (to !== home) {
      halves[home * 2] = 0
      halves[home * 2 + 1] = to
    }
    return to
  }

  /** A block that is nobody's home, empty, for at least so many levels. */
  private larger(levels: number): number {
    let size = HOME * 2
    while (roomIn(size) < levels) size *= 2
    const room = roomIn(size)
    const block = this.free.get(room)?.pop() ?? this.extend(size)
    this.halves[block * 2] = room
    this.halves[block * 2 + 1] = 0
    return block
  }

  private give(block: number): void {
    const room = this.roomOf(block)
    const blocks = this.free.get(room)
    if (blocks === undefined) this.free.set(room, [block])
    else blocks.push(block)
  }

  private roomOf(block: number): number {
    return this.halves[block * 2] ?? 0
  }

  /** Where the quantities of a block begin: behind the places that it has room for. */
  private quantitiesOf(block: number): number {
    return block + 1 + ((this.roomOf(block) + 1) >> 1)
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
