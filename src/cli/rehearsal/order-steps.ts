import { formatAmount, parsePrice, parseQuantity } from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import type { Order, OrderStatus, TimeInForce } from '../../domain/order.ts'
import { cancelOrder } from '../../engine/cancel/cancel-order.ts'
import { type PlaceOutcome, placeOrder } from '../../engine/place/place-order.ts'
import { type OrderDraft, planOrder } from '../../engine/place/plan-order.ts'
import { reconcile } from '../../engine/reconcile/reconcile.ts'
import type { Stage, Step } from './stage.ts'

interface Wanted {
  readonly quantity: string
  readonly price: string
  readonly timeInForce: TimeInForce
  readonly postOnly?: boolean
}

async function place(stage: Stage, venue: VenueId, wanted: Wanted): Promise<PlaceOutcome> {
  const { trading } = stage.session
  const draft: OrderDraft = {
    market: stage.market(venue).id,
    outcome: 'yes',
    side: 'buy',
    quantity: parseQuantity(wanted.quantity),
    price: parsePrice(wanted.price),
    timeInForce: wanted.timeInForce,
    expiresAt: null,
    postOnly: wanted.postOnly ?? false,
    reduceOnly: false,
    allowDuplicate: false,
  }
  return placeOrder(trading, await planOrder(trading, draft, stage.signal), stage.signal)
}

function describe({ order, denials }: PlaceOutcome): string {
  if (denials.length > 0) return `denied: ${denials.map(({ message }) => message).join(' ')}`
  const price = order.averagePrice === null ? '' : ` at ${formatAmount(order.averagePrice)}`
  const fees = order.fees === null ? '' : `, fee ${formatAmount(order.fees)}`
  return `${order.status.replace('_', ' ')}, ${formatAmount(order.filledQuantity)} filled${price}${fees}`
}

function isOrder(order: Order, status: OrderStatus | readonly OrderStatus[], filled: string): boolean {
  return [status].flat().includes(order.status) && formatAmount(order.filledQuantity) === filled
}

/** The orders that a person would try by hand on one venue, each against a book set for it. */
export function orderSteps(venue: VenueId): readonly Step[] {
  return [
    fullFill(venue),
    partialFill(venue),
    noFill(venue),
    rejection(venue),
    restingAndCancel(venue),
    lostAnswer(venue),
  ]
}

function fullFill(venue: VenueId): Step {
  return {
    name: `${venue}: full fill`,
    expected: '10 of 10 filled at 0.46',
    run: async (stage) => {
      await stage.control.setBook(stage.market(venue).id, {
        bids: [['0.44', '30']],
        asks: [
          ['0.46', '10'],
          ['0.47', '20'],
        ],
      })
      const placed = await place(stage, venue, { quantity: '10', price: '0.46', timeInForce: 'ioc' })
      return { ok: isOrder(placed.order, 'filled', '10'), observed: describe(placed) }
    },
  }
}

function partialFill(venue: VenueId): Step {
  return {
    name: `${venue}: partial fill`,
    expected: '20 of 30 filled, the rest gone',
    run: async (stage) => {
      const placed = await place(stage, venue, { quantity: '30', price: '0.47', timeInForce: 'ioc' })
      return { ok: isOrder(placed.order, 'partially_filled', '20'), observed: describe(placed) }
    },
  }
}

function noFill(venue: VenueId): Step {
  return {
    name: `${venue}: no fill`,
    expected: 'nothing filled, nothing left at the venue',
    run: async (stage) => {
      await stage.control.setBook(stage.market(venue).id, { bids: [['0.44', '30']], asks: [['0.60', '50']] })
      const placed = await place(stage, venue, { quantity: '10', price: '0.45', timeInForce: 'ioc' })
      // One venue cancels such an order, the other refuses it: nothing was traded either way.
      return { ok: isOrder(placed.order, ['cancelled', 'rejected'], '0'), observed: describe(placed) }
    },
  }
}

function rejection(venue: VenueId): Step {
  return {
    name: `${venue}: rejected by the venue`,
    expected: 'rejected: a post-only order that would cross',
    run: async (stage) => {
      const placed = await place(stage, venue, { quantity: '10', price: '0.60', timeInForce: 'gtc', postOnly: true })
      return { ok: isOrder(placed.order, 'rejected', '0'), observed: describe(placed) }
    },
  }
}

function restingAndCancel(venue: VenueId): Step {
  return {
    name: `${venue}: rest and cancel`,
    expected: 'resting, then cancelled with nothing filled',
    run: async (stage) => {
      const placed = await place(stage, venue, { quantity: '10', price: '0.35', timeInForce: 'gtc' })
      if (!isOrder(placed.order, 'resting', '0')) return { ok: false, observed: describe(placed) }
      const cancelled = await cancelOrder(stage.session.trading, placed.order.intent.id, stage.signal)
      const ok = cancelled.outcome === 'cancelled' && isOrder(cancelled.order, 'cancelled', '0')
      return { ok, observed: `resting, then ${cancelled.order.status}` }
    },
  }
}

/** The case that people lose money on: the venue has the order and we do not know it. */
function lostAnswer(venue: VenueId): Step {
  return {
    name: `${venue}: lost answer`,
    expected: 'unknown, found resting by reconcile, one order at the venue, cancelled',
    run: async (stage) => {
      const { trading } = stage.session
      await stage.control.loseNextAnswer(venue)
      const { order } = await place(stage, venue, { quantity: '10', price: '0.36', timeInForce: 'gtc' })
      if (order.status !== 'unknown') return { ok: false, observed: `${order.status}, although the answer was lost` }
      const report = await reconcile(trading, { order: order.intent.id, fix: false, venues: [venue] }, stage.signal)
      const settled = report.settled.find(({ orderId }) => orderId === order.intent.id)
      const atVenue = await ordersAtVenue(stage, venue, '0.36')
      const cancelled = await cancelOrder(trading, order.intent.id, stage.signal)
      const ok = settled?.to === 'resting' && atVenue === 1 && cancelled.order.status === 'cancelled'
      const found = settled === undefined ? 'not settled' : `found ${settled.to}`
      return { ok, observed: `unknown, ${found}, ${atVenue} at the venue, ${cancelled.order.status}` }
    },
  }
}

async function ordersAtVenue(stage: Stage, venue: VenueId, price: string): Promise<number> {
  const { orders } = await stage.control.account(venue)
  const market = stage.market(venue).id
  return orders.filter((order) => order.market === market && order.price === price).length
}
