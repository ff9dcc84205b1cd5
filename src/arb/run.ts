import type { Money } from '../domain/amounts.ts'
import { VenueError } from '../domain/errors.ts'
import { type MarketId, type VenueId, venueIds } from '../domain/market.ts'
import type { Policy } from '../domain/pair-plan.ts'
import type { VenueCapabilities } from '../domain/venue.ts'
import { cancelEach, type EachCancelOutcome } from '../engine/cancel-each.ts'
import { reconcile } from '../engine/reconcile.ts'
import type { Trading } from '../engine/trading.ts'
import type { ArbTrade } from '../store/events.ts'
import { evaluatePair } from './detect.ts'
import { executeTrade, type PairOutcome } from './execute-pair.ts'
import type { FeedSource } from './feed-source.ts'
import { ArbLoop, type Dealt } from './loop.ts'
import { mendLater } from './mend-later.ts'
import type { Opportunity } from './opportunity.ts'
import type { ArbPair } from './ports.ts'
import { type AccountFacts, type ArbWishes, termsNow } from './terms.ts'
import { type LegOrder, lossLeft, orderOf, riskOf, sizeWithin } from './trade-opportunity.ts'
import type { WorstLoss } from './worst-loss.ts'

/** What happens while the loop runs, for whoever watches it. */
export type ArbEvent =
  | { readonly kind: 'opportunity'; readonly found: Opportunity; readonly worst: WorstLoss }
  | { readonly kind: 'gone'; readonly pair: ArbPair }
  | { readonly kind: 'trading'; readonly found: Opportunity; readonly worst: WorstLoss; readonly tradeId: string }
  | { readonly kind: 'traded'; readonly traded: Traded }
  /** Nothing was sent: the day's losses leave no room for what the trade loses at worst. */
  | { readonly kind: 'no_room'; readonly found: Opportunity; readonly worst: WorstLoss }
  | { readonly kind: 'settled'; readonly tradeId: string; readonly from: string; readonly to: string }
  | { readonly kind: 'mended'; readonly trade: ArbTrade }

export interface Traded {
  readonly found: Opportunity
  readonly worst: WorstLoss
  readonly outcome: PairOutcome
}

export interface RunOptions {
  readonly pairs: readonly ArbPair[]
  readonly source: FeedSource
  readonly wishes: ArbWishes
  readonly policy: Policy
  readonly order: LegOrder
  readonly maxTrades: number | null
  /** One look at every pair, and at most one trade. */
  readonly once: boolean
  onEvent(event: ArbEvent): void
  /** Ends the loop in good order: what is in flight is settled, what rests is cancelled. */
  readonly signal: AbortSignal
}

export interface RunReport {
  readonly traded: readonly Traded[]
  readonly mended: readonly ArbTrade[]
  readonly cancelled: readonly EachCancelOutcome[]
  /** Orders of two-leg trades whose outcome is still not known. */
  readonly unsettled: readonly string[]
  /** Two-leg trades that have not ended. */
  readonly open: readonly ArbTrade[]
  readonly opportunities: number
}

/** How often trades under way are settled while there are any, ms. */
const settleEveryMs = 10_000
/** A pair whose orders were refused is left alone for so long, ms. */
const refusedPauseMs = 10_000

/**
 * Runs until as many trades are done as were wanted, or until the signal. Begins with what an earlier process left: orders
 * without an answer are settled, and trades with one side larger than the other are mended.
 */
export async function runArb(trading: Trading, options: RunOptions): Promise<RunReport> {
  const run = new Run(trading, options)
  await run.settle()
  await run.readCash()
  await run.loop()
  return run.end()
}

class Run {
  readonly #traded: Traded[] = []
  readonly #mended: ArbTrade[] = []
  /** Trades that were tried to be mended, as they stood then: again only when they stand otherwise. */
  readonly #tried = new Set<string>()
  #facts: AccountFacts | null = null
  #opportunities = 0
  #settledAtMs: number

  constructor(
    private readonly trading: Trading,
    private readonly options: RunOptions,
  ) {
    this.#settledAtMs = trading.runtime.clock.monotonicMs()
  }

  get #clock() {
    return this.trading.runtime.clock
  }

  get #venues(): readonly VenueId[] {
    const venues = new Set(this.options.pairs.flatMap(({ markets }) => markets.map(({ venue }) => venue)))
    return venueIds.filter((venue) => venues.has(venue))
  }

  async readCash(): Promise<void> {
    const { trading } = this
    const capabilities = new Map<VenueId, VenueCapabilities>()
    const cash = new Map<VenueId, Money | null>()
    for (const venue of this.#venues) {
      capabilities.set(venue, (await trading.client(venue)).capabilities)
      cash.set(venue, await this.#balanceOf(venue))
    }
    this.#facts = { capabilities, cash }
  }

  /** Not known is no reason not to trade: the venue refuses what it does not have the cash for. */
  async #balanceOf(venue: VenueId): Promise<Money | null> {
    try {
      return (await this.trading.observe.balance(venue)).available
    } catch (error) {
      if (!(error instanceof VenueError)) throw error
      return null
    }
  }

  async loop(): Promise<void> {
    const { source, signal, once, pairs, wishes, maxTrades } = this.options
    const changed = new Set<MarketId>()
    const stop = source.feed.onChange(({ market }) => changed.add(market))
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
      maxTrades,
      signal,
    })
    try {
      while (!loop.isDone) {
        await source.next(signal)
        const markets = [...changed]
        changed.clear()
        await loop.look(markets)
        if (once) break
        if (this.#clock.monotonicMs() - this.#settledAtMs >= settleEveryMs) await this.settle()
      }
    } finally {
      stop()
    }
  }

  #terms() {
    if (this.#facts === null) throw new Error('cash is read before the first look')
    return termsNow(this.trading, this.options.wishes, this.#facts)
  }

  /** Nothing here hears the signal: a trade that has begun is brought to its rest. */
  async #deal(seen: Opportunity): Promise<Dealt<Traded | null>> {
    const { trading } = this
    const { source, policy, order, onEvent } = this.options
    const found = this.#withinLoss(seen)
    if (found === null) {
      onEvent({ kind: 'no_room', found: seen, worst: riskOf(seen, source.feed, policy) })
      return { result: null, isTrade: false, pauseMs: refusedPauseMs }
    }
    const worst = riskOf(found, source.feed, policy)
    const tradeId = trading.runtime.ids.short('t')
    onEvent({ kind: 'trading', found, worst, tradeId })
    const asked = orderOf(trading, found, source.feed, { tradeId, policy, order, worst: worst.most })
    const outcome = await executeTrade(trading, asked)
    const traded = { found, worst, outcome }
    this.#traded.push(traded)
    await this.readCash()
    const isTrade = outcome.legs.some(({ order: { status } }) => status !== 'denied')
    const isFilled = outcome.legs.every(({ order: { filledQuantity } }) => filledQuantity > 0n)
    return { result: traded, isTrade, pauseMs: isFilled ? 0 : refusedPauseMs }
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

  /** Settles what is under way, and mends what has come to stand with one side larger than the other. */
  async settle(): Promise<void> {
    const { trading } = this
    const { openOrders, openTrades } = await trading.ledger.refresh()
    if (openOrders.size > 0 || openTrades.size > 0) {
      const report = await reconcile(trading, { fix: false, venues: this.#venues })
      for (const { tradeId, from, to } of report.trades) this.options.onEvent({ kind: 'settled', tradeId, from, to })
      await this.#mendAll()
    }
    this.#settledAtMs = this.#clock.monotonicMs()
  }

  async #mendAll(): Promise<void> {
    const { trading } = this
    if (this.options.policy.kind === 'hold') return
    for (const trade of [...trading.ledger.state.openTrades.values()]) {
      const standing = `${trade.id} ${trade.imbalance}`
      if (trade.status !== 'imbalanced' || this.#tried.has(standing)) continue
      this.#tried.add(standing)
      const mended = await mendLater(trading, trade.id, this.options.policy, trading.runtime.ids.short('m'))
      if (mended === null) continue
      this.#tried.add(`${trade.id} ${mended.trade.imbalance}`)
      this.#mended.push(mended.trade)
      this.options.onEvent({ kind: 'mended', trade: mended.trade })
    }
  }

  /** Settles once more, cancels what rests, and tells what is left. */
  async end(): Promise<RunReport> {
    const { trading } = this
    await this.settle()
    const ours = [...trading.ledger.state.openOrders.values()].filter(({ intent }) => 'tradeId' in intent.purpose)
    const resting = ours.filter(({ status }) => status === 'resting').map(({ intent }) => intent.id)
    const cancelled = resting.length === 0 ? [] : await cancelEach(trading, resting)
    const { openOrders, openTrades } = await trading.ledger.refresh()
    const unsettled = [...openOrders.values()].filter(
      ({ intent, status }) => 'tradeId' in intent.purpose && (status === 'unknown' || status === 'submitted'),
    )
    return {
      traded: this.#traded,
      mended: this.#mended,
      cancelled,
      unsettled: unsettled.map(({ intent }) => intent.id),
      open: [...openTrades.values()],
      opportunities: this.#opportunities,
    }
  }
}
