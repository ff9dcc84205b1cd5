import { VenueError } from '../domain/errors.ts'
import type { FeeDrift } from '../domain/fee-drift.ts'
import type { VenueId } from '../domain/market.ts'
import { isOpen, isSettled, type Order, type OrderStatus } from '../domain/order.ts'
import { adoptForeignOrders } from './adopt.ts'
import { type Difference, differencesAt } from './differences.ts'
import { knownOrder } from './known-order.ts'
import { trySettleOrder } from './settle-order.ts'
import { settleTrades } from './settle-trades.ts'
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

export interface ReconcileReport {
  readonly settled: readonly SettledOrder[]
  /** Orders about which the venue has not proven one story yet. They keep counting at their worst. */
  readonly unsettled: readonly { readonly orderId: string; readonly reason: string }[]
  readonly differences: readonly Difference[]
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
  await settleTrades(trading)
  const differences = options.order === undefined ? await compareAll(trading, options, signal) : []
  await trading.ledger.append({
    type: 'reconcile.finished',
    settled: swept.settled.length,
    differences: differences.filter(({ fixed }) => !fixed).length + swept.unsettled.length,
  })
  return { ...swept, differences }
}

async function settleAll(
  trading: Trading,
  orders: readonly Order[],
  signal?: AbortSignal,
): Promise<Omit<ReconcileReport, 'differences'>> {
  const settled: SettledOrder[] = []
  const unsettled: { orderId: string; reason: string }[] = []
  const feeDrifts: { orderId: string; drift: FeeDrift }[] = []
  let booked = 0
  for (const before of orders) {
    const { order: after, evidence } = await trySettleOrder(trading, before, 'reconcile', signal)
    const orderId = before.intent.id
    booked += after.fillIds.length - before.fillIds.length
    const { feeDrift: drift } = after
    if (drift !== undefined && drift.charged !== before.feeDrift?.charged) feeDrifts.push({ orderId, drift })
    const changed = after.status !== before.status || after.fillIds.length !== before.fillIds.length
    if (changed || (isSettled(after) && !isSettled(before))) {
      settled.push({ orderId, from: before.status, to: after.status, evidence })
    }
    if (after.status === 'unknown' || after.status === 'submitted') unsettled.push({ orderId, reason: evidence })
    else if (!isOpen(after.status) && after.bookedQuantity < after.filledQuantity) {
      unsettled.push({ orderId, reason: 'the venue has reported fills that it does not list yet' })
    }
  }
  return { settled, unsettled, booked, feeDrifts }
}

/** Every difference; with `fix`, those that booking foreign orders removed are marked as fixed. */
async function compareAll(
  trading: Trading,
  { fix, venues }: ReconcileOptions,
  signal?: AbortSignal,
): Promise<readonly Difference[]> {
  const found = await allDifferences(trading, venues, signal)
  if (!fix || found.length === 0) return found
  for (const venue of new Set(found.map((difference) => difference.venue))) await tryAdopt(trading, venue, signal)
  const left = await allDifferences(trading, venues, signal)
  const remains = ({ kind, subject }: Difference): boolean =>
    left.some((difference) => difference.kind === kind && difference.subject === subject)
  const fixed = found.filter((difference) => !remains(difference)).map((difference) => ({ ...difference, fixed: true }))
  return [...left, ...fixed]
}

/** A venue that cannot be read shows up as a difference of its own. */
async function tryAdopt(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<void> {
  try {
    await adoptForeignOrders(trading, venue, signal)
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
  }
}

async function allDifferences(
  trading: Trading,
  venues: readonly VenueId[],
  signal?: AbortSignal,
): Promise<readonly Difference[]> {
  const found = await Promise.all(venues.map((venue) => differencesAt(trading, venue, signal)))
  return found.flat()
}
