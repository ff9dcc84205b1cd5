import { isUnsettled } from '../domain/order.ts'
import type { VenueNews } from '../domain/venue-stream.ts'
import { cancelEach, type EachCancelOutcome } from '../engine/cancel/cancel-each.ts'
import { type Refusal, unsettledRefusal } from '../engine/place/require-settled.ts'
import { signOrders } from '../engine/place/sign-orders.ts'
import type { Trading } from '../engine/trading.ts'
import type { ArbTrade } from '../store/events.ts'
import type { Signed, Traded } from './arb-event.ts'
import { evaluatePair } from './detect.ts'
import { executeTrade } from './execute-pair.ts'
import { FeeWatch } from './fee-watch.ts'
import type { FeedSource } from './feed-source.ts'
import { ArbLoop, type Dealt } from './loop.ts'
import type { Opportunity } from './opportunity.ts'
import type { ArbPair } from './ports.ts'
import { type AccountFacts, type ArbWishes, readAccountFacts, termsNow } from './terms.ts'
import { type LegOrder, lossLeft, orderOf, riskOf, sizeWithin } from './trade-opportunity.ts'
import type { UnderWayOptions } from './under-way.ts'
import { UnderWay } from './under-way.ts'

export interface RunOptions extends UnderWayOptions {
  readonly source: FeedSource
  readonly wishes: ArbWishes
  readonly order: LegOrder
  readonly maxTrades: number | null
  /** One look at every pair, and at most one trade. */
  readonly once: boolean
  /** When `pairs` were held against their approvals, monotonic ms. Left out: now. */
  readonly approvedAtMs?: number
  /** The pairs that are still approved, by the texts that their venues show now, as they show them. Asked again and again. */
  approvedNow(): Promise<readonly ArbPair[]>
  /** Whether venues are asked now and then what fees they have announced: a tape is not. */
  readonly announcements: 'asked' | 'heard'
  /** Ends the loop in good order: what is in flight is settled, what rests is cancelled. */
  readonly signal: AbortSignal
}

export interface RunReport {
  readonly traded: readonly Traded[]
  readonly signed: readonly Signed[]
  readonly mended: readonly ArbTrade[]
  readonly cancelled: readonly EachCancelOutcome[]
  /** Orders of two-leg trades whose outcome is still not known. */
  readonly unsettled: readonly string[]
  /** Two-leg trades that have not ended. */
  readonly open: readonly ArbTrade[]
  readonly opportunities: number
  /** Why nothing was traded from the beginning on. */
  readonly refused: Refusal | null
}

/** A pair whose orders were refused is left alone for so long, ms. */
const refusedPauseMs = 10_000
/** How often the rule texts are held against the approvals, ms. */
const approvedEveryMs = 60_000
/** Where a venue tells that a text has changed it is done at once, and no more often than this, ms. */
const changedEveryMs = 5_000
/** How long a single look waits for books that do not come, ms. */
const booksWaitMs = 10_000
/** What was signed and not sent is signed again after so long, ms. */
const signedPauseMs = 60_000

/**
 * Runs until as many trades are done as were wanted, or until the signal. Begins with what an earlier process left: orders
 * without an answer are settled, and trades with one side larger than the other are mended. Where that leaves an order of
 * more than a minute ago without an answer, nothing is traded.
 */
export async function runArb(trading: Trading, options: RunOptions): Promise<RunReport> {
  const run = new Run(trading, options)
  const mayTrade = await run.begin()
  if (options.pairs.length > 0 && mayTrade) {
    await run.readCash()
    await run.loop()
  }
  return run.end()
}

class Run {
  readonly #traded: Traded[] = []
  readonly #signed: Signed[] = []
  readonly #underWay: UnderWay
  #facts: AccountFacts | null = null
  #opportunities = 0
  #refused: Refusal | null = null
  readonly #startedAtMs: number
  #approvedAtMs: number
  #lapsed: ReadonlySet<string> = new Set()
  /** Pairs of which a text has changed, by the venue's word, and was not read yet. */
  #changed: ReadonlySet<string> = new Set()

  constructor(
    private readonly trading: Trading,
    private readonly options: RunOptions,
  ) {
    this.#underWay = new UnderWay(trading, options)
    this.#startedAtMs = trading.runtime.clock.monotonicMs()
    this.#approvedAtMs = options.approvedAtMs ?? this.#startedAtMs
  }

  get #clock() {
    return this.trading.runtime.clock
  }

  /** Whether anything may be traded. */
  async begin(): Promise<boolean> {
    await this.#underWay.settle()
    this.#refused = await unsettledRefusal(this.trading)
    return this.#refused === null
  }

  async readCash(): Promise<void> {
    this.#facts = await readAccountFacts(this.trading, this.options.pairs)
  }

  async loop(): Promise<void> {
    const { source, signal, once, pairs, wishes, maxTrades } = this.options
    const loop = new ArbLoop<Traded | null>({
      pairs,
      feed: source.feed,
      minEdge: wishes.minEdge,
      termsNow: () => this.#terms(),
      nowMs: () => this.#clock.monotonicMs(),
      deal: (found) => this.#deal(found),
      onOpportunity: (found) => {
        this.#opportunities++
        this.options.onEvent({ kind: 'opportunity', found, worst: riskOf(found, source.feed, this.options.policy) })
      },
      onGone: (pair) => this.options.onEvent({ kind: 'gone', pair }),
      onDealt: (traded) => {
        if (traded !== null) this.options.onEvent({ kind: 'traded', traded })
      },
      onNews: () => source.wake(),
      maxTrades,
      signal,
    })
    const fees = this.#watchFees(loop)
    // A single look is about books that are still to come, whatever they show.
    const stop = once ? source.feed.onChange(() => source.wake()) : () => undefined
    try {
      while (!loop.isDone) {
        await source.next(signal)
        if (once && !this.#areBooksRead()) continue
        // Before the look, whatever took so long: nothing is traded on an older approval.
        if (this.#areApprovalsOld()) await this.#readApprovals(fees)
        // Nothing is awaited between what was told and the look at it.
        for (const news of source.news?.() ?? []) this.#hear(news, fees)
        fees.tick()
        if (once) await fees.settled()
        await loop.look()
        if (once) break
        await this.#underWay.listen(source.heard?.() ?? [])
        await this.#underWay.settleInTime()
      }
    } finally {
      stop()
      loop.stop()
      await fees.settled()
    }
  }

  #watchFees(loop: ArbLoop<Traded | null>): FeeWatch {
    const { pairs, source, once, announcements, signal, onEvent } = this.options
    return new FeeWatch({
      pairs,
      clock: this.#clock,
      // A single look is over before anything that is announced takes effect.
      reads: once || announcements === 'heard' ? 'told' : 'all',
      read: async (market) => (await this.trading.client(market.venue)).getFees(market, { signal }),
      onPair: (pair) => loop.replace(pair),
      onEvent,
      onNews: () => source.wake(),
    })
  }

  #hear(news: VenueNews, fees: FeeWatch): void {
    fees.hear(news)
    if (news.kind !== 'texts_changed') return
    const concerned = this.options.pairs.filter(({ markets }) => markets.some(({ id }) => id === news.market))
    this.#changed = new Set([...this.#changed, ...concerned.map(({ key }) => key)])
  }

  #areApprovalsOld(): boolean {
    const ageMs = this.#clock.monotonicMs() - this.#approvedAtMs
    return ageMs >= (this.#changed.size === 0 ? approvedEveryMs : changedEveryMs)
  }

  /** An approval lapses while the loop runs, too. */
  async #readApprovals(fees: FeeWatch): Promise<void> {
    // As old as the question, not as the answer.
    this.#approvedAtMs = this.#clock.monotonicMs()
    this.#changed = new Set()
    const approved = await this.options.approvedNow()
    fees.take(approved, this.#approvedAtMs)
    const keys = new Set(approved.map(({ key }) => key))
    const lapsed = this.options.pairs.filter(({ key }) => !keys.has(key))
    for (const pair of lapsed) if (!this.#lapsed.has(pair.key)) this.options.onEvent({ kind: 'lapsed', pair })
    this.#lapsed = new Set(lapsed.map(({ key }) => key))
  }

  /** A single look waits for every book to be there, for a while. */
  #areBooksRead(): boolean {
    const { feed } = this.options.source
    if (this.#clock.monotonicMs() - this.#startedAtMs > booksWaitMs) return true
    return this.options.pairs.every(({ markets }) =>
      markets.every(({ id, status }) => status !== 'open' || feed.book(id)?.state.kind === 'tradable'),
    )
  }

  #terms() {
    if (this.#facts === null) throw new Error('cash is read before the first look')
    return termsNow(this.trading, this.options.wishes, this.#facts)
  }

  /** Nothing here hears the signal: a trade that has begun is brought to its rest. */
  async #deal(seen: Opportunity): Promise<Dealt<Traded | null>> {
    const { trading } = this
    const { source, policy, order, onEvent } = this.options
    if (this.#changed.has(seen.pair.key)) return { result: null, isTrade: false, pauseMs: changedEveryMs }
    if (this.#lapsed.has(seen.pair.key)) return { result: null, isTrade: false, pauseMs: approvedEveryMs }
    const found = this.#withinLoss(seen)
    if (found === null) {
      onEvent({ kind: 'no_room', found: seen, worst: riskOf(seen, source.feed, policy) })
      return { result: null, isTrade: false, pauseMs: refusedPauseMs }
    }
    const worst = riskOf(found, source.feed, policy)
    const tradeId = trading.runtime.ids.short('t')
    const asked = orderOf(trading, found, source.feed, { tradeId, policy, order, worst: worst.most })
    if (this.options.execution === 'sign')
      return this.#sign({ found, worst, orders: await signOrders(trading, asked.requests) })
    onEvent({ kind: 'trading', found, worst, tradeId })
    const outcome = await executeTrade(trading, asked)
    const traded = { found, worst, outcome }
    this.#traded.push(traded)
    await this.readCash()
    const isTrade = outcome.legs.some(({ order: { status } }) => status !== 'denied')
    const isFilled = outcome.legs.every(({ order: { filledQuantity } }) => filledQuantity > 0n)
    return { result: traded, isTrade, pauseMs: isFilled ? 0 : refusedPauseMs }
  }

  #sign(signed: Signed): Dealt<null> {
    this.#signed.push(signed)
    this.options.onEvent({ kind: 'signed', signed })
    return { result: null, isTrade: signed.orders.every(({ denials }) => denials.length === 0), pauseMs: signedPauseMs }
  }

  /** The opportunity, or as much of it as the day's losses leave room for. Null: none. */
  #withinLoss(seen: Opportunity): Opportunity | null {
    const { feed } = this.options.source
    const allowed = lossLeft(this.trading)
    if (allowed === null) return seen
    const { most } = riskOf(seen, feed, this.options.policy)
    if (most <= allowed) return seen
    const [first, second] = seen.pair.markets.map(({ id }) => feed.book(id))
    if (first == null || second == null) return null
    const smaller = evaluatePair(seen.pair, [first, second], {
      ...this.#terms(),
      size: sizeWithin(seen, most, allowed),
    })
    const fits = smaller.kind === 'opportunity' && riskOf(smaller, feed, this.options.policy).most <= allowed
    return fits ? smaller : null
  }

  /** Settles once more, cancels what rests, and tells what is left. */
  async end(): Promise<RunReport> {
    const { trading } = this
    await this.#underWay.settle()
    if (this.options.execution === 'sign') return this.#report([])
    const ours = [...trading.ledger.state.openOrders.values()].filter(({ intent }) => 'tradeId' in intent.purpose)
    const resting = ours.filter(({ status }) => status === 'resting').map(({ intent }) => intent.id)
    const cancelled = resting.length === 0 ? [] : await cancelEach(trading, resting)
    return this.#report(cancelled)
  }

  async #report(cancelled: readonly EachCancelOutcome[]): Promise<RunReport> {
    const { openOrders, openTrades } = await this.trading.ledger.refresh()
    const unsettled = [...openOrders.values()].filter(
      (order) => isUnsettled(order) && 'tradeId' in order.intent.purpose,
    )
    return {
      traded: this.#traded,
      signed: this.#signed,
      mended: this.#underWay.mended,
      cancelled,
      unsettled: unsettled.map(({ intent }) => intent.id),
      open: [...openTrades.values()],
      opportunities: this.#opportunities,
      refused: this.#refused,
    }
  }
}
