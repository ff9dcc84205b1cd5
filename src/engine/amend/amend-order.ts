import {
  addMoney,
  addQuantity,
  isMultipleOf,
  maxMoney,
  roundDownToStep,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
} from '../../domain/amounts.ts'
import { ToolkitError, VenueError } from '../../domain/errors.ts'
import type { Market } from '../../domain/market.ts'
import type { ApprovedOrder, Order, OrderTerms } from '../../domain/order.ts'
import type { Amendment, Amends, CallOptions, PreparedAmend, VenueClient } from '../../domain/venue.ts'
import { decisionEvents } from '../../safeguards/breaker-events.ts'
import { isApproved } from '../../safeguards/check-order.ts'
import { type Denial, deny } from '../../safeguards/denials.ts'
import type { JournalEvent } from '../../store/events.ts'
import type { Decision, LedgerState } from '../../store/ledger.ts'
import { type CheckedAt, checkedNow, type HeldBack, heldBack, lookingLast } from '../place/last-look.ts'
import { venueRuleDenial } from '../place/venue-rule.ts'
import type { AmendRequest } from '../requests.ts'
import { bookFills } from '../settle/book-fills.ts'
import { knownOrder } from '../settle/known-order.ts'
import type { Trading } from '../trading.ts'
import { checkAmend, refusePending, requireAmends } from './plan-amend.ts'
import { settleAmend } from './settle-amend.ts'

export interface AmendOutcome {
  readonly order: Order
  /** `unchanged`: it has these terms already. `held_back`: it passed its checks and was kept back at the last moment. Neither was sent. */
  readonly outcome: Amendment['kind'] | 'denied' | 'unchanged' | 'held_back'
  readonly message: string | null
  /** Every safeguard that said no; empty unless the change is denied. */
  readonly denials: readonly Denial[]
  /** What was sent, without signatures. Null when nothing was, and for a decrease. */
  readonly preview: Readonly<Record<string, string>> | null
}

type Step =
  | {
      readonly kind: 'amend'
      readonly order: Order
      readonly prepared: PreparedAmend
      readonly checkedAt: CheckedAt
    }
  | { readonly kind: 'decrease'; readonly order: Order }
  | { readonly kind: 'denied'; readonly order: Order; readonly denials: readonly Denial[] }
  | {
      readonly kind: 'stopped'
      readonly order: Order
      readonly outcome: 'not_live' | 'refused'
      readonly message: string
    }

/**
 * Checks again under the lock, makes the new terms durable, sends once, journals what is known, reads back, books fills. Never
 * resends: after a lost answer the order counts at the worse of both terms until a read settles it.
 */
export function amendOrder(trading: Trading, request: AmendRequest, signal?: AbortSignal): Promise<AmendOutcome> {
  return trading.operations.run({ op: 'amend', request }, () => amendUnrecorded(trading, request, signal))
}

/** What a change comes to that had nothing to do. */
export function nothingToAmend(order: Order, outcome: 'not_live' | 'unchanged'): AmendOutcome {
  const message = outcome === 'unchanged' ? 'The order has these terms already. Nothing was sent.' : endedAs(order)
  return { order, outcome, message, denials: [], preview: null }
}

function endedAs({ status }: Order): string {
  return `The order is ${status.replace('_', ' ')}. Nothing was sent.`
}

/** Journals a denial that the plan already shows. No operation for the tape: nothing happens at a venue. */
export async function denyAmend(
  trading: Trading,
  request: AmendRequest & { readonly order: Order },
  denials: readonly Denial[],
): Promise<AmendOutcome> {
  await trading.ledger.append(deniedEvent(request, denials))
  return { order: request.order, outcome: 'denied', message: null, denials, preview: null }
}

async function amendUnrecorded(trading: Trading, request: AmendRequest, signal?: AbortSignal): Promise<AmendOutcome> {
  const known = await knownOrder(trading, request.orderId)
  const client = await trading.client(known.venue)
  const amends = await requireAmends(trading, known)
  const step = await trading.ledger.transact((state) => decide(trading, amends, request, known, state))
  const base = { denials: [], preview: null, message: null } as const
  switch (step.kind) {
    case 'denied':
      return { ...base, order: step.order, outcome: 'denied', denials: step.denials }
    case 'stopped':
      return { ...base, order: step.order, outcome: step.outcome, message: step.message }
    case 'amend':
    case 'decrease': {
      const options: CallOptions = signal === undefined ? {} : { signal }
      const preview = step.kind === 'amend' ? step.prepared.preview : null
      const looking = step.kind === 'amend' ? lookingLast(trading, step.checkedAt, signal) : options
      const answer = await send(amends, step, request, looking)
      const kept = heldBack(answer)
      if (kept !== null) return { ...(await keepBack(trading, request, kept)), preview }
      if (answer.kind === 'withheld') return { ...base, order: step.order, outcome: 'withheld', preview }
      await journalAnswer(trading, request.orderId, answer)
      const order = await readBack(
        trading,
        client,
        amends,
        { answer, market: request.market, before: step.order },
        options,
      )
      const message = answer.kind === 'amended' ? null : answer.message
      return { ...base, order, outcome: outcomeAfter(answer, order, request.terms), message, preview }
    }
  }
}

/** Nothing was sent, so the order is certainly as it was. */
async function keepBack(trading: Trading, { orderId }: AmendRequest, { message }: HeldBack): Promise<AmendOutcome> {
  await trading.ledger.append({ type: 'amend.answered', orderId, outcome: 'never_arrived', message })
  return { order: await knownOrder(trading, orderId), outcome: 'held_back', message, denials: [], preview: null }
}

async function decide(
  trading: Trading,
  amends: Amends,
  request: AmendRequest,
  known: Order,
  state: LedgerState,
): Promise<Decision<Step>> {
  const order = state.openOrders.get(request.orderId) ?? known
  const { terms, kind } = request
  if (order.status !== 'resting') return stop(order, 'not_live', endedAs(order))
  refusePending(order)
  if (terms.quantity <= order.filledQuantity) {
    return stop(order, 'refused', 'So much was filled meanwhile that nothing would be left. Nothing was sent.')
  }
  if (kind === 'amend') return decideAmend(trading, amends, request, order, state)
  if (terms.price !== order.intent.price || terms.quantity >= order.intent.quantity) {
    return stop(order, 'refused', 'The order was changed meanwhile. Nothing was sent.')
  }
  const by = subtractQuantity(order.intent.quantity, terms.quantity)
  if (!isMultipleOf(by, request.market.quantityStep)) return denied(request, order, [offStep(request)])
  return { events: [requested(request)], result: { kind: 'decrease', order } }
}

async function decideAmend(
  trading: Trading,
  amends: Amends,
  request: AmendRequest,
  order: Order,
  state: LedgerState,
): Promise<Decision<Step>> {
  const checkedAt = checkedNow(trading.runtime.clock)
  const checked = await checkAmend(trading, order, request, state)
  if (checked.kind === 'denied') return denied(request, order, checked.denials)
  if (!isApproved(checked.order)) throw new Error('a change reached the venue port without passing the safeguards')
  const prepared = prepare(amends, checked.order, order, request.market)
  if (prepared.kind === 'denied') return denied(request, order, [prepared.denial])
  const { worstCost, worstFee, replaced } = checked
  trading.budget.spend(addMoney(maxMoney(subtractMoney(worstCost, replaced), ZERO_MONEY), worstFee))
  const news = decisionEvents(state.breakers, trading.runtime.clock.nowMs(), new Set([order.venue]))
  return {
    events: [...news, requested(request)],
    result: { kind: 'amend', order, prepared: prepared.amend, checkedAt },
  }
}

/** A venue's encoding rules can still refuse what our own limits allow: that is a denial too. */
function prepare(
  amends: Amends,
  approved: ApprovedOrder,
  order: Order,
  market: Market,
): { readonly kind: 'prepared'; readonly amend: PreparedAmend } | { readonly kind: 'denied'; readonly denial: Denial } {
  try {
    return { kind: 'prepared', amend: amends.prepareAmend(approved, order, market) }
  } catch (error) {
    return { kind: 'denied', denial: venueRuleDenial(error) }
  }
}

function stop(order: Order, outcome: 'not_live' | 'refused', message: string): Decision<Step> {
  return { events: [], result: { kind: 'stopped', order, outcome, message } }
}

function denied(request: AmendRequest, order: Order, denials: readonly Denial[]): Decision<Step> {
  return { events: [deniedEvent(request, denials)], result: { kind: 'denied', order, denials } }
}

function deniedEvent({ orderId, terms: { price, quantity } }: AmendRequest, denials: readonly Denial[]): JournalEvent {
  const recorded = denials.map(({ code, message, value, limit }) => ({ code, message, value, limit }))
  return { type: 'amend.denied', orderId, price, quantity, denials: recorded }
}

function offStep({ terms: { quantity }, market: { quantityStep: step } }: AmendRequest): Denial {
  const below = roundDownToStep(quantity, step)
  return deny('QUANTITY_OFF_STEP', { quantity, step, below, above: addQuantity(below, step) })
}

function requested({ orderId, terms: { price, quantity } }: AmendRequest): JournalEvent {
  return { type: 'amend.requested', orderId, price, quantity }
}

function send(
  amends: Amends,
  step: Extract<Step, { kind: 'amend' | 'decrease' }>,
  { market, terms }: AmendRequest,
  options: CallOptions,
): Promise<Amendment> {
  if (step.kind === 'amend') return amends.amendOrder(step.prepared, options)
  const by = subtractQuantity(step.order.intent.quantity, terms.quantity)
  return amends.decreaseOrder(step.order, market, by, options)
}

type Answer = Exclude<Amendment, { kind: 'withheld' }>

async function journalAnswer(trading: Trading, orderId: string, answer: Answer): Promise<void> {
  const message = answer.kind === 'amended' ? null : answer.message
  const events: JournalEvent[] = [{ type: 'amend.answered', orderId, outcome: answer.kind, message }]
  if (answer.kind === 'amended' && answer.report !== null) {
    events.push({ type: 'order.reported', orderId, report: answer.report, source: 'amend' })
  }
  try {
    await trading.ledger.append(...events)
  } catch (cause) {
    throw new ToolkitError({
      code: 'ANSWER_NOT_JOURNALLED',
      category: 'unknown_outcome',
      message: `The venue answered the change of order ${orderId} (${answer.kind}), but that could not be written to the journal. The order counts at the worse of its old and new terms until it is reconciled.`,
      facts: { order: orderId, answer: answer.kind },
      suggestions: ['Mend the data directory first.', `crosstape positions reconcile --order ${orderId}`],
      cause,
    })
  }
}

/** A read that fails takes nothing away from what the answer said. */
async function readBack(
  trading: Trading,
  client: VenueClient,
  amends: Amends,
  subject: { readonly answer: Answer; readonly market: Market; readonly before: Order },
  options: CallOptions,
): Promise<Order> {
  const { answer, market, before } = subject
  const orderId = before.intent.id
  const order = await knownOrder(trading, orderId)
  try {
    if (answer.kind === 'unknown') {
      await settleAmend(trading, amends, { order, market, source: 'amend' }, options)
    } else if (answer.kind !== 'refused') {
      const report = await client.getOrder(order, market, options)
      if (report !== null) await trading.ledger.append({ type: 'order.reported', orderId, report, source: 'amend' })
    }
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
  }
  return bookFills(trading, client, await knownOrder(trading, orderId), market, options.signal)
}

/** A lost answer may have been found, or proven never to have had a cause, by the read after it. */
function outcomeAfter(answer: Answer, order: Order, { price, quantity }: OrderTerms): Answer['kind'] {
  if (answer.kind !== 'unknown' || order.pendingAmend !== null) return answer.kind
  if (order.intent.price === price && order.intent.quantity === quantity) return 'amended'
  return order.status === 'resting' ? 'refused' : 'unknown'
}
