import { isUncertain, type Order } from '../../domain/order.ts'
import { deny } from '../denials.ts'
import { isUnwind } from '../risk.ts'
import type { Check } from '../snapshot.ts'

const olderThanMs = 60_000
const namedMax = 5

/** An order whose answer stays lost must be looked into before more is sent. A younger one may still be on its way. */
export const unsettledOrders: Check = (intent, { state, nowMs }) => {
  if (isUnwind(intent)) return []
  const orders = [...state.openOrders.values()]
    .filter((order) => isUncertain(order) && order.intent.id !== intent.id)
    .filter((order) => nowMs - uncertainSinceMs(order) > olderThanMs)
    .map((order) => order.intent.id)
  if (orders.length === 0) return []
  const named = orders.slice(0, namedMax)
  const more = orders.length > namedMax ? [`${orders.length - namedMax} more`] : []
  return [deny('ORDERS_UNSETTLED', { orders: [...named, ...more], olderThanMs })]
}

/** An order that rests and is merely being changed is uncertain since the change was asked for. */
function uncertainSinceMs({ intent, status, pendingAmend }: Order): number {
  return status === 'resting' && pendingAmend !== null ? Date.parse(pendingAmend.askedAt) : intent.createdAtMs
}
