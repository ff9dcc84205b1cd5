import type { Money } from '../domain/amounts.ts'
import type { MarketId, VenueId } from '../domain/market.ts'
import type { Order } from '../domain/order.ts'
import type { Position, PositionKey } from '../domain/position.ts'
import type { ApprovedPair, RejectedPair } from '../pairs/approved-pair.ts'
import type { ArbTrade, BreakerMemory, IgnoredOrder, JournalEvent, JournalRecord } from './events.ts'

/** What one order needs to know about the account. Stays small however long the history is. */
export interface LedgerState {
  /** Sequence number of the last journal record it reflects; 0 before the first. */
  readonly seq: number
  /** Orders from which something is still expected (`isSettled` is false), by our order id. */
  readonly openOrders: ReadonlyMap<string, Order>
  /** Positions ever held and not yet archived, flat ones included. */
  readonly positions: ReadonlyMap<PositionKey, Position>
  readonly breakers: ReadonlyMap<string, BreakerMemory>
  /** Two-leg trades that have not ended. */
  readonly openTrades: ReadonlyMap<string, ArbTrade>
  /** Submitted intents of the last minutes, newest last, bounded: for the duplicate check. */
  readonly recentIntents: readonly { readonly fingerprint: string; readonly atMs: number; readonly orderId: string }[]
  /**
   * Series (or, where the venue sets fees for each, markets) in which an order was charged more than limits had counted,
   * with the order that last was: until a person has resumed.
   */
  readonly feeDrifts: ReadonlyMap<string, { readonly orderId: string; readonly at: string }>
  /** When everything was last cancelled at a venue: asked for or answered, whichever came later. Unix ms. */
  readonly cancelledAllAt: ReadonlyMap<VenueId, number>
  /** Orders placed elsewhere that a person told us to leave alone, by venue and the venue's id. */
  readonly ignoredOrders: ReadonlyMap<string, IgnoredOrder>
  /** Ended orders that were called absent, by our id, with their markets: a venue may show them after all. The newest 1,000. */
  readonly absentOrders: ReadonlyMap<string, MarketId>
  /** What a person said of pairs of markets, by `pairName`. Whether an approval still holds, today's texts tell. */
  readonly approvedPairs: ReadonlyMap<string, ApprovedPair>
  readonly rejectedPairs: ReadonlyMap<string, RejectedPair>
  /** For each venue with which everything once agreed: its cash then, and what the journal has explained since. */
  readonly cash: ReadonlyMap<VenueId, CashLine>
  /**
   * Records that were seen and were not there any more: up to which, and the venues with which orders, positions and cash
   * have not agreed since. Null when that never happened. `anchor`: the hash of the one that gave the loss away.
   */
  readonly lostRecords: {
    readonly upTo: number
    readonly venues: readonly VenueId[]
    readonly anchor?: string
  } | null
  /** Realised profit and loss less fees since 00:00 UTC of `day`, in millionths of a dollar; unknown fees at their worst. */
  readonly today: { readonly day: string; readonly realized: bigint }
}

/** Cash of one venue as the journal explains it. Dollars. */
export interface CashLine {
  /** As the venue showed it when everything agreed, and when that was (Unix ms). */
  readonly agreed: Money
  readonly agreedAtMs: number
  /** What executions, fees, payouts and claimed transfers have moved since. */
  readonly moved: Money
  /** How far `moved` may be off, since a venue did not say what it charged. */
  readonly slack: Money
  /** The part of `moved` that is fees which the venue did not tell and its schedule gives. */
  readonly computedFees: Money
}

export function ignoredKey(venue: VenueId, venueOrderId: string): string {
  return `${venue}/${venueOrderId}`
}

export interface FindOptions {
  readonly prefix?: boolean
}

export interface Decision<T> {
  readonly events: readonly JournalEvent[]
  readonly result: T
}

/**
 * The journal and what is folded from it, for one account environment. Several processes may share it: a transaction
 * holds the lock from catching up to the fsynced append, so that limits hold across them.
 */
export interface Ledger {
  /** As of the last append, transaction or refresh of this process. */
  readonly state: LedgerState
  /** Appends without a decision. Resolves when the records are on the disk. */
  append(...events: readonly JournalEvent[]): Promise<void>
  /** Catches up with other processes under the lock, decides on that state, appends what was decided, releases. */
  transact<T>(decide: (state: LedgerState) => Decision<T> | Promise<Decision<T>>): Promise<T>
  /** Catches up with what other processes appended. */
  refresh(): Promise<LedgerState>
  /**
   * An open or ended order by our id, client order id or venue order id. `prefix`: for what a person typed, also by a
   * beginning of our id that only one order has. What a venue says is never taken for a beginning.
   */
  findOrder(reference: string, options?: FindOptions): Promise<Order | null>
  /** Newest first. */
  listOrders(query: { readonly limit?: number; readonly openOnly?: boolean }): Promise<readonly Order[]>
  listTrades(query: { readonly limit?: number }): Promise<readonly ArbTrade[]>
  /** Journal records in order, read from the disk. */
  records(query?: { readonly fromSeq?: number }): AsyncIterable<JournalRecord>
  /** Writes the views. The journal needs nothing. */
  close(): Promise<void>
}
