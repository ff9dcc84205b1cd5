import { AmountError, type Price, parsePrice, parseQuantity, type Quantity } from '../../domain/amounts.ts'
import type { PlaceCommand, PlaceResult } from '../commands.ts'
import type { FaceReply } from '../face.ts'
import type { MarketView } from '../model.ts'
import type { Refused } from '../refused.ts'
import { isTime } from '../times.ts'
import { type Fields, flag, integer, text } from './body.ts'
import { type KalshiContext, kalshiDetails, tickerId, viewOf } from './context.ts'
import { renderExecution } from './render-order.ts'
import { failure, invalidParameters, json, marketNotFound } from './replies.ts'

const timesInForce: Readonly<Record<string, PlaceCommand['timeInForce']>> = {
  good_till_canceled: 'gtc',
  immediate_or_cancel: 'ioc',
  fill_or_kill: 'fok',
}

/** One create body, alone or from a batch, as the venue answers it. */
export function createOrder(context: KalshiContext, fields: Fields): FaceReply {
  const paused = refuseWhilePaused(context)
  if (paused !== null) return paused
  const ticker = text(fields, 'ticker')
  if (ticker === null) return invalidParameters('ticker is required')
  const view = viewOf(context, ticker)
  if (view === null || isOtherShard(view, integer(fields, 'exchange_index'))) return marketNotFound
  if (!isProvisioned(context, view)) return userNotFound(context)
  const command = readCreate(context, ticker, fields)
  if ('status' in command) return command
  const result: PlaceResult = context.host.exchange.execute(command)
  return result.kind === 'placed' ? json(201, renderExecution(result.order)) : refusedOrder(result)
}

/** An account exists on the shards that it was set up on, whatever it holds on the others. */
function isProvisioned(context: KalshiContext, view: MarketView): boolean {
  return context.host.exchange.account(context.owner.account)?.cash.has(view.market.pool) ?? false
}

/** Pinning the wrong shard is like naming a market that does not exist. -1 and absence route by ticker. */
function isOtherShard(view: MarketView, index: number | null): boolean {
  return index !== null && index >= 0 && index !== kalshiDetails(view.market).exchangeIndex
}

function readCreate(context: KalshiContext, ticker: string, fields: Fields): PlaceCommand | FaceReply {
  const side = text(fields, 'side')
  const timeInForce = timesInForce[text(fields, 'time_in_force') ?? '']
  const selfTrade = text(fields, 'self_trade_prevention_type')
  if (side !== 'bid' && side !== 'ask') return invalidParameters('side')
  if (timeInForce === undefined) return invalidParameters('time_in_force')
  if (selfTrade !== 'taker_at_cross' && selfTrade !== 'maker') return invalidParameters('self_trade_prevention_type')
  const clientOrderId = text(fields, 'client_order_id')
  if (clientOrderId !== null && !/^[\w-]{1,64}$/.test(clientOrderId)) return invalidParameters('client_order_id')
  if ((integer(fields, 'subaccount') ?? 0) !== 0) return userNotFound(context)
  const price = readPrice(text(fields, 'price'))
  const count = readCount(text(fields, 'count'))
  if (price === null) return invalidPrice
  if (count === null) return invalidSize
  const rules = refuseCombination(context, fields, timeInForce)
  if (rules !== null) return rules
  const expiration = integer(fields, 'expiration_time')
  const groupId = text(fields, 'order_group_id')
  return {
    kind: 'place',
    account: context.owner.account,
    market: tickerId(ticker),
    orderId: null,
    clientOrderId,
    outcome: 'yes',
    side: side === 'bid' ? 'buy' : 'sell',
    ownPrice: price,
    amount: { kind: 'quantity', quantity: count },
    timeInForce,
    expiresAtMs: expiration === null ? null : expiration * 1_000,
    postOnly: flag(fields, 'post_only'),
    reduceOnly: flag(fields, 'reduce_only'),
    selfTrade,
    cancelOnPause: flag(fields, 'cancel_order_on_pause'),
    refuseUnmatched: false,
    delayMs: 0,
    doomed: false,
    ...(groupId === null ? {} : { groupId }),
  }
}

function refuseCombination(
  context: KalshiContext,
  fields: Fields,
  timeInForce: PlaceCommand['timeInForce'],
): FaceReply | null {
  const expiration = integer(fields, 'expiration_time')
  if (flag(fields, 'reduce_only') && timeInForce !== 'ioc') {
    return invalidOrder('reduce_only can only be used with IoC orders')
  }
  if (expiration === null) return null
  if (!isTime(expiration * 1_000)) return invalidParameters('expiration_time')
  if (timeInForce !== 'gtc') return invalidOrder('Cannot_specify_both_IoC_and_expiration_timestamp')
  return expiration * 1_000 > context.host.clock.nowMs() ? null : invalidOrder('expiration_time must be in the future')
}

/** Two to four decimals, strictly between 0 and 1. Null when it is not a price. */
export function readPrice(value: string | null): Price | null {
  if (value === null || !/^\d+(\.\d{1,4})?$/.test(value)) return null
  try {
    return parsePrice(value)
  } catch (error) {
    if (error instanceof AmountError) return null
    throw error
  }
}

/** Contracts with up to two decimals, more than none. */
function readCount(value: string | null): Quantity | null {
  const count = readAnyCount(value)
  return count === null || count === 0n ? null : count
}

export function readAnyCount(value: string | null): Quantity | null {
  return value === null || !/^\d{1,12}(\.\d{1,2})?$/.test(value) ? null : parseQuantity(value)
}

export const invalidPrice: FaceReply = failure(400, { code: 'invalid_price', message: 'invalid price' })
export const invalidSize: FaceReply = failure(400, { code: 'invalid_order_size', message: 'invalid order size' })

function invalidOrder(details: string): FaceReply {
  return failure(400, { code: 'invalid_order', message: 'invalid order', details })
}

export function userNotFound(context: KalshiContext): FaceReply {
  return failure(404, { code: 'user_not_found', message: `user ${context.owner.userId} not found` })
}

/** Trading pause: no placing or amending. Exchange pause: nothing at all. */
export function refuseWhilePaused(context: KalshiContext): FaceReply | null {
  const halted = refuseWhileHalted(context)
  if (halted !== null || context.owner.switches.tradingActive) return halted
  return failure(409, { code: 'trading_is_paused', message: 'trading is paused' })
}

export function refuseWhileHalted(context: KalshiContext): FaceReply | null {
  if (context.owner.switches.exchangeActive) return null
  return failure(409, { code: 'exchange_is_paused', message: 'exchange is paused' })
}

/** The venue's answer to each way in which an order can be refused (venue page §6). */
export function refusedOrder(refused: Refused): FaceReply {
  switch (refused.reason) {
    case 'market_not_found':
      return marketNotFound
    case 'market_not_open':
      return failure(409, { code: 'market_closed', message: 'market is closed', details: refused.message })
    case 'market_paused':
      return failure(409, { code: 'trading_is_paused', message: 'trading is paused' })
    case 'off_ladder':
      return invalidPrice
    case 'bad_quantity':
      return invalidSize
    case 'expired':
      return invalidOrder('expiration_time must be in the future')
    case 'insufficient_cash':
    case 'insufficient_holdings':
      return failure(400, { code: 'insufficient_balance', message: 'insufficient balance' })
    case 'post_only_cross':
      return invalidOrder('post only cross')
    case 'fok_unfilled':
      return failure(409, {
        code: 'fill_or_kill_insufficient_resting_volume',
        message: 'fill or kill insufficient resting volume',
      })
    case 'duplicate_client_order_id':
    case 'duplicate_order_id':
      return failure(409, { code: 'order_already_exists', message: 'order already exists' })
    case 'order_mismatch':
      return failure(400, { code: 'order_side_mismatch', message: 'order side mismatch' })
    case 'order_not_found':
    case 'order_not_live':
    case 'order_delayed':
    case 'account_not_found':
    case 'pool_not_found':
      return failure(404, { code: 'not_found', message: 'not found' })
    case 'duplicate_transfer':
      return failure(409, { code: 'transfer_already_applied', message: 'transfer already applied' })
    // Bodies not established; the codes are those of the engine's FIX vocabulary in lower case.
    case 'group_not_found':
      return failure(404, { code: 'order_group_not_found', message: 'order group not found' })
    case 'group_triggered':
      return failure(409, { code: 'exceeded_order_group_risk_limit', message: 'order group risk limit exceeded' })
    case 'no_match':
    case 'bad_request':
      return invalidParameters(refused.message)
  }
}
