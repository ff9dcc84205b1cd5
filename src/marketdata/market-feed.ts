import type { Price, Quantity } from '../domain/amounts.ts'
import { assertNever } from '../domain/errors.ts'
import type { Market, MarketId } from '../domain/market.ts'
import type { BookSide, Doubt, MarketEvent } from '../domain/market-stream.ts'
import type { OrderBook } from '../domain/order-book.ts'
import type { BookChanges, MarketIndex } from '../domain/venue-stream.ts'
import type { Clock } from '../runtime/clock.ts'
import type { BookFeed, BookListener, LiveBook } from './book-feed.ts'
import { placeOn } from './book-side.ts'
import { BookTable } from './book-table.ts'
import { belowZero, type Proof, tooMuch, WatchedBook } from './watched-book.ts'

export interface FeedOptions {
  readonly clock: Clock
  /** How long a book counts as the venue's after it was last proven, in ms. */
  readonly staleAfterMs: number
}

/** Connections of both venues at one time, with room to spare. */
const PROOFS_KEPT = 1_000

/** What comes seldom. */
type BookEvent = Exclude<MarketEvent, { readonly kind: 'change' | 'level' | 'proven' }>

interface Listening {
  readonly tell: BookListener
  readonly cares: ((index: number) => boolean) | null
}

/**
 * Exact books of the watched markets, out of what their streams tell. It never guesses: what does not fit makes a book
 * untradable until there is a new snapshot, and whoever listens to `onDoubt` sees to it that there is one.
 */
export class MarketFeed implements BookFeed, BookChanges {
  /** Of every market that was ever asked for: who was told a number may use it for good. */
  private readonly indexes = new Map<MarketId, MarketIndex>()
  /** By their indexes; none at that of no book. */
  private readonly watched: (WatchedBook | null)[] = [null]
  private readonly table = new BookTable()
  private readonly proofs = new Map<string, Proof>()
  private listeners: readonly Listening[] = []
  private readonly doubters = new Set<(market: MarketId, doubt: Doubt) => void>()

  constructor(private readonly options: FeedOptions) {}

  /** The number of a market for good, whether or not it is watched now. */
  indexOf(market: MarketId): MarketIndex {
    const known = this.indexes.get(market)
    if (known !== undefined) return known
    const index = this.table.add()
    this.indexes.set(market, index)
    this.watched[index] = null
    return index
  }

  watch(market: Market): LiveBook {
    const index = this.indexOf(market.id)
    const known = this.watched[index]
    if (known != null) return known
    const book = new WatchedBook(market, index, this.table, this.options)
    this.watched[index] = book
    return book
  }

  unwatch(market: MarketId): void {
    const index = this.indexes.get(market)
    if (index === undefined) return
    this.watched[index]?.release()
    this.watched[index] = null
  }

  book(market: MarketId): LiveBook | null {
    return this.known(market)
  }

  get books(): Iterable<LiveBook> {
    return this.watched.filter((book) => book != null)
  }

  onChange(listener: BookListener, cares?: (index: number) => boolean): () => void {
    const listening = { tell: listener, cares: cares ?? null }
    this.listeners = [...this.listeners, listening]
    return () => {
      this.listeners = this.listeners.filter((one) => one !== listening)
    }
  }

  /** Told when something that arrived made the feed itself doubt a book: it must be read anew. */
  onDoubt(listener: (market: MarketId, doubt: Doubt) => void): () => void {
    this.doubters.add(listener)
    return () => {
      this.doubters.delete(listener)
    }
  }

  /** Takes what a stream tells. Events of markets that nobody watches are dropped. */
  apply(event: MarketEvent): void {
    if (event.kind === 'change' || event.kind === 'level') {
      const index = this.indexes.get(event.market)
      if (index === undefined) return
      if (event.kind === 'change') this.change(index, event.side, event.price, event.by)
      else this.level(index, event.side, event.price, event.quantity)
    } else if (event.kind === 'proven') {
      const proof = this.proofs.get(event.subscription)
      if (proof !== undefined) proof.atMs = this.options.clock.monotonicMs()
    } else {
      const book = this.known(event.market)
      if (book !== null && this.applyTo(book, event)) this.tell(book.index, true)
    }
  }

  // These two are nearly all that is told. They touch a few numbers that lie together, and no object, unless somebody is to
  // hear of it. Changes of a book that is not known change nothing that is known.

  change(index: MarketIndex, side: BookSide, price: Price, by: Quantity): void {
    if (!this.table.follows(index)) return
    const outcome = this.table.change(index, side, placeOn(side, price), by)
    if (outcome === 'refused') this.refuse(index, side, by < 0n ? belowZero : tooMuch)
    else this.tell(index, outcome === 'moved')
  }

  level(index: MarketIndex, side: BookSide, price: Price, quantity: Quantity): void {
    if (!this.table.follows(index)) return
    const outcome = this.table.level(index, side, placeOn(side, price), quantity)
    if (outcome === 'refused') this.refuse(index, side, tooMuch)
    else this.tell(index, outcome === 'moved')
  }

  private refuse(index: MarketIndex, side: BookSide, why: string): void {
    const book = this.watched[index]
    if (book == null) return
    book.refuse(side, why)
    this.tellDoubt(book)
    this.tell(index, true)
  }

  /** Whether it changed anything that somebody can see. */
  private applyTo(book: WatchedBook, event: BookEvent): boolean {
    switch (event.kind) {
      case 'snapshot':
        this.snapshot(book, event)
        return true
      case 'best':
        if (!this.table.follows(book.index) || book.hasBest(event.bid, event.ask)) return false
        book.mistrust({ kind: 'contradiction', detail: 'the venue has another best price' })
        this.tellDoubt(book)
        return true
      case 'confirmed':
        book.confirm(this.options.clock.monotonicMs())
        return false
      case 'doubt':
        book.mistrust(event.doubt)
        return true
      case 'status':
        book.enter(event.status)
        return true
      case 'status_unknown':
        book.enter(null)
        return true
      case 'close_time':
        book.closeAt(event.closeAtMs)
        return true
      case 'ladder':
        book.ladder = event.ladder
        return true
      default:
        return assertNever(event)
    }
  }

  private snapshot(book: WatchedBook, event: Extract<MarketEvent, { readonly kind: 'snapshot' }>): void {
    const followed = this.table.follows(book.index)
    book.snapshot(event, this.proofOf(event.subscription))
    // What could not be taken either time would come back the same.
    if (followed && !this.table.follows(book.index)) this.tellDoubt(book)
  }

  private known(market: MarketId): WatchedBook | null {
    const index = this.indexes.get(market)
    return index === undefined ? null : (this.watched[index] ?? null)
  }

  private tell(index: MarketIndex, isNews: boolean): void {
    for (const { tell, cares } of this.listeners) {
      if (!isNews && cares !== null && !cares(index)) continue
      const book = this.watched[index]
      if (book != null) tell(book)
    }
  }

  private tellDoubt(book: WatchedBook): void {
    const { state } = book
    const reason = state.kind === 'untradable' ? state.reason : null
    if (reason?.kind !== 'contradiction') return
    for (const listener of this.doubters) listener(book.market, reason)
  }

  private proofOf(subscription: string | null): Proof {
    const atMs = this.options.clock.monotonicMs()
    if (subscription === null) return { atMs }
    const shared = this.proofs.get(subscription)
    if (shared !== undefined) {
      shared.atMs = atMs
      return shared
    }
    const proof = { atMs }
    this.proofs.set(subscription, proof)
    this.forgetOldProofs()
    return proof
  }

  /** Every connection has subscriptions of its own. What the oldest proved is disconnected by now. */
  private forgetOldProofs(): void {
    for (const name of this.proofs.keys()) {
      if (this.proofs.size <= PROOFS_KEPT) return
      this.proofs.delete(name)
    }
  }
}

/** @param capturedAtMs Unix ms. */
export function copyOfBook({ market, bids, asks }: LiveBook, capturedAtMs: number): OrderBook {
  return { market, bids, asks, capturedAtMs }
}
