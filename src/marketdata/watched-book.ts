import type { Price, Quantity } from '../domain/amounts.ts'
import type { Market, MarketId, MarketStatus } from '../domain/market.ts'
import type { BookSide, Doubt } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import type { TickLadder } from '../domain/tick-ladder.ts'
import type { Clock } from '../runtime/clock.ts'
import type { BookState, LiveBook, Untradable } from './book-feed.ts'
import { SideOfBook } from './book-side.ts'

const TRADABLE: BookState = { kind: 'tradable' }

/** When something was last proven, monotonic ms. All books of one subscription share one. */
export interface Proof {
  atMs: number
}

export interface BookAging {
  readonly clock: Clock
  readonly staleAfterMs: number
}

/** A book that follows the venue's word, and remembers why it cannot be relied on. */
export class WatchedBook implements LiveBook {
  readonly market: MarketId
  version = 0
  ladder: TickLadder
  changedAt: number | null = null
  /** Null: not known at present. */
  private status: MarketStatus | null
  /** Unix ms; null when the venue does not say. */
  private closeAtMs: number | null
  private readonly bidSide = new SideOfBook('bid')
  private readonly askSide = new SideOfBook('ask')
  private doubt: { readonly kind: 'waiting' } | Doubt | null = { kind: 'waiting' }
  /** Null before the first snapshot. */
  private proof: Proof | null = null

  constructor(
    market: Market,
    private readonly aging: BookAging,
  ) {
    this.market = market.id
    this.ladder = market.ladder
    this.status = market.status
    this.closeAtMs = market.closeTime === null ? null : Date.parse(market.closeTime)
  }

  get bids(): readonly Level[] {
    return this.bidSide.levels
  }

  get asks(): readonly Level[] {
    return this.askSide.levels
  }

  get at(): number | null {
    return this.proof?.atMs ?? null
  }

  /** Whether its levels follow the venue, so that changes can be applied to them. */
  get isFollowing(): boolean {
    return this.doubt === null
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
    const [bid, ask] = [this.bidSide.best, this.askSide.best]
    if (bid === undefined || ask === undefined || bid.price < ask.price) return null
    return { kind: 'crossed', bid: bid.price, ask: ask.price }
  }

  private stale(): Untradable | null {
    const limitMs = this.aging.staleAfterMs
    const ageMs = this.aging.clock.monotonicMs() - (this.proof?.atMs ?? Number.NEGATIVE_INFINITY)
    return ageMs > limitMs ? { kind: 'stale', ageMs, limitMs } : null
  }

  snapshot(levels: { readonly bids: readonly Level[]; readonly asks: readonly Level[] }, proof: Proof): void {
    this.bidSide.replace(levels.bids)
    this.askSide.replace(levels.asks)
    this.doubt = null
    this.proof = proof
    this.touch(proof.atMs)
  }

  change(side: BookSide, price: Price, by: Quantity, nowMs: number): void {
    const fits = (side === 'bid' ? this.bidSide : this.askSide).add(price, by)
    if (fits) this.touch(nowMs)
    else this.mistrust({ kind: 'contradiction', detail: `a ${side} level would fall below zero` })
  }

  level(side: BookSide, price: Price, quantity: Quantity, nowMs: number): void {
    const levels = side === 'bid' ? this.bidSide : this.askSide
    levels.set(price, quantity)
    this.touch(nowMs)
  }

  /** Holds our best prices against the venue's. */
  checkBest(bid: Price | null, ask: Price | null): void {
    const ours = [this.bidSide.best?.price ?? null, this.askSide.best?.price ?? null]
    if (ours[0] === bid && ours[1] === ask) return
    this.mistrust({ kind: 'contradiction', detail: 'the venue has another best price' })
  }

  /** Proven by itself, apart from any subscription. */
  confirm(nowMs: number): void {
    if (this.proof !== null) this.proof.atMs = nowMs
  }

  mistrust(doubt: Doubt): void {
    // The first reason stands until there is a snapshot: what follows from it would hide it.
    if (this.doubt === null || this.doubt.kind === 'waiting') this.doubt = doubt
    this.version++
  }

  enter(status: MarketStatus | null): void {
    this.status = status
    this.version++
  }

  closeAt(closeAtMs: number): void {
    this.closeAtMs = closeAtMs
    this.version++
  }

  priceOn(ladder: TickLadder): void {
    this.ladder = ladder
    this.version++
  }

  private touch(nowMs: number): void {
    this.changedAt = nowMs
    this.version++
  }
}
