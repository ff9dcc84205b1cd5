import * as v from 'valibot'
import { ZERO_QUANTITY } from '../../domain/amounts.ts'
import { marketStatuses } from '../../domain/market.ts'
import { emptyFeeDesk, type FeeDesk } from '../fee-changes.ts'
import type { Holding, SandboxOrder, SandboxTrade, SettlementRecord, Transfer } from '../model.ts'
import type { OrderGroup } from '../order-group.ts'
import type { ExchangeSnapshot } from '../snapshot.ts'
import { contradictionIn } from './contradictions.ts'
import { entrySchema } from './entry-schema.ts'
import {
  byMarket,
  clockTime,
  feeChange,
  grid,
  marketId,
  money,
  orderAmount,
  outcome,
  payout,
  price,
  quantity,
  rate,
  schedule,
  selfTrade,
  side,
  signedQuantity,
  texts,
  time,
  timeInForce,
  venue,
  wholeNumber,
} from './parts.ts'

// The members are read in the order in which they are written: a state that is read and written again is the same text.

const id = v.string()
const optionalText = v.nullable(v.string())
const bookSide = v.picklist(['bid', 'ask'])

const holding = v.object({
  yes: signedQuantity,
  no: signedQuantity,
  yesCost: money,
  noCost: money,
  realizedPnl: money,
  fees: money,
  traded: money,
  updatedMs: time,
}) satisfies v.GenericSchema<unknown, Holding>

const order = v.object({
  id,
  clientOrderId: optionalText,
  account: id,
  market: marketId,
  outcome,
  side,
  ownPrice: price,
  bookSide,
  yesPrice: price,
  amount: orderAmount,
  filled: quantity,
  remaining: quantity,
  state: v.picklist(['delayed', 'resting', 'filled', 'cancelled']),
  cancelReason: v.nullable(
    v.picklist([
      ...(['user', 'immediate', 'expired', 'market_closed', 'halted', 'paused', 'self_trade'] as const),
      ...(['reduce_only', 'post_only_cross', 'cancel_all_tail', 'uncovered', 'group_triggered'] as const),
    ]),
  ),
  timeInForce,
  expiresAtMs: v.nullable(time),
  matchAtMs: v.nullable(time),
  postOnly: v.boolean(),
  reduceOnly: v.boolean(),
  selfTrade,
  cancelOnPause: v.boolean(),
  refuseUnmatched: v.boolean(),
  doomed: v.boolean(),
  retried: v.exactOptional(v.boolean()),
  createdMs: time,
  updatedMs: time,
  priority: wholeNumber,
  takerCost: money,
  makerCost: money,
  takerFees: money,
  makerFees: money,
  feeAccumulator: money,
  tradeIds: v.array(id),
  groupId: v.exactOptional(id),
}) satisfies v.GenericSchema<unknown, SandboxOrder>

const party = v.object({
  account: id,
  orderId: id,
  clientOrderId: optionalText,
  outcome,
  side,
  bookSide,
  ownPrice: price,
  money,
  fee: money,
})

const trade = v.object({
  id,
  sequence: wholeNumber,
  market: marketId,
  quantity,
  yesPrice: price,
  taker: party,
  maker: party,
  timeMs: time,
  doomed: v.boolean(),
  retried: v.exactOptional(v.boolean()),
  failedMs: v.nullable(time),
}) satisfies v.GenericSchema<unknown, SandboxTrade>

const group = v.object({
  id,
  account: id,
  pool: id,
  limit: quantity,
  triggered: v.boolean(),
  countsAfter: wholeNumber,
}) satisfies v.GenericSchema<unknown, OrderGroup>

const settlement = v.object({
  account: id,
  market: marketId,
  holding,
  yesPayout: payout,
  revenue: money,
  timeMs: time,
}) satisfies v.GenericSchema<unknown, SettlementRecord>

const transfer = v.object({
  id,
  clientId: optionalText,
  account: id,
  from: id,
  to: id,
  amount: money,
  createdMs: time,
  arrivesMs: time,
  arrived: v.boolean(),
}) satisfies v.GenericSchema<unknown, Transfer>

const feeDesk = v.object({
  changes: v.array(v.object({ ...feeChange, id })),
  waivers: byMarket(time),
  balanceSteps: v.record(id, money),
  rates: v.exactOptional(byMarket(rate)),
}) satisfies v.GenericSchema<unknown, FeeDesk>

const account = v.object({
  id,
  venue,
  netting: v.picklist(['net', 'per_outcome']),
  unlimited: v.boolean(),
  cash: v.array(v.tuple([id, money])),
  holdings: v.array(v.tuple([marketId, holding])),
  usedClientOrderIds: v.array(v.tuple([id, optionalText])),
  orderIds: v.array(id),
  cancelTailUntilMs: time,
})

const market = v.object({
  id: marketId,
  schedule: v.nullable(schedule),
  grid: v.exactOptional(v.nullable(grid)),
  texts: v.exactOptional(v.nullable(texts)),
  phase: v.picklist(marketStatuses),
  lastPrice: v.nullable(price),
  volume: v.optional(quantity, { $: ZERO_QUANTITY.toString() }),
  updatedMs: time,
  bookUpdatedMs: time,
})

export const snapshotSchema = v.pipe(
  v.object({
    nowMs: clockTime,
    counters: v.object({ command: wholeNumber, order: wholeNumber, trade: wholeNumber, priority: wholeNumber }),
    venueCash: money,
    fees: v.optional(feeDesk, emptyFeeDesk),
    accounts: v.array(account),
    markets: v.array(market),
    orders: v.array(order),
    groups: v.exactOptional(v.array(group)),
    trades: v.array(trade),
    settlements: v.array(settlement),
    transfers: v.exactOptional(v.array(transfer)),
    listings: v.exactOptional(v.array(v.object({ entry: entrySchema, createdMs: time, place: wholeNumber }))),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    const wrong = dataset.typed ? contradictionIn(dataset.value) : null
    if (wrong !== null) addIssue({ message: wrong })
  }),
) satisfies v.GenericSchema<unknown, ExchangeSnapshot>
