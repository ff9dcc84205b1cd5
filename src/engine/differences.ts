import { formatAmount, type Quantity, ZERO_QUANTITY } from '../domain/amounts.ts'
import { VenueError } from '../domain/errors.ts'
import type { VenueId } from '../domain/market.ts'
import { isOpen, type Order } from '../domain/order.ts'
import { isHeld, type Position, type PositionKey, positionKey } from '../domain/position.ts'
import type { CallOptions, VenueClient } from '../domain/venue.ts'
import type { Trading } from './trading.ts'

export type DifferenceKind =
  | 'venue_unreadable'
  | 'order_placed_elsewhere'
  | 'order_not_at_venue'
  | 'order_remainder'
  | 'position'

/** One thing on which the journal and a venue do not agree. */
export interface Difference {
  readonly kind: DifferenceKind
  readonly venue: VenueId
  /** The order or the holding, as an identifier that can be pasted back. */
  readonly subject: string
  readonly ours: string
  readonly theirs: string
  readonly likelyCause: string
  /** True when this run brought the journal in line. */
  readonly fixed: boolean
}

/** A holding too small for the venue to list: neither confirmed by it nor denied. */
export interface Dust {
  readonly venue: VenueId
  readonly subject: string
  readonly quantity: string
  /** The venue lists holdings from this many contracts on. */
  readonly listedFrom: string
}

export interface Comparison {
  readonly differences: readonly Difference[]
  readonly dust: readonly Dust[]
}

/** Compares open orders and holdings with one venue. A venue that cannot be read is itself a difference: nothing is known. */
export async function compareWith(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<Comparison> {
  const client = await trading.client(venue)
  const options: CallOptions = signal === undefined ? {} : { signal }
  try {
    const orders = await orderDifferences(trading, client, options)
    const { differences, dust } = await comparePositions(trading, client, options)
    return { differences: [...orders, ...differences], dust }
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    // A comparison that was interrupted is none.
    if (signal?.aborted === true) return { differences: [], dust: [] }
    const unreadable: Difference = {
      kind: 'venue_unreadable',
      venue,
      subject: venue,
      ours: 'not compared',
      theirs: 'unknown',
      likelyCause: error.message,
      fixed: false,
    }
    return { differences: [unreadable], dust: [] }
  }
}

async function orderDifferences(
  trading: Trading,
  client: VenueClient,
  options: CallOptions,
): Promise<readonly Difference[]> {
  const theirs = await client.listOpenOrders(options)
  const state = await trading.ledger.refresh()
  const ours = [...state.openOrders.values()].filter((order) => order.venue === client.venue && isOpen(order.status))
  const differences: Difference[] = []
  for (const open of theirs) {
    const order = ours.find((each) => each.venueOrderId === open.venueOrderId)
    if (order === undefined) {
      const ended = await trading.ledger.findOrder(open.venueOrderId)
      differences.push({
        kind: 'order_placed_elsewhere',
        venue: client.venue,
        subject: open.venueOrderId,
        ours: ended === null ? 'not in this journal' : ended.status,
        theirs: `${open.side} ${formatAmount(open.remainingQuantity)} ${open.outcome} of ${open.market} at ${formatAmount(open.price)}, resting`,
        likelyCause: ended === null ? 'placed with another tool or data directory' : 'a read that lags behind its end',
        fixed: false,
      })
    } else if (order.remainingQuantity !== null && order.remainingQuantity !== open.remainingQuantity) {
      differences.push(remainderDifference(client.venue, order, open.remainingQuantity))
    }
  }
  const missing = ours.filter(
    (order) => order.status === 'resting' && !theirs.some((open) => open.venueOrderId === order.venueOrderId),
  )
  return [...differences, ...missing.map((order) => missingDifference(client.venue, order))]
}

function remainderDifference(venue: VenueId, order: Order, theirs: Quantity): Difference {
  return {
    kind: 'order_remainder',
    venue,
    subject: order.intent.id,
    ours: order.remainingQuantity === null ? 'unknown' : formatAmount(order.remainingQuantity),
    theirs: formatAmount(theirs),
    likelyCause: 'it traded, or was amended elsewhere, between two reads; run reconcile again',
    fixed: false,
  }
}

function missingDifference(venue: VenueId, order: Order): Difference {
  return {
    kind: 'order_not_at_venue',
    venue,
    subject: order.intent.id,
    ours: 'resting',
    theirs: 'not among the open orders',
    likelyCause: 'it ended between two reads; run reconcile again',
    fixed: false,
  }
}

async function comparePositions(trading: Trading, client: VenueClient, options: CallOptions): Promise<Comparison> {
  const theirs = new Map<PositionKey, Quantity>()
  for (const held of await trading.observe.positions(client.venue, options.signal))
    theirs.set(positionKey(held.market, held.outcome), held.quantity)
  const ours = new Map<PositionKey, Position>()
  for (const [key, position] of trading.ledger.state.positions) {
    if (position.venue === client.venue && isHeld(position)) ours.set(key, position)
  }
  const { hidesHoldingsBelow } = client.capabilities
  const differences: Difference[] = []
  const dust: Dust[] = []
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [mine, venues] = [ours.get(key)?.quantity ?? ZERO_QUANTITY, theirs.get(key) ?? ZERO_QUANTITY]
    if (mine === venues) continue
    if (hidesHoldingsBelow !== null && venues === 0n && mine > 0n && mine < hidesHoldingsBelow) {
      const [quantity, listedFrom] = [formatAmount(mine), formatAmount(hidesHoldingsBelow)]
      dust.push({ venue: client.venue, subject: key, quantity, listedFrom })
      continue
    }
    differences.push({
      kind: 'position',
      venue: client.venue,
      subject: key,
      ours: formatAmount(mine),
      theirs: formatAmount(venues),
      likelyCause: positionCause(mine, venues, ours.get(key)),
      fixed: false,
    })
  }
  return { differences, dust }
}

function positionCause(ours: Quantity, theirs: Quantity, position: Position | undefined): string {
  if (position !== undefined && (position.provisionalBought !== 0n || position.provisionalSold !== 0n)) {
    return 'fills that are not final yet, which the venue may list late or take back; run reconcile again'
  }
  if (ours === 0n) return 'bought with another tool or data directory'
  if (theirs === 0n) return 'the market has settled, or it was sold elsewhere'
  return ours < theirs
    ? 'a fill that is not booked, or a trade placed elsewhere'
    : 'a fill that failed to settle, or a sale elsewhere'
}
