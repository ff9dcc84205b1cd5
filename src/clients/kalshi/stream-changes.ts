import { marketId } from '../../domain/market.ts'
import type { MarketIndex, StreamSink } from '../../domain/venue-stream.ts'
import type { BookChange } from './stream-frames.ts'

/** Tells changes of books: by number where the listener takes them so, and as events where it does not. */
export class KalshiChanges {
  private readonly indexes = new Map<string, MarketIndex>()

  constructor(private readonly sink: StreamSink) {}

  watch(tickers: readonly string[]): void {
    const { books } = this.sink
    if (books === undefined) return
    for (const ticker of tickers) this.indexes.set(ticker, books.indexOf(marketId('kalshi', ticker)))
  }

  forget(ticker: string): void {
    this.indexes.delete(ticker)
  }

  tell({ ticker, side, price, by }: BookChange): void {
    const { books } = this.sink
    const index = this.indexes.get(ticker)
    if (books !== undefined && index !== undefined) books.change(index, side, price, by)
    else this.sink.onMarket({ kind: 'change', market: marketId('kalshi', ticker), side, price, by })
  }
}
