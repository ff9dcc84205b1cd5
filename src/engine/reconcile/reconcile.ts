import { formatAmount, subtractQuantity } from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'
import type { FeeDrift } from '../../domain/fee-drift.ts'
import type { VenueId } from '../../domain/market.ts'
import { isOpen, isSettled, isUncertain, type Order } from '../../domain/order.ts'
import type { Claim } from '../requests.ts'
import { knownOrder } from '../settle/known-order.ts'
import { trySettleOrder } from '../settle/settle-order.ts'
import { settleTrades, type TradeChange } from '../trades/settle-trades.ts'
import type { Trading } from '../trading.ts'
import { bookWhatIsProven } from './book-proven.ts'
import { acceptGap, cashDifferences, isCashMoving } from './cash.ts'
import { claimOrders } from './claims.ts'
import { type Comparison, type Difference, type Dust, remains, type SettledOrder } from './difference.ts'
import { compareWith, orUnreadable } from './differences.ts'

export interface ReconcileOptions {
  /** Settle only this order and compare nothing else. */
  readonly order?: string
  /** Also book what the venue proves: missed executions, orders placed elsewhere, payouts of settled markets. */
  readonly fix: boolean
  /** What a person says of orders placed elsewhere. */
  readonly claim?: Claim
  /** A person says that a gap in cash is a deposit, a withdrawal or a fee that the venue does not tell. */
  readonly acceptCash?: boolean
  readonly venues: readonly VenueId[]
}

/** Fills of one order that the venue matched and has taken back since: nothing moved, and the journal says so now. */
export interface ReversedFills {
  readonly orderId: string
  readonly fillIds: readonly string[]
  readonly market: string
  readonly outcome: string
  readonly side: string
  readonly quantity: string
}

export interface ReconcileReport {
  readonly settled: readonly SettledOrder[]
  /** Orders about which the venue has not proven one story yet. They keep counting at their worst. */
  readonly unsettled: readonly { readonly orderId: string; readonly reason: string }[]
  readonly reversed: readonly ReversedFills[]
  /** Two-leg trades that stand otherwise than before. */
  readonly trades: readonly TradeChange[]
  readonly differences: readonly Difference[]
  /** Holdings that the venue does not list because they are small. */
  readonly dust: readonly Dust[]
  /** Fills booked on the way. */
  readonly booked: number
  /** Orders placed elsewhere that were claimed as the person said. */
  readonly claimed: number
  /** Orders whose fills, booked on the way, were charged otherwise than the schedule gives. */
  readonly feeDrifts: readonly { readonly orderId: string; readonly drift: FeeDrift }[]
}

/**
 * Settles every order from which something is still expected, then holds orders, positions and cash against the venues.
 * Books what the venues prove, never the other way round. Sends nothing that could trade, so it is safe at any time, also
 * while halted.
 * @throws ToolkitError `CLAIM_NOT_FOUND` when an order that was to be claimed is not there.
 */
export function reconcile(trading: Trading, options: ReconcileOptions, signal?: AbortSignal): Promise<ReconcileReport> {
  const { order = null, fix, claim = null, acceptCash = false, venues } = options
  return trading.operations.run({ op: 'reconcile', order, fix, claim, acceptCash, venues }, () =>
    reconcileUnrecorded(trading, options, signal),
  )
}

async function reconcileUnrecorded(
  trading: Trading,
  options: ReconcileOptions,
  signal?: AbortSignal,
): Promise<ReconcileReport> {
  const claimed = options.claim === undefined ? 0 : await claimOrders(trading, options.venues, options.claim, signal)
  const accepted = await acceptUnderDoubt(trading, options, signal)
  const state = await trading.ledger.refresh()
  const open =
    options.order === undefined
      ? [...state.openOrders.values()].filter((order) => options.venues.includes(order.venue))
      : [await knownOrder(trading, options.order)]
  let swept = await settleAll(trading, open, signal)
  const { differences, dust, reappeared } =
    options.order === undefined ? await compareAll(trading, options, signal) : nothingCompared
  // What was booked meanwhile may be what spoke against a conclusion.
  swept = { ...swept, settled: [...swept.settled, ...reappeared] }
  const isNews = swept.settled.length > 0 || claimed > 0 || differences.some(({ fixed }) => fixed)
  if (swept.unsettled.length > 0 && isNews) swept = await settleAgain(trading, swept, signal)
  const trades = await settleTrades(trading)
  const cash = await compareCash(trading, options, differences, signal)
  const all = [...differences, ...accepted, ...cash]
  await trading.ledger.append({
    type: 'reconcile.finished',
    settled: swept.settled.length,
    differences: all.filter(remains).length + swept.unsettled.length,
  })
  return { ...swept, trades, claimed, differences: all, dust }
}

const nothingCompared: Comparison = { differences: [], dust: [], reappeared: [] }

type Swept = Omit<ReconcileReport, 'trades' | 'differences' | 'dust' | 'claimed'>

/** A second look at what is unsettled, added to what the first one brought. */
async function settleAgain(trading: Trading, first: Swept, signal?: AbortSignal): Promise<Swept> {
  const orders = await Promise.all(first.unsettled.map(({ orderId }) => knownOrder(trading, orderId)))
  const second = await settleAll(trading, orders, signal)
  return {
    settled: [...first.settled, ...second.settled],
    unsettled: second.unsettled,
    reversed: [...first.reversed, ...second.reversed],
    booked: first.booked + second.booked,
    feeDrifts: [...first.feeDrifts, ...second.feeDrifts],
  }
}

async function settleAll(trading: Trading, orders: readonly Order[], signal?: AbortSignal): Promise<Swept> {
  const settled: SettledOrder[] = []
  const unsettled: { orderId: string; reason: string }[] = []
  const feeDrifts: { orderId: string; drift: FeeDrift }[] = []
  const reversed: ReversedFills[] = []
  let booked = 0
  for (const before of orders) {
    const { order: after, evidence } = await trySettleOrder(trading, before, 'reconcile', signal)
    const orderId = before.intent.id
    const { feeDrift: drift } = after
    if (drift !== undefined && drift.charged !== before.feeDrift?.charged) feeDrifts.push({ orderId, drift })
    const fresh = after.fillIds.filter((id) => !before.fillIds.includes(id))
    const takenBack = reversedSince(before, after)
    booked += fresh.length
    reversed.push(...takenBack)
    const changed = after.status !== before.status || fresh.length > 0 || takenBack.length > 0
    const cleared = isUncertain(before) && !isUncertain(after)
    if (changed || cleared || (isSettled(after) && !isSettled(before))) {
      settled.push({ orderId, from: before.status, to: after.status, evidence })
    }
    if (isUncertain(after)) unsettled.push({ orderId, reason: evidence })
    else if (!isOpen(after.status) && after.bookedQuantity < after.filledQuantity) {
      unsettled.push({ orderId, reason: 'the venue has reported fills that it does not list yet' })
    }
  }
  return { settled, unsettled, reversed, booked, feeDrifts }
}

function reversedSince(before: Order, after: Order): readonly ReversedFills[] {
  const fillIds = after.reversedFillIds.filter((id) => !before.reversedFillIds.includes(id))
  if (fillIds.length === 0) return []
  const { id: orderId, market, outcome, side } = after.intent
  const quantity = formatAmount(subtractQuantity(after.reversedQuantity, before.reversedQuantity))
  return [{ orderId, fillIds, market, outcome, side, quantity }]
}

/** Every difference; with `fix`, those that booking what the venue proves has removed are marked as fixed. */
async function compareAll(
  trading: Trading,
  { fix, venues }: ReconcileOptions,
  signal?: AbortSignal,
): Promise<Comparison> {
  const first = await compareEach(trading, venues, signal)
  const { differences: found } = first
  if (!fix || found.length === 0) return first
  for (const venue of new Set(found.map((difference) => difference.venue))) await tryFix(trading, venue, signal)
  const { differences: left, dust, reappeared } = await compareEach(trading, venues, signal)
  const isLeft = ({ kind, subject }: Difference): boolean =>
    left.some((difference) => difference.kind === kind && difference.subject === subject)
  const fixed = found.filter((difference) => !isLeft(difference)).map((difference) => ({ ...difference, fixed: true }))
  return { differences: [...left, ...fixed], dust, reappeared: [...first.reappeared, ...reappeared] }
}

/** A venue that cannot be read shows up as a difference of its own. */
async function tryFix(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<void> {
  try {
    await bookWhatIsProven(trading, venue, signal)
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
  }
}

async function compareEach(trading: Trading, venues: readonly VenueId[], signal?: AbortSignal): Promise<Comparison> {
  const found: Comparison[] = []
  for (const venue of venues) found.push(await compareWith(trading, venue, signal))
  return {
    differences: found.flatMap(({ differences }) => differences),
    dust: found.flatMap(({ dust }) => dust),
    reappeared: found.flatMap(({ reappeared }) => reappeared),
  }
}

/** While an order has no answer, cash is not compared; but a gap that a person explains must not keep the order back. */
async function acceptUnderDoubt(
  trading: Trading,
  { order, venues, acceptCash = false }: ReconcileOptions,
  signal?: AbortSignal,
): Promise<readonly Difference[]> {
  const { openOrders } = await trading.ledger.refresh()
  if (!acceptCash || order !== undefined) return []
  const found: Difference[] = []
  for (const venue of venues) {
    if (![...openOrders.values()].some((each) => each.venue === venue && isUncertain(each))) continue
    found.push(...(await orUnreadable(venue, () => acceptGap(trading, venue, signal), signal)))
  }
  return found
}

/** Cash says something of its own only where orders and positions agree and no order can still have moved it unseen. */
async function compareCash(
  trading: Trading,
  { order, venues, acceptCash = false }: ReconcileOptions,
  differences: readonly Difference[],
  signal?: AbortSignal,
): Promise<readonly Difference[]> {
  if (order !== undefined) return []
  const state = await trading.ledger.refresh()
  const found: Difference[] = []
  for (const venue of venues) {
    if (signal?.aborted === true || differences.some((each) => each.venue === venue && remains(each))) continue
    if (isCashMoving(state, venue)) continue
    found.push(...(await orUnreadable(venue, () => cashDifferences(trading, venue, acceptCash, signal), signal)))
  }
  return found
}
