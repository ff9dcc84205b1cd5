import {
  addMoney,
  addQuantity,
  averagePrice,
  cost,
  type Money,
  type Price,
  type Quantity,
  ZERO_MONEY,
} from './amounts.ts'
import type { Liquidity } from './fees.ts'
import type { MarketId, Outcome, VenueId } from './market.ts'
import type { Side } from './side.ts'

/** `provisional` may still be reversed by the venue; `failed` means that nothing moved after all. */
export type Finality = 'provisional' | 'final' | 'failed'

/** One execution of one of our orders, in terms of the outcome that the order named. */
export interface Fill {
  /** The venue's id of the execution; unique per venue together with the order. */
  readonly id: string
  readonly venue: VenueId
  readonly market: MarketId
  readonly venueOrderId: string
  readonly outcome: Outcome
  readonly side: Side
  readonly quantity: Quantity
  /** Dollars per contract of `outcome`. */
  readonly price: Price
  /** Dollars; null when the venue does not say. */
  readonly fee: Money | null
  /** `schedule`: the venue does not say what it charged, and `fee` is what its schedule gives. Absent: the venue's word. */
  readonly feeSource?: 'schedule'
  readonly liquidity: Liquidity | null
  readonly finality: Finality
  /** RFC 3339. */
  readonly time: string
}

/** Total and average of the executions of one order, for cross-checking what the venue reported. */
export function sumFills(fills: readonly Fill[]): {
  readonly quantity: Quantity
  readonly averagePrice: Price | null
  readonly fees: Money | null
} {
  const live = fills.filter((fill) => fill.finality !== 'failed')
  const quantity = addQuantity(...live.map((fill) => fill.quantity))
  const total = addMoney(...live.map((fill) => cost(fill.price, fill.quantity, 'up')))
  const fees = live.reduce<Money | null>(
    (sum, fill) => (sum === null || fill.fee === null ? null : addMoney(sum, fill.fee)),
    ZERO_MONEY,
  )
  return { quantity, averagePrice: averagePrice(total, quantity, 'up'), fees }
}
