import { worstTerms } from '../../domain/amend.ts'
import {
  addMoney,
  addQuantity,
  complement,
  cost,
  formatAmount,
  type Money,
  negateMoney,
  type Quantity,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'
import { outstandingQuantity } from '../../domain/exposure.ts'
import { assumedFee } from '../../domain/fees.ts'
import type { Fill } from '../../domain/fill.ts'
import type { Outcome } from '../../domain/market.ts'
import type { Order } from '../../domain/order.ts'
import { positionKey } from '../../domain/position.ts'
import type { Side } from '../../domain/side.ts'
import type { Evidence } from '../../domain/stories.ts'
import type { VenueClient } from '../../domain/venue.ts'
import { ignoredKey } from '../../store/ledger.ts'
import type { Trading } from '../trading.ts'
import { unexplainedCash } from './cash.ts'
import { clockMarginMs } from './foreign-orders.ts'
import { isTooSmallToShow } from './holding-gaps.ts'

/**
 * What executions, positions and cash of the account say against the conclusion that an order never became one. They
 * prove nothing: something else may have moved them, and reads lag. But as long as one of them has moved as the order
 * would have moved it, or cannot be read, the conclusion is kept back.
 */
export async function crossCheck(
  trading: Trading,
  client: VenueClient,
  order: Order,
  signal?: AbortSignal,
): Promise<readonly Evidence[]> {
  try {
    const foreign = await foreignFills(trading, order, signal)
    return [
      ...(client.capabilities.orderIdBeforeSend ? [] : [fillEvidence(order, foreign)]),
      await positionEvidence(trading, client, order, foreign, signal),
      await cashEvidence(trading, order, signal),
    ]
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    const detail = `executions, positions and cash could not be compared: ${error.message}`
    return [{ source: 'cross_check', finding: 'unclear', asOf: null, rulesOut: [], doubts: ['no_order'], detail }]
  }
}

/** Executions in the order's market since the attempt that belong to no order known here, nor to one left out by a person. */
async function foreignFills(trading: Trading, order: Order, signal?: AbortSignal): Promise<readonly Fill[]> {
  const sinceMs = Math.min(order.intent.createdAtMs, Date.parse(order.createdAt)) - clockMarginMs
  const fills = await trading.observe.fills(order.venue, sinceMs, signal)
  const foreign: Fill[] = []
  for (const fill of fills) {
    if (fill.market !== order.intent.market || fill.finality === 'failed') continue
    if (trading.ledger.state.ignoredOrders.has(ignoredKey(fill.venue, fill.venueOrderId))) continue
    if ((await trading.ledger.findOrder(fill.venueOrderId)) === null) foreign.push(fill)
  }
  return foreign
}

/** Where the venue's ids are not known beforehand, any execution that the order could have had may be its own. */
function fillEvidence(order: Order, foreign: readonly Fill[]): Evidence {
  const { intent } = order
  const own = foreign.find((fill) => directionOf(fill) === directionOf(intent) && fill.quantity <= intent.quantity)
  if (own === undefined) return agrees('list_fills', 'no execution in its market is without an order')
  const what = `${formatAmount(own.quantity)} of venue order ${own.venueOrderId} belong to no order known here`
  return differs('list_fills', `an execution of ${what}, and it could be this one's`)
}

async function positionEvidence(
  trading: Trading,
  client: VenueClient,
  order: Order,
  foreign: readonly Fill[],
  signal?: AbortSignal,
): Promise<Evidence> {
  const { market, quantity } = order.intent
  const theirs = await trading.observe.positions(order.venue, signal)
  const { positions, ignoredOrders } = trading.ledger.state
  const { hidesHoldingsBelow, orderIdBeforeSend } = client.capabilities
  const booked = (outcome: Outcome): Quantity => positions.get(positionKey(market, outcome))?.quantity ?? ZERO_QUANTITY
  const held = (outcome: Outcome): Quantity => {
    const found = theirs.filter((each) => each.market === market && each.outcome === outcome)
    const shown = addQuantity(ZERO_QUANTITY, ...found.map((each) => each.quantity))
    const gap = { market, outcome, ours: booked(outcome), theirs: shown }
    // Dust that is not listed has not moved, unless so little was ordered that it could have.
    return isTooSmallToShow(gap, hidesHoldingsBelow) && quantity >= (hidesHoldingsBelow ?? 0n) ? gap.ours : shown
  }
  const leftOut = [...ignoredOrders.values()].flatMap(({ holdings }) =>
    holdings.filter((each) => each.market === market),
  )
  // Where ids are known beforehand, executions under other ids explain what they moved.
  const explained = orderIdBeforeSend ? foreign : []
  const moved =
    inYes(held('yes'), held('no')) -
    inYes(booked('yes'), booked('no')) -
    leftOut.reduce((sum, each) => sum + (each.outcome === 'yes' ? each.quantity : -each.quantity), 0n) -
    explained.reduce((sum, fill) => sum + directionOf(fill) * fill.quantity, 0n)
  const asOrdered = moved * directionOf(order.intent)
  const { along, against } = othersIn(trading, order)
  if (asOrdered === 0n || asOrdered <= -against || asOrdered > quantity + along) {
    return agrees('list_positions', 'the position in its market has not moved as it would have moved it')
  }
  return differs(
    'list_positions',
    `the position in its market has moved by ${formatAmount(asOrdered as Quantity)} as it would have moved it`,
  )
}

async function cashEvidence(trading: Trading, order: Order, signal?: AbortSignal): Promise<Evidence> {
  const cash = await unexplainedCash(trading, order.venue, signal)
  if (cash === null)
    return silent('get_balance', 'the cash was never compared before the attempt, so that it says nothing')
  const others = othersOf(trading, order).filter(({ venue }) => venue === order.venue)
  const most = addMoney(mostCashOf(order), ...others.map(mostCashOf), cash.tolerance)
  const size = cash.amount < 0n ? negateMoney(cash.amount) : cash.amount
  if (size <= cash.tolerance || size > most) {
    return agrees('get_balance', 'the cash has not moved as it would have moved it')
  }
  return differs(
    'get_balance',
    `the cash has moved by ${formatAmount(cash.amount)} that nothing explains, and it could be this one's`,
  )
}

/** Other orders of the account that may have traded without it being booked: together with them, more can have moved. */
function othersOf({ ledger }: Trading, { intent }: Order): readonly Order[] {
  return [...ledger.state.openOrders.values()].filter((other) => other.intent.id !== intent.id)
}

/** Contracts by which the others can have moved the position in the order's market, along with it and against it. */
function othersIn(trading: Trading, order: Order): { readonly along: bigint; readonly against: bigint } {
  const direction = directionOf(order.intent)
  let [along, against] = [0n, 0n]
  for (const other of othersOf(trading, order)) {
    if (other.intent.market !== order.intent.market) continue
    if (directionOf(other.intent) === direction) along += outstandingQuantity(other)
    else against += outstandingQuantity(other)
  }
  return { along, against }
}

/** Where positions net, a purchase can bring cash in as well: either direction counts, up to what the dearer one moves. */
function mostCashOf(order: Order): Money {
  const { price } = worstTerms(order)
  const quantity = outstandingQuantity(order)
  const dearest = price > complement(price) ? price : complement(price)
  return addMoney(cost(dearest, quantity, 'up'), assumedFee({ price, quantity }))
}

/** +1 for what makes the position more YES, -1 for what makes it more NO. */
function directionOf({ outcome, side }: { readonly outcome: Outcome; readonly side: Side }): 1n | -1n {
  return (outcome === 'yes') === (side === 'buy') ? 1n : -1n
}

function inYes(yes: Quantity, no: Quantity): bigint {
  return subtractQuantity(yes, no)
}

function agrees(source: string, detail: string): Evidence {
  return { source, finding: 'unmoved', asOf: null, rulesOut: [], doubts: [], detail }
}

function silent(source: string, detail: string): Evidence {
  return { source, finding: 'unclear', asOf: null, rulesOut: [], doubts: [], detail }
}

function differs(source: string, detail: string): Evidence {
  return { source, finding: 'moved', asOf: null, rulesOut: [], doubts: ['no_order'], detail }
}
