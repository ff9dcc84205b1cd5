import { formatAmount, subtractQuantity } from '../domain/amounts.ts'
import { VenueError } from '../domain/errors.ts'
import type { FeeDrift } from '../domain/fee-drift.ts'
import type { VenueId } from '../domain/market.ts'
import { isOpen, isSettled, isUncertain, type Order, type OrderStatus } from '../domain/order.ts'
import { adoptForeignOrders } from './adopt.ts'
import { type Comparison, compareWith, type Difference, type Dust } from './differences.ts'
import { knownOrder } from './known-order.ts'
import { trySettleOrder } from './settle-order.ts'
import { settleTrades, type TradeChange } from './settle-trades.ts'
import type { Trading } from './trading.ts'

export interface ReconcileOptions {
  /** Settle only this order and compare nothing else. */
  readonly order?: string
  /** Also book orders placed elsewhere, as far as the venue shows them: what rests, and what was executed lately. */
  readonly fix: boolean
  readonly venues: readonly VenueId[]
}

export interface SettledOrder {
  readonly orderId: string
  readonly from: OrderStatus
  readonly to: OrderStatus
  readonly evidence: string
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
  /** Orders whose fills, booked on the way, were charged otherwise than the schedule gives. */
  readonly feeDrifts: readonly { readonly orderId: string; readonly drift: FeeDrift }[]
}

/**
 * Settles every order from which something is still expected, then holds orders and positions against the venues.
 * Sends nothing that could trade, so it is safe at any time, also while halted.
 */
export function reconcile(trading: Trading, options: ReconcileOptions, signal?: AbortSignal): Promise<ReconcileReport> {
  const { order = null, fix, venues } = options
  return trading.operations.run({ op: 'reconcile', order, fix, venues }, () =>
    reconcileUnrecorded(trading, options, signal),
  )
}

async function reconcileUnrecorded(
  trading: Trading,
  options: ReconcileOptions,
  signal?: AbortSignal,
): Promise<ReconcileReport> {
  const state = await trading.ledger.refresh()
  const open =
    options.order === undefined
      ? [...state.openOrders.values()].filter((order) => options.venues.includes(order.venue))
      : [await knownOrder(trading, options.order)]
  const swept = await settleAll(trading, open, signal)
  const trades = await settleTrades(trading)
  const { differences, dust } =
    options.order === undefined ? await compareAll(trading, options, signal) : { differences: [], dust: [] }
  await trading.ledger.append({
    type: 'reconcile.finished',
    settled: swept.settled.length,
    differences: differences.filter(({ fixed }) => !fixed).length + swept.unsettled.length,
  })
  return { ...swept, trades, differences, dust }
}

async function settleAll(
  trading: Trading,
  orders: readonly Order[],
  signal?: AbortSignal,
): Promise<Omit<ReconcileReport, 'trades' | 'differences' | 'dust'>> {
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

/** Every difference; with `fix`, those that booking foreign orders removed are marked as fixed. */
async function compareAll(
  trading: Trading,
  { fix, venues }: ReconcileOptions,
  signal?: AbortSignal,
): Promise<Comparison> {
  const first = await compareEach(trading, venues, signal)
  const { differences: found } = first
  if (!fix || found.length === 0) return first
  for (const venue of new Set(found.map((difference) => difference.venue))) await tryAdopt(trading, venue, signal)
  const { differences: left, dust } = await compareEach(trading, venues, signal)
  const remains = ({ kind, subject }: Difference): boolean =>
    left.some((difference) => difference.kind === kind && difference.subject === subject)
  const fixed = found.filter((difference) => !remains(difference)).map((difference) => ({ ...difference, fixed: true }))
  return { differences: [...left, ...fixed], dust }
}

/** A venue that cannot be read shows up as a difference of its own. */
async function tryAdopt(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<void> {
  try {
    await adoptForeignOrders(trading, venue, signal)
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
  }
}

async function compareEach(trading: Trading, venues: readonly VenueId[], signal?: AbortSignal): Promise<Comparison> {
  const found = await Promise.all(venues.map((venue) => compareWith(trading, venue, signal)))
  return { differences: found.flatMap(({ differences }) => differences), dust: found.flatMap(({ dust }) => dust) }
}
