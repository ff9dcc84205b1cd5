import { formatAmount, type Quantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'
import type { VenueId } from '../../domain/market.ts'
import { isOpen, type Order } from '../../domain/order.ts'
import type { VenueOpenOrder } from '../../domain/venue.ts'
import { ignoredKey } from '../../store/ledger.ts'
import type { Trading } from '../trading.ts'
import type { Comparison, Difference, Dust, SettledOrder } from './difference.ts'
import { positionDifferences } from './position-differences.ts'
import { bookReappeared } from './reappeared.ts'

/** Compares open orders and holdings with one venue. A venue that cannot be read is itself a difference: nothing is known. */
export async function compareWith(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<Comparison> {
  const dust: Dust[] = []
  const reappeared: SettledOrder[] = []
  const compare = async (): Promise<readonly Difference[]> => {
    const open = await trading.observe.openOrders(venue, signal)
    reappeared.push(...(await bookReappeared(trading, venue, open, signal)))
    const orders = await orderDifferences(trading, venue, open)
    const positions = await positionDifferences(trading, venue, signal)
    dust.push(...positions.dust)
    return [...orders, ...positions.differences]
  }
  return { differences: await orUnreadable(venue, compare, signal), dust, reappeared }
}

/** What a comparison gives; when the venue cannot be read, that. A comparison that was interrupted is none. */
export async function orUnreadable(
  venue: VenueId,
  compare: () => Promise<readonly Difference[]>,
  signal?: AbortSignal,
): Promise<readonly Difference[]> {
  try {
    return await compare()
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    if (signal?.aborted === true) return []
    const likelyCause = error.message
    const sides = { ours: 'not compared', theirs: 'unknown' }
    return [
      { kind: 'venue_unreadable', cause: 'unreadable', venue, subject: venue, ...sides, likelyCause, fixed: false },
    ]
  }
}

async function orderDifferences(
  trading: Trading,
  venue: VenueId,
  theirs: readonly VenueOpenOrder[],
): Promise<readonly Difference[]> {
  const state = await trading.ledger.refresh()
  const ours = [...state.openOrders.values()].filter((order) => order.venue === venue && isOpen(order.status))
  const differences: Difference[] = []
  for (const open of theirs) {
    const order = ours.find((each) => each.venueOrderId === open.venueOrderId)
    if (order === undefined) {
      if (state.ignoredOrders.get(ignoredKey(venue, open.venueOrderId))?.shown === describeOpen(open)) continue
      differences.push(foreignDifference(venue, open, await trading.ledger.findOrder(open.venueOrderId)))
    } else if (order.remainingQuantity !== null && order.remainingQuantity !== open.remainingQuantity) {
      differences.push(remainderDifference(venue, order, open.remainingQuantity))
    }
  }
  const missing = ours.filter(
    (order) => order.status === 'resting' && !theirs.some((open) => open.venueOrderId === order.venueOrderId),
  )
  return [...differences, ...missing.map((order) => missingDifference(venue, order))]
}

/** An open order in words. An order that was left out comes back when these change. */
export function describeOpen({ side, remainingQuantity, outcome, market, price }: VenueOpenOrder): string {
  return `${side} ${formatAmount(remainingQuantity)} ${outcome} of ${market} at ${formatAmount(price)}, resting`
}

function foreignDifference(venue: VenueId, open: VenueOpenOrder, ended: Order | null): Difference {
  const isForeign = ended === null
  return {
    kind: 'order_placed_elsewhere',
    cause: isForeign ? 'placed_elsewhere' : 'read_lag',
    venue,
    subject: open.venueOrderId,
    ours: isForeign ? 'not in this journal' : ended.status,
    theirs: describeOpen(open),
    likelyCause: isForeign ? 'placed with another tool or data directory' : 'a read that lags behind its end',
    fixed: false,
  }
}

function remainderDifference(venue: VenueId, order: Order, theirs: Quantity): Difference {
  return {
    kind: 'order_remainder',
    cause: 'read_lag',
    venue,
    subject: order.intent.id,
    ours: formatAmount(order.remainingQuantity ?? ZERO_QUANTITY),
    theirs: formatAmount(theirs),
    likelyCause: 'it traded, or was amended elsewhere, between two reads; run reconcile again',
    fixed: false,
  }
}

function missingDifference(venue: VenueId, order: Order): Difference {
  return {
    kind: 'order_not_at_venue',
    cause: 'read_lag',
    venue,
    subject: order.intent.id,
    ours: 'resting',
    theirs: 'not among the open orders',
    likelyCause: 'it ended between two reads; run reconcile again',
    fixed: false,
  }
}
