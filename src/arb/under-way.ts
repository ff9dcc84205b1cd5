import { VenueError } from '../domain/errors.ts'
import { type VenueId, venueIds, venueOf } from '../domain/market.ts'
import type { Decision, Policy } from '../domain/pair-plan.ts'
import { policyKinds } from '../domain/pair-plan.ts'
import type { AccountEvent } from '../domain/venue-stream.ts'
import { reconcile } from '../engine/reconcile/reconcile.ts'
import { newsOf } from '../engine/settle/account-news.ts'
import { hearOrder } from '../engine/settle/hear-order.ts'
import type { TradeChange } from '../engine/trades/settle-trades.ts'
import type { Trading } from '../engine/trading.ts'
import type { ArbTrade } from '../store/events.ts'
import type { ArbEvent } from './arb-event.ts'
import { type LaterMending, type MendedLater, mendLater } from './mend-later.ts'
import type { ArbPair } from './ports.ts'

/** How often trades under way are settled while there are any, ms. */
const settleEveryMs = 10_000
/** Where something may have been missed it is settled at once, and no more often than this, ms. */
const missedEveryMs = 1_000

export interface UnderWayOptions {
  readonly pairs: readonly ArbPair[]
  readonly policy: Policy
  /**
   * What a person has decided about earlier trades of which one side is larger than the other: it is done at what the books
   * give. Left out: each is mended by the policy and within the worst loss that it began with, and one that holds is left.
   */
  readonly decision?: Decision
  /** `sign`: orders are checked and signed, and not sent. */
  readonly execution: 'send' | 'sign'
  onEvent(event: ArbEvent): void
}

/** Looks after what a loop has under way, and what an earlier process left: settles it, and mends what is larger on one side. */
export class UnderWay {
  readonly mended: ArbTrade[] = []
  /** Trades that were tried to be mended, as they stood then: again only when they stand otherwise. */
  readonly #tried = new Set<string>()
  /** Trades that were there before this run. */
  readonly #earlier: ReadonlySet<string>
  #settledAtMs: number

  constructor(
    private readonly trading: Trading,
    private readonly options: UnderWayOptions,
  ) {
    this.#earlier = new Set(trading.ledger.state.openTrades.keys())
    this.#settledAtMs = trading.runtime.clock.monotonicMs()
  }

  get #sinceSettledMs(): number {
    return this.trading.runtime.clock.monotonicMs() - this.#settledAtMs
  }

  get #venues(): readonly VenueId[] {
    const watched = this.options.pairs.flatMap(({ markets }) => markets.map(({ venue }) => venue))
    // What an earlier process left is settled whether its pair is still approved or not.
    const trades = [...this.trading.ledger.state.openTrades.values()]
    const venues = new Set([...watched, ...trades.flatMap(({ legs }) => legs.map(({ market }) => venueOf(market)))])
    return venueIds.filter((venue) => venues.has(venue))
  }

  async settleInTime(): Promise<void> {
    if (this.#sinceSettledMs >= settleEveryMs) await this.settle()
  }

  /** Settles what is under way, and mends what has come to stand with one side larger than the other. */
  async settle(): Promise<void> {
    const { trading } = this
    const { openOrders, openTrades } = await trading.ledger.refresh()
    if (this.options.execution === 'send' && (openOrders.size > 0 || openTrades.size > 0)) {
      const report = await reconcile(trading, { fix: false, venues: this.#venues })
      this.#tell(report.trades)
      await this.#mendAll()
    }
    this.#settledAtMs = trading.runtime.clock.monotonicMs()
  }

  /** What a venue told of our orders is looked into at once, and what that leaves larger on one side is mended. */
  async listen(events: readonly AccountEvent[]): Promise<void> {
    if (events.length === 0 || this.options.execution === 'sign') return
    await this.trading.ledger.refresh()
    const { orderIds, isMissed } = await newsOf(this.trading, events)
    for (const orderId of orderIds) this.#tell(await this.#hear(orderId))
    if (isMissed && this.#sinceSettledMs >= missedEveryMs) await this.settle()
    else if (orderIds.length > 0) await this.#mendAll()
  }

  #tell(changes: readonly TradeChange[]): void {
    for (const { tradeId, from, to } of changes) this.options.onEvent({ kind: 'settled', tradeId, from, to })
  }

  /** A venue that cannot be read is asked again with the next settling. */
  async #hear(orderId: string): Promise<readonly TradeChange[]> {
    try {
      return await hearOrder(this.trading, orderId)
    } catch (error) {
      if (error instanceof VenueError) return []
      throw error
    }
  }

  async #mendAll(): Promise<void> {
    for (const trade of [...this.trading.ledger.state.openTrades.values()]) {
      const standing = `${trade.id} ${trade.imbalance}`
      const how = this.#mendingOf(trade)
      if (trade.status !== 'imbalanced' || how === null || this.#tried.has(standing)) continue
      if (this.#mustWait(trade)) continue
      const mended = await this.#mendOne(trade.id, how)
      if (mended === 'unreadable') continue
      this.#tried.add(standing)
      if (mended === null) continue
      this.#tried.add(`${trade.id} ${mended.trade.imbalance}`)
      this.mended.push(mended.trade)
      this.options.onEvent({ kind: 'mended', trade: mended.trade })
    }
  }

  /** Nothing is ordered in the markets of another trade that is under way: its turn comes once that has ended. */
  #mustWait({ id, legs }: ArbTrade): boolean {
    return [...this.trading.ledger.state.openTrades.values()].some(
      (other) =>
        other.id !== id &&
        (other.status === 'open' || other.status === 'frozen') &&
        other.legs.some(({ market }) => legs.some((leg) => leg.market === market)),
    )
  }

  /** By the policy that it began with, unless a person has decided since. Null: it is left to them. */
  #mendingOf({ id, policy: begunWith }: ArbTrade): Omit<LaterMending, 'round'> | null {
    const { policy, decision } = this.options
    if (decision !== undefined && this.#earlier.has(id)) {
      return { policy: { ...policy, kind: decision }, prices: 'now' }
    }
    const kind = policyKinds.find((each) => each === begunWith) ?? policy.kind
    return kind === 'hold' ? null : { policy: { ...policy, kind }, prices: 'entry' }
  }

  /** Where its markets cannot be read it is tried again with the next settling. */
  async #mendOne(tradeId: string, how: Omit<LaterMending, 'round'>): Promise<MendedLater | 'unreadable' | null> {
    try {
      return await mendLater(this.trading, tradeId, { ...how, round: this.trading.runtime.ids.short('m') })
    } catch (error) {
      if (error instanceof VenueError) return 'unreadable'
      throw error
    }
  }
}
