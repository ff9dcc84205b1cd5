import type { Quantity } from '../../domain/amounts.ts'
import { subtractQuantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'
import type { Market } from '../../domain/market.ts'
import { isOpen, type Order, type OrderReport } from '../../domain/order.ts'
import type { CallOptions, Cancellation, VenueClient } from '../../domain/venue.ts'
import type { JournalEvent } from '../../store/events.ts'
import { bookFills } from '../settle/book-fills.ts'
import { knownOrder } from '../settle/known-order.ts'
import { settleOrder } from '../settle/settle-order.ts'
import type { Trading } from '../trading.ts'

export interface CancelOutcome {
  readonly order: Order
  readonly outcome: Cancellation['kind']
  readonly message: string | null
  /** What was taken off the book. Null when the venue does not say. */
  readonly cancelledQuantity: Quantity | null
}

/** Reads lag behind an acknowledged cancel; after these the acknowledgement itself is believed. */
const readsMax = 5
const readWaitMs = 200

/**
 * Cancels one order and reads back what became of it. Needs no limit, no breaker and no open kill switch.
 * @throws ToolkitError `ORDER_NOT_FOUND`; VenueError when the market cannot be read.
 */
export function cancelOrder(trading: Trading, reference: string, signal?: AbortSignal): Promise<CancelOutcome> {
  return trading.operations.run({ op: 'cancel', order: reference }, () => cancelUnrecorded(trading, reference, signal))
}

async function cancelUnrecorded(trading: Trading, reference: string, signal?: AbortSignal): Promise<CancelOutcome> {
  await trading.ledger.refresh()
  const known = await knownOrder(trading, reference)
  const orderId = known.intent.id
  // An order whose answer was lost may have no venue id yet, and no cancel without one.
  const order = known.venueOrderId === null ? (await settleOrder(trading, known, 'cancel', signal)).order : known
  if (!mayLive(order)) return alreadyEnded(order)
  const options: CallOptions = signal === undefined ? {} : { signal }
  const client = await trading.client(order.venue)
  const market = await trading.observe.market(order.intent.market, signal)
  await trading.ledger.append({ type: 'cancel.requested', orderId })
  const answer = await client.cancelOrder(order, market, options)
  await trading.ledger.append(cancelAnswered(orderId, answer))
  return concludeCancel(trading, client, { order, market, answer }, signal)
}

export function cancelAnswered(orderId: string, answer: Cancellation): JournalEvent {
  const message = answer.kind === 'cancelled' ? null : answer.message
  return { type: 'cancel.answered', orderId, outcome: answer.kind, message }
}

/** Reads back what became of an order after the answer to its cancel, and books what it filled. */
export async function concludeCancel(
  trading: Trading,
  client: VenueClient,
  subject: { readonly order: Order; readonly market: Market; readonly answer: Cancellation },
  signal?: AbortSignal,
): Promise<CancelOutcome> {
  const { order, market, answer } = subject
  const orderId = order.intent.id
  const options: CallOptions = signal === undefined ? {} : { signal }
  const report = await readBack(trading, client, order, market, answer, options)
  if (report !== null) {
    await trading.ledger.append({ type: 'order.reported', orderId, report, source: 'cancel' })
  } else if (answer.kind === 'unknown' && isOpen(order.status)) {
    await trading.ledger.append({ type: 'order.unknown', orderId, code: answer.code, reason: answer.message })
  }
  const after = await bookFills(trading, client, await knownOrder(trading, orderId), market, signal)
  return {
    order: after,
    outcome: answer.kind,
    message: answer.kind === 'cancelled' ? null : answer.message,
    cancelledQuantity: answer.kind === 'cancelled' ? answer.reducedBy : null,
  }
}

/** Whether a cancel can find it live. What was only presumed absent can, and a cancel of nothing does no harm. */
export function mayLive({ status, presumedAbsent, venueOrderId }: Order): boolean {
  return isOpen(status) || (presumedAbsent === true && venueOrderId !== null)
}

/** There is nothing left to cancel, and nothing was sent. */
export function alreadyEnded(order: Order): CancelOutcome {
  const message =
    order.status === 'denied'
      ? 'The order was denied and never sent.'
      : `The order is already ${order.status.replace('_', ' ')}.`
  return { order, outcome: 'not_live', message, cancelledQuantity: null }
}

/**
 * The order as it ended. A venue that acknowledged the cancel is believed over reads that still show the order;
 * one that says "no such live order" has proven nothing until a read shows the end.
 */
async function readBack(
  trading: Trading,
  client: VenueClient,
  order: Order,
  market: Market,
  answer: Cancellation,
  options: CallOptions,
): Promise<OrderReport | null> {
  if (answer.kind === 'refused') return null
  let last: OrderReport | null = null
  for (let attempt = 0; attempt < readsMax && options.signal?.aborted !== true; attempt++) {
    if (attempt > 0) await trading.runtime.clock.sleep(readWaitMs * attempt, options.signal)
    last = await readOrder(client, order, market, options)
    if (last !== null && last.status !== 'resting' && last.status !== 'unknown') return last
  }
  return answer.kind === 'cancelled' ? acknowledged(order, answer.reducedBy, last) : last
}

/** A failed read after the cancel takes nothing away from what the cancel itself said. */
async function readOrder(
  client: VenueClient,
  order: Order,
  market: Market,
  options: CallOptions,
): Promise<OrderReport | null> {
  try {
    return await client.getOrder(order, market, options)
  } catch (error) {
    if (error instanceof VenueError) return null
    throw error
  }
}

function acknowledged(order: Order, reducedBy: Quantity | null, last: OrderReport | null): OrderReport | null {
  const venueOrderId = last?.venueOrderId ?? order.venueOrderId
  if (venueOrderId === null) return null
  const seen = last !== null && last.filledQuantity > order.filledQuantity ? last.filledQuantity : order.filledQuantity
  // Under a change that is not settled the quantity in all is not known, and so is what the rest of it filled.
  const isSized = reducedBy !== null && order.pendingAmend === null
  const implied = isSized ? subtractQuantity(order.intent.quantity, reducedBy) : seen
  return {
    venueOrderId,
    clientOrderId: order.intent.clientOrderId,
    status: 'cancelled',
    filledQuantity: implied > seen ? implied : seen,
    remainingQuantity: ZERO_QUANTITY,
    averagePrice: null,
    fees: null,
    provisional: last?.provisional ?? false,
  }
}
