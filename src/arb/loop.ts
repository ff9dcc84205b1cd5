import type { MarketId } from '../domain/market.ts'
import { Detector, type DetectTerms, evaluatePair } from './detect.ts'
import { edgePerPair, type Opportunity } from './opportunity.ts'
import type { ArbFeed, ArbPair } from './ports.ts'

/** What a trader made of an opportunity. */
export interface Dealt<Result> {
  readonly result: Result
  /** A trade counts toward the most that are wanted. */
  readonly isTrade: boolean
  /** How long the pair is left alone, ms: what was refused is refused again a moment later. */
  readonly pauseMs: number
}

export interface LoopOptions<Result> {
  readonly pairs: readonly ArbPair[]
  readonly feed: ArbFeed
  readonly minEdge: DetectTerms['minEdge']
  termsNow(): DetectTerms
  /** Monotonic ms of the feed's clock. */
  nowMs(): number
  deal(found: Opportunity): Promise<Dealt<Result>>
  onOpportunity(found: Opportunity): void
  onGone(pair: ArbPair): void
  onDealt(result: Result): void
  readonly maxTrades: number | null
  readonly signal: AbortSignal
}

/**
 * Looks at the books that changed, tells what they pay, and has the best of it traded: one trade at a time, so that two
 * opportunities never compete for one limit, and each in books that are newer than the last trade in them.
 */
export class ArbLoop<Result> {
  readonly #detector: Detector
  readonly #open = new Map<string, Opportunity>()
  /** When each market was last traded in. */
  readonly #tradedAt = new Map<MarketId, number>()
  readonly #pausedUntil = new Map<string, number>()
  #trades = 0

  constructor(private readonly options: LoopOptions<Result>) {
    const { pairs, feed, minEdge } = options
    this.#detector = new Detector(pairs, (market) => feed.book(market), options.termsNow, minEdge)
  }

  get isDone(): boolean {
    const { maxTrades, signal } = this.options
    return signal.aborted || (maxTrades !== null && this.#trades >= maxTrades)
  }

  /** One look at the pairs of these markets, and at most one trade. */
  async look(markets: Iterable<MarketId>): Promise<void> {
    for (const market of markets) this.#hear(market)
    const best = this.isDone ? null : this.#best()
    if (best === null) return
    const { pair } = best
    const { result, isTrade, pauseMs } = await this.options.deal(best)
    if (isTrade) this.#trades++
    const now = this.options.nowMs()
    this.#pausedUntil.set(pair.key, now + pauseMs)
    for (const { id } of pair.markets) this.#tradedAt.set(id, now)
    this.options.onDealt(result)
  }

  #hear(market: MarketId): void {
    const { onOpportunity, onGone } = this.options
    const { feed } = this.options
    const book = feed.book(market)
    if (book === null) return
    for (const finding of this.#detector.update(book)) {
      const { key } = finding.pair
      if (finding.kind === 'gone') {
        if (this.#open.delete(key)) onGone(finding.pair)
      } else {
        const before = this.#open.get(key)
        this.#open.set(key, finding)
        if (before === undefined || isNews(before, finding)) onOpportunity(finding)
      }
    }
  }

  /** The one that keeps most. Its books must be newer than the last trade in them. */
  #best(): Opportunity | null {
    let best: Opportunity | null = null
    for (const { pair } of this.#open.values()) {
      if (!this.#isReady(pair)) continue
      // Limits, cash and the age of the books move on without a word from a venue.
      const found = this.#evaluate(pair)
      if (found === null) this.#open.delete(pair.key)
      else if (best === null || found.edge > best.edge) best = found
    }
    return best
  }

  #evaluate(pair: ArbPair): Opportunity | null {
    const { feed, termsNow } = this.options
    const [first, second] = [feed.book(pair.markets[0].id), feed.book(pair.markets[1].id)]
    const found = first === null || second === null ? null : evaluatePair(pair, [first, second], termsNow())
    return found?.kind === 'opportunity' ? found : null
  }

  #isReady(pair: ArbPair): boolean {
    if (this.options.nowMs() < (this.#pausedUntil.get(pair.key) ?? Number.NEGATIVE_INFINITY)) return false
    return pair.markets.every(({ id }) => {
      const at = this.options.feed.book(id)?.at ?? null
      return at !== null && at > (this.#tradedAt.get(id) ?? Number.NEGATIVE_INFINITY)
    })
  }
}

function isNews(before: Opportunity, after: Opportunity): boolean {
  return before.pairs !== after.pairs || edgePerPair(before) !== edgePerPair(after)
}
