import { isUncertain, type Order } from '../../domain/order.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { deny } from '../denials.ts'
import { isUnwind } from '../risk.ts'
import type { Check } from '../snapshot.ts'

const olderThanMs = 60_000
const namedMax = 5

/** An order whose answer stays lost must be looked into before more is sent. A younger one may still be on its way. */
export const unsettledOrders: Check = (intent, { state, nowMs, isResend = false }) => {
  // Two orders whose answers are lost must not keep each other from the one proof that is left.
  if (isUnwind(intent) || isResend) return []
  const unsettled = longUnsettled(state, nowMs, intent.id)
  return unsettled === null ? [] : [deny('ORDERS_UNSETTLED', unsettled)]
}

/** Orders without a clear answer for more than a minute, the first of them by name. Null when there are none. */
export function longUnsettled(
  { openOrders }: Pick<LedgerState, 'openOrders'>,
  nowMs: number,
  except?: string,
): { readonly orders: readonly string[]; readonly olderThanMs: number } | null {
  const orders = [...openOrders.values()]
    .filter((order) => isUncertain(order) && order.intent.id !== except)
    // One from the future is of before the clock was set back: nobody knows how old it is.
    .filter((order) => Math.abs(nowMs - uncertainSinceMs(order)) > olderThanMs)
    .map((order) => order.intent.id)
  if (orders.length === 0) return null
  const more = orders.length > namedMax ? [`${orders.length - namedMax} more`] : []
  return { orders: [...orders.slice(0, namedMax), ...more], olderThanMs }
}

/** An order that rests and is merely being changed is uncertain since the change was asked for. */
function uncertainSinceMs({ intent, status, pendingAmend }: Order): number {
  return status === 'resting' && pendingAmend !== null ? Date.parse(pendingAmend.askedAt) : intent.createdAtMs
}
