import { formatAmount, type Money, type Price, type Quantity } from './amounts.ts'
import type { FeeDrift } from './fee-drift.ts'
import type { MarketId, Outcome, VenueId } from './market.ts'
import type { Side } from './side.ts'

/** `ioc` fills what it can at once and cancels the rest; `fok` all or nothing; `gtc` rests; `gtd` rests until a time. */
export const timesInForce = ['ioc', 'fok', 'gtc', 'gtd'] as const
export type TimeInForce = (typeof timesInForce)[number]

/** Why an order exists. Unwinds may pass limits that only guard against growing exposure. */
export type OrderPurpose =
  | { readonly kind: 'manual' }
  | { readonly kind: 'arb_leg'; readonly tradeId: string }
  | { readonly kind: 'unwind'; readonly tradeId: string }
  /** Placed with another tool or data directory, and booked here because the venue proves it. */
  | { readonly kind: 'adopted' }

/** What a person or a strategy wants, complete with every id and time that the wire will carry, so that sending is a pure function of it. */
export interface OrderIntent {
  /** Our order id, e.g. `o-3f2a9c41`: what a person pastes back. */
  readonly id: string
  /** UUID sent to venues that take a client id. Used once, ever. */
  readonly clientOrderId: string
  readonly market: MarketId
  readonly outcome: Outcome
  readonly side: Side
  readonly quantity: Quantity
  /** Limit in dollars per contract of `outcome`. */
  readonly price: Price
  readonly timeInForce: TimeInForce
  /** RFC 3339; set exactly when timeInForce is `gtd`. */
  readonly expiresAt: string | null
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  readonly purpose: OrderPurpose
  /** Unix ms. Also the creation time inside signed orders, so that a re-signed order keeps its id. */
  readonly createdAtMs: number
}

/** What a venue can change about an order that rests. */
export interface OrderTerms {
  /** Limit in dollars per contract of the order's outcome. */
  readonly price: Price
  /** Contracts in all, what is filled included. */
  readonly quantity: Quantity
}

/** A change that was asked for and has no clear answer yet. */
export interface PendingAmend extends OrderTerms {
  /** RFC 3339. */
  readonly askedAt: string
}

/**
 * What became of a change. `never_arrived`: reads after a lost answer prove it, or it was never sent; `unknown` proves nothing,
 * so that the change stays pending.
 */
export const amendOutcomes = ['amended', 'refused', 'not_live', 'never_arrived', 'unknown'] as const
export type AmendOutcome = (typeof amendOutcomes)[number]

declare const approved: unique symbol

/** An intent that passed every safeguard. Only `safeguards/check-order.ts` makes one; the port accepts nothing else. */
export interface ApprovedOrder {
  readonly [approved]: true
  readonly intent: OrderIntent
}

/**
 * `denied` is ours and `rejected` the venue's refusal. `unknown` means the venue may hold the order: it counts at its worst
 * until reconciled. `resting` may hold partial fills. `partially_filled` has ended: part filled, the rest is gone.
 */
export const orderStatuses = [
  'denied',
  'submitted',
  'resting',
  'filled',
  'partially_filled',
  'cancelled',
  'expired',
  'rejected',
  'unknown',
] as const
export type OrderStatus = (typeof orderStatuses)[number]

export interface Order {
  /** With the price and the quantity that hold now: they follow changes that the venue carried out. */
  readonly intent: OrderIntent
  /** Price and quantity that it was first sent with. Null while they still hold. */
  readonly firstTerms: OrderTerms | null
  /** The order may have these terms or those of its intent. It counts at the worse of both. */
  readonly pendingAmend: PendingAmend | null
  readonly venue: VenueId
  /** Null until the venue told it, or computed before sending where the venue's ids are hashes. */
  readonly venueOrderId: string | null
  readonly status: OrderStatus
  /** What this order has certainly bought or sold, provisional fills included. */
  readonly filledQuantity: Quantity
  /** The part of filledQuantity that is covered by fills in the journal. Positions hold exactly this part. */
  readonly bookedQuantity: Quantity
  /** The part of filledQuantity whose settlement can still fail. */
  readonly provisionalQuantity: Quantity
  /** Contracts that may still fill. Null when not known. */
  readonly remainingQuantity: Quantity | null
  readonly averagePrice: Price | null
  /** Dollars charged so far. Null when not known. */
  readonly fees: Money | null
  /** Fills booked for this order, by venue fill id: the key against double counting. */
  readonly fillIds: readonly string[]
  /** Those of fillIds that the venue can still reverse. Each is settled once. */
  readonly provisionalFillIds: readonly string[]
  /** Fills that the venue took back: whatever else is told of them is old news. */
  readonly reversedFillIds: readonly string[]
  /** Contracts of reversedFillIds. They are not in filledQuantity. */
  readonly reversedQuantity: Quantity
  /** Dollars that the booked fills traded for. */
  readonly bookedCost: Money
  /** Dollars that the booked fills were charged. Null when one of them did not say. */
  readonly bookedFees: Money | null
  /** Set when the venue charged otherwise than its schedule gives. */
  readonly feeDrift?: FeeDrift
  /** Set once the venue has proven that it took the order, also while its state is not known. */
  readonly landed?: true
  /** Called rejected because nothing showed it: no word of the venue, whose own record of it takes that back. */
  readonly presumedAbsent?: true
  /** When the same order was last sent again, RFC 3339: from then on it can be under way anew. */
  readonly resentAt?: string
  /** Why it is denied, rejected or unknown, for a person. */
  readonly reason: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

/** What a venue says about an order at one moment. */
export interface OrderReport {
  readonly venueOrderId: string
  readonly clientOrderId: string | null
  readonly status: 'resting' | 'filled' | 'partially_filled' | 'cancelled' | 'expired' | 'rejected' | 'unknown'
  readonly filledQuantity: Quantity
  /** Contracts that were matched and taken back, where the venue says so. They are not in filledQuantity. */
  readonly reversedQuantity?: Quantity
  /** Zero once the order has ended. Null when the venue does not say. */
  readonly remainingQuantity: Quantity | null
  readonly averagePrice: Price | null
  readonly fees: Money | null
  /** The fill can still be reversed (a match that is not yet final). */
  readonly provisional: boolean
}

/** When the order was last sent, Unix ms. */
export function lastSentMs({ createdAt, resentAt }: Pick<Order, 'createdAt' | 'resentAt'>): number {
  return Date.parse(resentAt ?? createdAt)
}

/** Nobody knows what the venue made of it. */
export function isUnsettled({ status }: Pick<Order, 'status'>): boolean {
  return status === 'unknown' || status === 'submitted'
}

/** Nothing more is expected of this order: it has ended and every contract it reported filled is booked. */
export function isSettled(order: Order): boolean {
  const booked = order.bookedQuantity >= order.filledQuantity
  const final = order.provisionalQuantity === 0n && order.provisionalFillIds.length === 0
  return !isOpen(order.status) && booked && final
}

/** What makes two intents the same wish: equal market, outcome, side, quantity, limit and time in force. */
export function intentFingerprint(intent: OrderIntent): string {
  const { market, outcome, side, timeInForce } = intent
  return [market, outcome, side, formatAmount(intent.quantity), formatAmount(intent.price), timeInForce].join(' ')
}

/** The venue may hold more than is known here: its word on the order, or on a change of it, is missing. */
export function isUncertain({ status, pendingAmend }: Order): boolean {
  return status === 'unknown' || status === 'submitted' || pendingAmend !== null
}

/** Statuses in which the venue may still trade the order. */
export function isOpen(status: OrderStatus): boolean {
  return status === 'submitted' || status === 'resting' || status === 'unknown'
}
