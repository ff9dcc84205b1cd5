import type { Market, MarketId } from '../../domain/market.ts'
import type { LiveBook } from '../../marketdata/book-feed.ts'
import { isoTime, systemClock } from '../../runtime/clock.ts'
import { type Activity, type LiveBookJson, liveBookJson } from '../json/live-book-json.ts'
import type { WatchNewsJson } from '../json/watch-news-json.ts'
import type { Session } from '../session/session.ts'
import { openLiveBooks } from './live-books.ts'
import { WatchNews } from './watch-news.ts'

/** How often all books are shown, besides their changes: age and staleness are no changes. */
const SHOW_EVERY_MS = 500

export interface WatchOptions {
  readonly markets: readonly MarketId[]
  /** Null watches until the signal aborts. */
  readonly forMs: number | null
  /** A book changed, in its levels or its state. */
  onChange(book: LiveBookJson): void
  /** Also tell of every event and market that is listed. */
  readonly listings: boolean
  /** A venue told something about a watched market or its event. */
  onNews(news: WatchNewsJson): void
  /** All of them as they are now. */
  onRound(books: readonly LiveBookJson[]): void
  onProblem(message: string): void
}

/** What is known of trading in each market: from its first reading on, as the sockets tell it. */
class ActivityOf {
  readonly #heard: Map<MarketId, Activity>

  constructor(markets: readonly Market[]) {
    // The volume that was read is not kept: where no socket tells it, it would soon be an old one.
    this.#heard = new Map(markets.map(({ id, lastPrice }) => [id, { ...unknown, last: lastPrice }]))
  }

  of(market: MarketId): Activity {
    return this.#heard.get(market) ?? unknown
  }

  hear(market: MarketId, news: Partial<Activity>): void {
    this.#heard.set(market, { ...this.of(market), ...news })
  }
}

const unknown: Activity = { last: null, volume: null, openInterest: null }

/** Follows the live books of markets. Returns them as they were at the end. */
export async function watchMarkets(
  session: Session,
  options: WatchOptions,
  signal: AbortSignal,
): Promise<readonly LiveBookJson[]> {
  const { clock } = session.trading.runtime
  const markets = await Promise.all(options.markets.map((id) => session.trading.observe.market(id, signal)))
  const activity = new ActivityOf(markets)
  const hear = (market: MarketId, news: Partial<Activity>): void => {
    activity.hear(market, news)
    const book = live.feed.book(market)
    if (book !== null) tell(shown(book), book.levelChanges)
  }
  const venueNews = new WatchNews(markets, options.listings ? 'all' : 'none')
  const spread = (told: ReturnType<WatchNews['ofVenue']>): void => {
    if (told !== null) options.onNews({ ...told, at: isoTime(clock.nowMs()) })
  }
  const live = openLiveBooks(session, {
    news: {
      onMarket: (event) => spread(venueNews.ofMarket(event)),
      onNews: (news) => spread(venueNews.ofVenue(news)),
      onQuote: ({ market, last, volume, openInterest }) => hear(market, { last, volume, openInterest }),
      onPrint: ({ market, price }) => hear(market, { last: price }),
    },
    onProblem: ({ message }) => options.onProblem(message),
  })
  const shown = (book: LiveBook): LiveBookJson =>
    liveBookJson(book, activity.of(book.market), { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() })
  const all = () => [...live.feed.books].map(shown)
  const states = new Map<MarketId, string>()
  const said = new Map<MarketId, string>()
  const tell = (book: LiveBookJson, levelChanges: number | null): void => {
    const { at: _at, ageMs: _age, ...lasting } = book
    const key = JSON.stringify([lasting, levelChanges])
    // What a message changed may be nothing that is shown.
    if (said.get(book.market) === key) return
    said.set(book.market, key)
    states.set(book.market, book.state)
    options.onChange(book)
  }
  const end = live.feed.onChange((book) => tell(shown(book), book.levelChanges))
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
    const passedBy = venueNews.passedBy()
    if (passedBy !== null) options.onProblem(passedBy)
    return all()
  } finally {
    end()
    await live.close()
  }
}
