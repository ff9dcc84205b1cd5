import {
  addQuantity,
  formatAmount,
  type Price,
  parseQuantity,
  type Quantity,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
} from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import type { Order, OrderIntent, OrderTerms } from '../../domain/order.ts'
import type { DepthWalk } from '../../domain/order-book.ts'
import type { Amends } from '../../domain/venue.ts'
import { type CheckedOrder, checkOrder } from '../../safeguards/check-order.ts'
import type { Denial } from '../../safeguards/denials.ts'
import { tiedUp } from '../../safeguards/risk.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { expectedFill, takeSnapshot, type Verdict } from '../place/plan-order.ts'
import type { AmendRequest } from '../requests.ts'
import { knownOrder } from '../settle/known-order.ts'
import { updateOrder } from '../settle/order-status.ts'
import type { Trading } from '../trading.ts'

/** What somebody wants to be different about a resting order. Null keeps what there is. */
export type AmendWish =
  | { readonly kind: 'terms'; readonly price: Price | null; readonly quantity: Quantity | null }
  | { readonly kind: 'reduce'; readonly by: Quantity }

export interface AmendPlan extends AmendRequest {
  /** As its venue shows it now. */
  readonly order: Order
  readonly verdict: Verdict
  /** What the order would fill in this book at once. */
  readonly expected: DepthWalk
}

export type AmendPlanning =
  | { readonly kind: 'planned'; readonly plan: AmendPlan }
  /** It does not rest any more, or has these terms already. */
  | { readonly kind: 'nothing_to_do'; readonly order: Order; readonly outcome: 'not_live' | 'unchanged' }

/**
 * Reads the order, its market and its book, and runs every safeguard on what the order is to become. Changes nothing.
 * @throws ToolkitError when there is no such order, its venue changes none, or nothing of it would be left; VenueError
 * when a read fails.
 */
export async function planAmend(
  trading: Trading,
  reference: string,
  wish: AmendWish,
  signal?: AbortSignal,
): Promise<AmendPlanning> {
  await trading.ledger.refresh()
  const known = await knownOrder(trading, reference)
  await requireAmends(trading, known)
  const order = await updateOrder(trading, known.intent.id, signal)
  refusePending(order)
  if (order.status === 'unknown' || order.status === 'submitted') throw stillUnknown(order)
  if (order.status !== 'resting') return { kind: 'nothing_to_do', order, outcome: 'not_live' }
  const terms = wantedTerms(order, wish)
  if (terms.price === order.intent.price && terms.quantity === order.intent.quantity) {
    return { kind: 'nothing_to_do', order, outcome: 'unchanged' }
  }
  const isDecrease = terms.price === order.intent.price && terms.quantity < order.intent.quantity
  const market = await trading.observe.market(order.intent.market, signal)
  const book = isDecrease || market.status !== 'open' ? null : await trading.observe.book(market, signal)
  const request: AmendRequest = {
    orderId: order.intent.id,
    kind: isDecrease ? 'decrease' : 'amend',
    terms,
    market,
    book,
  }
  const { capabilities } = await trading.client(order.venue)
  const verdict = isDecrease ? unopposed : verdictOf(await checkAmend(trading, order, request, trading.ledger.state))
  return {
    kind: 'planned',
    plan: { ...request, order, verdict, expected: expectedFill(remainderOf(order, terms), book, capabilities) },
  }
}

const unopposed: Verdict = { kind: 'approved', worstCost: ZERO_MONEY, worstFee: ZERO_MONEY }

function verdictOf(checked: CheckedOrder): Verdict {
  if (checked.kind === 'denied') return { kind: 'denied', denials: checked.denials }
  const { worstCost, worstFee } = checked
  return { kind: 'approved', worstCost, worstFee }
}

/**
 * Judges what is left of the order under its new terms like a new order in the old one's place: the old one does not count
 * against the limits beside it, and the session is charged for the difference.
 */
export async function checkAmend(
  trading: Trading,
  order: Order,
  { terms, market, book }: Pick<AmendRequest, 'terms' | 'market' | 'book'>,
  state: LedgerState,
): Promise<CheckedOrder & { readonly replaced: ReturnType<typeof tiedUp> }> {
  const openOrders = new Map(state.openOrders)
  openOrders.delete(order.intent.id)
  const remainder = remainderOf(order, terms)
  // Whoever changes an order means this very one: that it equals another is no mistake.
  const { capabilities } = await trading.client(order.venue)
  const seen = { market, book, allowDuplicate: true, capabilities }
  const snapshot = await takeSnapshot(trading, remainder, seen, { ...state, openOrders })
  const replaced = tiedUp(remainderOf(order, order.intent), snapshot)
  const sessionSpent = subtractMoney(snapshot.sessionSpent, replaced)
  const checked = checkOrder(remainder, { ...snapshot, sessionSpent }, trading.limits)
  if (checked.kind === 'approved') return { ...checked, replaced }
  return { kind: 'denied', denials: checked.denials.map((denial) => ofChange(denial, order)), replaced }
}

/** The checks speak of what is left as of an order; a person asks for a quantity in all. */
function ofChange(denial: Denial, { filledQuantity }: Order): Denial {
  const inAll = (_: string, left: string): string =>
    `--quantity ${formatAmount(addQuantity(parseQuantity(left), filledQuantity))}`
  return {
    ...denial,
    message: denial.message.replace(/^Order not sent: /, 'Order not changed: '),
    suggestion: denial.suggestion.replaceAll(/--quantity (\d+(?:\.\d+)?)/g, inAll),
  }
}

/** What is left of an order under given terms, as an order of its own that a person asks for. */
function remainderOf({ intent, filledQuantity }: Order, { price, quantity }: OrderTerms): OrderIntent {
  return { ...intent, price, quantity: subtractQuantity(quantity, filledQuantity), purpose: { kind: 'manual' } }
}

function wantedTerms(order: Order, wish: AmendWish): OrderTerms {
  const { price, quantity } = order.intent
  const terms: OrderTerms =
    wish.kind === 'reduce'
      ? { price, quantity: subtractQuantity(quantity, wish.by) }
      : { price: wish.price ?? price, quantity: wish.quantity ?? quantity }
  if (terms.quantity <= order.filledQuantity) {
    const filled = formatAmount(order.filledQuantity)
    const what = `${filled} of order ${order.intent.id} are filled, so that nothing of it would be left.`
    throw refused('AMEND_LEAVES_NOTHING', order, what, [`crosstape trade cancel ${order.intent.id}`])
  }
  return terms
}

/**
 * @throws ToolkitError `AMEND_UNSUPPORTED`: an order that is cancelled and placed anew is another order, which is never done
 * behind somebody's back.
 */
export async function requireAmends(trading: Trading, order: Order): Promise<Amends> {
  const { amends } = await trading.client(order.venue)
  if (amends !== undefined) return amends
  const what = `${order.venue} cannot change a resting order.`
  throw refused('AMEND_UNSUPPORTED', order, what, [
    `crosstape trade cancel ${order.intent.id}`,
    'Then place a new order with trade place: it has another id and another place in the queue.',
  ])
}

/** @throws ToolkitError `AMEND_PENDING`: two changes at once could not be told apart. */
export function refusePending(order: Order): void {
  if (order.pendingAmend === null) return
  throw unsettled(order, 'an earlier change of it has no clear answer yet')
}

function stillUnknown(order: Order): ToolkitError {
  return unsettled(order, 'it is not known whether the order rests')
}

function unsettled({ intent }: Order, why: string): ToolkitError {
  return new ToolkitError({
    code: 'AMEND_PENDING',
    category: 'unknown_outcome',
    message: `Order ${intent.id} was not changed: ${why}. Nothing was sent now.`,
    facts: { order: intent.id },
    suggestions: [`crosstape positions reconcile --order ${intent.id}`],
  })
}

function refused(code: string, { intent }: Order, what: string, suggestions: readonly string[]): ToolkitError {
  const message = `Nothing was sent: ${what}`
  return new ToolkitError({ code, category: 'usage', message, facts: { order: intent.id }, suggestions })
}
