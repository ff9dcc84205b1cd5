import { formatAmount, type Price, type Quantity } from '../../domain/amounts.ts'
import { assertNever } from '../../domain/errors.ts'
import type { MarketId } from '../../domain/market.ts'
import type { Level } from '../../domain/order-book.ts'
import type { LiveBook, Untradable } from '../../marketdata/book-feed.ts'
import { isoTime } from '../../runtime/clock.ts'

interface QuoteJson {
  readonly price: string
  readonly quantity: string
}

/** One change of a live book: one line of `markets watch --json`. */
export interface LiveBookJson {
  readonly market: MarketId
  readonly at: string
  readonly state: 'tradable' | Untradable['kind']
  /** Why nobody may trade on it, for a person; null while it is tradable. */
  readonly reason: string | null
  /** Best first level of each side, of YES; null when the side is empty or not known. */
  readonly bid: QuoteJson | null
  readonly ask: QuoteJson | null
  /** Levels on each side. */
  readonly bids: number
  readonly asks: number
  /** Since the venue last proved it; null before the first book. */
  readonly ageMs: number | null
  /** YES dollars of the last trade; null when there was none that the venue told of. */
  readonly last: string | null
  /** Contracts traded since the market began, and contracts that somebody holds; null where the venue's socket tells neither. */
  readonly volume: string | null
  readonly openInterest: string | null
}

/** What was last heard of trading in a market, beside its book. */
export interface Activity {
  readonly last: Price | null
  readonly volume: Quantity | null
  readonly openInterest: Quantity | null
}

export function liveBookJson(
  book: LiveBook,
  { last, volume, openInterest }: Activity,
  now: { readonly nowMs: number; readonly monotonicMs: number },
): LiveBookJson {
  const { state, at } = book
  return {
    market: book.market,
    at: isoTime(now.nowMs),
    state: state.kind === 'tradable' ? 'tradable' : state.reason.kind,
    reason: state.kind === 'tradable' ? null : untradableText(state.reason),
    bid: quoteJson(book.bids[0]),
    ask: quoteJson(book.asks[0]),
    bids: book.bidCount,
    asks: book.askCount,
    ageMs: at === null ? null : Math.max(0, Math.round(now.monotonicMs - at)),
    last: last === null ? null : formatAmount(last),
    volume: volume === null ? null : formatAmount(volume),
    openInterest: openInterest === null ? null : formatAmount(openInterest),
  }
}

function quoteJson(level: Level | undefined): QuoteJson | null {
  return level === undefined ? null : { price: formatAmount(level.price), quantity: formatAmount(level.quantity) }
}

/** Why a book may not be traded on, in words. */
function untradableText(reason: Untradable): string {
  switch (reason.kind) {
    case 'waiting':
      return 'the first book has not come yet'
    case 'disconnected':
      return 'the connection was lost'
    case 'gap':
      return `messages ${reason.expected} to ${reason.received - 1} are missing`
    case 'contradiction':
      return `what came does not fit: ${reason.detail}`
    case 'undecodable':
      return `a message could not be read: ${reason.detail}`
    case 'stale':
      return `not proven for ${Math.round(reason.ageMs)} ms, the limit is ${reason.limitMs} ms`
    case 'crossed':
      return `its bid ${formatAmount(reason.bid)} reaches its ask ${formatAmount(reason.ask)}`
    case 'not_open':
      return `the market is ${reason.status}`
    case 'status_unknown':
      return 'whether the market is open has to be read first'
    default:
      return assertNever(reason)
  }
}
