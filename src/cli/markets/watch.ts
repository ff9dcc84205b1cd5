import type { MarketId } from '../../domain/market.ts'
import { systemClock } from '../../runtime/clock.ts'
import { type LiveBookJson, liveBookJson } from '../json/live-book-json.ts'
import type { Session } from '../session/session.ts'
import { openLiveBooks } from './live-books.ts'

/** How often all books are shown, besides their changes: age and staleness are no changes. */
const SHOW_EVERY_MS = 500

export interface WatchOptions {
  readonly markets: readonly MarketId[]
  /** Null watches until the signal aborts. */
  readonly forMs: number | null
  /** A book changed, in its levels or its state. */
  onChange(book: LiveBookJson): void
  /** All of them as they are now. */
  onRound(books: readonly LiveBookJson[]): void
  onProblem(message: string): void
}

/** Follows the live books of markets. Returns them as they were at the end. */
export async function watchMarkets(
  session: Session,
  options: WatchOptions,
  signal: AbortSignal,
): Promise<readonly LiveBookJson[]> {
  const { clock } = session.trading.runtime
  const markets = await Promise.all(options.markets.map((id) => session.trading.observe.market(id, signal)))
  const live = openLiveBooks(session, { onProblem: ({ message }) => options.onProblem(message) })
  const now = () => ({ nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() })
  const all = () => [...live.feed.books].map((book) => liveBookJson(book, now()))
  const states = new Map<MarketId, string>()
  const said = new Map<MarketId, string>()
  const tell = (book: LiveBookJson, levelChanges: number | null): void => {
    const { at: _at, ageMs: _age, ...shown } = book
    const key = JSON.stringify([shown, levelChanges])
    // What a message changed may be nothing that is shown.
    if (said.get(book.market) === key) return
    said.set(book.market, key)
    states.set(book.market, book.state)
    options.onChange(book)
  }
  const end = live.feed.onChange((book) => tell(liveBookJson(book, now()), book.levelChanges))
  try {
    await live.watch(markets)
    const endMs = options.forMs === null ? Number.POSITIVE_INFINITY : systemClock.monotonicMs() + options.forMs
    for (;;) {
      const leftMs = endMs - systemClock.monotonicMs()
      if (leftMs <= 0 || signal.aborted) break
      await systemClock.sleep(Math.min(SHOW_EVERY_MS, leftMs), signal)
      const books = all()
      // To grow stale is no message: it is told when it is seen.
      for (const book of books) if (states.has(book.market) && states.get(book.market) !== book.state) tell(book, null)
      options.onRound(books)
    }
    return all()
  } finally {
    end()
    await live.close()
  }
}
