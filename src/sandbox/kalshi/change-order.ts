import type { AmendCommand, DecreaseCommand } from '../commands.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import type { SandboxOrder } from '../model.ts'
import { isTime } from '../times.ts'
import { asFields, checkMembers, type Fields, integer, readBody, text } from './body.ts'
import { type KalshiContext, kalshiDetails, tickerId, viewOf } from './context.ts'
import {
  createOrder,
  invalidPrice,
  invalidSize,
  readAnyCount,
  readPrice,
  refusedOrder,
  refuseWhileHalted,
  refuseWhilePaused,
} from './create-order.ts'
import { contracts } from './format.ts'
import { renderAmend } from './render-order.ts'
import { failure, flatFailure, invalidParameters, json, marketNotFound, noContent, notFound } from './replies.ts'

/** Cancel, decrease, amend, batches and cancel-all. */

/** Where the caller says an order lives. Without ticker or index the request goes to shard 0. */
interface Route {
  readonly ticker: string | null
  readonly index: number | null
}

/** The order if it lives on the shard that the request was routed to; else what the venue answers. */
function findRouted(context: KalshiContext, orderId: string, route: Route): SandboxOrder | FaceReply {
  const shard = shardOf(context, route)
  if (shard === null) return marketNotFound
  const order = context.host.exchange.order(context.owner.account, orderId)
  const view = order === null ? null : context.host.exchange.market(order.market)
  if (order === null || view === null) return notFound
  return kalshiDetails(view.market).exchangeIndex === shard ? order : notFound
}

function shardOf(context: KalshiContext, route: Route): number | null {
  if (route.index !== null && route.index >= 0) return route.index
  if (route.ticker === null) return 0
  const view = viewOf(context, route.ticker)
  return view === null ? null : kalshiDetails(view.market).exchangeIndex
}

function isReply(value: SandboxOrder | FaceReply): value is FaceReply {
  return 'body' in value
}

function routeOfQuery(query: URLSearchParams): Route {
  const index = query.get('exchange_index')
  return {
    ticker: query.get('market_ticker'),
    index: index !== null && /^-?\d{1,3}$/.test(index) ? Number(index) : null,
  }
}

function routeOfFields(fields: Fields): Route {
  return { ticker: text(fields, 'market_ticker') ?? text(fields, 'ticker'), index: integer(fields, 'exchange_index') }
}

export function cancelOrder(context: KalshiContext, orderId: string, request: FaceRequest): FaceReply {
  return cancelRouted(context, orderId, routeOfQuery(request.query))
}

/** Filled, cancelled and unknown orders all give the same 404. The answer carries no client order id (as recorded). */
function cancelRouted(context: KalshiContext, orderId: string, route: Route): FaceReply {
  const halted = refuseWhileHalted(context)
  if (halted !== null) return halted
  const order = findRouted(context, orderId, route)
  if (isReply(order)) return order
  const result = context.host.exchange.execute({ kind: 'cancel', account: context.owner.account, orderId })
  if (result.kind === 'refused') return refusedOrder(result)
  return json(200, { order_id: orderId, reduced_by: contracts(result.reducedBy), ts_ms: result.order.updatedMs })
}

/** "Orders placed within the following minute may be cancelled as well" (venue page §4.2): here, every one that rests is. */
const cancelAllTailMs = 60_000

export function cancelAllOrders(context: KalshiContext): FaceReply {
  const halted = refuseWhileHalted(context)
  if (halted !== null) return halted
  context.host.exchange.execute({
    kind: 'cancel_all',
    account: context.owner.account,
    market: null,
    outcome: null,
    tailMs: cancelAllTailMs,
  })
  return noContent
}

export function decreaseOrder(context: KalshiContext, orderId: string, request: FaceRequest): FaceReply {
  const halted = refuseWhileHalted(context)
  if (halted !== null) return halted
  const body = readBody(request)
  if (body.kind === 'refused') return body.reply
  const change = readChange(body.fields)
  if (change === null) return invalidParameters('exactly one of reduce_by and reduce_to')
  const order = findRouted(context, orderId, routeOfFields(body.fields))
  if (isReply(order)) return order
  const result = context.host.exchange.execute({
    kind: 'decrease',
    account: context.owner.account,
    orderId,
    change,
  })
  if (result.kind === 'refused') return refusedOrder(result)
  return json(200, {
    order_id: orderId,
    ...(result.order.clientOrderId === null ? {} : { client_order_id: result.order.clientOrderId }),
    remaining_count: contracts(result.order.remaining),
    ts_ms: result.order.updatedMs,
  })
}

function readChange(fields: Fields): DecreaseCommand['change'] | null {
  const by = readAnyCount(text(fields, 'reduce_by'))
  const to = readAnyCount(text(fields, 'reduce_to'))
  if (by !== null && to === null) return { kind: 'by', quantity: by }
  return to !== null && by === null ? { kind: 'to', quantity: to } : null
}

export function amendOrder(context: KalshiContext, orderId: string, request: FaceRequest): FaceReply {
  const paused = refuseWhilePaused(context)
  if (paused !== null) return paused
  const body = readBody(request)
  if (body.kind === 'refused') return body.reply
  const before = context.host.exchange.order(context.owner.account, orderId)
  const command = readAmend(context, orderId, body.fields)
  if ('status' in command) return command
  const result = context.host.exchange.execute(command)
  if (result.kind === 'refused') return refusedOrder(result)
  return json(200, renderAmend(before ?? result.order, result.order, result.trades))
}

function readAmend(context: KalshiContext, orderId: string, fields: Fields): AmendCommand | FaceReply {
  const { ticker } = routeOfFields(fields)
  const side = text(fields, 'side')
  if (ticker === null || (side !== 'bid' && side !== 'ask')) return invalidParameters('ticker and side are required')
  const price = readPrice(text(fields, 'price'))
  const count = readAnyCount(text(fields, 'count'))
  if (price === null) return invalidPrice
  if (count === null) return invalidSize
  const expiration = integer(fields, 'expiration_time')
  if (expiration !== null && !isTime(expiration * 1_000)) return invalidParameters('expiration_time')
  const order = findRouted(context, orderId, routeOfFields(fields))
  if (isReply(order)) return order
  if (order.market !== tickerId(ticker)) {
    return failure(400, { code: 'order_ticker_mismatch', message: 'order ticker mismatch' })
  }
  const clientOrderId = text(fields, 'client_order_id')
  if (clientOrderId !== null && clientOrderId !== order.clientOrderId) {
    return failure(400, {
      code: 'order_id_and_client_order_id_mismatch',
      message: 'order id and client order id mismatch',
    })
  }
  return {
    kind: 'amend',
    account: context.owner.account,
    orderId,
    market: order.market,
    side: side === 'bid' ? 'buy' : 'sell',
    ownPrice: price,
    total: count,
    clientOrderId: text(fields, 'updated_client_order_id'),
    expiry: expiryOf(expiration),
  }
}

/** Absent keeps the expiry, 0 clears it, anything else sets it. */
function expiryOf(seconds: number | null): AmendCommand['expiry'] {
  if (seconds === null) return { kind: 'keep' }
  return seconds === 0 ? { kind: 'clear' } : { kind: 'set', atMs: seconds * 1_000 }
}

/** The entries of a batch body, or the flat refusal. */
export function readBatch(request: FaceRequest): readonly Fields[] | FaceReply {
  const body = readBody(request)
  if (body.kind === 'refused') return body.reply
  const orders = body.fields.orders
  if (!Array.isArray(orders) || orders.length === 0) return invalidParameters('orders')
  const entries: Fields[] = []
  for (const item of orders) {
    const fields = asFields(item)
    if (fields === null) return flatFailure(400, { code: 'bad_request', message: 'bad request' })
    const checked = checkMembers(fields)
    if (checked.kind === 'refused') return checked.reply
    entries.push(fields)
  }
  return entries
}

/** The call succeeds whatever becomes of its items; a failed item carries its error. */
export function createBatch(context: KalshiContext, entries: readonly Fields[]): FaceReply {
  const orders = entries.map((fields) => {
    const reply = createOrder(context, fields)
    const clientOrderId = text(fields, 'client_order_id')
    return itemOf(reply, clientOrderId === null ? {} : { client_order_id: clientOrderId })
  })
  return json(201, { orders: context.host.faults.entriesOf('kalshi', 'batch_create', orders) })
}

export function cancelBatch(context: KalshiContext, entries: readonly Fields[]): FaceReply {
  const orders = entries.map((fields) => {
    const orderId = text(fields, 'order_id') ?? ''
    const reply = cancelRouted(context, orderId, routeOfFields(fields))
    return itemOf(reply, { order_id: orderId, reduced_by: '0.00' })
  })
  return json(200, { orders: context.host.faults.entriesOf('kalshi', 'batch_cancel', orders) })
}

function itemOf(reply: FaceReply, otherwise: Fields): Fields {
  const parsed: unknown = JSON.parse(reply.body ?? '{}')
  const fields = asFields(parsed) ?? {}
  return reply.status < 300 ? fields : { ...otherwise, error: fields.error ?? fields }
}
