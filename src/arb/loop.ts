import type { MarketId } from '../domain/market.ts'
import { type DetectTerms, evaluatePair } from './detect.ts'
import { Detector } from './detector.ts'
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
  /** Something is to be looked at. */
  onNews(): void
  readonly maxTrades: number | null
  readonly signal: AbortSignal
}

/** Every pair that limits, cash or age may decide is looked at so often, ms, though no book of it changes. */
const lookAtAllEveryMs = 1_000

/**
 * Looks at the pairs whose books changed, tells what they pay, and has the best of it traded: one trade at a time, so that two
 * opportunities never compete for one limit, and each in books that are newer than the last trade in them.
 */
export class ArbLoop<Result> {
  readonly #detector: Detector
  readonly #open = new Map<string, Opportunity>()
  /** When each market was last traded in. */
  readonly #tradedAt = new Map<MarketId, number>()
  readonly #pausedUntil = new Map<string, number>()
  #trades = 0

  readonly #unhear: () => void
  #lookedAtAllMs: number

  constructor(private readonly options: LoopOptions<Result>) {
    const { pairs, feed, minEdge, nowMs, onNews } = options
    const detector = new Detector(pairs, (market) => feed.book(market), minEdge)
    this.#detector = detector
    this.#lookedAtAllMs = nowMs()
    this.#unhear = feed.onChange(
      (book) => {
        detector.hear(book)
        if (detector.hasNews) onNews()
      },
      (index) => detector.cares(index),
    )
  }

  /** A pair whose markets are known otherwise now. What was found of it before stands for nothing. */
  replace(pair: ArbPair): void {
    this.#detector.replace(pair)
    const found = this.#open.get(pair.key)
    if (found !== undefined) this.#open.set(pair.key, { ...found, pair })
    if (this.#detector.hasNews) this.options.onNews()
  }

  /** Hears no more. */
  stop(): void {
    this.#unhear()
  }

  get isDone(): boolean {
    const { maxTrades, signal } = this.options
    return signal.aborted || (maxTrades !== null && this.#trades >= maxTrades)
  }

  /** One look at what changed, and at most one trade. */
  async look(): Promise<void> {
    this.#find()
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

  #find(): void {
    const { nowMs, termsNow, onOpportunity } = this.options
    if (nowMs() - this.#lookedAtAllMs >= lookAtAllEveryMs) {
      this.#detector.markAll()
      this.#lookedAtAllMs = nowMs()
    }
    if (!this.#detector.hasNews) return
    for (const finding of this.#detector.look(termsNow())) {
      const { key } = finding.pair
      if (finding.kind === 'gone') {
        this.#end(finding.pair)
      } else {
        const before = this.#open.get(key)
        this.#open.set(key, finding)
        if (before === undefined || isNews(before, finding)) onOpportunity(finding)
      }
    }
  }

  #end(pair: ArbPair): void {
    if (this.#open.delete(pair.key)) this.options.onGone(pair)
  }

  /** The one that keeps most. Its books must be newer than the last trade in them. */
  #best(): Opportunity | null {
    let best: Opportunity | null = null
    for (const { pair } of this.#open.values()) {
      if (!this.#isReady(pair)) continue
      // Limits, cash and the age of the books move on without a word from a venue.
      const found = this.#evaluate(pair)
      if (found === null) this.#end(pair)
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
