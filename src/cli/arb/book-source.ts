import { type FeedSource, pollingSource, pushSource } from '../../arb/feed-source.ts'
import { PollingFeed } from '../../arb/polling-feed.ts'
import type { ArbPair } from '../../arb/ports.ts'
import type { Market } from '../../domain/market.ts'
import { openLiveBooks } from '../markets/live-books.ts'
import type { Session } from '../session/session.ts'

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
  const live = openLiveBooks(session, {
    news: { onAccount: (event) => source.hear(event), onNews: (told) => source.announce(told) },
    onProblem: ({ message }) => onProblem(message),
  })
  const source = pushSource(live.feed, clock)
  await live.watch(marketsOf(pairs))
  return { source, [Symbol.asyncDispose]: () => live.close() }
}
