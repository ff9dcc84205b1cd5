import type { Money } from '../domain/amounts.ts'
import type { Exposure } from '../domain/exposure.ts'
import type { Market } from '../domain/market.ts'
import type { OrderIntent } from '../domain/order.ts'
import type { OrderBook } from '../domain/order-book.ts'
import type { VenueCapabilities } from '../domain/venue.ts'
import type { LedgerState } from '../store/ledger.ts'
import type { BreakerAdmission } from './breaker.ts'
import type { Denial } from './denials.ts'
import type { Limits } from './limits.ts'

/** All that the checks look at, for one order at one moment. */
export interface Snapshot {
  readonly market: Market
  /** In YES prices. Null when it was not read. */
  readonly book: OrderBook | null
  readonly state: LedgerState
  /** Of `state`, without the order in question. */
  readonly exposure: Exposure
  readonly capabilities: VenueCapabilities
  /** The kill switch. `at` is null when the time of the halt is not known. */
  readonly halted: { readonly reason: string; readonly at: string | null } | null
  readonly breakers: readonly BreakerAdmission[]
  /** Dollars that this session's orders can cost at worst so far. */
  readonly sessionSpent: Money
  readonly nowMs: number
  /** The person said that an equal order is meant. */
  readonly allowDuplicate: boolean
  /** It is an order of which nothing is known, sent again to learn what became of it. */
  readonly isResend?: boolean
}

/** One safeguard. Pure; an empty list means that it has nothing against the order. */
export type Check = (intent: OrderIntent, snapshot: Snapshot, limits: Limits) => readonly Denial[]
