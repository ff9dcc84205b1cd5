import { assertNever } from '../domain/errors.ts'
import type { Market, MarketId } from '../domain/market.ts'
import type { Doubt, MarketEvent } from '../domain/market-stream.ts'
import type { OrderBook } from '../domain/order-book.ts'
import type { Clock } from '../runtime/clock.ts'
import type { BookFeed, BookListener, LiveBook } from './book-feed.ts'
import { LevelSlab } from './level-slab.ts'
import { type Proof, WatchedBook } from './watched-book.ts'

export interface FeedOptions {
  readonly clock: Clock
  /** How long a book counts as the venue's after it was last proven, in ms. */
  readonly staleAfterMs: number
}

/** Connections of both venues at one time, with room to spare. */
const PROOFS_KEPT = 1_000

type BookEvent = Exclude<MarketEvent, { readonly kind: 'proven' }>

/**
 * Exact books of the watched markets, out of what their streams tell. It never guesses: what does not fit makes a book
 * untradable until there is a new snapshot, and whoever listens to `onDoubt` sees to it that there is one.
 */
export class MarketFeed implements BookFeed {
  private readonly watched = new Map<MarketId, WatchedBook>()
  private readonly slab = new LevelSlab()
  private everWatched = 0
  private readonly proofs = new Map<string, Proof>()
  private readonly listeners = new Set<BookListener>()
  private readonly doubters = new Set<(market: MarketId, doubt: Doubt) => void>()

  constructor(private readonly options: FeedOptions) {}

  watch(market: Market): LiveBook {
    const known = this.watched.get(market.id)
    if (known !== undefined) return known
    const book = new WatchedBook(market, { index: this.everWatched++, slab: this.slab }, this.options)
    this.watched.set(market.id, book)
    return book
  }

  unwatch(market: MarketId): void {
    this.watched.get(market)?.release()
    this.watched.delete(market)
  }

  book(market: MarketId): LiveBook | null {
    return this.watched.get(market) ?? null
  }

  get books(): Iterable<LiveBook> {
    return this.watched.values()
  }

  onChange(listener: BookListener): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
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
    if (event.kind === 'proven') {
      const proof = this.proofs.get(event.subscription)
      if (proof !== undefined) proof.atMs = this.options.clock.monotonicMs()
      return
    }
    const book = this.watched.get(event.market)
    if (book === undefined) return
    const { version, isFollowing } = book
    this.applyTo(book, event)
    if (book.version === version) return
    if (isFollowing && !book.isFollowing && event.kind !== 'doubt') this.tellDoubt(book)
    for (const listener of this.listeners) listener(book)
  }

  private applyTo(book: WatchedBook, event: BookEvent): void {
    switch (event.kind) {
      case 'snapshot':
        book.snapshot(event, this.proofOf(event.subscription))
        break
      // Changes of a book that is not known change nothing that is known.
      case 'change':
        if (book.isFollowing) book.change(event.side, event.price, event.by)
        break
      case 'level':
        if (book.isFollowing) book.level(event.side, event.price, event.quantity)
        break
      case 'best':
        if (book.isFollowing) book.checkBest(event.bid, event.ask)
        break
      case 'confirmed':
        book.confirm(this.options.clock.monotonicMs())
        break
      case 'doubt':
        book.mistrust(event.doubt)
        break
      case 'status':
        book.enter(event.status)
        break
      case 'status_unknown':
        book.enter(null)
        break
      case 'close_time':
        book.closeAt(event.closeAtMs)
        break
      case 'ladder':
        book.priceOn(event.ladder)
        break
      default:
        assertNever(event)
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
