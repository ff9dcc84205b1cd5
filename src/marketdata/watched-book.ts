import type { Price, Quantity } from '../domain/amounts.ts'
import type { Market, MarketId, MarketStatus } from '../domain/market.ts'
import type { BookSide, Doubt } from '../domain/market-stream.ts'
import type { Level } from '../domain/order-book.ts'
import type { TickLadder } from '../domain/tick-ladder.ts'
import { noAsk, noBid, placeOf, priceAt } from '../domain/touch.ts'
import type { Clock } from '../runtime/clock.ts'
import type { BookState, LiveBook, Untradable } from './book-feed.ts'
import { addToLevel, bestAt, levelsOf, placeOn, refused, replaceLevels, setLevel } from './book-side.ts'
import { type LevelSlab, NO_LEVELS } from './level-slab.ts'

const TRADABLE: BookState = { kind: 'tradable' }
const tooMuch = 'would hold more contracts than there can be'

/** When something was last proven, monotonic ms. All books of one subscription share one. */
export interface Proof {
  atMs: number
}

export interface BookAging {
  readonly clock: Clock
  readonly staleAfterMs: number
}

/** Where a book stands among those of its feed. */
export interface BookPlace {
  readonly index: number
  readonly slab: LevelSlab
}

/** A book that follows the venue's word, and remembers why it cannot be relied on. */
export class WatchedBook implements LiveBook {
  // What every change touches comes first, and so lies together.
  version = 0
  levelChanges = 0
  bidAt = noBid
  askAt = noAsk
  readonly index: number
  private doubt: { readonly kind: 'waiting' } | Doubt | null = { kind: 'waiting' }
  private readonly slab: LevelSlab
  private bidBlock = NO_LEVELS
  private askBlock = NO_LEVELS
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
    { index, slab }: BookPlace,
    private readonly aging: BookAging,
  ) {
    this.index = index
    this.slab = slab
    this.market = market.id
    this.ladder = market.ladder
    this.status = market.status
    this.closeAtMs = market.closeTime === null ? null : Date.parse(market.closeTime)
  }

  get bids(): readonly Level[] {
    return levelsOf(this.slab, this.bidBlock)
  }

  get asks(): readonly Level[] {
    return levelsOf(this.slab, this.askBlock)
  }

  get bidCount(): number {
    return this.slab.countIn(this.bidBlock)
  }

  get askCount(): number {
    return this.slab.countIn(this.askBlock)
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
    const { bidAt, askAt } = this
    return bidAt < askAt ? null : { kind: 'crossed', bid: priceAt(bidAt), ask: priceAt(askAt) }
  }

  private stale(): Untradable | null {
    const limitMs = this.aging.staleAfterMs
    const ageMs = this.aging.clock.monotonicMs() - (this.proof?.atMs ?? Number.NEGATIVE_INFINITY)
    return ageMs > limitMs ? { kind: 'stale', ageMs, limitMs } : null
  }

  snapshot(levels: { readonly bids: readonly Level[]; readonly asks: readonly Level[] }, proof: Proof): void {
    this.doubt = null
    this.proof = proof
    this.take('bid', replaceLevels(this.slab, this.bidBlock, 'bid', levels.bids), tooMuch)
    this.take('ask', replaceLevels(this.slab, this.askBlock, 'ask', levels.asks), tooMuch)
  }

  change(side: BookSide, price: Price, by: Quantity): void {
    const block = addToLevel(this.slab, this.blockOf(side), placeOn(side, price), by)
    this.take(side, block, by < 0n ? 'would fall below zero' : tooMuch)
  }

  level(side: BookSide, price: Price, quantity: Quantity): void {
    this.take(side, setLevel(this.slab, this.blockOf(side), placeOn(side, price), quantity), tooMuch)
  }

  /** Holds our best prices against the venue's. */
  checkBest(bid: Price | null, ask: Price | null): void {
    const isOurs =
      this.bidAt === (bid === null ? noBid : placeOf(bid)) && this.askAt === (ask === null ? noAsk : placeOf(ask))
    if (isOurs) return
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

  /** Nobody watches it any more: what is read of it is empty and waits. */
  release(): void {
    this.doubt = { kind: 'waiting' }
    this.proof = null
    for (const side of ['bid', 'ask'] as const) {
      this.slab.give(this.blockOf(side))
      this.take(side, NO_LEVELS, tooMuch)
    }
  }

  private blockOf(side: BookSide): number {
    return side === 'bid' ? this.bidBlock : this.askBlock
  }

  /** A side's block from now on, or the reason to doubt the book. */
  private take(side: BookSide, block: number, whenRefused: string): void {
    if (block === refused) {
      this.mistrust({ kind: 'contradiction', detail: `a ${side} level ${whenRefused}` })
      return
    }
    if (side === 'bid') {
      this.bidBlock = block
      this.bidAt = bestAt(this.slab, block, side)
    } else {
      this.askBlock = block
      this.askAt = bestAt(this.slab, block, side)
    }
    this.levelChanges++
    this.version++
  }
}
