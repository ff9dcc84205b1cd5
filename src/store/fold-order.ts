import type { Order } from '../domain/order.ts'
import { isSettled } from '../domain/order.ts'
import { applyOrderEvent, type OrderEvent } from '../domain/order-machine.ts'
import { IllegalTransition } from '../domain/order-states.ts'
import { stringifyAmounts } from './amount-schema.ts'
import type { Draft, TrackedOrder, TrackedTrade } from './fold-state.ts'

/** Orders called absent of which a state remembers that a venue may show them after all. */
const ABSENT_MAX = 1000

/** What has left the state: late news about an ended order or trade goes on from there. */
export interface Recall {
  order(id: string): TrackedOrder | null
  trade(id: string): TrackedTrade | null
}

/** An order wherever it is: open, gone with this batch, or archived. Null and a warning when the journal has none. */
export function trackedOrder(draft: Draft, id: string, recall: Recall): TrackedOrder | null {
  const order = draft.openOrders.get(id)
  const track = draft.orderTracks.get(id)
  if (order !== undefined && track !== undefined) return { order, ...track }
  const found = draft.departedOrders.findLast((departed) => departed.id === id)?.value ?? recall.order(id)
  if (found === null) draft.warnings.push(`Record ${draft.seq} speaks of order ${id}, which the journal does not hold.`)
  return found
}

/** The order after an event, or null and a warning when it cannot follow: the journal stays readable either way. */
export function transition(draft: Draft, order: Order, event: OrderEvent, time: string): Order | null {
  try {
    return applyOrderEvent(order, event, time)
  } catch (error) {
    if (!(error instanceof IllegalTransition)) throw error
    draft.warnings.push(`Record ${draft.seq}: ${error.message}. The order was left as it was.`)
    return null
  }
}

export function changeOrder(draft: Draft, id: string, event: OrderEvent, time: string, recall: Recall): void {
  const tracked = trackedOrder(draft, id, recall)
  if (tracked === null) return
  const order = transition(draft, tracked.order, event, time)
  if (order === null || (!draft.openOrders.has(id) && isSameButTime(tracked.order, order))) return
  keepOrder(draft, { ...tracked, order })
}

/** Puts an order where it belongs: with the open ones, or, when nothing is expected of it any more, among the departed. */
export function keepOrder(draft: Draft, tracked: TrackedOrder): void {
  const { order, ordinal, provisionalFills } = tracked
  const { id, market } = order.intent
  draft.absentOrders.delete(id)
  if (order.presumedAbsent === true) draft.absentOrders.set(id, market)
  const [oldest] = draft.absentOrders.keys()
  if (oldest !== undefined && draft.absentOrders.size > ABSENT_MAX) draft.absentOrders.delete(oldest)
  if (isSettled(order)) {
    draft.openOrders.delete(id)
    draft.orderTracks.delete(id)
    draft.departedOrders.push({ id, seq: draft.seq, ordinal, value: tracked })
  } else {
    draft.openOrders.set(id, order)
    draft.orderTracks.set(id, { ordinal, provisionalFills })
  }
}

/** An ended order that was merely looked at again needs no new place in the archive. */
function isSameButTime(before: Order, after: Order): boolean {
  return stringifyAmounts({ ...before, updatedAt: '' }) === stringifyAmounts({ ...after, updatedAt: '' })
}
