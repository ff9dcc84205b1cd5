import { VenueError } from '../domain/errors.ts'
import { type Market, type MarketId, venueOf } from '../domain/market.ts'
import { isCrossed, type OrderBook } from '../domain/order-book.ts'
import { noAsk, noBid, touchOf } from '../domain/touch.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ArbBook, ArbFeed } from './ports.ts'

export interface PollingOptions {
  readonly markets: readonly Market[]
  read(market: Market, signal?: AbortSignal): Promise<OrderBook>
  readonly clock: Clock
}

/** Books by reading them one after the other: for a venue without a socket, and for one look. Slower, and never ahead. */
export class PollingFeed implements ArbFeed {
  readonly #books = new Map<MarketId, ArbBook>()
  readonly #listeners = new Set<(book: ArbBook) => void>()

  constructor(private readonly options: PollingOptions) {
    for (const [index, market] of options.markets.entries()) this.#books.set(market.id, waiting(market, index))
  }

  book(market: MarketId): ArbBook | null {
    return this.#books.get(market) ?? null
  }

  onChange(listener: (book: ArbBook) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Reads every book once, the venues side by side. A book that cannot be read is not tradable, and says so. */
  async sweep(signal?: AbortSignal): Promise<void> {
    const venues = new Map<string, Market[]>()
    for (const market of this.options.markets) {
      const venue = venueOf(market.id)
      venues.set(venue, [...(venues.get(venue) ?? []), market])
    }
    await Promise.all(
      [...venues.values()].map(async (markets) => {
        for (const market of markets) {
          if (signal?.aborted === true) return
          await this.#read(market, signal)
        }
      }),
    )
  }

  async #read(market: Market, signal?: AbortSignal): Promise<void> {
    const before = this.#books.get(market.id)
    if (before === undefined) return
    const after = await this.#next(market, before, signal)
    this.#books.set(market.id, after)
    for (const listener of this.#listeners) listener(after)
  }

  async #next(market: Market, before: ArbBook, signal?: AbortSignal): Promise<ArbBook> {
    const { clock, read } = this.options
    // The book is as old as the question, not as the answer.
    const at = clock.monotonicMs()
    try {
      const book = await read(market, signal)
      const state = isCrossed(book)
        ? ({ kind: 'untradable', reason: { kind: 'crossed' } } as const)
        : ({ kind: 'tradable' } as const)
      const { bids, asks } = book
      return { ...before, bids, asks, ...touchOf(bids, asks), at, state }
    } catch (error) {
      if (!(error instanceof VenueError)) throw error
      return { ...before, state: { kind: 'untradable', reason: { kind: 'unreadable' } } }
    }
  }
}

function waiting({ id, ladder }: Market, index: number): ArbBook {
  return {
    market: id,
    index,
    bidAt: noBid,
    askAt: noAsk,
    bids: [],
    asks: [],
    at: null,
    ladder,
    state: { kind: 'untradable', reason: { kind: 'waiting' } },
  }
}
