import type { Money } from '../domain/amounts.ts'
import type { Fill } from '../domain/fill.ts'
import type { Market, MarketId, VenueId } from '../domain/market.ts'
import type { OrderBook } from '../domain/order-book.ts'
import type { Balance, VenueClient, VenueOpenOrder, VenuePosition, VenueSettlement } from '../domain/venue.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Limits } from '../safeguards/limits.ts'
import type { Halt } from '../store/halt.ts'
import type { Ledger } from '../store/ledger.ts'
import type { OperationLog } from './operations.ts'

/**
 * What an operation takes from the world besides its order calls. Recorded with the operation, so that a replay sees
 * the same markets, books, holdings and times.
 */
export interface Observations {
  /** @throws VenueError of kind `not_found` when there is no such market. */
  market(id: MarketId, signal?: AbortSignal): Promise<Market>
  book(market: Market, signal?: AbortSignal): Promise<OrderBook>
  /** What a venue says is held. */
  positions(venue: VenueId, signal?: AbortSignal): Promise<readonly VenuePosition[]>
  openOrders(venue: VenueId, signal?: AbortSignal): Promise<readonly VenueOpenOrder[]>
  /** Executions of the whole account since a time, Unix ms. */
  fills(venue: VenueId, sinceMs: number, signal?: AbortSignal): Promise<readonly Fill[]>
  balance(venue: VenueId, signal?: AbortSignal): Promise<Balance>
  /** What a market paid. Null while it has not settled for good. */
  settlement(market: Market, signal?: AbortSignal): Promise<VenueSettlement | null>
  /** Creation time of an order, Unix ms: part of what is signed, so a replay must sign the same. */
  orderTimeMs(): number
}

/** What two-leg trades tell their breaker. Venues tell theirs through their clients; orders ask the ledger's state. */
export interface BreakerSet {
  recordTwoLeg(outcome: 'available' | 'unavailable'): void
}

/** Dollars that this session can still lose: what its buys can cost at worst. Reset by a new session only. */
export interface SessionBudget {
  spent(): Money
  spend(amount: Money): void
}

/** Everything a use case needs, made once by the composition root. */
export interface Trading {
  readonly environment: string
  readonly runtime: Runtime
  readonly ledger: Ledger
  readonly limits: Limits
  readonly observe: Observations
  readonly breakers: BreakerSet
  readonly budget: SessionBudget
  readonly operations: OperationLog
  readHalt(): Promise<Halt | null>
  client(venue: VenueId): Promise<VenueClient>
}
