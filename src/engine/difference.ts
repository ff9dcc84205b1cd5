import type { VenueId } from '../domain/market.ts'

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
  /** Too small to be listed by the venue: no difference that anything could be done about. */
  | 'dust'
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
export function remains({ fixed, cause }: Pick<Difference, 'fixed' | 'cause'>): boolean {
  return !fixed && cause !== 'dust'
}
