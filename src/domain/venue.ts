import type { Money, Price, Quantity } from './amounts.ts'
import type { FeeSchedule } from './fees.ts'
import type { Fill } from './fill.ts'
import type { Netting } from './holding.ts'
import type { Market, MarketId, MarketStatus, Outcome, VenueId } from './market.ts'
import type { ApprovedOrder, Order, OrderIntent, OrderReport, OrderTerms, TimeInForce } from './order.ts'
import type { OrderBook } from './order-book.ts'
import type { Evidence } from './stories.ts'

/** What a venue can do, so that use cases ask instead of naming venues. */
export interface VenueCapabilities {
  readonly timesInForce: readonly TimeInForce[]
  readonly postOnly: boolean
  /** Times in force with which an order may be reduce-only. */
  readonly reduceOnly: readonly TimeInForce[]
  readonly netting: Netting
  /** The venue computes ids from the order, so the id is known before sending. */
  readonly orderIdBeforeSend: boolean
  /** An immediate buy (ioc, fok) spends quantity times limit, and takes more contracts when they are cheaper than that. */
  readonly immediateBuysSpend: boolean
  /** Matches can be reversed until the venue calls them final. */
  readonly provisionalFills: boolean
  /** How long after a cancel-all the venue may still cancel what is placed, in ms. Zero: what comes later stands. */
  readonly cancelAllTailMs: number
  /** Contracts below which the venue leaves a holding out of its list. Null where it lists them all. */
  readonly hidesHoldingsBelow: Quantity | null
}

/** Whether a call only asks, or could change something: an order, a change, a cancel. */
export type CallKind = 'read' | 'write'

export interface MarketQuery {
  readonly status?: MarketStatus
  /** At most this many markets in all. */
  readonly limit?: number
}

/** An order ready to go: checked, encoded and, where the venue wants it, signed. Lives in memory only. */
export interface PreparedOrder {
  readonly approved: ApprovedOrder
  readonly market: Market
  /** Known before sending on venues whose ids are hashes, else null. */
  readonly venueOrderId: string | null
  /** What will be sent, without signatures and credentials: for previews. */
  readonly preview: Readonly<Record<string, string>>
}

/** There only when nothing happened and the same request may pass later: in how many ms, null when the venue does not say. */
interface LaterRetry {
  readonly retryAfterMs?: number | null
}

export type Placement =
  | { readonly kind: 'accepted'; readonly report: OrderReport }
  /** The venue refused: certain that there is no order. */
  | ({ readonly kind: 'rejected'; readonly code: string; readonly message: string } & LaterRetry)
  /** Certain that nothing reached the venue's books: not connected, or turned away at the door. */
  | ({ readonly kind: 'not_sent'; readonly code: string; readonly message: string } & LaterRetry)
  /** The venue already has an order with this id: an earlier attempt landed. Its state must be read. */
  | { readonly kind: 'duplicate'; readonly message: string }
  /** The venue may hold the order. */
  | { readonly kind: 'unknown'; readonly code: string; readonly message: string }
  /** Signed and deliberately kept back: a dry run ends here. */
  | { readonly kind: 'withheld' }

export type Cancellation =
  /** `reducedBy` is what was taken off the book; null when the venue does not say. */
  | { readonly kind: 'cancelled'; readonly reducedBy: Quantity | null }
  /** The venue has no such live order: filled, cancelled or never there. Read the order before concluding anything. */
  | { readonly kind: 'not_live'; readonly code: string; readonly message: string }
  | ({ readonly kind: 'refused'; readonly code: string; readonly message: string } & LaterRetry)
  | { readonly kind: 'unknown'; readonly code: string; readonly message: string }

/** A change of a resting order, ready to go: checked, and encoded. */
export interface PreparedAmend {
  /** Price and remainder that the order is to have. */
  readonly approved: ApprovedOrder
  /** As it stands now. */
  readonly order: Order
  readonly market: Market
  /** What the venue is asked for: the quantity counts what is filled already. */
  readonly terms: OrderTerms
  /** What will be sent, without signatures and credentials: for previews. */
  readonly preview: Readonly<Record<string, string>>
}

export type Amendment =
  /** The order has the new terms. The report is null when the answer says nothing of what is left of it. */
  | { readonly kind: 'amended'; readonly report: OrderReport | null }
  /** The venue has no such live order. Read it before concluding anything. */
  | { readonly kind: 'not_live'; readonly code: string; readonly message: string }
  /** Certain that the order stays as it was. */
  | ({ readonly kind: 'refused'; readonly code: string; readonly message: string } & LaterRetry)
  /** The order may have the old terms or the new ones. */
  | { readonly kind: 'unknown'; readonly code: string; readonly message: string }
  /** Checked and deliberately kept back: a dry run ends here. */
  | { readonly kind: 'withheld' }

/** What is known about a change whose answer was lost. */
export type AmendLookup =
  /** The venue shows the terms that were asked for. */
  | { readonly kind: 'carried_out'; readonly report: OrderReport; readonly evidence: string }
  /** Proven: the order has its old terms, and the change cannot arrive any more. */
  | { readonly kind: 'never_arrived'; readonly report: OrderReport; readonly evidence: string }
  /** The order has ended, so its terms do not matter any more. */
  | { readonly kind: 'ended'; readonly report: OrderReport; readonly evidence: string }
  | { readonly kind: 'not_seen'; readonly evidence: string }

/** What a search for an order whose answer was lost has found, piece by piece. What it proves, `judgeStories` says. */
export interface OrderLookup {
  /** The order as the venue shows it. Null when it does not, which alone proves nothing. */
  readonly report: OrderReport | null
  readonly evidence: readonly Evidence[]
}

export interface VenuePosition {
  readonly market: MarketId
  readonly outcome: Outcome
  readonly quantity: Quantity
}

/** What a settled market has paid, or pays to whoever redeems. */
export interface VenueSettlement {
  readonly market: MarketId
  /** Dollars per contract. */
  readonly payout: Readonly<Record<Outcome, Price>>
  /** Contracts of the account that were paid for. Null when the venue does not say. */
  readonly paidFor: Readonly<Record<Outcome, Quantity>> | null
  /** RFC 3339. Null when the venue does not say. */
  readonly time: string | null
}

export interface Balance {
  /** Dollars that new orders may use, as the venue reports them. */
  readonly available: Money
  /** When it was read, by the venue's clock as far as its answers tell, Unix ms. Null on recordings that do not say. */
  readonly asOfMs: number | null
  /** The step in which the venue prints it, in dollars: what lies below is cut off. */
  readonly step: Money
  /** Per shard or collateral pool, where the venue separates them. */
  readonly pools: readonly { readonly name: string; readonly available: Money }[]
}

/** What a market charges, as its venue shows it now. */
export interface FeesNow {
  readonly schedule: FeeSchedule
  /** When that may end, by what the venue has announced or by how long it shows old answers, Unix ms. Null: nothing is known of. */
  readonly untilMs: number | null
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Of what opens or grows an order. */
  readonly lastLook?: LastLook
}

/** Why something of ours was kept back after it had passed its checks. */
export const keptBackReasons = ['HALTED', 'APPROVAL_TOO_OLD'] as const
export type KeptBack = (typeof keptBackReasons)[number]

/**
 * Asked once everything that had to be waited for is there and nothing has left: login, room in the rate limit. What it
 * gives keeps the call back, which then is certainly not sent, with that for its code. Null lets it go.
 */
export type LastLook = () => Promise<KeptBack | null>

/** An order as a cancel names it, ours or placed elsewhere. */
export interface CancelTarget {
  readonly venueOrderId: string
  readonly market: Market
}

/**
 * Several orders in one call, each with an outcome of its own, in the order given. Not atomic: some may be taken and
 * others not. A lost answer leaves every one of them unknown, and so is each that the answer does not speak of.
 */
export interface Batches {
  /** Most orders in one call. More is a bug of the caller. */
  readonly placeMax: number
  readonly cancelMax: number
  placeOrders(prepared: readonly PreparedOrder[], options?: CallOptions): Promise<readonly Placement[]>
  cancelOrders(targets: readonly CancelTarget[], options?: CallOptions): Promise<readonly Cancellation[]>
}

/** Changes of resting orders, which keep their ids. Sent once, like any order. */
export interface Amends {
  /** @throws ToolkitError of category `denied` when the venue cannot take such a change. */
  prepareAmend(approved: ApprovedOrder, order: Order, market: Market): PreparedAmend
  /** May trade at once. A new price or a larger size gives up the order's place in the queue. */
  amendOrder(prepared: PreparedAmend, options?: CallOptions): Promise<Amendment>
  /** Takes `by` contracts off what is left. Needs no approval: it can only lessen what is at risk. Keeps the place. */
  decreaseOrder(order: Order, market: Market, by: Quantity, options?: CallOptions): Promise<Amendment>
  /** Evidence about the order's pending change. Bounded; never concludes from one empty or early read. */
  findAmend(order: Order, market: Market, options?: CallOptions): Promise<AmendLookup>
}

/**
 * The port to a venue. Reads throw VenueError; order actions return what is known and throw only on bugs.
 * Nothing in here retries an order action.
 */
export interface VenueClient {
  readonly venue: VenueId
  readonly capabilities: VenueCapabilities
  /** Absent where the venue takes one order a call. */
  readonly batches?: Batches
  /** Absent where a resting order can only be cancelled and placed anew. */
  readonly amends?: Amends

  /** All pages of the catalogue, in the venue's order, one page at a time. */
  listMarkets(query: MarketQuery, options?: CallOptions): AsyncIterable<readonly Market[]>
  /** @throws VenueError of kind `not_found` when the venue does not know it. */
  getMarket(symbol: string, options?: CallOptions): Promise<Market>
  getBook(market: Market, options?: CallOptions): Promise<OrderBook>
  /** Read anew, whatever was read before. A schedule that may be an old one is called unknown. */
  getFees(market: Market, options?: CallOptions): Promise<FeesNow>

  /**
   * Loads what signing needs, so that the first `prepareOrder` is as quick as those after it. Reads no network, and never
   * fails: what is missing is reported by the call that needs it.
   */
  getReady(): Promise<void>
  /** Encodes and signs. Pure but for the signature: the same intent always gives the same order id. */
  prepareOrder(approved: ApprovedOrder, market: Market): Promise<PreparedOrder>
  /** Sends once. Never resends, never throws on a lost answer. */
  placeOrder(prepared: PreparedOrder, options?: CallOptions): Promise<Placement>

  cancelOrder(order: Order, market: Market, options?: CallOptions): Promise<Cancellation>
  /** Cancels every open order of the account. Null when the venue does not say how many. */
  cancelAll(options?: CallOptions): Promise<{ readonly cancelled: number | null }>

  /** One order by the venue's id. Null when the venue does not (yet) show it: that proves nothing. */
  getOrder(order: Order, market: Market, options?: CallOptions): Promise<OrderReport | null>
  /**
   * The client's own id of an order that is known by the venue's id alone: empty when the venue shows that it has none. Null
   * when the venue does not show the order or keeps no such ids, which proves nothing.
   */
  clientOrderIdOf(venueOrderId: string, options?: CallOptions): Promise<string | null>
  /** Evidence about an order whose answer was lost, by whatever id the venue indexes. Bounded; sends nothing that could trade. */
  findOrder(order: Order, market: Market, options?: CallOptions): Promise<OrderLookup>
  listOpenOrders(options?: CallOptions): Promise<readonly VenueOpenOrder[]>
  /** Executions of the account, newest first or oldest first as the venue has them; all pages within the bounds given. */
  listFills(query: FillQuery, options?: CallOptions): Promise<readonly Fill[]>
  listPositions(options?: CallOptions): Promise<readonly VenuePosition[]>
  getBalance(options?: CallOptions): Promise<Balance>
  /** What the market paid. Null while it has not settled for good, or where the venue shows no settlement of it. */
  getSettlement(market: Market, options?: CallOptions): Promise<VenueSettlement | null>
}

export interface VenueOpenOrder {
  readonly venueOrderId: string
  /** Empty when the venue shows that it has none, null when the venue does not tell. */
  readonly clientOrderId: string | null
  readonly market: MarketId
  readonly outcome: Outcome
  readonly side: OrderIntent['side']
  readonly price: OrderIntent['price']
  readonly quantity: Quantity
  readonly remainingQuantity: Quantity
}

export interface FillQuery {
  /** Only executions of this order, whose market is needed to read prices and outcomes. */
  readonly order?: { readonly order: Order; readonly market: Market }
  /** Only executions at or after this time, Unix ms. */
  readonly sinceMs?: number
}
