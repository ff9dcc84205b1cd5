import { addQuantity, formatAmountFixed, type Quantity, subtractQuantity } from '../../domain/amounts.ts'
import type { VenueError } from '../../domain/errors.ts'
import type { Market } from '../../domain/market.ts'
import type { ApprovedOrder, Order, OrderReport } from '../../domain/order.ts'
import type { Amendment, Amends, CallOptions, PreparedAmend } from '../../domain/venue.ts'
import type { KalshiApi } from './api.ts'
import { encodeAmend } from './encode.ts'
import { amendmentOf } from './errors.ts'
import { findAmend } from './find-amend.ts'
import type { LookupSources } from './lookup.ts'
import { ORDERS } from './orders.ts'
import { amendAnswer, decreaseAnswer } from './wire.ts'
import { attempt, isSuccess, optionsOf, readAnswer } from './write-call.ts'

/** Kalshi's two ways to change a resting order. The order keeps its ids: no new client order id is asked for. */
export function kalshiAmends(sources: LookupSources): Amends {
  const { api } = sources
  return {
    prepareAmend: (approved, order, market) => prepareAmend(api, approved, order, market),
    amendOrder: (prepared, call) => amendOrder(api, prepared, call),
    decreaseOrder: (order, market, by, call) => decreaseOrder(api, { order, market, by }, call),
    findAmend: (order, market, call) => findAmend(sources, order, market, call),
  }
}

/** Kalshi counts what is filled: the count is the filled part that we know of plus the remainder that was approved. */
function prepareAmend(api: KalshiApi, approved: ApprovedOrder, order: Order, market: Market): PreparedAmend {
  const { intent } = approved
  const { id, outcome, side } = order.intent
  if (intent.id !== id || intent.market !== market.id || intent.outcome !== outcome || intent.side !== side) {
    throw new Error(`the approval is of another order than ${id}`)
  }
  api.requireAccount('amend_order')
  const terms = { price: intent.price, quantity: addQuantity(order.filledQuantity, intent.quantity) }
  const preview: Record<string, string> = { call: `POST ${pathOf(order)}/amend` }
  for (const [name, value] of Object.entries(encodeAmend(intent, terms))) preview[name] = String(value)
  return { approved, order, market, terms, preview }
}

/** Sends once. What is not certain is `unknown`. */
async function amendOrder(api: KalshiApi, prepared: PreparedAmend, options?: CallOptions): Promise<Amendment> {
  const { order, terms } = prepared
  const sent = await attempt(() =>
    api.write({
      method: 'POST',
      path: `${pathOf(order)}/amend`,
      body: JSON.stringify(encodeAmend(order.intent, terms)),
      endpoint: 'amend_order',
      ...optionsOf(options),
    }),
  )
  if (sent.kind === 'failed') return lostAmendment(sent.failure)
  if (!isSuccess(sent.reply)) return amendmentOf(sent.reply)
  const read = readAnswer(amendAnswer, sent.reply.json, 'amend_order')
  if (read.kind === 'unreadable') return unknown(read.failure.code, read.failure.message)
  return judgeAnswer(read.answer, order, terms.quantity)
}

/** By an amount, not to one: so that what fills in the meantime cannot make the order larger than was asked for. */
async function decreaseOrder(
  api: KalshiApi,
  change: { readonly order: Order; readonly market: Market; readonly by: Quantity },
  options?: CallOptions,
): Promise<Amendment> {
  const { order, market, by } = change
  const sent = await attempt(() =>
    api.write({
      method: 'POST',
      path: `${pathOf(order)}/decrease`,
      // Without the market the call goes to exchange shard 0.
      body: JSON.stringify({ reduce_by: formatAmountFixed(by, 2), market_ticker: market.symbol }),
      endpoint: 'decrease_order',
      ...optionsOf(options),
    }),
  )
  if (sent.kind === 'failed') return lostAmendment(sent.failure)
  if (!isSuccess(sent.reply)) return amendmentOf(sent.reply)
  const read = readAnswer(decreaseAnswer, sent.reply.json, 'decrease_order')
  if (read.kind === 'unreadable') return unknown(read.failure.code, read.failure.message)
  return judgeAnswer(read.answer, order, subtractQuantity(order.intent.quantity, by))
}

interface Answer {
  readonly order_id: string
  readonly client_order_id: string | null
  readonly remaining_count: Quantity | null
}

/** Kalshi's changelog of 2026-05-21 warns that the body can be of another order. */
function judgeAnswer(answer: Answer, order: Order, total: Quantity): Amendment {
  const { order_id: orderId, client_order_id: clientOrderId } = answer
  const isOurs = orderId === order.venueOrderId
  const isContradicted = clientOrderId !== null && clientOrderId !== order.intent.clientOrderId
  if (!isOurs || isContradicted) return unknown('ANSWER_OF_ANOTHER_ORDER', 'Kalshi answered for another order.')
  return { kind: 'amended', report: reportOf(answer, order, total) }
}

/** What is left says what is filled. Null when nothing is left, or nothing is said: then only a read tells how it ended. */
function reportOf({ remaining_count: remaining }: Answer, order: Order, total: Quantity): OrderReport | null {
  if (remaining === null || remaining === 0n || remaining > total || order.venueOrderId === null) return null
  return {
    venueOrderId: order.venueOrderId,
    clientOrderId: order.intent.clientOrderId,
    status: 'resting',
    filledQuantity: subtractQuantity(total, remaining),
    remainingQuantity: remaining,
    averagePrice: null,
    fees: null,
    provisional: false,
  }
}

function lostAmendment({ sent, code, message }: VenueError): Amendment {
  return { kind: sent === 'no' ? 'refused' : 'unknown', code, message }
}

function unknown(code: string, message: string): Amendment {
  return { kind: 'unknown', code, message }
}

function pathOf({ venueOrderId, intent }: Order): string {
  if (venueOrderId === null) throw new Error(`Kalshi's id of order ${intent.id} is not known, so it cannot be changed`)
  return `${ORDERS}/${encodeURIComponent(venueOrderId)}`
}
