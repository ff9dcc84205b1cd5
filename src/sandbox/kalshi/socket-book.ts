import type { Price, Quantity } from '../../domain/amounts.ts'
import type { Level } from '../../domain/order-book.ts'
import type { BookSide, BookView } from '../model.ts'
import type { LevelDelta } from './socket-frames.ts'

/** A book as a subscriber was told of it, so that the next message can say what changed. */
export class ToldBook {
  private bids: ReadonlyMap<Price, Quantity>
  private asks: ReadonlyMap<Price, Quantity>

  constructor(book: BookView) {
    this.bids = sideOf(book.bids)
    this.asks = sideOf(book.asks)
  }

  /** What changed since; from now on that is told too. */
  advance(book: BookView): readonly LevelDelta[] {
    const [bids, asks] = [sideOf(book.bids), sideOf(book.asks)]
    const deltas = [...differences('bid', this.bids, bids), ...differences('ask', this.asks, asks)]
    this.bids = bids
    this.asks = asks
    return deltas
  }
}

function sideOf(levels: readonly Level[]): ReadonlyMap<Price, Quantity> {
  return new Map(levels.map(({ price, quantity }) => [price, quantity]))
}

/** What left first: between two messages of one change the book may be thin, and is never crossed by it. */
function differences(
  side: BookSide,
  before: ReadonlyMap<Price, Quantity>,
  after: ReadonlyMap<Price, Quantity>,
): readonly LevelDelta[] {
  const deltas: LevelDelta[] = []
  for (const price of new Set([...before.keys(), ...after.keys()])) {
    const by = ((after.get(price) ?? 0n) - (before.get(price) ?? 0n)) as Quantity
    if (by !== 0n) deltas.push({ side, price, by })
  }
  return deltas.sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0))
}
