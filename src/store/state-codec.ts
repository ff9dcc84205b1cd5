import * as v from 'valibot'
import { pairName } from '../domain/market.ts'
import { type Order, orderStatuses } from '../domain/order.ts'
import { type PendingFills, type Position, positionKey } from '../domain/position.ts'
import {
  marketId,
  money,
  optionalText,
  outcome,
  price,
  quantity,
  signedQuantity,
  venue,
  wholeNumber,
} from './amount-schema.ts'
import {
  approvedPairSchema,
  breakerSchema,
  feeDriftSchema,
  fillSchema,
  ignoredOrderSchema,
  intentSchema,
  rejectedPairSchema,
  tradeSchema,
} from './codec.ts'
import type { FoldState, TrackedOrder, TrackedTrade } from './fold-state.ts'
import { ignoredKey } from './ledger.ts'

/** Absent in what was written before orders could be changed. */
const notYet = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema), null)

const orderSchema = v.object({
  intent: intentSchema,
  firstTerms: notYet(v.object({ price, quantity })),
  pendingAmend: notYet(v.object({ price, quantity, askedAt: v.string() })),
  venue,
  venueOrderId: optionalText,
  status: v.picklist(orderStatuses),
  filledQuantity: quantity,
  bookedQuantity: quantity,
  provisionalQuantity: quantity,
  remainingQuantity: v.nullable(quantity),
  averagePrice: v.nullable(price),
  fees: v.nullable(money),
  fillIds: v.array(v.string()),
  provisionalFillIds: v.array(v.string()),
  reversedFillIds: v.array(v.string()),
  reversedQuantity: quantity,
  bookedCost: money,
  bookedFees: v.nullable(money),
  feeDrift: v.exactOptional(feeDriftSchema),
  landed: v.exactOptional(v.literal(true)),
  presumedAbsent: v.exactOptional(v.literal(true)),
  resentAt: v.exactOptional(v.string()),
  reason: optionalText,
  createdAt: v.string(),
  updatedAt: v.string(),
}) satisfies v.GenericSchema<unknown, Order>

export const trackedOrderSchema = v.object({
  order: orderSchema,
  ordinal: wholeNumber,
  provisionalFills: v.array(fillSchema),
}) satisfies v.GenericSchema<unknown, TrackedOrder>

export const trackedTradeSchema = v.object({
  ordinal: wholeNumber,
  trade: tradeSchema,
}) satisfies v.GenericSchema<unknown, TrackedTrade>

const positionSchema = v.object({
  venue,
  market: marketId,
  outcome,
  quantity: signedQuantity,
  finalQuantity: signedQuantity,
  provisionalBought: quantity,
  provisionalSold: quantity,
  totalCost: money,
  finalCost: money,
  worstCost: money,
  realizedPnl: money,
  provisionalPnl: money,
  fees: money,
  fillsWithoutFee: wholeNumber,
}) satisfies v.GenericSchema<unknown, Position>

const cashLineSchema = v.object({
  venue,
  agreed: money,
  agreedAtMs: wholeNumber,
  moved: money,
  slack: money,
  computedFees: money,
})

const pendingSchema = v.object({
  market: marketId,
  before: v.array(
    v.object({
      outcome,
      quantity: signedQuantity,
      totalCost: money,
      realizedPnl: money,
      fees: money,
      fillsWithoutFee: wholeNumber,
    }),
  ),
  since: v.array(fillSchema),
})

const storedStateSchema = v.object({
  seq: wholeNumber,
  orders: v.array(trackedOrderSchema),
  positions: v.array(positionSchema),
  pending: v.array(pendingSchema),
  breakers: v.array(v.object({ name: v.string(), memory: breakerSchema })),
  trades: v.array(trackedTradeSchema),
  recentIntents: v.array(v.object({ fingerprint: v.string(), atMs: wholeNumber, orderId: v.string() })),
  /** Not in recordings of earlier versions. */
  cancelledAllAt: v.optional(v.array(v.object({ venue, atMs: wholeNumber })), []),
  ignoredOrders: v.optional(v.array(ignoredOrderSchema), []),
  absentOrders: v.optional(v.array(v.object({ id: v.string(), market: marketId })), []),
  approvedPairs: v.optional(v.array(approvedPairSchema), []),
  rejectedPairs: v.optional(v.array(rejectedPairSchema), []),
  cash: v.optional(v.array(cashLineSchema), []),
  lostRecords: v.exactOptional(
    v.object({ upTo: wholeNumber, venues: v.array(venue), anchor: v.exactOptional(v.string()) }),
  ),
  today: v.object({ day: v.string(), realized: money }),
  feeDrifts: v.array(v.object({ series: v.string(), orderId: v.string(), at: v.string() })),
  ordersCreated: wholeNumber,
  tradesCreated: wholeNumber,
})

/** The state as JSON keeps it. The order of the lists is that of the maps: it decides what is dropped first. */
export function storeState(state: FoldState): unknown {
  return {
    seq: state.seq,
    orders: [...state.openOrders].map(([id, order]) => ({ order, ...state.orderTracks.get(id) })),
    positions: [...state.positions.values()],
    pending: [...state.pendingFills].map(([market, { before, since }]) => ({
      market,
      before: [...before].map(([outcome, holding]) => ({ outcome, ...holding })),
      since,
    })),
    breakers: [...state.breakers].map(([name, memory]) => ({ name, memory })),
    trades: [...state.openTrades].map(([id, trade]) => ({ trade, ordinal: state.tradeOrdinals.get(id) })),
    recentIntents: state.recentIntents,
    cancelledAllAt: [...state.cancelledAllAt].map(([venueId, atMs]) => ({ venue: venueId, atMs })),
    ignoredOrders: [...state.ignoredOrders.values()],
    // Rarely there, and not in recordings of earlier versions.
    ...(state.absentOrders.size === 0
      ? {}
      : { absentOrders: [...state.absentOrders].map(([id, market]) => ({ id, market })) }),
    approvedPairs: [...state.approvedPairs.values()],
    rejectedPairs: [...state.rejectedPairs.values()],
    cash: [...state.cash].map(([venueId, line]) => ({ venue: venueId, ...line })),
    // Nearly never there, and not in recordings of earlier versions.
    ...(state.lostRecords === null ? {} : { lostRecords: state.lostRecords }),
    today: state.today,
    feeDrifts: [...state.feeDrifts].map(([series, drift]) => ({ series, ...drift })),
    ordersCreated: state.ordersCreated,
    tradesCreated: state.tradesCreated,
  }
}

function pendingOf({ before, since }: Omit<v.InferOutput<typeof pendingSchema>, 'market'>): PendingFills {
  return { before: new Map(before.map(({ outcome, ...holding }) => [outcome, holding])), since }
}

/** Reads what `storeState` gave, through JSON. */
export const stateSchema = v.pipe(
  storedStateSchema,
  v.transform(
    (stored): FoldState => ({
      seq: stored.seq,
      openOrders: new Map(stored.orders.map(({ order }) => [order.intent.id, order])),
      orderTracks: new Map(stored.orders.map(({ order, ...track }) => [order.intent.id, track])),
      positions: new Map(
        stored.positions.map((position) => [positionKey(position.market, position.outcome), position]),
      ),
      pendingFills: new Map(stored.pending.map(({ market, ...pending }) => [market, pendingOf(pending)])),
      breakers: new Map(stored.breakers.map(({ name, memory }) => [name, memory])),
      openTrades: new Map(stored.trades.map(({ trade }) => [trade.id, trade])),
      tradeOrdinals: new Map(stored.trades.map(({ trade, ordinal }) => [trade.id, ordinal])),
      recentIntents: stored.recentIntents,
      cancelledAllAt: new Map(stored.cancelledAllAt.map(({ venue: venueId, atMs }) => [venueId, atMs])),
      ignoredOrders: new Map(stored.ignoredOrders.map((order) => [ignoredKey(order.venue, order.venueOrderId), order])),
      absentOrders: new Map(stored.absentOrders.map(({ id, market }) => [id, market])),
      approvedPairs: new Map(stored.approvedPairs.map((pair) => [pairName(pair.markets), pair])),
      rejectedPairs: new Map(stored.rejectedPairs.map((pair) => [pairName(pair.markets), pair])),
      cash: new Map(stored.cash.map(({ venue: venueId, ...line }) => [venueId, line])),
      lostRecords: stored.lostRecords ?? null,
      today: stored.today,
      feeDrifts: new Map(stored.feeDrifts.map(({ series, ...drift }) => [series, drift])),
      ordersCreated: stored.ordersCreated,
      tradesCreated: stored.tradesCreated,
    }),
  ),
)
