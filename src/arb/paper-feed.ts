import { type Quantity, subtractQuantity } from '../domain/amounts.ts'
import type { MarketId } from '../domain/market.ts'
import type { BookSide } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import { touchOf } from '../domain/touch.ts'
import type { ArbBook, ArbFeed } from './ports.ts'

/** What was taken of the levels of one side, by price. */
type Taken = Map<bigint, Quantity>

/**
 * A feed in which trades on paper leave a mark. The books of a tape do not know that we took from them: what was taken is
 * missing from a level for as long as the tape shows that level, so that no contract is bought twice.
 */
export class PaperFeed implements ArbFeed {
  readonly #taken = new Map<MarketId, Readonly<Record<BookSide, Taken>>>()
  readonly #listeners = new Set<(book: ArbBook) => void>()

  constructor(private readonly feed: ArbFeed) {
    feed.onChange((book) => {
      this.#forget(book)
      this.#tell(book.market)
    })
  }

  book(market: MarketId): ArbBook | null {
    const book = this.feed.book(market)
    const taken = this.#taken.get(market)
    if (book === null || taken === undefined) return book
    const { index, at, ladder, state } = book
    const [bids, asks] = [without(book.bids, taken.bid), without(book.asks, taken.ask)]
    return { market, index, bids, asks, ...touchOf(bids, asks), at, ladder, state }
  }

  onChange(listener: (book: ArbBook) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** These contracts are ours now. Levels in YES prices. */
  take(market: MarketId, side: BookSide, levels: readonly Level[]): void {
    const taken = this.#taken.get(market) ?? { bid: new Map(), ask: new Map() }
    this.#taken.set(market, taken)
    const marks = taken[side]
    for (const { price, quantity } of levels) marks.set(price, ((marks.get(price) ?? 0n) + quantity) as Quantity)
    this.#tell(market)
  }

  /** A level that is gone takes its mark along: what stands there later is new. */
  #forget(book: ArbBook): void {
    const { market } = book
    const taken = this.#taken.get(market)
    if (taken === undefined) return
    const { bids, asks } = book
    for (const [marks, levels] of [
      [taken.bid, bids],
      [taken.ask, asks],
    ] as const) {
      for (const price of marks.keys()) if (!levels.some((level) => level.price === price)) marks.delete(price)
    }
    if (taken.bid.size + taken.ask.size === 0) this.#taken.delete(market)
  }

  #tell(market: MarketId): void {
    const book = this.book(market)
    if (book !== null) for (const listener of this.#listeners) listener(book)
  }
}

function without(levels: readonly Level[], taken: Taken): readonly Level[] {
  if (taken.size === 0) return levels
  return levels.flatMap((level) => {
    const gone = taken.get(level.price)
    if (gone === undefined) return [level]
    return gone < level.quantity ? [{ price: level.price, quantity: subtractQuantity(level.quantity, gone) }] : []
  })
}
