import type { VenueError } from '../../domain/errors.ts'
import { type Market, type MarketId, type VenueId, venueOf } from '../../domain/market.ts'
import type { Link, StreamSink, VenueStream } from '../../domain/venue-stream.ts'
import type { BookFeed } from '../../marketdata/book-feed.ts'
import { MarketFeed } from '../../marketdata/market-feed.ts'
import type { Session } from '../session/session.ts'

export interface LiveBooksOptions {
  /** Also hear of the account, of trades, of last prices and volumes, and of what venues announce. */
  readonly news?: Pick<StreamSink, 'onAccount' | 'onPrint' | 'onQuote' | 'onNews'> &
    Partial<Pick<StreamSink, 'onMarket'>>
  onProblem(problem: VenueError): void
}

/** Live books of markets of both venues, kept whole as long as they are open. */
export interface LiveBooks {
  readonly feed: BookFeed
  /** Every connection there is, with how long it has been silent. */
  links(): readonly Link[]
  watch(markets: readonly Market[]): Promise<void>
  unwatch(markets: readonly MarketId[]): void
  close(): Promise<void>
}

/**
 * Joins the sockets of the venues with a feed: what is watched is subscribed to, and what is doubted is read anew. A
 * venue's sockets are opened when the first of its markets is watched.
 */
export function openLiveBooks(session: Session, options: LiveBooksOptions): LiveBooks {
  const { trading, settings } = session
  const { news } = options
  const feed = new MarketFeed({ clock: trading.runtime.clock, staleAfterMs: settings.limits.maxBookAgeMs })
  const streams = new Map<VenueId, Promise<VenueStream>>()
  const opened = new Map<VenueId, VenueStream>()
  const sink: StreamSink = {
    ...news,
    onMarket: (event) => {
      feed.apply(event)
      news?.onMarket?.(event)
    },
    books: feed,
    onProblem: (problem) => options.onProblem(problem),
  }
  const wishes = {
    sink,
    followAccount: news?.onAccount !== undefined,
    followTrades: news?.onPrint !== undefined,
    followQuotes: news?.onQuote !== undefined,
  }
  const streamOf = (venue: VenueId): Promise<VenueStream> => {
    const known = streams.get(venue)
    if (known !== undefined) return known
    const opening = session.openStream(venue, wishes).then((stream) => {
      opened.set(venue, stream)
      return stream
    })
    streams.set(venue, opening)
    return opening
  }
  feed.onDoubt((market) => opened.get(venueOf(market))?.resync(market))
  return {
    feed,
    links: () => [...opened.values()].flatMap(({ links }) => links),
    watch: async (markets) => {
      for (const market of markets) feed.watch(market)
      for (const venue of new Set(markets.map((market) => market.venue))) {
        const stream = await streamOf(venue)
        stream.watch(markets.filter((market) => market.venue === venue))
      }
    },
    unwatch: (markets) => {
      for (const market of markets) feed.unwatch(market)
      for (const [venue, stream] of opened) stream.unwatch(markets.filter((market) => venueOf(market) === venue))
    },
    close: async () => {
      await Promise.allSettled(streams.values())
      await Promise.all([...opened.values()].map((stream) => stream.close()))
    },
  }
}
