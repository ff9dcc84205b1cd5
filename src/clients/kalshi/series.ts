import type { CallOptions } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { KalshiApi } from './api.ts'
import { eventAnswer, seriesAnswer, seriesList, type WireEvent, type WireSeries } from './wire.ts'

/** How old an event or a series of a listing may be: a listing asks for thousands, and nothing is traded by it. */
export const LISTED_MS = 15 * 60_000
/** Of a market that is asked for by name, and may be traded next: several of one series still share what was read. */
export const NAMED_MS = 30_000
/** Above this many unknown series the whole list (one call, about 2 MB) is cheaper than asking one by one. */
const SINGLE_READS_MAX = 6
/** Changes of one series that are remembered. */
const KEPT = 50

interface Kept<T> {
  readonly value: T | null
  readonly atMs: number
}

/**
 * Events and series, which markets do not repeat: a market names its event, the event its series, and only the series
 * has the fee type. Kept in memory for a while; a thing that Kalshi does not know is null.
 */
export class SeriesShelf {
  private readonly events = new Map<string, Kept<WireEvent>>()
  private readonly series = new Map<string, Kept<WireSeries>>()
  private readonly changes = new Map<string, readonly number[]>()

  constructor(
    private readonly api: KalshiApi,
    private readonly clock: Clock,
  ) {}

  async event(ticker: string, maxAgeMs: number, options?: CallOptions): Promise<WireEvent | null> {
    const kept = this.fresh(this.events, ticker, maxAgeMs)
    if (kept !== undefined) return kept.value
    const path = `/events/${encodeURIComponent(ticker)}`
    const answer = await this.api.readOrNull({
      endpoint: 'get_event',
      path,
      schema: eventAnswer,
      isPrivate: false,
      subject: ticker,
      options,
    })
    return this.keep(this.events, ticker, answer === null ? null : answer.event)
  }

  /** All of the series named, by ticker. */
  async seriesByTicker(
    tickers: readonly string[],
    maxAgeMs: number,
    options?: CallOptions,
  ): Promise<ReadonlyMap<string, WireSeries | null>> {
    const missing = [...new Set(tickers)].filter((ticker) => this.fresh(this.series, ticker, maxAgeMs) === undefined)
    if (missing.length > SINGLE_READS_MAX) await this.readList(missing, maxAgeMs, options)
    else for (const ticker of missing) await this.readOne(ticker, options)
    return new Map(tickers.map((ticker) => [ticker, this.series.get(ticker)?.value ?? null]))
  }

  /** When changes of a series' fees take effect, Unix ms: announced ones are listed until then, and remembered after it. */
  changesOf(ticker: string | null): readonly number[] {
    return ticker === null ? [] : (this.changes.get(ticker) ?? [])
  }

  rememberChanges(ticker: string | null, times: readonly number[]): void {
    if (ticker === null) return
    this.changes.set(ticker, [...new Set([...this.changesOf(ticker), ...times])].sort((a, b) => a - b).slice(-KEPT))
  }

  private async readOne(ticker: string, options?: CallOptions): Promise<void> {
    const path = `/series/${encodeURIComponent(ticker)}`
    const answer = await this.api.readOrNull({
      endpoint: 'get_series',
      path,
      schema: seriesAnswer,
      isPrivate: false,
      subject: ticker,
      options,
    })
    this.keep(this.series, ticker, answer === null ? null : answer.series)
  }

  private async readList(wanted: readonly string[], maxAgeMs: number, options?: CallOptions): Promise<void> {
    const answer = await this.api.read({
      endpoint: 'list_series',
      path: '/series',
      schema: seriesList,
      isPrivate: false,
      options,
    })
    for (const series of answer.series) this.keep(this.series, series.ticker, series)
    // Asked for and not in the list: known to be unknown, so that the next page does not read the list again.
    for (const ticker of wanted) {
      if (this.fresh(this.series, ticker, maxAgeMs) === undefined) this.keep(this.series, ticker, null)
    }
  }

  private fresh<T>(shelf: ReadonlyMap<string, Kept<T>>, ticker: string, maxAgeMs: number): Kept<T> | undefined {
    const kept = shelf.get(ticker)
    return kept !== undefined && this.clock.nowMs() - kept.atMs < maxAgeMs ? kept : undefined
  }

  private keep<T>(shelf: Map<string, Kept<T>>, ticker: string, value: T | null): T | null {
    shelf.set(ticker, { value, atMs: this.clock.nowMs() })
    return value
  }
}
