import type { Fill } from '../../domain/fill.ts'
import type { VenueId } from '../../domain/market.ts'
import type { Order } from '../../domain/order.ts'
import type { Story } from '../../domain/stories.ts'
import type { JournalEvent } from '../../store/events.ts'
import type { Trading } from '../trading.ts'
import { knownOrder } from './known-order.ts'
import { settleOrder } from './settle-order.ts'

export interface OrderEvidence {
  readonly time: string
  readonly finding: string
  readonly evidence: string
  /** Where it was looked. Null for what was no look, and in records of earlier versions. */
  readonly source: string | null
  /** Up to when the source was known to be complete, RFC 3339. */
  readonly asOf: string | null
  /** Stories that cannot be true because of it. */
  readonly rulesOut: readonly Story[]
}

export interface OrderStatusReport {
  readonly order: Order
  readonly fills: readonly Fill[]
  /** What was found while settling it, oldest first. */
  readonly evidence: readonly OrderEvidence[]
}

/**
 * One order as its venue shows it now, with its fills and the evidence kept about it.
 * @throws ToolkitError `ORDER_NOT_FOUND`; VenueError when an open order's venue cannot be read.
 */
export function refreshOrder(trading: Trading, reference: string, signal?: AbortSignal): Promise<OrderStatusReport> {
  return trading.operations.run({ op: 'refresh', order: reference }, async () => {
    await trading.ledger.refresh()
    const known = await knownOrder(trading, reference)
    const { order } = await settleOrder(trading, known, 'poll', signal)
    return { order, ...(await historyOf(trading, order)) }
  })
}

/**
 * As `refreshOrder`, without its history: for what goes on from there.
 * @throws ToolkitError `ORDER_NOT_FOUND`; VenueError when an open order's venue cannot be read.
 */
export function updateOrder(trading: Trading, reference: string, signal?: AbortSignal): Promise<Order> {
  return trading.operations.run({ op: 'update', order: reference }, async () => {
    await trading.ledger.refresh()
    const known = await knownOrder(trading, reference)
    return (await settleOrder(trading, known, 'poll', signal)).order
  })
}

async function historyOf(trading: Trading, order: Order): Promise<Omit<OrderStatusReport, 'order'>> {
  const fills = new Map<string, Fill>()
  const evidence: OrderEvidence[] = []
  for await (const { event, time } of trading.ledger.records()) {
    if (!('orderId' in event) || event.orderId !== order.intent.id) continue
    if (event.type === 'fill.booked' || event.type === 'fill.settled') fills.set(event.fill.id, event.fill)
    const found = evidenceIn(event)
    if (found !== null) evidence.push({ time, ...found })
  }
  return { fills: [...fills.values()], evidence }
}

function evidenceIn(event: JournalEvent): Omit<OrderEvidence, 'time'> | null {
  const plain = { source: null, asOf: null, rulesOut: [] }
  switch (event.type) {
    case 'order.evidence': {
      const { finding, evidence, source = null, asOf = null, rulesOut = [] } = event
      return { finding, evidence, source, asOf, rulesOut }
    }
    case 'order.unknown':
      return { ...plain, finding: event.code, evidence: event.reason }
    case 'order.resent':
      return { ...plain, finding: 'resent', evidence: 'the same order was sent once more' }
    default:
      return null
  }
}

/** Newest first. */
export async function listOrders(
  trading: Trading,
  query: { readonly limit: number; readonly openOnly: boolean; readonly venue?: VenueId },
): Promise<readonly Order[]> {
  await trading.ledger.refresh()
  const { venue, limit, openOnly } = query
  if (venue === undefined) return trading.ledger.listOrders({ limit, openOnly })
  const orders = await trading.ledger.listOrders({ openOnly })
  return orders.filter((order) => order.venue === venue).slice(0, limit)
}
