import type { Price } from '../domain/amounts.ts'
import type { Market, MarketId, MarketStatus } from '../domain/market.ts'
import type { BookSide, Doubt } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import type { TickLadder } from '../domain/tick-ladder.ts'
import { noAsk, noBid, placeOf, priceAt } from '../domain/touch.ts'
import type { MarketIndex } from '../domain/venue-stream.ts'
import type { Clock } from '../runtime/clock.ts'
import type { BookState, LiveBook, Untradable } from './book-feed.ts'
import { type BookTable, NO_BOOK } from './book-table.ts'

const TRADABLE: BookState = { kind: 'tradable' }
/** Why a level was refused. */
export const tooMuch = 'would hold more contracts than there can be'
export const belowZero = 'would fall below zero'

/** When something was last proven, monotonic ms. All books of one subscription share one. */
export interface Proof {
  atMs: number
}

export interface BookAging {
  readonly clock: Clock
  readonly staleAfterMs: number
}

/** A book that follows the venue's word, and remembers why it cannot be relied on. Its levels lie in its feed's table. */
export class WatchedBook implements LiveBook {
  private doubt: { readonly kind: 'waiting' } | Doubt | null = { kind: 'waiting' }
  readonly market: MarketId
  ladder: TickLadder
  /** Null: not known at present. */
  private status: MarketStatus | null
  /** Unix ms; null when the venue does not say. */
  private closeAtMs: number | null
  /** Null before the first snapshot. */
  private proof: Proof | null = null

  constructor(
    market: Market,
    public index: MarketIndex,
    private readonly table: BookTable,
    private readonly aging: BookAging,
  ) {
    this.market = market.id
    this.ladder = market.ladder
    this.status = market.status
    this.closeAtMs = market.closeTime === null ? null : Date.parse(market.closeTime)
  }

  get bidAt(): number {
    return this.table.bestAt(this.index, 'bid')
  }

  get askAt(): number {
    return this.table.bestAt(this.index, 'ask')
  }

  get bids(): readonly Level[] {
    return this.table.levels(this.index, 'bid')
  }

  get asks(): readonly Level[] {
    return this.table.levels(this.index, 'ask')
  }

  get bidCount(): number {
    return this.table.count(this.index, 'bid')
  }

  get askCount(): number {
    return this.table.count(this.index, 'ask')
  }

  get levelChanges(): number {
    return this.table.changes(this.index)
  }

  get at(): number | null {
    return this.proof?.atMs ?? null
  }

  get state(): BookState {
    const reason = this.doubt ?? this.notOpen() ?? this.crossed() ?? this.stale()
    return reason === null ? TRADABLE : { kind: 'untradable', reason }
  }

  private notOpen(): Untradable | null {
    if (this.status === null) return { kind: 'status_unknown' }
    if (this.status !== 'open') return { kind: 'not_open', status: this.status }
    // Venues close markets by the clock and do not tell. Source: Kalshi, venue page §11.
    const over = this.closeAtMs !== null && this.aging.clock.nowMs() >= this.closeAtMs
    return over ? { kind: 'not_open', status: 'closed' } : null
  }

  private crossed(): Untradable | null {
    const { bidAt, askAt } = this
    return bidAt < askAt ? null : { kind: 'crossed', bid: priceAt(bidAt), ask: priceAt(askAt) }
  }

  private stale(): Untradable | null {
    const limitMs = this.aging.staleAfterMs
    const ageMs = this.aging.clock.monotonicMs() - (this.proof?.atMs ?? Number.NEGATIVE_INFINITY)
    return ageMs > limitMs ? { kind: 'stale', ageMs, limitMs } : null
  }

  /** The first thing that does not fit ends it: the book is doubted, and waits for the next one. */
  snapshot(levels: { readonly bids: readonly Level[]; readonly asks: readonly Level[] }, proof: Proof): void {
    this.doubtNow(null)
    this.proof = proof
    this.replace('bid', levels.bids)
    this.replace('ask', levels.asks)
  }

  private replace(side: BookSide, levels: readonly Level[]): void {
    if (!this.table.replace(this.index, side, levels)) this.refuse(side, tooMuch)
  }

  /** A change of a level that does not fit into the book. */
  refuse(side: BookSide, why: string): void {
    this.mistrust({ kind: 'contradiction', detail: `a ${side} level ${why}` })
  }

  /** Holds our best prices against the venue's. False when they are others. */
  hasBest(bid: Price | null, ask: Price | null): boolean {
    return this.bidAt === (bid === null ? noBid : placeOf(bid)) && this.askAt === (ask === null ? noAsk : placeOf(ask))
  }

  /** Proven by itself, apart from any subscription. */
  confirm(nowMs: number): void {
    if (this.proof !== null) this.proof.atMs = nowMs
  }

  /** The first reason stands until there is a snapshot: what follows from it would hide it. */
  mistrust(doubt: Doubt): void {
    if (this.doubt === null || this.doubt.kind === 'waiting') this.doubtNow(doubt)
  }

  enter(status: MarketStatus | null): void {
    this.status = status
  }

  closeAt(closeAtMs: number): void {
    this.closeAtMs = closeAtMs
  }

  /** Nobody watches it any more: what is read of it is empty and waits, also when the market is watched again, by another. */
  release(): void {
    this.doubtNow({ kind: 'waiting' })
    this.proof = null
    this.replace('bid', [])
    this.replace('ask', [])
    this.index = NO_BOOK
  }

  private doubtNow(doubt: typeof this.doubt): void {
    this.doubt = doubt
    this.table.follow(this.index, doubt === null)
  }
}
