import type { Price } from '../domain/amounts.ts'
import type { Market, MarketId, MarketStatus } from '../domain/market.ts'
import type { BookSide, Doubt, MarketIndex } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import type { TickLadder } from '../domain/tick-ladder.ts'
import { noAsk, noBid, placeOf, priceAt } from '../domain/touch.ts'
import type { Clock } from '../runtime/clock.ts'
import type { BookState, LiveBook, Untradable } from './book-feed.ts'
import { type BookRows, EMPTY_ROW } from './book-rows.ts'
import { levelsOf, replaceLevels } from './book-side.ts'
import { NO_LEVELS } from './level-slab.ts'

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

/** A book that follows the venue's word, and remembers why it cannot be relied on. Its numbers are a row of its feed's. */
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
    private readonly rows: BookRows,
    private readonly aging: BookAging,
  ) {
    this.market = market.id
    this.ladder = market.ladder
    this.status = market.status
    this.closeAtMs = market.closeTime === null ? null : Date.parse(market.closeTime)
  }

  get bidAt(): number {
    return this.rows.bidAt(this.index)
  }

  get askAt(): number {
    return this.rows.askAt(this.index)
  }

  get bids(): readonly Level[] {
    return levelsOf(this.rows.slab, this.blockOf('bid'))
  }

  get asks(): readonly Level[] {
    return levelsOf(this.rows.slab, this.blockOf('ask'))
  }

  get bidCount(): number {
    return this.rows.slab.countIn(this.blockOf('bid'))
  }

  get askCount(): number {
    return this.rows.slab.countIn(this.blockOf('ask'))
  }

  get levelChanges(): number {
    return this.rows.changes(this.index)
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
    const block = replaceLevels(this.rows.slab, this.blockOf(side), side, levels)
    if (this.rows.take(this.index, side, block) === 'refused') this.refuse(side, tooMuch)
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

  /** Nobody watches it any more: what is read of it is empty and waits, also when its row is another book's later. */
  release(): void {
    this.doubtNow({ kind: 'waiting' })
    this.proof = null
    for (const side of ['bid', 'ask'] as const) {
      this.rows.slab.give(this.blockOf(side))
      this.rows.take(this.index, side, NO_LEVELS)
    }
    this.index = EMPTY_ROW
  }

  private doubtNow(doubt: typeof this.doubt): void {
    this.doubt = doubt
    this.rows.follow(this.index, doubt === null)
  }

  private blockOf(side: BookSide): number {
    return this.rows.block(this.index, side)
  }
}
