import type { Quantity } from '../domain/amounts.ts'

/** Words of memory that there is room for before the first growth. */
const FIRST_ROOM = 1_024
const SMALLEST_BLOCK = 32
/** No block. */
export const NO_BLOCK = 0

/** Levels that fit into a block behind its head: half a word for where each stands, and a word for what it holds. */
function roomIn(size: number): number {
  return Math.floor(((size - 1) * 2) / 3)
}

/**
 * Blocks of levels in one piece of plain memory, for the sides of books that hold many. A block is a number, which is where it
 * begins, in words of 64 bits. Its first word says how many levels there is room for and how many there are; then comes where
 * they stand, 32 bits each, and then what they hold, 64 bits each.
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
    this.halves[block * 2 + 1] = 0
    return block
  }

  give(block: number): void {
    const room = this.roomOf(block)
    const blocks = this.free.get(room)
    if (blocks === undefined) this.free.set(room, [block])
    else blocks.push(block)
  }

  countIn(block: number): number {
    return this.halves[block * 2 + 1] ?? 0
  }

  roomOf(block: number): number {
    return this.halves[block * 2] ?? 0
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
    let high = this.countIn(block)
    while (low < high) {
      const middle = (low + high) >> 1
      if ((halves[first + middle] ?? 0) < place) low = middle + 1
      else high = middle
    }
    return low
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
