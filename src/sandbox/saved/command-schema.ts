import * as v from 'valibot'
import type { Command } from '../commands.ts'
import { entrySchema } from './entry-schema.ts'
import {
  duration,
  feeChange,
  grid,
  money,
  namedMarket,
  orderAmount,
  outcome,
  price,
  quantity,
  rate,
  scheduleEntries,
  selfTrade,
  side,
  texts,
  time,
  timeInForce,
  venue,
} from './parts.ts'

const account = v.string()
const orderId = v.string()
const clientOrderId = v.nullable(v.string())
const groupId = v.string()
const level = v.object({ price, quantity })

/** What the log holds. Names come from whoever sent the command, and need not be those of anything. */
export const commandSchema = v.variant('kind', [
  v.object({
    kind: v.literal('open_account'),
    account,
    venue,
    unlimited: v.boolean(),
    cash: v.record(v.string(), money),
  }),
  v.object({ kind: v.literal('set_cash'), account, pool: v.string(), amount: v.nullable(money) }),
  v.object({
    kind: v.literal('transfer'),
    account,
    clientId: v.nullable(v.string()),
    from: v.string(),
    to: v.string(),
    amount: money,
    delayMs: duration,
  }),
  v.object({
    kind: v.literal('place'),
    account,
    market: namedMarket,
    orderId: v.nullable(orderId),
    clientOrderId,
    outcome,
    side,
    ownPrice: price,
    amount: orderAmount,
    timeInForce,
    expiresAtMs: v.nullable(time),
    postOnly: v.boolean(),
    reduceOnly: v.boolean(),
    selfTrade,
    cancelOnPause: v.boolean(),
    refuseUnmatched: v.boolean(),
    delayMs: duration,
    doomed: v.boolean(),
    retried: v.exactOptional(v.boolean()),
    groupId: v.exactOptional(groupId),
  }),
  v.object({ kind: v.literal('cancel'), account, orderId, reason: v.exactOptional(v.literal('uncovered')) }),
  v.object({
    kind: v.literal('cancel_all'),
    account,
    market: v.nullable(namedMarket),
    outcome: v.nullable(outcome),
    tailMs: duration,
  }),
  v.object({
    kind: v.literal('decrease'),
    account,
    orderId,
    change: v.variant('kind', [
      v.object({ kind: v.literal('by'), quantity }),
      v.object({ kind: v.literal('to'), quantity }),
    ]),
  }),
  v.object({
    kind: v.literal('amend'),
    account,
    orderId,
    market: namedMarket,
    side,
    ownPrice: price,
    total: quantity,
    clientOrderId,
    expiry: v.variant('kind', [
      v.object({ kind: v.literal('keep') }),
      v.object({ kind: v.literal('clear') }),
      v.object({ kind: v.literal('set'), atMs: time }),
    ]),
  }),
  v.object({
    kind: v.literal('order_group'),
    account,
    action: v.variant('kind', [
      v.object({ kind: v.literal('create'), pool: v.string(), limit: quantity }),
      v.object({ kind: v.literal('limit'), groupId, limit: quantity }),
      v.object({ kind: v.picklist(['trigger', 'reset', 'delete']), groupId }),
    ]),
  }),
  v.object({ kind: v.literal('set_book'), market: namedMarket, bids: v.array(level), asks: v.array(level) }),
  v.object({
    kind: v.literal('set_market'),
    market: namedMarket,
    schedule: v.object({
      createdMs: v.exactOptional(scheduleEntries.createdMs),
      openMs: v.exactOptional(scheduleEntries.openMs),
      closeMs: v.exactOptional(scheduleEntries.closeMs),
      determineMs: v.exactOptional(scheduleEntries.determineMs),
      settleMs: v.exactOptional(scheduleEntries.settleMs),
      yesPayout: v.exactOptional(scheduleEntries.yesPayout),
      paused: v.exactOptional(scheduleEntries.paused),
    }),
    grid: v.exactOptional(grid),
    texts: v.exactOptional(texts),
  }),
  v.object({ kind: v.literal('list_event'), entry: entrySchema }),
  v.object({ kind: v.literal('set_fees'), change: v.object(feeChange) }),
  v.object({ kind: v.literal('set_fee_waiver'), market: namedMarket, untilMs: time }),
  v.object({ kind: v.literal('set_market_rate'), market: namedMarket, rate }),
  v.object({ kind: v.literal('set_balance_step'), account, step: money }),
]) satisfies v.GenericSchema<unknown, Command>
