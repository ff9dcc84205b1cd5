import { type Market, type MarketId, marketId } from '../../domain/market.ts'
import type { StreamSink } from '../../domain/venue-stream.ts'

/**
 * What state the watched markets are in. Messages tell of turns in their lives and of nothing else: whatever happened while
 * nobody listened, or in a gap, is read from REST, and until then no market counts as open.
 */
export class KalshiLives {
  /** Tickers whose state must be read. */
  private readonly unread = new Set<string>()
  /** Tickers that a read is under way for. A message that comes meanwhile is newer than its answer. */
  private readonly reading = new Set<string>()

  constructor(private readonly sink: StreamSink) {}

  doubt(tickers: Iterable<string>): void {
    for (const ticker of tickers) {
      this.unread.add(ticker)
      this.reading.delete(ticker)
      this.sink.onMarket({ kind: 'status_unknown', market: marketId('kalshi', ticker) })
    }
  }

  forget(ticker: string): void {
    this.unread.delete(ticker)
    this.reading.delete(ticker)
  }

  /** A message told the state: nothing needs to be read. */
  told(ticker: string): void {
    this.forget(ticker)
  }

  /** Takes those that must be read now, at most `most`. */
  takeUnread(most: number): readonly string[] {
    const tickers = [...this.unread].slice(0, most)
    for (const ticker of tickers) {
      this.unread.delete(ticker)
      this.reading.add(ticker)
    }
    return tickers
  }

  /** What a read brought; null when it failed, so that it is tried again. */
  readEnds(tickers: readonly string[], markets: readonly Market[] | null): void {
    if (markets === null) {
      for (const ticker of tickers) if (this.reading.delete(ticker)) this.unread.add(ticker)
      return
    }
    for (const market of markets) if (this.reading.delete(market.symbol)) this.tell(market)
    // What REST does not list stays unknown.
    for (const ticker of tickers) this.reading.delete(ticker)
  }

  private tell({ id, ladder, closeTime, status, untradableReason, result }: Market): void {
    this.sink.onMarket({ kind: 'ladder', market: id, ladder })
    if (closeTime !== null) this.sink.onMarket({ kind: 'close_time', market: id, closeAtMs: Date.parse(closeTime) })
    // Open, and yet no orders are taken for some other reason.
    const shown = status === 'open' && untradableReason !== null ? 'paused' : status
    this.sink.onMarket({ kind: 'status', market: id, status: shown, result })
  }
}

export function tickerOf(market: MarketId): string {
  return market.slice('kalshi:'.length)
}
