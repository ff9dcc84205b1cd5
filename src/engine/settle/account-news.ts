import { isUncertain, type Order } from '../../domain/order.ts'
import type { AccountEvent } from '../../domain/venue-stream.ts'
import type { Trading } from '../trading.ts'
import { fillNews } from './fill-news.ts'

/** What a socket told that the journal does not know yet: a hint to look, never the record. */
export interface AccountNews {
  /** Our ids of orders of two-leg trades that their venues should be asked about. */
  readonly orderIds: readonly string[]
  /** Something may have been missed: whatever is under way is to be settled. */
  readonly isMissed: boolean
}

/**
 * Weighs what was heard against the journal as it stands by now: a fill that is booked is no news, whichever came first, its
 * frame or the answer to its order. Orders placed with other tools are none of ours.
 */
export async function newsOf(trading: Trading, events: readonly AccountEvent[]): Promise<AccountNews> {
  const orderIds = new Set<string>()
  for (const event of events) {
    const order = await orderWithNews(trading, event)
    if (order !== null && 'tradeId' in order.intent.purpose) orderIds.add(order.intent.id)
  }
  return { orderIds: [...orderIds], isMissed: events.some(({ kind }) => kind === 'missed') }
}

async function orderWithNews(trading: Trading, event: AccountEvent): Promise<Order | null> {
  switch (event.kind) {
    case 'fill': {
      const order = await orderOf(trading, event.fill)
      if (order !== null) return fillNews(order, [event.fill]).length > 0 ? order : null
      return withoutId(trading, ({ intent }) => intent.market === event.fill.market)
    }
    case 'order': {
      const order =
        (await orderOf(trading, event)) ??
        withoutId(trading, ({ intent }) => intent.clientOrderId === event.clientOrderId)
      return order !== null && tellsMore(event, order) ? order : null
    }
    case 'position':
    case 'missed':
      return null
  }
}

type Named = Pick<Extract<AccountEvent, { kind: 'order' }>, 'venue' | 'venueOrderId'>

/** Also one that has ended: a venue may tell of a fill late. */
async function orderOf({ ledger }: Trading, { venue, venueOrderId }: Named): Promise<Order | null> {
  const order = await ledger.findOrder(venueOrderId)
  return order !== null && order.venue === venue && order.venueOrderId === venueOrderId ? order : null
}

/** An order whose answer is lost has no id of its venue's yet. */
function withoutId({ ledger }: Trading, isMeant: (order: Order) => boolean): Order | null {
  const orders = [...ledger.state.openOrders.values()]
  return orders.find((order) => order.venueOrderId === null && isUncertain(order) && isMeant(order)) ?? null
}

function tellsMore({ status, filledQuantity }: Extract<AccountEvent, { kind: 'order' }>, order: Order): boolean {
  if (isUncertain(order)) return true
  const hasEnded = order.status === 'resting' && (status === 'filled' || status === 'cancelled')
  return hasEnded || (filledQuantity !== null && filledQuantity > order.filledQuantity)
}
