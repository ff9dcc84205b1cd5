import type { Market, Outcome } from '../../domain/market.ts'
import type { MarketIndex, StreamSink } from '../../domain/venue-stream.ts'
import type { Members } from '../streams/frame.ts'
import type { Route } from './routing.ts'
import { TokenBook } from './stream-book.ts'
import type { LevelChange } from './stream-frames.ts'

/** How long the rest of a change may take that comes in several messages. */
const REST_OF_CHANGE_MS = 500

export interface MarketProtocolOptions {
  readonly sink: StreamSink
  /** Monotonic ms. */
  readonly nowMs: () => number
  /** How long a book may go without proof before it is read from REST. */
  readonly proveEveryMs: number
}

/** A market whose YES token is followed. */
export interface Followed {
  readonly market: Market
  readonly route: Route
  readonly book: TokenBook
  /** Under which its changes are told; null: as events. */
  readonly index: MarketIndex | null
  provenAtMs: number
  /** A REST read is under way: changes since it began, to be applied to what it brings. Null otherwise. */
  reading: Members[] | null
  wanted: boolean
  /** Since when its hash is not the venue's, monotonic ms; null while it is. */
  suspectSinceMs: number | null
}

export function follow(market: Market, route: Route, index: MarketIndex | null, nowMs: number): Followed {
  return {
    market,
    route,
    book: new TokenBook(route.tokens.yes, market, route),
    index,
    provenAtMs: nowMs,
    reading: null,
    wanted: false,
    suspectSinceMs: null,
  }
}

/** Whether its book must be read from REST now: doubted, or not proven for too long. */
export function mustBeRead(followed: Followed, nowMs: number, proveEveryMs: number): boolean {
  const { reading, wanted, provenAtMs, suspectSinceMs } = followed
  const isSuspect = suspectSinceMs !== null && nowMs - suspectSinceMs >= REST_OF_CHANGE_MS
  return reading === null && (wanted || isSuspect || nowMs - provenAtMs >= proveEveryMs)
}

/** Which outcome a token of it stands for. Null: it is none of its tokens. */
export function outcomeOf({ route: { tokens } }: Followed, token: string): Outcome | null {
  return token === tokens.yes ? 'yes' : token === tokens.no ? 'no' : null
}

/** Tells of a level as it stands now. */
export function tellLevel(sink: StreamSink, { market, index }: Followed, { side, level }: LevelChange): void {
  const { price, quantity } = level
  if (sink.books !== undefined && index !== null) sink.books.level(index, side, price, quantity)
  else sink.onMarket({ kind: 'level', market: market.id, side, price, quantity })
}
