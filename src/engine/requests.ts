import type { Market } from '../domain/market.ts'
import type { OrderIntent, OrderTerms } from '../domain/order.ts'
import type { OrderBook } from '../domain/order-book.ts'

/** An intent with the market data that it is judged by: all that placing it needs. */
export interface OrderRequest {
  readonly intent: OrderIntent
  readonly market: Market
  readonly book: OrderBook | null
  readonly allowDuplicate: boolean
}

/** A change with the market data that it is judged by: all that sending it needs. */
export interface AmendRequest {
  readonly orderId: string
  /** `decrease` takes contracts off at the same price, like a cancel of a part: no safeguard stands before it. */
  readonly kind: 'amend' | 'decrease'
  readonly terms: OrderTerms
  readonly market: Market
  /** Null for a decrease, which cannot trade. */
  readonly book: OrderBook | null
}

/** What a person says of orders that were placed elsewhere. */
export interface Claim {
  /** `adopt` books them as ours; `ignore` leaves them out until they change. */
  readonly verdict: 'adopt' | 'ignore'
  /** The venue's id of the only one that is meant. Null for all. */
  readonly order: string | null
}
