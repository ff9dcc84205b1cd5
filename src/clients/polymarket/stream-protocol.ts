import { VenueError } from '../../domain/errors.ts'
import type { Market, MarketId } from '../../domain/market.ts'
import type { Doubt } from '../../domain/market-stream.ts'
import { uniformLadder } from '../../domain/tick-ladder.ts'
import { BadFrame, isMembers, type Members, parseFrame, textOf, unreadableFrame } from '../streams/frame.ts'
import { routeFromRecord } from './routing.ts'
import {
  type Followed,
  follow,
  type MarketProtocolOptions,
  mustBeRead,
  outcomeOf,
  tellLevel,
} from './stream-followed.ts'
import {
  type BookFrame,
  bestOf,
  bookFrameOf,
  type ChangeFrame,
  changeFrameOf,
  type LevelChange,
  newMarketOf,
  printFrameOf,
  tickFrameOf,
  tokensNamedIn,
} from './stream-frames.ts'

/**
 * Polymarket's market channel as a conversation: texts in, events out. Follows the YES token of each market, whose book is
 * the whole book (the other token's mirrors it: holds for all 200 recorded pairs of 2025-12). There are no sequence numbers
 * and no replay: books are proven by the hashes of their changes, or read from REST.
 */
export class PolymarketMarkets {
  private readonly byToken = new Map<string, Followed>()
  private readonly byMarket = new Map<MarketId, Followed>()
  private isOpen = false

  constructor(private readonly options: MarketProtocolOptions) {}

  get size(): number {
    return this.byToken.size
  }

  has(market: MarketId): boolean {
    return this.byMarket.has(market)
  }

  /** False when the market has no token that could be followed. */
  add(market: Market): boolean {
    const route = routeFromRecord(market.routing)
    if (route === null) return false
    const token = route.tokens.yes
    const { sink, nowMs } = this.options
    const followed = follow(market, route, sink.books?.indexOf(market.id) ?? null, nowMs())
    this.byToken.set(token, followed)
    this.byMarket.set(market.id, followed)
    return true
  }

  /** The token that is followed no more, or null. */
  remove(market: MarketId): string | null {
    const followed = this.byMarket.get(market)
    if (followed === undefined) return null
    this.byMarket.delete(market)
    this.byToken.delete(followed.book.token)
    return followed.book.token
  }

  tokenOf(market: MarketId): string | null {
    return this.byMarket.get(market)?.book.token ?? null
  }

  get tokens(): readonly string[] {
    return [...this.byToken.keys()]
  }

  opened(): void {
    this.isOpen = true
    // The venue sends each book on subscription; what does not come by itself is read.
    for (const followed of this.byToken.values()) followed.provenAtMs = this.options.nowMs()
  }

  lost(): void {
    this.isOpen = false
    for (const followed of this.byToken.values()) {
      followed.book.isKnown = false
      followed.book.atMs = 0
      followed.reading = null
      followed.suspectSinceMs = null
      this.tellDoubt(followed, { kind: 'disconnected' })
    }
  }

  /** Somebody doubts this book: it is read from REST at the next occasion. */
  want(market: MarketId): void {
    const followed = this.byMarket.get(market)
    if (followed === undefined) return
    followed.wanted = true
    followed.book.isKnown = false
  }

  /** Tokens whose books must be read from REST now. */
  toRead(): readonly string[] {
    if (!this.isOpen) return []
    const nowMs = this.options.nowMs()
    const { proveEveryMs } = this.options
    return [...this.byToken.values()]
      .filter((followed) => mustBeRead(followed, nowMs, proveEveryMs))
      .map(({ book }) => book.token)
  }

  /** A REST read of these tokens begins: what comes meanwhile is kept, since its answer may be older. */
  readingBegins(tokens: readonly string[]): void {
    for (const token of tokens) {
      const followed = this.byToken.get(token)
      if (followed !== undefined) followed.reading = []
    }
  }

  /**
   * The read is over; `rows` is what it brought, empty when it failed. Returns the tokens for which it brought nothing new
   * enough: REST was seen minutes behind the feed (recordings of 2026-04). Their books come anew with a subscription.
   */
  readingEnds(tokens: readonly string[], rows: readonly unknown[]): readonly string[] {
    const byToken = new Map(rows.filter(isMembers).map((row) => [row.asset_id, row]))
    return tokens.filter((token) => {
      const followed = this.byToken.get(token)
      const since = followed?.reading
      if (followed === undefined || since === undefined || since === null) return false
      followed.reading = null
      const row = byToken.get(token)
      let isUsed = false
      if (row !== undefined) {
        this.guard('book', () => {
          isUsed = this.takeRead(followed, bookFrameOf(row), since)
        })
      }
      return !isUsed
    })
  }

  private takeRead(followed: Followed, frame: BookFrame, since: readonly Members[]): boolean {
    const { book } = followed
    if (frame.atMs < book.atMs) return false
    if (book.isKnown && followed.suspectSinceMs === null && frame.atMs === book.atMs && frame.text.hash === book.hash) {
      followed.wanted = false
      this.prove(followed)
      return true
    }
    this.replace(followed, frame)
    for (const change of since) this.takeChange(changeFrameOf(change))
    return true
  }

  received(text: string): void {
    const trimmed = text.trim()
    // Signs of life and the answer to a subscription that adds nothing are plain words.
    if (trimmed === '' || trimmed === 'PONG' || trimmed === 'NO NEW ASSETS') return
    const parsed = parseFrame(trimmed)
    if (parsed === undefined) {
      this.mistrustAll('a message is no JSON')
      return
    }
    for (const message of Array.isArray(parsed) ? parsed : [parsed]) {
      if (isMembers(message)) this.take(message)
      else this.mistrustAll('a message is no object')
    }
  }

  private take(message: Members): void {
    const type = typeof message.event_type === 'string' ? message.event_type : ''
    this.guard(
      type,
      () => this.takeAs(type, message),
      () => tokensNamedIn(message),
    )
  }

  private takeAs(type: string, message: Members): void {
    switch (type) {
      case 'book':
        this.takeBook(bookFrameOf(message))
        break
      case 'price_change':
        this.keepForReads(message)
        this.takeChange(changeFrameOf(message))
        break
      case 'last_trade_price':
        this.takePrint(message)
        break
      case 'tick_size_change':
        this.takeTick(message)
        break
      case 'best_bid_ask':
        this.takeBest(message)
        break
      case 'market_resolved':
        this.takeResolution(message)
        break
      case 'new_market':
        this.options.sink.onNews?.(newMarketOf(message))
        break
      default:
        // Still to be invented: passed by, and counted by whoever wants to know.
        this.options.sink.onNews?.({ kind: 'unknown', venue: 'polymarket', type })
    }
  }

  private takeBook(frame: BookFrame): void {
    const followed = this.byToken.get(frame.assetId)
    if (followed === undefined || frame.atMs < followed.book.atMs) return
    this.replace(followed, frame)
  }

  private replace(followed: Followed, frame: BookFrame): void {
    followed.book.replace(frame.text)
    followed.provenAtMs = this.options.nowMs()
    followed.wanted = false
    followed.suspectSinceMs = null
    this.tellBook(followed, frame)
  }

  private tellBook({ market }: Followed, { bids, asks }: Pick<BookFrame, 'bids' | 'asks'>): void {
    this.options.sink.onMarket({ kind: 'snapshot', market: market.id, bids, asks, subscription: null })
  }

  /** Several changes of one token in one message carry the hash of the book after all of them. */
  private takeChange({ atMs, timestamp, changes }: ChangeFrame): void {
    const touched = new Map<Followed, LevelChange>()
    for (const change of changes) {
      const followed = this.byToken.get(change.assetId)
      if (followed === undefined || !followed.book.isKnown || atMs < followed.book.atMs) continue
      followed.book.set(change.side === 'bid' ? 'bids' : 'asks', change.text)
      tellLevel(this.options.sink, followed, change)
      touched.set(followed, change)
    }
    for (const [followed, last] of touched) {
      followed.book.atMs = atMs
      this.checkHash(followed, timestamp, last)
    }
  }

  private checkHash(followed: Followed, timestamp: string, { hash, best, text }: LevelChange): void {
    switch (followed.book.verify(timestamp, hash, text.price)) {
      case 'right':
        this.prove(followed)
        break
      case 'wrong':
        this.suspect(followed)
        break
      case 'unknown':
        if (best !== undefined) this.options.sink.onMarket({ kind: 'best', market: followed.market.id, ...best })
        break
    }
  }

  /** What changes at once may come in several messages, all with the hash after the last of them. Seen 2026-04. */
  private suspect(followed: Followed): void {
    if (followed.suspectSinceMs !== null) return
    followed.suspectSinceMs = this.options.nowMs()
    this.tellDoubt(followed, { kind: 'contradiction', detail: 'the book has another hash at the venue' })
  }

  private prove(followed: Followed): void {
    followed.provenAtMs = this.options.nowMs()
    if (followed.suspectSinceMs !== null) {
      // The rest of it came, and all of it together is right.
      followed.suspectSinceMs = null
      this.tellBook(followed, followed.book.levels())
      return
    }
    this.options.sink.onMarket({ kind: 'confirmed', market: followed.market.id })
  }

  private keepForReads(message: Members): void {
    for (const { reading } of this.namedIn(message)) reading?.push(message)
  }

  private takePrint(message: Members): void {
    const print = printFrameOf(message)
    const followed = this.byToken.get(print.assetId)
    if (followed === undefined) return
    followed.book.traded(print.priceText)
    this.options.sink.onPrint?.({
      market: followed.market.id,
      id: null,
      price: print.price,
      quantity: print.quantity,
      takerSide: print.takerBuys ? 'ask' : 'bid',
      atMs: print.atMs,
    })
  }

  /** Another tick is another grid for orders, and the book is read anew. Source: venue page §8.2. */
  private takeTick(message: Members): void {
    const { assetId, step } = tickFrameOf(message)
    const followed = this.byToken.get(assetId)
    if (followed === undefined) return
    this.options.sink.onMarket({ kind: 'ladder', market: followed.market.id, ladder: uniformLadder(step) })
    this.mistrust(followed, { kind: 'contradiction', detail: 'the tick size changed' })
  }

  private takeBest(message: Members): void {
    const followed = this.byToken.get(textOf(message, 'asset_id'))
    if (followed === undefined || Number(textOf(message, 'timestamp')) < followed.book.atMs) return
    this.options.sink.onMarket({ kind: 'best', market: followed.market.id, ...bestOf(message) })
  }

  private takeResolution(message: Members): void {
    const winner = textOf(message, 'winning_asset_id')
    for (const followed of this.namedIn(message)) {
      const result = outcomeOf(followed, winner)
      this.options.sink.onMarket({ kind: 'status', market: followed.market.id, status: 'determined', result })
    }
  }

  private guard(type: string, take: () => void, about: () => readonly string[] = () => []): void {
    try {
      take()
    } catch (error) {
      if (!(error instanceof BadFrame) && !(error instanceof VenueError)) throw error
      this.options.sink.onProblem?.(unreadableFrame('Polymarket', type, error.message))
      for (const token of about()) {
        const followed = this.byToken.get(token)
        if (followed !== undefined) this.mistrust(followed, { kind: 'undecodable', detail: type })
      }
    }
  }

  private namedIn(message: Members): readonly Followed[] {
    return tokensNamedIn(message).flatMap((token) => this.byToken.get(token) ?? [])
  }

  private mistrustAll(why: string): void {
    this.options.sink.onProblem?.(unreadableFrame('Polymarket', 'without a name', why))
    for (const followed of this.byToken.values()) this.mistrust(followed, { kind: 'undecodable', detail: why })
  }

  private mistrust(followed: Followed, doubt: Doubt): void {
    followed.wanted = true
    // What was known is no base for changes any more.
    followed.book.isKnown = false
    this.tellDoubt(followed, doubt)
  }

  private tellDoubt(followed: Followed, doubt: Doubt): void {
    this.options.sink.onMarket({ kind: 'doubt', market: followed.market.id, doubt })
  }
}
