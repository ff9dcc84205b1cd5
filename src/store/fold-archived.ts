import type { ArbTrade, JournalEvent, JournalRecord } from './events.ts'
import type { Recall } from './fold-order.ts'
import type { FoldState, TrackedOrder, TrackedTrade } from './fold-state.ts'
import type { Archives } from './views.ts'

/** What the archive holds of the orders and trades that a run of records speaks of. */
export interface Recalled extends Recall {
  /** Orders that are neither open, nor begun by these records, nor archived. */
  readonly missing: readonly string[]
}

/** Fetches what a fold of these records will ask for, so that the fold itself needs no file. @throws ViewDamaged */
export async function recallFor(
  records: readonly JournalRecord[],
  state: FoldState,
  archives: Archives,
): Promise<Recalled> {
  const orders = new Map<string, TrackedOrder>()
  const trades = new Map<string, TrackedTrade>()
  const missing: string[] = []
  const begun = new Set<string>()
  for (const { event } of records) {
    const started = orderBegunBy(event)
    if (started !== null) begun.add(started)
    const changed = orderChangedBy(event)
    if (changed !== null && !state.openOrders.has(changed) && !begun.has(changed) && !orders.has(changed)) {
      const found = await archives.orders.get(changed, state.seq)
      if (found === null) missing.push(changed)
      else orders.set(changed, found)
    }
    const trade = tradeUpdatedBy(event)
    if (trade !== null && !state.openTrades.has(trade.id) && !begun.has(trade.id) && !trades.has(trade.id)) {
      const found = await archives.trades.get(trade.id, state.seq)
      if (found !== null) trades.set(trade.id, found)
    }
    if (event.type === 'trade.opened') begun.add(event.trade.id)
  }
  return { missing, order: (id) => orders.get(id) ?? null, trade: (id) => trades.get(id) ?? null }
}

/** The order that an event brings into being. */
export function orderBegunBy(event: JournalEvent): string | null {
  return 'intent' in event ? event.intent.id : null
}

/** The order that an event changes, which must exist for it. */
function orderChangedBy(event: JournalEvent): string | null {
  switch (event.type) {
    case 'order.reported':
    case 'order.rejected':
    case 'order.unknown':
    case 'amend.requested':
    case 'amend.answered':
    case 'fill.booked':
    case 'fill.settled':
    case 'fee.drift':
    case 'order.evidence':
    case 'order.resent':
      return event.orderId
    default:
      return null
  }
}

function tradeUpdatedBy(event: JournalEvent): ArbTrade | null {
  return event.type === 'trade.updated' ? event.trade : null
}
