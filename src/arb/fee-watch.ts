import { ToolkitError } from '../domain/errors.ts'
import type { FeeSchedule } from '../domain/fees.ts'
import type { Market, MarketId } from '../domain/market.ts'
import type { FeesNow } from '../domain/venue.ts'
import type { VenueNews } from '../domain/venue-stream.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ArbPair } from './ports.ts'

/** What became of the fees of a market, with its pairs as they stand now. */
export type FeeEvent =
  /** They changed, or may have: its pairs are left alone until they have been read again. */
  | { readonly kind: 'fees_doubted'; readonly market: MarketId; readonly pairs: readonly ArbPair[] }
  /** They are others than they were, or known again. */
  | {
      readonly kind: 'fees_read'
      readonly market: MarketId
      readonly fees: FeeSchedule
      readonly pairs: readonly ArbPair[]
    }

export interface FeeWatchOptions {
  readonly pairs: readonly ArbPair[]
  readonly clock: Clock
  /** Whether announcements are asked for now and then, besides what is told. */
  readonly reads: 'all' | 'told'
  read(market: Market): Promise<FeesNow>
  onPair(pair: ArbPair): void
  onEvent(event: FeeEvent): void
  /** Something is to be looked at. */
  onNews(): void
}

/** How often each market is asked what has been announced, ms. Fees change by notice, hours or days ahead. */
const announcedEveryMs = 15 * 60_000
/** So many markets are asked at once, and then none for as long, so that orders and books are not kept waiting. */
const askedAtOnce = 4
const pauseMs = 1_000
/** What cannot be read is tried again after so long, ms. */
const againMs = 5_000
/** For so long an answer that contradicts the announcement is taken for an old one, ms. */
const oldShownMs = 20_000

const beingRead: FeeSchedule = { kind: 'unknown', reason: 'fees changed, being read again' }

interface Kept {
  /** As it stands in its pairs, fees included. */
  market: Market
  /** What was last believed. */
  charged: FeeSchedule
  /** When its fees may end, Unix ms. */
  untilMs: number | null
  /** Monotonic ms. What was asked before is not believed. Null: there is no doubt. */
  doubtedAt: number | null
  /** What they are by the venue's message. */
  told: FeeSchedule | null
  /** Whether anybody was told of the doubt. */
  isTold: boolean
  /** When the question was put whose answer stands now, monotonic ms. */
  askedAt: number
  /** When it is asked next, monotonic ms. */
  readAt: number
}

/**
 * The fees of the pairs while a loop runs. What a venue tells or has announced counts from that moment on: the fees of the
 * market are unknown, so that no pair of it pays, until they have been read by a question that was put later.
 */
export class FeeWatch {
  readonly #kept = new Map<MarketId, Kept>()
  readonly #pairs = new Map<string, ArbPair>()
  readonly #pairsOf = new Map<MarketId, readonly string[]>()
  #reading: Promise<void> | null = null
  #restUntil: number
  /** Nothing falls due before: Unix ms and monotonic ms. */
  #nextUntilMs = Number.POSITIVE_INFINITY
  #nextReadAt = 0
  #failure: { readonly error: unknown } | null = null

  constructor(private readonly options: FeeWatchOptions) {
    const now = options.clock.monotonicMs()
    this.#restUntil = now
    for (const pair of options.pairs) {
      this.#pairs.set(pair.key, pair)
      for (const market of pair.markets) {
        this.#pairsOf.set(market.id, [...(this.#pairsOf.get(market.id) ?? []), pair.key])
        const readAt = options.reads === 'all' ? now : Number.POSITIVE_INFINITY
        const doubt = { untilMs: null, doubtedAt: null, told: null, isTold: false }
        this.#kept.set(market.id, { market, charged: market.fees, ...doubt, askedAt: now, readAt })
      }
    }
  }

  hear(news: VenueNews): void {
    if (news.kind !== 'fees_changed') return
    for (const kept of this.#kept.values()) {
      const { venue, eventId } = kept.market
      const isMeant = venue === news.venue && (news.event === null || eventId === news.event)
      // That something may have been missed is worth a word only if it turns out that it was.
      if (isMeant) this.#doubt(kept, news.told, news.event !== null)
    }
  }

  /** The pairs as they were read when all of them were asked for, which was at `askedAt`. */
  take(pairs: readonly ArbPair[], askedAt: number): void {
    for (const pair of pairs) {
      for (const fresh of pair.markets) {
        const kept = this.#kept.get(fresh.id)
        if (kept === undefined) continue
        // What was asked for later is newer, whichever answer came first.
        const isNewer = kept.doubtedAt === null && askedAt >= kept.askedAt
        this.#put(kept, isNewer ? fresh : { ...fresh, fees: kept.market.fees })
        if (isNewer) this.#tellCharged(kept)
      }
    }
  }

  /** Lets fall due what does, before a look. Reads go on beside it. */
  tick(): void {
    const { clock } = this.options
    if (this.#failure !== null) throw this.#failure.error
    if (clock.nowMs() >= this.#nextUntilMs) this.#endAnnounced()
    const now = clock.monotonicMs()
    if (this.#reading !== null || now < this.#nextReadAt) return
    const due = this.#due(now)
    if (due.length === 0) return
    this.#reading = this.#readEach(due)
      .catch((error: unknown) => {
        this.#failure = { error }
      })
      .finally(() => {
        this.#reading = null
        this.options.onNews()
      })
  }

  /** Resolves when nothing is being read. */
  async settled(): Promise<void> {
    while (this.#reading !== null) await this.#reading
    if (this.#failure !== null) throw this.#failure.error
  }

  #endAnnounced(): void {
    const nowMs = this.options.clock.nowMs()
    const all = [...this.#kept.values()]
    for (const kept of all) if (kept.untilMs !== null && kept.untilMs <= nowMs) this.#doubt(kept, null, true)
    this.#nextUntilMs = all.reduce((next, { untilMs }) => Math.min(next, untilMs ?? next), Number.POSITIVE_INFINITY)
  }

  /** The doubted first, and a few of the others. */
  #due(now: number): readonly Kept[] {
    const due = [...this.#kept.values()].filter(({ readAt }) => readAt <= now)
    const doubted = due.filter(({ doubtedAt }) => doubtedAt !== null)
    const others = now >= this.#restUntil ? due.filter(({ doubtedAt }) => doubtedAt === null).slice(0, askedAtOnce) : []
    if (others.length > 0) this.#restUntil = now + pauseMs
    // Those that are read now say themselves when it is their turn again.
    let next = due.length > doubted.length ? this.#restUntil : Number.POSITIVE_INFINITY
    for (const { readAt } of this.#kept.values()) if (readAt > now && readAt < next) next = readAt
    this.#nextReadAt = next
    return [...doubted, ...others]
  }

  async #readEach(due: readonly Kept[]): Promise<void> {
    for (const kept of due) await this.#read(kept)
  }

  async #read(kept: Kept): Promise<void> {
    const { clock, read } = this.options
    const askedAt = clock.monotonicMs()
    this.#askAt(kept, askedAt + againMs)
    try {
      this.#believe(kept, await read(kept.market), askedAt)
    } catch (error) {
      // A venue that cannot be read is asked again; until then what is in doubt stays so.
      if (!(error instanceof ToolkitError)) throw error
    }
  }

  #believe(kept: Kept, { schedule, untilMs }: FeesNow, askedAt: number): void {
    const { doubtedAt, told } = kept
    const now = this.options.clock.monotonicMs()
    if (doubtedAt !== null && askedAt < doubtedAt) {
      this.#askAt(kept, now)
      return
    }
    const isOld = told !== null && doubtedAt !== null && now - doubtedAt < oldShownMs && !isSame(schedule, told)
    // A venue that does not know for a while says until when.
    const isUnsure = schedule.kind === 'unknown' && untilMs !== null
    if (isOld || isUnsure) {
      kept.doubtedAt ??= askedAt
      this.#askAt(kept, now + (isUnsure ? Math.max(0, untilMs - this.options.clock.nowMs()) : pauseMs))
      this.#put(kept, { ...kept.market, fees: isUnsure ? schedule : beingRead })
      return
    }
    kept.doubtedAt = null
    kept.told = null
    kept.askedAt = askedAt
    kept.untilMs = untilMs
    this.#nextUntilMs = Math.min(this.#nextUntilMs, untilMs ?? Number.POSITIVE_INFINITY)
    this.#askAt(kept, this.options.reads === 'all' ? now + announcedEveryMs : Number.POSITIVE_INFINITY)
    this.#put(kept, { ...kept.market, fees: schedule })
    this.#tellCharged(kept)
  }

  /** Says so when what is charged is something else than before, or somebody waits for the word. */
  #tellCharged(kept: Kept): void {
    const { id, fees } = kept.market
    const isNews = kept.isTold || !isSame(kept.charged, fees)
    kept.charged = fees
    kept.isTold = false
    if (isNews) this.options.onEvent({ kind: 'fees_read', market: id, fees, pairs: this.#standing(id) })
  }

  #askAt(kept: Kept, readAt: number): void {
    kept.readAt = readAt
    this.#nextReadAt = Math.min(this.#nextReadAt, readAt)
  }

  #doubt(kept: Kept, told: FeeSchedule | null, isWorthAWord: boolean): void {
    const now = this.options.clock.monotonicMs()
    kept.doubtedAt = now
    kept.told = told
    kept.untilMs = null
    this.#askAt(kept, now)
    this.#put(kept, { ...kept.market, fees: beingRead })
    if (!isWorthAWord || kept.isTold) return
    kept.isTold = true
    const { id } = kept.market
    this.options.onEvent({ kind: 'fees_doubted', market: id, pairs: this.#standing(id) })
  }

  #standing(market: MarketId): readonly ArbPair[] {
    return (this.#pairsOf.get(market) ?? []).flatMap((key) => this.#pairs.get(key) ?? [])
  }

  /** Puts a market into its pairs as it is now. */
  #put(kept: Kept, market: Market): void {
    kept.market = market
    for (const pair of this.#standing(market.id)) {
      const [first, second] = pair.markets
      const now: ArbPair = {
        ...pair,
        markets: [first.id === market.id ? market : first, second.id === market.id ? market : second],
      }
      this.#pairs.set(pair.key, now)
      this.options.onPair(now)
    }
  }
}

/** Whether two schedules charge the same. What they are called after, and until when they may be waived, does not matter. */
function isSame(one: FeeSchedule, other: FeeSchedule): boolean {
  if (one.kind !== 'quadratic' || other.kind !== 'quadratic') return one.kind === other.kind
  return (
    one.takerRate === other.takerRate &&
    one.makerRate === other.makerRate &&
    one.multiplier === other.multiplier &&
    one.exponent === other.exponent &&
    one.rounding === other.rounding
  )
}
