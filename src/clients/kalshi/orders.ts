import * as v from 'valibot'
import type { VenueError } from '../../domain/errors.ts'
import type { Market } from '../../domain/market.ts'
import type { ApprovedOrder, Order, OrderIntent } from '../../domain/order.ts'
import type { CallOptions, Cancellation, Placement, PreparedOrder } from '../../domain/venue.ts'
import { cancellationFrom, placementFrom, printable } from '../refusal-table.ts'
import type { KalshiApi } from './api.ts'
import { reportOfCreation } from './decode.ts'
import { encodeOrder } from './encode.ts'
import { cancellationOf, judgeEntry, placementOf, readFailure } from './errors.ts'
import { cancelAnswer, createAnswer } from './wire.ts'
import { attempt, isSuccess, optionsOf, readAnswer } from './write-call.ts'

export const ORDERS = '/portfolio/events/orders'

/** Encodes, and checks that there is a key to sign with: both must fail before anything is in the journal. */
export function prepareOrder(api: KalshiApi, approved: ApprovedOrder, market: Market): PreparedOrder {
  const { intent } = approved
  if (intent.market !== market.id) throw new Error(`order ${intent.id} is not for ${market.id}`)
  api.requireAccount('place_order')
  const preview: Record<string, string> = { call: `POST ${ORDERS}` }
  for (const [name, value] of Object.entries(encodeOrder(intent))) preview[name] = String(value)
  return { approved, market, venueOrderId: null, preview }
}

/** Sends once. What is not certain is `unknown`. */
export async function placeOrder(api: KalshiApi, prepared: PreparedOrder, options?: CallOptions): Promise<Placement> {
  const { intent } = prepared.approved
  const sent = await attempt(() =>
    api.write({
      method: 'POST',
      path: ORDERS,
      body: JSON.stringify(encodeOrder(intent)),
      endpoint: 'place_order',
      ...optionsOf(options),
    }),
  )
  if (sent.kind === 'failed') return lostPlacement(sent.failure)
  return isSuccess(sent.reply) ? judgeCreated(sent.reply.json, intent) : knownBefore(placementOf(sent.reply), intent)
}

/**
 * An id that was used before proves that its order was there, except that a killed fill-or-kill order uses up its id as well, and
 * is in no list. Source: Kalshi's refusals of orders, observed 2026-10.
 */
function knownBefore(placement: Placement, { timeInForce }: OrderIntent): Placement {
  if (placement.kind !== 'duplicate' || timeInForce !== 'fok') return placement
  const message = `${placement.message} A fill-or-kill order that found too little uses up its id too, so it may not exist.`
  return { kind: 'unknown', code: 'DUPLICATE', message }
}

/** What a new order without an answer is. */
export function lostPlacement(failure: VenueError): Placement {
  const { code, message } = failure
  return { kind: failure.sent === 'no' ? 'not_sent' : 'unknown', code, message }
}

/** What the body of a 201 proves. @param body As parsed. */
function judgeCreated(body: unknown, intent: OrderIntent): Placement {
  const read = readAnswer(createAnswer, body, 'place_order')
  if (read.kind === 'unreadable') return { kind: 'unknown', code: read.failure.code, message: read.failure.message }
  const { client_order_id: echoed } = read.answer
  if (echoed !== null && echoed !== intent.clientOrderId) {
    return { kind: 'unknown', code: 'ANSWER_OF_ANOTHER_ORDER', message: 'Kalshi answered for another client order id.' }
  }
  return { kind: 'accepted', report: reportOfCreation(read.answer, intent) }
}

/** What one entry of the answer to a batch proves about its order. With an order id beside its error it proves nothing. */
export function judgeCreatedEntry(entry: unknown, intent: OrderIntent): Placement {
  const failed = v.safeParse(failedEntry, entry)
  if (!failed.success) return judgeCreated(entry, intent)
  const { error, order_id: orderId } = failed.output
  if (!orderId) return knownBefore(placementFrom(judgeEntry(error, 'place')), intent)
  const message = `Kalshi answered with an error and the order id ${printable(orderId)}. The order may be live.`
  return { kind: 'unknown', code: 'ANSWER_CONTRADICTS', message }
}

const failedEntry = v.object({
  error: v.custom((error) => error !== null && error !== undefined),
  order_id: v.nullish(v.string()),
})

/** Names the market: without it the cancel goes to exchange shard 0. The answer is used only when it is for this order. */
export async function cancelOrder(
  api: KalshiApi,
  order: Order,
  market: Market,
  options?: CallOptions,
): Promise<Cancellation> {
  const { venueOrderId } = order
  if (venueOrderId === null) {
    const message = "Kalshi's id of this order is not known yet. Nothing was sent; reconcile the order first."
    return { kind: 'refused', code: 'NO_VENUE_ORDER_ID', message }
  }
  const sent = await attempt(() =>
    api.write({
      method: 'DELETE',
      path: `${ORDERS}/${encodeURIComponent(venueOrderId)}`,
      query: { market_ticker: market.symbol },
      endpoint: 'cancel_order',
      ...optionsOf(options),
    }),
  )
  if (sent.kind === 'failed') return lostCancellation(sent.failure)
  return isSuccess(sent.reply) ? judgeCancelled(sent.reply.json, venueOrderId) : cancellationOf(sent.reply)
}

/** What a cancel without an answer is. */
export function lostCancellation(failure: VenueError): Cancellation {
  const { code, message } = failure
  return { kind: failure.sent === 'no' ? 'refused' : 'unknown', code, message }
}

function judgeCancelled(body: unknown, venueOrderId: string): Cancellation {
  const read = readAnswer(cancelAnswer, body, 'cancel_order')
  if (read.kind === 'unreadable') return { kind: 'unknown', code: read.failure.code, message: read.failure.message }
  // Kalshi's changelog of 2026-05-21 warns that the body can be of another order.
  if (read.answer.order_id !== venueOrderId) {
    return { kind: 'unknown', code: 'ANSWER_OF_ANOTHER_ORDER', message: 'Kalshi answered for another order.' }
  }
  return { kind: 'cancelled', reducedBy: read.answer.reduced_by }
}

/** What one entry of the answer to a batch of cancels proves about its order. */
export function judgeCancelledEntry(entry: unknown, venueOrderId: string): Cancellation {
  const failed = v.safeParse(failedEntry, entry)
  if (!failed.success) return withoutZero(judgeCancelled(entry, venueOrderId))
  const { error, order_id: orderId } = failed.output
  if (orderId === venueOrderId) return cancellationFrom(judgeEntry(error, 'cancel'))
  return { kind: 'unknown', code: 'ANSWER_OF_ANOTHER_ORDER', message: 'Kalshi answered for another order.' }
}

/** An item that failed says that it took nothing off. Without an error beside it, that proves neither. */
function withoutZero(cancellation: Cancellation): Cancellation {
  if (cancellation.kind !== 'cancelled' || cancellation.reducedBy !== 0n) return cancellation
  const message = 'Kalshi reports no error and nothing taken off the book. The order may still be live.'
  return { kind: 'unknown', code: 'ANSWER_CONTRADICTS', message }
}

/**
 * Cancels on all shards and subaccounts. Kalshi does not say how many, and may also cancel what is placed in the minute
 * after it. @throws VenueError when it did not confirm.
 */
export async function cancelAll(api: KalshiApi, options?: CallOptions): Promise<{ readonly cancelled: null }> {
  const reply = await api.write({ method: 'DELETE', path: ORDERS, endpoint: 'cancel_all', ...optionsOf(options) })
  if (!isSuccess(reply)) throw readFailure(reply, 'cancel_all', '', 'cancel_all')
  return { cancelled: null }
}
