import type { Money, Price, Quantity } from '../../domain/amounts.ts'

/** What one member of an exchange says about an order or an account. */
export type Fact = { readonly field: string } & (
  | {
      /** An order that was asked for. The venue's id comes with the answer, if one came. */
      readonly kind: 'placed'
      readonly key: string
      readonly orderId: string | null
      readonly terms: OrderTerms
      readonly answered: 'accepted' | 'rejected' | 'unknown'
    }
  /** How an order stands, as far as the answer says. */
  | {
      readonly kind: 'standing'
      readonly orderId: string
      readonly filled: Quantity | null
      readonly remaining: Quantity | null
    }
  | {
      readonly kind: 'fill'
      readonly id: string
      readonly orderId: string
      readonly quantity: Quantity
      /** Dollars per contract, on the scale of the order's limit (Kalshi's is that of YES whatever is traded). */
      readonly price: Price
      readonly failed: boolean
      /** Unix ms. */
      readonly atMs: number | null
      readonly fee: Money | null
    }
  /** What a cancel took off the book, where the venue says. */
  | { readonly kind: 'cancelled'; readonly orderId: string; readonly reduced: Quantity | null }
  /** Changed terms: the order is from now on this large. */
  | { readonly kind: 'resized'; readonly orderId: string; readonly quantity: Quantity | null }
  | { readonly kind: 'balance'; readonly amount: Money }
)

export interface OrderTerms {
  readonly market: string
  readonly side: 'buy' | 'sell'
  /** Contracts. An immediate Polymarket purchase names dollars, and may bring more of them. */
  readonly quantity: Quantity
  readonly price: Price
  readonly spends: Money | null
}
