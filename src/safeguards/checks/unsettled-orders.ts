import { deny } from '../denials.ts'
import { isUnwind } from '../risk.ts'
import type { Check } from '../snapshot.ts'

const olderThanMs = 60_000
const namedMax = 5

/** An order whose answer stays lost must be looked into before more is sent. A younger one may still be on its way. */
export const unsettledOrders: Check = (intent, { state, nowMs }) => {
  if (isUnwind(intent)) return []
  const orders = [...state.openOrders.values()]
    .filter((order) => order.status === 'unknown' || order.status === 'submitted')
    .filter((order) => order.intent.id !== intent.id && nowMs - order.intent.createdAtMs > olderThanMs)
    .map((order) => order.intent.id)
  if (orders.length === 0) return []
  const named = orders.slice(0, namedMax)
  const more = orders.length > namedMax ? [`${orders.length - namedMax} more`] : []
  return [deny('ORDERS_UNSETTLED', { orders: [...named, ...more], olderThanMs })]
}
