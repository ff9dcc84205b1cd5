import { addQuantity, type Price, type Quantity, subtractQuantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import type { Fill } from '../../domain/fill.ts'
import type { VenueId } from '../../domain/market.ts'
import type { OrderIntent, OrderReport, TimeInForce } from '../../domain/order.ts'
import type { VenueOpenOrder } from '../../domain/venue.ts'
import type { JournalEvent } from '../../store/events.ts'
import { ignoredKey } from '../../store/ledger.ts'
import type { Trading } from '../trading.ts'
import { type ForeignOrder, foreignOrders, isAnyLost } from './foreign-orders.ts'

interface Terms extends Pick<OrderIntent, 'market' | 'outcome' | 'side' | 'quantity' | 'price'> {
  readonly venueOrderId: string
  readonly timeInForce: TimeInForce
  readonly createdAtMs: number
}

/**
 * Books orders that the venue shows and this journal has never seen: those that rest, and those that have executions. The
 * venue's record is taken over as it is; nothing is concluded from what it does not show. Orders that a person left out
 * are booked only when they are named.
 * @throws VenueError when the venue cannot be read.
 */
export async function adoptForeignOrders(
  trading: Trading,
  venue: VenueId,
  only: string | null,
  signal?: AbortSignal,
): Promise<number> {
  let adopted = 0
  for (const foreign of await foreignOrders(trading, venue, only, signal)) {
    const { venueOrderId } = foreign
    const leftOut = trading.ledger.state.ignoredOrders.has(ignoredKey(venue, venueOrderId))
    if (leftOut && only === null) continue
    if (await adopt(trading, foreign)) adopted++
  }
  return adopted
}

/** Decided under the lock, so that two processes adopt an order once. False when the journal knows it already. */
function adopt(trading: Trading, foreign: ForeignOrder): Promise<boolean> {
  const { venueOrderId, open, clientOrderId, fills } = foreign
  return trading.ledger.transact(async () => {
    if (await mayBeOurs(trading, foreign)) return { events: [], result: false }
    const filled = addQuantity(...fills.map((fill) => fill.quantity))
    const terms = open === null ? termsOfFills(venueOrderId, fills, filled) : termsOfOpen(trading, open)
    if (terms === null) return { events: [], result: false }
    const { venueOrderId: _id, ...shown } = terms
    const intent: OrderIntent = {
      ...shown,
      id: trading.runtime.ids.short('o'),
      clientOrderId: clientOrderId || venueOrderId,
      expiresAt: null,
      postOnly: false,
      reduceOnly: false,
      purpose: { kind: 'adopted' },
    }
    const events: JournalEvent[] = [
      { type: 'order.adopted', intent, venueOrderId },
      { type: 'order.reported', orderId: intent.id, report: reportOf(terms, open, fills, filled), source: 'reconcile' },
      ...fills.map((fill): JournalEvent => ({ type: 'fill.booked', orderId: intent.id, fill })),
    ]
    return { events, result: true }
  })
}

/**
 * Whether the journal has the order, or has one in this market whose answer was lost and that may be this one: without
 * either id only settling tells, and what is booked twice is held twice.
 */
async function mayBeOurs(
  { ledger }: Trading,
  { venueOrderId, open, clientOrderId, fills }: ForeignOrder,
): Promise<boolean> {
  if ((await ledger.findOrder(venueOrderId)) !== null) return true
  // Every order of ours has one.
  if (clientOrderId === '') return false
  if (clientOrderId !== null) return (await ledger.findOrder(clientOrderId)) !== null
  const market = open?.market ?? fills[0]?.market
  return market !== undefined && (await isAnyLost(ledger, market))
}

function termsOfOpen(trading: Trading, open: VenueOpenOrder): Terms {
  const { venueOrderId, market, outcome, side, quantity, price } = open
  const createdAtMs = trading.runtime.clock.nowMs()
  return { venueOrderId, market, outcome, side, quantity, price, timeInForce: 'gtc', createdAtMs }
}

/** An order known by its executions alone: what it filled is taken for what it wanted, at the worst price it took. */
function termsOfFills(venueOrderId: string, fills: readonly Fill[], filled: Quantity): Terms | null {
  const [first] = fills
  if (first === undefined) return null
  const { market, outcome, side } = first
  const worse = (a: Price, b: Price): Price => ((side === 'buy') === a > b ? a : b)
  const price = fills.map((fill) => fill.price).reduce(worse)
  return {
    venueOrderId,
    market,
    outcome,
    side,
    quantity: filled,
    price,
    timeInForce: 'ioc',
    createdAtMs: Date.parse(first.time),
  }
}

function reportOf(terms: Terms, open: VenueOpenOrder | null, fills: readonly Fill[], filled: Quantity): OrderReport {
  const atVenue = open === null ? filled : subtractQuantity(open.quantity, open.remainingQuantity)
  return {
    venueOrderId: terms.venueOrderId,
    clientOrderId: open?.clientOrderId || null,
    status: open === null ? 'filled' : 'resting',
    filledQuantity: atVenue > filled ? atVenue : filled,
    remainingQuantity: open?.remainingQuantity ?? ZERO_QUANTITY,
    averagePrice: null,
    fees: null,
    provisional: fills.some((fill) => fill.finality === 'provisional'),
  }
}
