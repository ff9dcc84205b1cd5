import { ToolkitError } from '../domain/errors.ts'
import { type Market, venueOf } from '../domain/market.ts'
import type { Order } from '../domain/order.ts'
import { alreadyThere } from '../domain/stories.ts'
import type { Placement, PreparedOrder } from '../domain/venue.ts'
import type { Denial } from '../safeguards/denials.ts'
import type { JournalEvent } from '../store/events.ts'
import { bookFills } from './book-fills.ts'
import { followDelayedMatch } from './delayed-match.ts'
import { knownOrder } from './known-order.ts'
import type { OrderRequest } from './plan-order.ts'
import { evidenceEvent } from './resolve-order.ts'
import { submitOrders } from './submit-orders.ts'
import type { Trading } from './trading.ts'

export interface PlaceOutcome {
  readonly order: Order
  /** Every safeguard that said no; empty unless the order is denied. */
  readonly denials: readonly Denial[]
  readonly market: Market
  /** What was sent, without signatures. Null when nothing was. */
  readonly preview: Readonly<Record<string, string>> | null
  /** What the attempt came to at once. Null when nothing was attempted. */
  readonly answer: Placement['kind'] | null
}

/**
 * Checks again under the lock, makes the intent durable, sends once, journals what is known, books fills.
 * Never resends. An answer that was lost leaves the order `unknown`, for `reconcile` to settle.
 */
export function placeOrder(trading: Trading, request: OrderRequest, signal?: AbortSignal): Promise<PlaceOutcome> {
  return trading.operations.run({ op: 'place', request }, async () => {
    const [outcome] = await placeTogether(trading, [request], signal)
    if (outcome === undefined) throw new Error('placing one order gave no outcome')
    return outcome
  })
}

/** Places orders that belong together: approved all or none, then sent at the same time. One outcome per request, in order. */
export async function placeTogether(
  trading: Trading,
  requests: readonly OrderRequest[],
  signal?: AbortSignal,
): Promise<readonly PlaceOutcome[]> {
  const submission = await submitOrders(trading, requests)
  if (submission.kind === 'denied') {
    return submission.orders.map(({ order, denials }, index) => ({
      order,
      denials,
      market: marketOf(requests, index),
      preview: null,
      answer: null,
    }))
  }
  return Promise.all(submission.prepared.map((prepared) => send(trading, prepared, signal)))
}

function marketOf(requests: readonly OrderRequest[], index: number): Market {
  const request = requests[index]
  if (request === undefined) throw new Error(`there is no order request ${index}`)
  return request.market
}

async function send(trading: Trading, prepared: PreparedOrder, signal?: AbortSignal): Promise<PlaceOutcome> {
  const { intent } = prepared.approved
  const client = await trading.client(venueOf(intent.market))
  const placement = await client.placeOrder(prepared, signal === undefined ? {} : { signal })
  if (placement.kind !== 'withheld') await journalPlacement(trading, intent.id, placement)
  const delayed = placement.kind === 'accepted' && placement.report.status === 'unknown'
  if (delayed) await followDelayedMatch(trading, client, intent.id, prepared.market, signal)
  const order = await knownOrder(trading, intent.id)
  const booked = await bookFills(trading, client, order, prepared.market, signal)
  return {
    order: booked,
    denials: [],
    market: prepared.market,
    preview: prepared.preview,
    answer: placement.kind,
  }
}

type Answer = Exclude<Placement, { kind: 'withheld' }>

async function journalPlacement(trading: Trading, orderId: string, placement: Answer): Promise<void> {
  try {
    await trading.ledger.append(...placementEvents(orderId, placement))
  } catch (cause) {
    throw new ToolkitError({
      code: 'ANSWER_NOT_JOURNALLED',
      category: 'unknown_outcome',
      message: `The venue answered order ${orderId} (${placement.kind}), but the answer could not be written to the journal. The order counts as live until it is reconciled.`,
      facts: { order: orderId, answer: placement.kind },
      suggestions: ['Mend the data directory first.', `crosstape positions reconcile --order ${orderId}`],
      cause,
    })
  }
}

function placementEvents(orderId: string, placement: Answer): readonly JournalEvent[] {
  switch (placement.kind) {
    case 'accepted':
      return [{ type: 'order.reported', orderId, report: placement.report, source: 'placement' }]
    case 'rejected':
    case 'not_sent':
      return [{ type: 'order.rejected', orderId, code: placement.code, reason: placement.message }]
    case 'duplicate':
      // An earlier attempt landed, so the order exists, but not in which state.
      return [
        { type: 'order.unknown', orderId, code: 'DUPLICATE', reason: placement.message },
        evidenceEvent(orderId, alreadyThere('place_order', placement.message)),
      ]
    case 'unknown':
      return [{ type: 'order.unknown', orderId, code: placement.code, reason: placement.message }]
  }
}
