import { addMoney } from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import type { Market } from '../../domain/market.ts'
import { isUnsettled, type Order } from '../../domain/order.ts'
import type { OrderBook } from '../../domain/order-book.ts'
import { alreadyThere, type Evidence, shownBy } from '../../domain/stories.ts'
import type { PreparedOrder, VenueClient } from '../../domain/venue.ts'
import { decisionEvents } from '../../safeguards/breaker-events.ts'
import { checkOrder, isApproved } from '../../safeguards/check-order.ts'
import type { Denial } from '../../safeguards/denials.ts'
import type { JournalEvent } from '../../store/events.ts'
import type { Decision, LedgerState } from '../../store/ledger.ts'
import { bookFills } from '../settle/book-fills.ts'
import { knownOrder } from '../settle/known-order.ts'
import { evidenceEvent } from '../settle/resolve-order.ts'
import { settleOrder } from '../settle/settle-order.ts'
import type { Trading } from '../trading.ts'
import { type Attempt, type CheckedAt, checkedNow, heldBack, lookingLast } from './last-look.ts'
import { takeSnapshot } from './plan-order.ts'

export interface ResendOutcome {
  readonly order: Order
  /** Every safeguard that said no; then nothing was sent. */
  readonly denials: readonly Denial[]
  /** What the attempt came to at once. Null when nothing was sent. */
  readonly answer: Attempt['kind'] | null
}

interface Seen {
  readonly client: VenueClient
  readonly market: Market
  readonly book: OrderBook | null
}

/**
 * Sends an order whose answer was lost once more, with the same ids and the same body: the venue then takes it, or says
 * that it has it already. Both prove what became of it. For an order that a person still wants, since it may trade now; it
 * passes every safeguard again, and the intent to resend is durable before a byte leaves.
 * @throws ToolkitError `NOT_RESENDABLE` when it is settled, proven to have landed, or part of a two-leg trade.
 */
export function resendOrder(trading: Trading, reference: string, signal?: AbortSignal): Promise<ResendOutcome> {
  return trading.operations.run({ op: 'resend', order: reference }, async () => {
    await trading.ledger.refresh()
    const order = await resendable(trading, reference)
    const client = await trading.client(order.venue)
    await client.getReady()
    const market = await trading.observe.market(order.intent.market, signal)
    const book = market.status === 'open' ? await trading.observe.book(market, signal) : null
    const seen: Seen = { client, market, book }
    const decided = await trading.ledger.transact((state) => decide(trading, reference, seen, state))
    if (decided.kind === 'denied') return { order, denials: decided.denials, answer: null }
    return send(trading, decided, seen, signal)
  })
}

/** The order, when sending it again can prove something and cannot do harm. */
export async function resendable(trading: Trading, reference: string): Promise<Order> {
  const order = await knownOrder(trading, reference)
  const why = whyNot(order)
  if (why === null) return order
  throw new ToolkitError({
    code: 'NOT_RESENDABLE',
    category: 'usage',
    message: `Order ${order.intent.id} was not sent again: ${why}`,
    facts: { order: order.intent.id, status: order.status },
    suggestions: [`crosstape trade status ${order.intent.id}`],
  })
}

function whyNot(order: Order): string | null {
  if (!isUnsettled(order)) return `it is ${order.status.replace('_', ' ')}, so nothing about it is unknown.`
  if (order.landed === true) return 'the venue has it already; only its state is not known yet.'
  // The other leg was judged together with this one, at prices that are gone.
  if (order.intent.purpose.kind !== 'manual') return 'it belongs to a two-leg trade, of which nothing is sent twice.'
  return null
}

type Decided =
  | { readonly kind: 'prepared'; readonly prepared: PreparedOrder; readonly checkedAt: CheckedAt }
  | { readonly kind: 'denied'; readonly denials: readonly Denial[] }

/** Checked as a new order would be, with its own worst case not counted twice. */
async function decide(
  trading: Trading,
  reference: string,
  { client, market, book }: Seen,
  state: LedgerState,
): Promise<Decision<Decided>> {
  const order = await resendable(trading, reference)
  const { intent } = order
  const checkedAt = checkedNow(trading.runtime.clock)
  const others = new Map([...state.openOrders].filter(([id]) => id !== intent.id))
  const seen = { market, book, allowDuplicate: true, isResend: true, capabilities: client.capabilities }
  const snapshot = await takeSnapshot(trading, intent, seen, { ...state, openOrders: others })
  const verdict = checkOrder(intent, snapshot, trading.limits)
  if (verdict.kind === 'denied') return { events: [], result: { kind: 'denied', denials: verdict.denials } }
  if (!isApproved(verdict.order)) throw new Error('an order reached the venue port without passing the safeguards')
  const prepared = await client.prepareOrder(verdict.order, market)
  if (prepared.venueOrderId !== null && prepared.venueOrderId !== order.venueOrderId) throw anotherOrder(order)
  trading.budget.spend(addMoney(verdict.worstCost, verdict.worstFee))
  const passed = new Set(snapshot.breakers.map(({ name }) => name))
  const news = decisionEvents(state.breakers, snapshot.nowMs, passed)
  return {
    events: [...news, { type: 'order.resent', orderId: intent.id }],
    result: { kind: 'prepared', prepared, checkedAt },
  }
}

/** The market's terms went into the first signature: with others, this would be a second order. */
function anotherOrder({ intent }: Order): ToolkitError {
  return new ToolkitError({
    code: 'NOT_RESENDABLE',
    category: 'denied',
    message: `Order ${intent.id} was not sent again: its market has changed, so that it would be another order.`,
    facts: { order: intent.id },
    suggestions: [`crosstape positions reconcile --order ${intent.id}`],
  })
}

async function send(
  trading: Trading,
  { prepared, checkedAt }: Extract<Decided, { kind: 'prepared' }>,
  { client, market }: Seen,
  signal?: AbortSignal,
): Promise<ResendOutcome> {
  const { id } = prepared.approved.intent
  const answer = await client.placeOrder(prepared, lookingLast(trading, checkedAt, signal))
  const placement = heldBack(answer) ?? answer
  await trading.ledger.append(...answerEvents(id, placement))
  if (placement.kind !== 'accepted') {
    // What the answer left open, a look at the venue may close.
    const settled = await settleOrder(trading, await knownOrder(trading, id), 'reconcile', signal)
    return { order: settled.order, denials: [], answer: placement.kind }
  }
  const order = await bookFills(trading, client, await knownOrder(trading, id), market, signal)
  return { order, denials: [], answer: placement.kind }
}

function answerEvents(orderId: string, placement: Attempt): readonly JournalEvent[] {
  switch (placement.kind) {
    case 'accepted': {
      const { report } = placement
      const taken: Evidence = {
        ...shownBy('place_order', report),
        detail: 'sent again, it was taken: it had not been there',
      }
      return [evidenceEvent(orderId, taken), { type: 'order.reported', orderId, report, source: 'placement' }]
    }
    case 'duplicate':
      return [evidenceEvent(orderId, alreadyThere('place_order', placement.message))]
    case 'withheld':
      return []
    case 'rejected':
    case 'not_sent':
    case 'unknown':
      return [evidenceEvent(orderId, saysNothing(`sent again, it was answered: ${placement.message}`))]
    case 'held_back':
      return [evidenceEvent(orderId, saysNothing(`it was not sent again: ${placement.message}`))]
  }
}

/** A refusal of the second attempt may come from what the first one did, e.g. took the cash: it proves nothing of the first. */
function saysNothing(detail: string): Evidence {
  return { source: 'place_order', finding: 'unclear', asOf: null, rulesOut: [], doubts: [], detail }
}
