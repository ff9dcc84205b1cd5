import type { VenueId } from '../../domain/market.ts'
import type { OrderStatus } from '../../domain/order.ts'

export type DifferenceKind =
  | 'venue_unreadable'
  | 'order_placed_elsewhere'
  | 'order_not_at_venue'
  | 'order_remainder'
  | 'position'
  | 'cash'

/** Why it is probably so, as one word for scripts. */
export type DifferenceCause =
  | 'unreadable'
  | 'placed_elsewhere'
  | 'read_lag'
  | 'settled_market'
  | 'ghost_fill'
  | 'missed_fill'
  | 'fee_drift'
  | 'cash_moved_elsewhere'
  | 'unexplained'

/** One thing on which the journal and a venue do not agree. */
export interface Difference {
  readonly kind: DifferenceKind
  readonly cause: DifferenceCause
  readonly venue: VenueId
  /** The order or the holding, as an identifier that can be pasted back. */
  readonly subject: string
  readonly ours: string
  readonly theirs: string
  readonly likelyCause: string
  /** True when this run brought the journal in line. */
  readonly fixed: boolean
}

/** Whether something is left to be looked into. */
export function remains({ fixed }: Pick<Difference, 'fixed'>): boolean {
  return !fixed
}

/** A holding too small for the venue to list: neither confirmed by it nor denied. */
export interface Dust {
  readonly venue: VenueId
  readonly subject: string
  readonly quantity: string
  /** The venue lists holdings from this many contracts on. */
  readonly listedFrom: string
}

export interface SettledOrder {
  readonly orderId: string
  readonly from: OrderStatus
  readonly to: OrderStatus
  readonly evidence: string
}

export interface Comparison {
  readonly differences: readonly Difference[]
  readonly dust: readonly Dust[]
  /** Orders that were called absent and that the venue shows after all. */
  readonly reappeared: readonly SettledOrder[]
}
