/** Levels that there is room for before the first growth. */
const FIRST_ROOM = 1_024
const SMALLEST_BLOCK = 8

/**
 * The levels of all books of a feed in two rows of plain memory. A level that is an object, with its amounts on the heap,
 * costs a wait for memory at each step to it once the books are more than the cache holds, and the collector walks them all
 * again and again. Here a change touches two or three pieces of memory, and the collector sees two objects.
 */
export class LevelSlab {
  /** Where the levels stand: prices in whole millionths, as ordered by their side. */
  places = new Int32Array(FIRST_ROOM)
  /** Contracts in millionths. */
  quantities = new BigInt64Array(FIRST_ROOM)
  private end = 0
  /** Starts of blocks that were given back, by their size. */
  private readonly free = new Map<number, number[]>()

  /** How large a block for so many levels is. */
  static blockFor(levels: number): number {
    let size = SMALLEST_BLOCK
    while (size < levels) size *= 2
    return size
  }

  /** Where a block of a size as of `blockFor` starts. What it holds is not cleared. */
  take(size: number): number {
    const start = this.free.get(size)?.pop()
    if (start !== undefined) return start
    const next = this.end
    this.end += size
    if (this.end > this.places.length) this.grow()
    return next
  }

  give(start: number, size: number): void {
    const starts = this.free.get(size)
    if (starts === undefined) this.free.set(size, [start])
    else starts.push(start)
  }

  move(from: number, to: number, length: number): void {
    this.places.copyWithin(to, from, from + length)
    this.quantities.copyWithin(to, from, from + length)
  }

  private grow(): void {
    const room = Math.max(this.places.length * 2, LevelSlab.blockFor(this.end))
    const [places, quantities] = [new Int32Array(room), new BigInt64Array(room)]
    places.set(this.places)
    quantities.set(this.quantities)
    this.places = places
    this.quantities = quantities
  }
}
