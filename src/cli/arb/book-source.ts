import { type FeedSource, pollingSource, pushSource } from '../../arb/feed-source.ts'
import { PollingFeed } from '../../arb/polling-feed.ts'
import type { ArbPair } from '../../arb/ports.ts'
import { type Market, type MarketId, type VenueId, venueOf } from '../../domain/market.ts'
import type { VenueStream } from '../../domain/venue-stream.ts'
import { MarketFeed } from '../../marketdata/market-feed.ts'
import type { Session } from '../session.ts'

export const bookSources = ['sockets', 'poll'] as const

export interface OpenedBooks extends AsyncDisposable {
  readonly source: FeedSource
}

/** Between two rounds of reading all books, ms. */
const pollEveryMs = 2_000

/** Every market of these pairs once. */
function marketsOf(pairs: readonly ArbPair[]): readonly Market[] {
  return [...new Map(pairs.flatMap(({ markets }) => markets).map((market) => [market.id, market])).values()]
}

/** Books by reading: what a single look needs. */
export function pollingFeedOf({ trading }: Session, pairs: readonly ArbPair[]): PollingFeed {
  return new PollingFeed({
    markets: marketsOf(pairs),
    read: (market, signal) => trading.observe.book(market, signal),
    clock: trading.runtime.clock,
  })
}

/** The books of these pairs, by the venues' sockets or by reading them. */
export async function openBooks(
  session: Session,
  pairs: readonly ArbPair[],
  by: (typeof bookSources)[number],
  onProblem: (message: string) => void,
): Promise<OpenedBooks> {
  const { clock } = session.trading.runtime
  if (by === 'poll') {
    const source = pollingSource(pollingFeedOf(session, pairs), clock, pollEveryMs)
    return { source, [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  const feed = new MarketFeed({ clock, staleAfterMs: session.trading.limits.maxBookAgeMs })
  const streams = await openStreams(session, feed, pairs, onProblem)
  return {
    source: pushSource(feed, clock),
    [Symbol.asyncDispose]: async () => {
      for (const stream of streams) await stream.close()
    },
  }
}

async function openStreams(
  session: Session,
  feed: MarketFeed,
  pairs: readonly ArbPair[],
  onProblem: (message: string) => void,
): Promise<readonly VenueStream[]> {
  const markets = marketsOf(pairs)
  for (const market of markets) feed.watch(market)
  const streams = new Map<VenueId, VenueStream>()
  const sink = {
    onMarket: (event: Parameters<MarketFeed['apply']>[0]) => feed.apply(event),
    onProblem: ({ message }: Error) => onProblem(message),
  }
  for (const venue of new Set(markets.map(({ id }) => venueOf(id)))) {
    const stream = await session.openStream(venue, { sink, followAccount: false, followTrades: false })
    streams.set(venue, stream)
    stream.watch(markets.filter(({ id }) => venueOf(id) === venue))
  }
  feed.onDoubt((market: MarketId) => streams.get(venueOf(market))?.resync(market))
  return [...streams.values()]
}
