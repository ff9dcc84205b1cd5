import { ToolkitError } from '../../domain/errors.ts'
import { type Market, type MarketId, type VenueId, venueOf } from '../../domain/market.ts'
import { isOpen, type Order } from '../../domain/order.ts'
import type { Batches, CallOptions, Cancellation, CancelTarget, VenueClient } from '../../domain/venue.ts'
import { chunks } from '../chunks.ts'
import { knownOrder } from '../settle/known-order.ts'
import { settleOrder } from '../settle/settle-order.ts'
import type { Trading } from '../trading.ts'
import {
  alreadyEnded,
  type CancelOutcome,
  cancelAnswered,
  cancelOrder,
  concludeCancel,
  mayLive,
} from './cancel-order.ts'

/** What became of one order of several. `order` is null for one that was placed elsewhere and is not in this journal. */
export interface EachCancelOutcome extends Omit<CancelOutcome, 'order'> {
  readonly order: Order | null
  readonly venueOrderId: string | null
  readonly market: MarketId
}

/**
 * Cancels several orders, in as few calls as their venues take, and reads back what became of each. One outcome an order, in
 * the order in which they were named. Needs no limit, no breaker and no open kill switch.
 * @throws ToolkitError `ORDER_NOT_FOUND` for a name that no order has: then nothing was sent.
 */
export async function cancelEach(
  trading: Trading,
  references: readonly string[],
  signal?: AbortSignal,
): Promise<readonly EachCancelOutcome[]> {
  await trading.ledger.refresh()
  const named = new Map<string, Order>()
  for (const reference of references) {
    const order = await knownOrder(trading, reference)
    named.set(order.intent.id, order)
  }
  const open = [...named.values()].filter((order) => isOpen(order.status) || order.presumedAbsent === true)
  const cancelled = await cancelOpen(trading, open, signal)
  return [...named.values()].map((order) => {
    const outcome = cancelled.find((each) => each.order?.intent.id === order.intent.id)
    return outcome ?? outcomeOf(ours(order), alreadyEnded(order))
  })
}

/** What needs the venues: a tape keeps this part, since it knows only orders that were open when it began. */
async function cancelOpen(
  trading: Trading,
  open: readonly Order[],
  signal?: AbortSignal,
): Promise<readonly EachCancelOutcome[]> {
  if (open.length === 0) return []
  const operation = { op: 'cancel_each', orders: open.map(({ intent }) => intent.id) } as const
  return trading.operations.run(operation, () => cancelAllOf(trading, open.map(ours), signal))
}

/**
 * Cancels every order that rests in one market, those placed elsewhere too.
 * @throws VenueError when the market or the account's open orders cannot be read: then nothing was sent.
 */
export function cancelMarket(
  trading: Trading,
  id: MarketId,
  signal?: AbortSignal,
): Promise<readonly EachCancelOutcome[]> {
  return trading.operations.run({ op: 'cancel_market', market: id }, async () => {
    const market = await trading.observe.market(id, signal)
    const client = await trading.client(market.venue)
    const resting = await client.listOpenOrders(signal === undefined ? {} : { signal })
    const state = await trading.ledger.refresh()
    const mine = [...state.openOrders.values()].filter(
      ({ intent, status }) => intent.market === market.id && isOpen(status),
    )
    const foreign = resting
      .filter((open) => open.market === market.id)
      .filter((open) => !mine.some((order) => order.venueOrderId === open.venueOrderId))
      .map((open): Subject => ({ order: null, venueOrderId: open.venueOrderId, market: market.id }))
    return cancelAllOf(trading, [...mine.map(ours), ...foreign], signal)
  })
}

interface Subject {
  readonly order: Order | null
  readonly venueOrderId: string | null
  readonly market: MarketId
}

function ours(order: Order): Subject {
  return { order, venueOrderId: order.venueOrderId, market: order.intent.market }
}

async function cancelAllOf(
  trading: Trading,
  subjects: readonly Subject[],
  signal?: AbortSignal,
): Promise<readonly EachCancelOutcome[]> {
  const venues = new Map<VenueId, Subject[]>()
  for (const subject of subjects) {
    const venue = venueOf(subject.market)
    venues.set(venue, [...(venues.get(venue) ?? []), subject])
  }
  const outcomes = new Map<Subject, EachCancelOutcome>()
  const cancelled = [...venues].map(async ([venue, group]) => {
    const client = await trading.client(venue)
    for (const [subject, outcome] of await cancelAt(trading, client, group, signal)) outcomes.set(subject, outcome)
  })
  await Promise.all(cancelled)
  return subjects.flatMap((subject) => outcomes.get(subject) ?? [])
}

type Told = readonly (readonly [Subject, EachCancelOutcome])[]

async function cancelAt(
  trading: Trading,
  client: VenueClient,
  subjects: readonly Subject[],
  signal?: AbortSignal,
): Promise<Told> {
  const { batches } = client
  const [first] = subjects
  const alone = subjects.length === 1 ? (first?.order ?? null) : null
  if (batches === undefined || alone !== null) return oneByOne(trading, subjects, signal)
  const ready = await Promise.all(subjects.map((subject) => prepare(trading, subject, signal)))
  const told = ready.flatMap((each) => ('outcome' in each ? [[each.subject, each.outcome] as const] : []))
  const live = ready.flatMap((each) => ('target' in each ? [each] : []))
  for (const batch of chunks(live, batches.cancelMax)) {
    told.push(...(await cancelBatch(trading, client, batches, batch, signal)))
  }
  return told
}

async function oneByOne(trading: Trading, subjects: readonly Subject[], signal?: AbortSignal): Promise<Told> {
  const told: (readonly [Subject, EachCancelOutcome])[] = []
  for (const subject of subjects) {
    const outcome =
      subject.order === null
        ? unsent(subject, 'It was placed elsewhere, and its venue takes no list of orders to cancel.')
        : await cancelAlone(trading, subject, subject.order, signal)
    told.push([subject, outcome])
  }
  return told
}

async function cancelAlone(
  trading: Trading,
  subject: Subject,
  order: Order,
  signal?: AbortSignal,
): Promise<EachCancelOutcome> {
  try {
    return outcomeOf(subject, await cancelOrder(trading, order.intent.id, signal))
  } catch (error) {
    return unsent(subject, reasonOf(error))
  }
}

type Ready =
  | { readonly subject: Subject; readonly outcome: EachCancelOutcome }
  | { readonly subject: Subject; readonly target: CancelTarget }

/** What can be settled before anything is sent, and else what to send. One order that cannot be read holds up no other. */
async function prepare(trading: Trading, subject: Subject, signal?: AbortSignal): Promise<Ready> {
  try {
    // An order whose answer was lost may have no venue id yet, and no cancel without one.
    const lost = subject.order !== null && subject.venueOrderId === null ? subject.order : null
    const order = lost === null ? subject.order : (await settleOrder(trading, lost, 'cancel', signal)).order
    if (order !== null && !mayLive(order)) return { subject, outcome: outcomeOf(subject, alreadyEnded(order)) }
    const venueOrderId = order?.venueOrderId ?? subject.venueOrderId
    if (venueOrderId === null) {
      return { subject, outcome: unsent({ ...subject, order }, "The venue's id of the order is not known yet.") }
    }
    const market = await trading.observe.market(subject.market, signal)
    return { subject, target: { venueOrderId, market } }
  } catch (error) {
    return { subject, outcome: unsent(subject, reasonOf(error)) }
  }
}

/** @throws The error itself when it is a bug. */
function reasonOf(error: unknown): string {
  if (error instanceof ToolkitError) return error.message
  throw error
}

async function cancelBatch(
  trading: Trading,
  client: VenueClient,
  batches: Batches,
  batch: readonly Extract<Ready, { target: CancelTarget }>[],
  signal?: AbortSignal,
): Promise<Told> {
  const options: CallOptions = signal === undefined ? {} : { signal }
  const ids = batch.map(({ subject, target }) => subject.order?.intent.id ?? target.venueOrderId)
  await trading.ledger.append(...ids.map((orderId) => ({ type: 'cancel.requested', orderId }) as const))
  const answers = await batches.cancelOrders(
    batch.map(({ target }) => target),
    options,
  )
  const answered = batch.map((each, index) => ({ ...each, id: ids[index] ?? '', answer: answerAt(answers, index) }))
  await trading.ledger.append(...answered.map(({ id, answer }) => cancelAnswered(id, answer)))
  return Promise.all(
    answered.map(async ({ subject, target, answer }) => {
      const { venueOrderId, market } = target
      return [subject, await conclude(trading, client, { subject, venueOrderId, market, answer }, signal)] as const
    }),
  )
}

function answerAt(answers: readonly Cancellation[], index: number): Cancellation {
  const answer = answers[index]
  if (answer === undefined) throw new Error(`the venue's client gave no answer for cancel ${index} of a batch`)
  return answer
}

async function conclude(
  trading: Trading,
  client: VenueClient,
  told: {
    readonly subject: Subject
    readonly venueOrderId: string
    readonly market: Market
    readonly answer: Cancellation
  },
  signal?: AbortSignal,
): Promise<EachCancelOutcome> {
  const { subject, venueOrderId, market, answer } = told
  if (subject.order !== null) {
    const order = { ...(await knownOrder(trading, subject.order.intent.id)), venueOrderId }
    return outcomeOf(subject, await concludeCancel(trading, client, { order, market, answer }, signal))
  }
  const cancelledQuantity = answer.kind === 'cancelled' ? answer.reducedBy : null
  const message = answer.kind === 'cancelled' ? null : answer.message
  return { ...subject, outcome: answer.kind, message, cancelledQuantity }
}

function outcomeOf(subject: Subject, outcome: CancelOutcome): EachCancelOutcome {
  return { ...subject, ...outcome, venueOrderId: outcome.order.venueOrderId }
}

function unsent(subject: Subject, why: string): EachCancelOutcome {
  return {
    ...subject,
    outcome: 'refused',
    message: `No cancel was sent for this order: ${why}`,
    cancelledQuantity: null,
  }
}
