import type { Money, Price, Quantity, Rate } from '../domain/amounts.ts'
import type { Netting } from '../domain/holding.ts'
import type { MarketId, MarketStatus, Outcome, VenueId } from '../domain/market.ts'
import type { Level } from '../domain/order-book.ts'
import type { Side } from '../domain/side.ts'
import type { TickLadder } from '../domain/tick-ladder.ts'
import type { PolymarketDetails } from './polymarket/details.ts'

/** Vocabulary of the simulated exchange. All amounts are exact; prices in books are of YES unless a field says `own`. */

/** What the markets are. The catalogue is a function of a seed and a day and is never stored. */
export interface Catalogue {
  /** Day that all dates of the catalogue are relative to, Unix ms. */
  readonly originMs: number
  find(venue: VenueId, symbol: string): SandboxMarket | null
  /** All markets of a venue, newest first on Kalshi. */
  list(venue: VenueId): readonly SandboxMarket[]
  findEvent(venue: VenueId, id: string): SandboxEvent | null
  listEvents(venue: VenueId): readonly SandboxEvent[]
  findSeries(ticker: string): SandboxSeries | null
  listSeries(): readonly SandboxSeries[]
  /** Polymarket's market with this CTF token id or position id, in decimal. Absent where only the list can tell. */
  findAsset?(assetId: string): SandboxMarket | null
  /** Polymarket's market with this condition id: 64 hex digits after `0x`, or 62 of a v2 market. */
  findCondition?(conditionId: string): SandboxMarket | null
}

export interface SandboxMarket {
  readonly id: MarketId
  readonly venue: VenueId
  /** Kalshi's ticker, Polymarket's slug. */
  readonly symbol: string
  readonly eventId: string
  readonly title: string
  readonly yesLabel: string
  readonly noLabel: string
  readonly category: string
  readonly rules: string
  readonly ladder: TickLadder
  /** Contracts, or null when the venue has no minimum. */
  readonly minimumQuantity: Quantity | null
  readonly quantityStep: Quantity
  readonly fees: SandboxFees
  readonly schedule: Schedule
  readonly liquidity: LiquiditySpec
  /** Cash pool that backs it: `0`…`3` on Kalshi (the shard), `pusd` on Polymarket. */
  readonly pool: string
  readonly details: KalshiDetails | PolymarketDetails
}

/** Times are Unix ms. Null means that only the control API makes it happen. */
export interface Schedule {
  readonly createdMs: number
  readonly openMs: number
  readonly closeMs: number
  readonly determineMs: number | null
  readonly settleMs: number | null
  /** Dollars that one YES contract pays; one NO contract pays the rest of a dollar. */
  readonly yesPayout: Price | null
  readonly paused: boolean
}

/** Where the synthetic maker quotes, as a recipe: the levels are drawn from the sandbox seed and the market id. */
export interface LiquiditySpec {
  /** YES dollars. */
  readonly mid: Price
  /** Distance between best bid and best ask at the least. */
  readonly spread: Price
  /** Levels on each side; 0 leaves the book empty. */
  readonly levels: number
  /** Contracts at the best level, roughly; deeper levels hold more. */
  readonly size: Quantity
}

export type SandboxFees =
  | { readonly kind: 'kalshi'; readonly type: KalshiFeeType; readonly multiplier: Rate }
  /** Taker only. A rate of zero is a market without fees. */
  | { readonly kind: 'polymarket'; readonly rate: Rate; readonly exponent: number }

export type KalshiFeeType =
  | 'quadratic'
  | 'quadratic_with_maker_fees'
  | 'quadratic_with_combo_maker_fees'
  /** Not computable from the venue's interface; the sandbox charges as for `quadratic`. */
  | 'flat'

export interface KalshiDetails {
  readonly venue: 'kalshi'
  readonly seriesTicker: string
  readonly exchangeIndex: number
  readonly marketType: 'binary' | 'scalar'
  /** Name that goes with the ladder, e.g. `linear_cent`. */
  readonly priceLevelStructure: string
  readonly rulesSecondary: string
  readonly earlyCloseCondition: string | null
  readonly expectedExpirationMs: number
  readonly latestExpirationMs: number
  readonly occurrenceMs: number | null
  readonly settlementTimerSeconds: number
  readonly strikeType: string | null
  /** Further strike fields exactly as the wire shows them (`floor_strike`, `cap_strike`, `custom_strike`…). */
  readonly strike: Readonly<Record<string, number | string | Readonly<Record<string, string>>>>
  /** Multivariate collection of a combo market, else null. */
  readonly collectionTicker: string | null
  /** The markets that a combo is made of; empty for others. */
  readonly selectedLegs: readonly {
    readonly eventTicker: string
    readonly marketTicker: string
    readonly side: 'yes' | 'no'
  }[]
}

export interface SandboxEvent {
  readonly venue: VenueId
  /** Kalshi's event ticker, Polymarket's event slug. */
  readonly id: string
  readonly title: string
  readonly subtitle: string
  readonly category: string
  readonly mutuallyExclusive: boolean
  /** Symbols, in display order. */
  readonly markets: readonly string[]
  /** Kalshi's series ticker or Polymarket's series slug. */
  readonly series: string | null
  /** Settlement sources as `{name, url}`. */
  readonly sources: readonly { readonly name: string; readonly url: string }[]
  /** Numeric id on Gamma; null on Kalshi. */
  readonly gammaId: string | null
  readonly negRiskMarketId: string | null
  readonly strikeMs: number | null
}

/** Kalshi only. */
export interface SandboxSeries {
  readonly ticker: string
  readonly title: string
  readonly category: string
  readonly tags: readonly string[]
  readonly frequency: string
  readonly feeType: KalshiFeeType
  readonly feeMultiplier: Rate
  readonly sources: readonly { readonly name: string; readonly url: string }[]
  readonly exchangeIndex: number
}

export type AccountId = string

/** One account on one venue. */
export interface SandboxAccount {
  readonly id: AccountId
  readonly venue: VenueId
  readonly netting: Netting
  /** The synthetic maker: quotes without cash or tokens to back it. Its books are kept all the same. */
  readonly unlimited: boolean
  /** Dollars per pool, orders not deducted. */
  readonly cash: ReadonlyMap<string, Money>
  readonly holdings: ReadonlyMap<MarketId, Holding>
  /** Client order ids ever used, with the order they made, or null where the order was killed at once. */
  readonly usedClientOrderIds: ReadonlyMap<string, string | null>
}

/** Both outcomes of one market. On a netting venue at most one quantity is positive. */
export interface Holding {
  readonly yes: Quantity
  readonly no: Quantity
  /** Dollars paid for what is held, fees excluded. */
  readonly yesCost: Money
  readonly noCost: Money
  readonly realizedPnl: Money
  readonly fees: Money
  /** Dollars of all executions. */
  readonly traded: Money
  readonly updatedMs: number
}

export type BookSide = 'bid' | 'ask'

/**
 * Kalshi's two modes and none. `taker_at_cross` stops the incoming order where it would meet its owner's order, `maker`
 * cancels the owner's resting order and goes on.
 */
export type SelfTrade = 'taker_at_cross' | 'maker' | 'allow'

type OrderState = 'delayed' | 'resting' | 'filled' | 'cancelled'

export type CancelReason =
  | 'user'
  | 'immediate'
  | 'expired'
  | 'market_closed'
  | 'halted'
  | 'paused'
  | 'self_trade'
  | 'reduce_only'
  | 'post_only_cross'
  | 'cancel_all_tail'
  /** The venue found that the wallet no longer covers it. */
  | 'uncovered'
  | 'group_triggered'

/** What to trade: contracts, or (for an immediate buy) dollars to spend, where better prices give more contracts. */
export type OrderAmount =
  | { readonly kind: 'quantity'; readonly quantity: Quantity }
  | { readonly kind: 'budget'; readonly budget: Money }

export interface SandboxOrder {
  readonly id: string
  readonly clientOrderId: string | null
  readonly account: AccountId
  readonly market: MarketId
  readonly outcome: Outcome
  readonly side: Side
  /** Limit in dollars of the order's own outcome. */
  readonly ownPrice: Price
  readonly bookSide: BookSide
  /** The same limit in YES dollars. */
  readonly yesPrice: Price
  readonly amount: OrderAmount
  readonly filled: Quantity
  /** Contracts that may still trade; zero once ended. Zero for budgets, which never rest. */
  readonly remaining: Quantity
  readonly state: OrderState
  readonly cancelReason: CancelReason | null
  readonly timeInForce: 'gtc' | 'ioc' | 'fok'
  /** When the exchange removes it, Unix ms. */
  readonly expiresAtMs: number | null
  /** When a delayed order is matched, Unix ms. */
  readonly matchAtMs: number | null
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  readonly selfTrade: SelfTrade
  readonly cancelOnPause: boolean
  readonly refuseUnmatched: boolean
  /** The settlement of its executions will fail. */
  readonly doomed: boolean
  /** The settlement of its executions takes a second attempt. */
  readonly retried?: boolean
  readonly createdMs: number
  readonly updatedMs: number
  /** Place in the queue: lower trades first at one price. */
  readonly priority: number
  /** Dollars of executions in the order's own outcome: spent by a buy, received by a sale. */
  readonly takerCost: Money
  readonly makerCost: Money
  readonly takerFees: Money
  readonly makerFees: Money
  /** Kalshi's rounding fees not yet refunded. */
  readonly feeAccumulator: Money
  readonly tradeIds: readonly string[]
  /** Absent when the order is in no group. */
  readonly groupId?: string
}

/** One side of an execution, in the terms of its order. */
export interface TradeParty {
  readonly account: AccountId
  readonly orderId: string
  readonly clientOrderId: string | null
  readonly outcome: Outcome
  readonly side: Side
  readonly bookSide: BookSide
  readonly ownPrice: Price
  /** Dollars moved for the contracts, fee excluded. */
  readonly money: Money
  readonly fee: Money
}

export interface SandboxTrade {
  readonly id: string
  /** Increasing over the whole exchange. */
  readonly sequence: number
  readonly market: MarketId
  readonly quantity: Quantity
  /** The resting order's price, in YES dollars. */
  readonly yesPrice: Price
  readonly taker: TradeParty
  readonly maker: TradeParty
  readonly timeMs: number
  readonly doomed: boolean
  readonly retried?: boolean
  /** Set once a doomed trade has been taken back. */
  readonly failedMs: number | null
}

/** Kalshi's trades are confirmed at once; Polymarket's take their time, and may fail. */
export type TradeStatus = 'matched' | 'mined' | 'confirmed' | 'retrying' | 'failed'

/** A price grid by the venue's name for it. */
export interface Grid {
  readonly name: string
  readonly ladder: TickLadder
}

/** What a market says of itself, where it says otherwise than when it was listed. */
export interface MarketTexts {
  readonly yesLabel?: string
  readonly rules?: string
}

export interface SettlementRecord {
  readonly account: AccountId
  readonly market: MarketId
  readonly holding: Holding
  readonly yesPayout: Price
  readonly revenue: Money
  readonly timeMs: number
}

/** A market as it stands now. `schedule` includes what the control API changed. */
export interface MarketView {
  readonly market: SandboxMarket
  readonly status: MarketStatus
  readonly schedule: Schedule
  readonly lastPrice: Price | null
  readonly volume: Quantity
  readonly openInterest: Quantity
  readonly updatedMs: number
}

/** YES levels, best first. */
export interface BookView {
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
  /** When it last changed, Unix ms. */
  readonly updatedMs: number
}

/** Cash on its way from one pool of an account to another. It has left the first and not reached the second. */
export interface Transfer {
  readonly id: string
  /** The id that the owner gave it, so that it happens once. */
  readonly clientId: string | null
  readonly account: AccountId
  readonly from: string
  readonly to: string
  readonly amount: Money
  readonly createdMs: number
  readonly arrivesMs: number
  readonly arrived: boolean
}
