import type { Clock } from '../runtime/clock.ts'
import type { PollingFeed } from './polling-feed.ts'
import type { ArbFeed } from './ports.ts'

/** A feed, and the wait for news of it. */
export interface FeedSource {
  readonly feed: ArbFeed
  /** Resolves once something may have changed, or after a moment without news. */
  next(signal: AbortSignal): Promise<void>
}

/** Without news for so long the loop looks after what else there is to do. */
const idleMs = 1_000

export function pushSource(feed: ArbFeed, clock: Clock): FeedSource {
  let wake: AbortController | null = null
  let hasNews = true
  feed.onChange(() => {
    hasNews = true
    wake?.abort()
  })
  return {
    feed,
    next: async (signal) => {
      if (!hasNews && !signal.aborted) {
        wake = new AbortController()
        await clock.sleep(idleMs, AbortSignal.any([signal, wake.signal]))
        wake = null
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
  }
}
