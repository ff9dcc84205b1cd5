import { ToolkitError } from '../../domain/errors.ts'
import { type Market, type VenueId, venueOf } from '../../domain/market.ts'
import type { Order } from '../../domain/order.ts'
import { alreadyThere } from '../../domain/stories.ts'
import type { Batches, PreparedOrder, VenueClient } from '../../domain/venue.ts'
import type { Denial } from '../../safeguards/denials.ts'
import type { JournalEvent } from '../../store/events.ts'
import { chunks } from '../chunks.ts'
import type { OrderRequest } from '../requests.ts'
import { bookFills } from '../settle/book-fills.ts'
import { knownOrder } from '../settle/known-order.ts'
import { evidenceEvent } from '../settle/resolve-order.ts'
import type { Trading } from '../trading.ts'
import { followDelayedMatch } from './delayed-match.ts'
import { type Attempt, type CheckedAt, heldBack, lookingLast } from './last-look.ts'
import { confirmDenial, submitOrders } from './submit-orders.ts'

export interface PlaceOutcome {
  readonly order: Order
  /** Every safeguard that said no; empty unless the order is denied. */
  readonly denials: readonly Denial[]
  readonly market: Market
  /** What was sent, without signatures. Null when nothing was. */
  readonly preview: Readonly<Record<string, string>> | null
  /** What the attempt came to at once. Null when nothing was attempted. */
  readonly answer: Attempt['kind'] | null
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

/** As `placeTogether`, as a use case of its own. */
export function placeBatch(
  trading: Trading,
  requests: readonly OrderRequest[],
  signal?: AbortSignal,
): Promise<readonly PlaceOutcome[]> {
  return trading.operations.run({ op: 'place_batch', requests }, () => placeTogether(trading, requests, signal))
}

/**
 * Journals a denial that a plan shows, if it still stands: judged again under the lock, so that what the journal says of an
 * order was true at its record. Null when it no longer stands; then nothing was done.
 */
export function denyPlanned(trading: Trading, request: OrderRequest): Promise<PlaceOutcome | null> {
  return trading.operations.run({ op: 'deny', request }, async () => {
    const denied = await confirmDenial(trading, request)
    return denied === null ? null : { ...denied, market: request.market, preview: null, answer: null }
  })
}

/**
 * Places orders that belong together: approved all or none, then sent at the same time, those of one venue in one call. One
 * outcome per request, in order.
 * @param opening What the journal is told of what they belong to, in the same write as their intents or denials.
 */
export async function placeTogether(
  trading: Trading,
  requests: readonly OrderRequest[],
  signal?: AbortSignal,
  opening: readonly JournalEvent[] = [],
): Promise<readonly PlaceOutcome[]> {
  const submission = await submitOrders(trading, requests, opening)
  if (submission.kind === 'denied') {
    return submission.orders.map(({ order, denials }, index) => ({
      order,
      denials,
      market: marketOf(requests, index),
      preview: null,
      answer: null,
    }))
  }
  const outcomes = new Map<string, PlaceOutcome>()
  const { checkedAt } = submission
  const sent = [...byVenue(submission.prepared)].map(async ([venue, prepared]) => {
    const client = await trading.client(venue)
    for (const outcome of await sendTo(trading, client, { prepared, checkedAt }, signal))
      outcomes.set(outcome.order.intent.id, outcome)
  })
  await Promise.all(sent)
  return submission.prepared.map(({ approved }) => outcomeOf(outcomes, approved.intent.id))
}

function marketOf(requests: readonly OrderRequest[], index: number): Market {
  const request = requests[index]
  if (request === undefined) throw new Error(`there is no order request ${index}`)
  return request.market
}

function outcomeOf(outcomes: ReadonlyMap<string, PlaceOutcome>, orderId: string): PlaceOutcome {
  const outcome = outcomes.get(orderId)
  if (outcome === undefined) throw new Error(`order ${orderId} was sent and has no outcome`)
  return outcome
}

function byVenue(prepared: readonly PreparedOrder[]): ReadonlyMap<VenueId, readonly PreparedOrder[]> {
  const venues = new Map<VenueId, PreparedOrder[]>()
  for (const order of prepared) {
    const venue = venueOf(order.approved.intent.market)
    venues.set(venue, [...(venues.get(venue) ?? []), order])
  }
  return venues
}

interface Checked {
  readonly prepared: readonly PreparedOrder[]
  readonly checkedAt: CheckedAt
}

/**
 * Several orders go in one call where the venue takes that: they arrive together or not at all, and cost one round trip. One
 * order goes alone, since a venue says more about it then.
 */
async function sendTo(
  trading: Trading,
  client: VenueClient,
  { prepared, checkedAt }: Checked,
  signal?: AbortSignal,
): Promise<readonly PlaceOutcome[]> {
  const { batches } = client
  const alone = batches === undefined || prepared.length === 1
  if (alone) {
    const sent = prepared.map(async (order) => {
      const answer = await client.placeOrder(order, lookingLast(trading, checkedAt, signal))
      const placement = heldBack(answer) ?? answer
      await journalPlacements(trading, [order], [placement])
      return follow(trading, client, order, placement, signal)
    })
    return Promise.all(sent)
  }
  const outcomes: Promise<PlaceOutcome>[] = []
  for (const batch of chunks(prepared, batches.placeMax)) {
    const placements = await sendBatch(trading, batches, { prepared: batch, checkedAt }, signal)
    outcomes.push(
      ...batch.map((order, index) => follow(trading, client, order, placementAt(placements, index), signal)),
    )
  }
  return Promise.all(outcomes)
}

async function sendBatch(
  trading: Trading,
  batches: Batches,
  { prepared, checkedAt }: Checked,
  signal?: AbortSignal,
): Promise<readonly Attempt[]> {
  const answers = await batches.placeOrders(prepared, lookingLast(trading, checkedAt, signal))
  const placements = answers.map((answer) => heldBack(answer) ?? answer)
  await journalPlacements(trading, prepared, placements)
  return placements
}

function placementAt(placements: readonly Attempt[], index: number): Attempt {
  const placement = placements[index]
  if (placement === undefined) throw new Error(`the venue's client gave no answer for order ${index} of a batch`)
  return placement
}

/** What becomes of an order after its answer: a match that comes late, and its fills. */
async function follow(
  trading: Trading,
  client: VenueClient,
  prepared: PreparedOrder,
  placement: Attempt,
  signal?: AbortSignal,
): Promise<PlaceOutcome> {
  const { approved, market, preview } = prepared
  const orderId = approved.intent.id
  const delayed = placement.kind === 'accepted' && placement.report.status === 'unknown'
  if (delayed) await followDelayedMatch(trading, client, orderId, market, signal)
  const order = await bookFills(trading, client, await knownOrder(trading, orderId), market, signal)
  return { order, denials: [], market, preview, answer: placement.kind }
}

type Answer = Exclude<Attempt, { kind: 'withheld' }>

async function journalPlacements(
  trading: Trading,
  prepared: readonly PreparedOrder[],
  placements: readonly Attempt[],
): Promise<void> {
  const ids = prepared.map(({ approved }) => approved.intent.id)
  const answers = ids.map((orderId, index) => ({ orderId, placement: placementAt(placements, index) }))
  const events = answers.flatMap(({ orderId, placement }) =>
    placement.kind === 'withheld' ? [] : placementEvents(orderId, placement),
  )
  try {
    await trading.ledger.append(...events)
  } catch (cause) {
    throw notJournalled(
      ids,
      answers.map(({ placement }) => placement.kind),
      cause,
    )
  }
}

function notJournalled(ids: readonly string[], answers: readonly Attempt['kind'][], cause: unknown): ToolkitError {
  const [orders, verb] = ids.length === 1 ? ['order', 'counts'] : ['orders', 'count']
  return new ToolkitError({
    code: 'ANSWER_NOT_JOURNALLED',
    category: 'unknown_outcome',
    message: `The venue answered ${orders} ${ids.join(', ')} (${answers.join(', ')}), but that could not be written to the journal. The ${orders} ${verb} as live until reconciled.`,
    facts: { order: ids.join(', '), answer: answers.join(', ') },
    suggestions: ['Mend the data directory first.', ...ids.map((id) => `crosstape positions reconcile --order ${id}`)],
    cause,
  })
}

function placementEvents(orderId: string, placement: Answer): readonly JournalEvent[] {
  switch (placement.kind) {
    case 'accepted':
      return [{ type: 'order.reported', orderId, report: placement.report, source: 'placement' }]
    case 'rejected':
    case 'not_sent':
    case 'held_back':
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
