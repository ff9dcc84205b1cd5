import type { Fill } from '../domain/fill.ts'
import type { MarketId } from '../domain/market.ts'
import type { Order } from '../domain/order.ts'
import type { PendingFills } from '../domain/position.ts'
import type { ArbTrade } from './events.ts'
import type { LedgerState } from './ledger.ts'

/** What the fold keeps beside an order. */
export interface OrderTrack {
  /** 1 for the first order of the journal, 2 for the next, …: the order of the lists. */
  readonly ordinal: number
  /** Fills booked while they could still fail, exactly as booked: what a failure has to undo. */
  readonly provisionalFills: readonly Fill[]
}

export interface TrackedOrder extends OrderTrack {
  readonly order: Order
}

export interface TrackedTrade {
  readonly ordinal: number
  readonly trade: ArbTrade
}

/** The ledger's state with what only the fold needs. */
export interface FoldState extends LedgerState {
  /** Same keys as `openOrders`. */
  readonly orderTracks: ReadonlyMap<string, OrderTrack>
  /** Same keys as `openTrades`. */
  readonly tradeOrdinals: ReadonlyMap<string, number>
  /** Of the markets in which a fill can still be reversed. */
  readonly pendingFills: ReadonlyMap<MarketId, PendingFills>
  readonly ordersCreated: number
  readonly tradesCreated: number
}

export const emptyState: FoldState = {
  seq: 0,
  openOrders: new Map(),
  positions: new Map(),
  breakers: new Map(),
  openTrades: new Map(),
  recentIntents: [],
  cancelledAllAt: new Map(),
  ignoredOrders: new Map(),
  absentOrders: new Map(),
  approvedPairs: new Map(),
  rejectedPairs: new Map(),
  cash: new Map(),
  lostRecords: null,
  today: { day: '', realized: 0n },
  feeDrifts: new Map(),
  orderTracks: new Map(),
  tradeOrdinals: new Map(),
  pendingFills: new Map(),
  ordersCreated: 0,
  tradesCreated: 0,
}

/** Something that left the state for the archive, as of a journal record. */
export interface Departed<T> {
  readonly id: string
  readonly seq: number
  readonly ordinal: number
  readonly value: T
}

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : T[K] extends readonly (infer Item)[]
      ? Item[]
      : T[K]
}

/** A state under construction: one copy serves a whole batch of records. */
export interface Draft extends Mutable<FoldState> {
  readonly departedOrders: Departed<TrackedOrder>[]
  readonly departedTrades: Departed<TrackedTrade>[]
  readonly warnings: string[]
}

export function draftOf(state: FoldState): Draft {
  return {
    ...state,
    openOrders: new Map(state.openOrders),
    positions: new Map(state.positions),
    breakers: new Map(state.breakers),
    openTrades: new Map(state.openTrades),
    feeDrifts: new Map(state.feeDrifts),
    recentIntents: [...state.recentIntents],
    cancelledAllAt: new Map(state.cancelledAllAt),
    ignoredOrders: new Map(state.ignoredOrders),
    absentOrders: new Map(state.absentOrders),
    approvedPairs: new Map(state.approvedPairs),
    rejectedPairs: new Map(state.rejectedPairs),
    cash: new Map(state.cash),
    orderTracks: new Map(state.orderTracks),
    tradeOrdinals: new Map(state.tradeOrdinals),
    pendingFills: new Map(state.pendingFills),
    departedOrders: [],
    departedTrades: [],
    warnings: [],
  }
}

export function stateOf(draft: Draft): FoldState {
  const { departedOrders: _orders, departedTrades: _trades, warnings: _warnings, ...state } = draft
  return state
}
