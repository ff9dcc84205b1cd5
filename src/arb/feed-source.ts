import type { AccountEvent, VenueNews } from '../domain/venue-stream.ts'
import { type LinkedAbort, linkedAbort } from '../runtime/abort.ts'
import type { Clock } from '../runtime/clock.ts'
import type { PollingFeed } from './polling-feed.ts'
import type { ArbFeed } from './ports.ts'

/** A feed, and the wait for news of it. */
export interface FeedSource {
  readonly feed: ArbFeed
  /** Resolves once there may be something to look at, or after a moment without news. */
  next(signal: AbortSignal): Promise<void>
  /** There is something to look at. */
  wake(): void
  /** What was heard of the account since this was last asked. Left out: nobody listens. */
  heard?(): readonly AccountEvent[]
  /** What venues announced since this was last asked. Left out: nobody listens. */
  news?(): readonly VenueNews[]
}

/** A source that others push to. */
export interface PushSource extends FeedSource {
  hear(event: AccountEvent): void
  announce(news: VenueNews): void
}

/** Without news for so long the loop looks after what else there is to do. */
const idleMs = 1_000

/**
 * Books that come by themselves. Whoever listens to the feed says what is worth a look: most changes of most books are not,
 * and to be woken costs more than to hear of a hundred of them. What is told of the account always is.
 */
export function pushSource(feed: ArbFeed, clock: Clock): PushSource {
  let sleeping: LinkedAbort | null = null
  let hasNews = true
  let events: AccountEvent[] = []
  let announced: VenueNews[] = []
  const wake = (): void => {
    if (hasNews) return
    hasNews = true
    sleeping?.abort()
  }
  return {
    feed,
    wake,
    hear: (event) => {
      events.push(event)
      wake()
    },
    announce: (news) => {
      // Of what is listed there is no end, and nothing of it is traded before a person has approved it.
      if (news.kind !== 'fees_changed' && news.kind !== 'texts_changed') return
      announced.push(news)
      wake()
    },
    news: () => {
      const told = announced
      announced = []
      return told
    },
    heard: () => {
      const told = events
      events = []
      return told
    },
    next: async (signal) => {
      if (!hasNews && !signal.aborted) {
        const rest = linkedAbort(signal)
        sleeping = rest
        await clock.sleep(idleMs, rest.signal)
        sleeping = null
        rest.release()
      }
      hasNews = false
    },
  }
}

export function pollingSource(feed: PollingFeed, clock: Clock, everyMs: number): FeedSource {
  let isFirst = true
  return {
    feed,
    next: async (signal) => {
      if (!isFirst) await clock.sleep(everyMs, signal)
      isFirst = false
      await feed.sweep(signal)
    },
    // The next round comes in its own time.
    wake: () => undefined,
  }
}
