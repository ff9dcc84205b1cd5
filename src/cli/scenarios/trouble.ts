import type { VenueId } from '../../domain/market.ts'
import type { Order } from '../../domain/order.ts'
import { cancelOrder } from '../../engine/cancel/cancel-order.ts'
import { resendOrder } from '../../engine/place/resend-order.ts'
import { reconcile } from '../../engine/reconcile/reconcile.ts'
import { bestOffer, cannotHappen, place, stalePrice, untilFinal, within } from './orders.ts'
import type { FaultRule, Scenario, Stage } from './scenario.ts'

/** What goes wrong between us and a venue, and what venues do to orders that were valid. */
export function troubleScenarios(venue: VenueId): readonly Scenario[] {
  return [lostAnswer(venue), duplicate(venue), cancelRace(venue), rateLimited(venue)]
}

const placing = (venue: VenueId, fault: FaultRule): FaultRule => ({
  venue,
  endpoint: 'place_order',
  times: 1,
  ...fault,
})

function buyTheOffer(stage: Stage): Promise<Order> {
  const offer = bestOffer(stage)
  return place(stage, { price: offer.price, quantity: within(stage, offer), timeInForce: 'ioc' })
}

function lostAnswer(venue: VenueId): Scenario {
  return {
    name: `${venue}-lost-answer`,
    venue,
    shows: 'an order that the venue filled and whose answer was lost: unknown, then found by reading',
    sandbox: {
      how: 'the connection breaks after the order is executed',
      faults: [placing(venue, { fault: 'drop_response' })],
    },
    real: { kind: 'never', why: 'no venue breaks a connection on request' },
    run: async (stage) => {
      const order = await buyTheOffer(stage)
      const options = { order: order.intent.id, fix: false, venues: [venue] }
      await reconcile(stage.session.trading, options, stage.signal)
      await untilFinal(stage, await knownTo(stage, order.intent.id))
    },
  }
}

const duplicateName: Readonly<Record<VenueId, string>> = {
  kalshi: 'kalshi-duplicate-client-id',
  polymarket: 'polymarket-duplicate-order',
}

function duplicate(venue: VenueId): Scenario {
  return {
    name: duplicateName[venue],
    venue,
    shows: 'an order sent once more with the same ids after its answer was lost: the venue says that it has it',
    sandbox: {
      how: 'the connection breaks after the order is executed, and a person sends it again',
      faults: [placing(venue, { fault: 'drop_response' })],
    },
    real: { kind: 'never', why: 'it begins with a lost answer, and no venue breaks a connection on request' },
    run: async (stage) => {
      const order = await buyTheOffer(stage)
      await resendOrder(stage.session.trading, order.intent.id, stage.signal)
      await untilFinal(stage, await knownTo(stage, order.intent.id))
    },
  }
}

function cancelRace(venue: VenueId): Scenario {
  return {
    name: `${venue}-cancel-race`,
    venue,
    shows: 'a resting order that is filled right before its cancel arrives: refused, then read as filled',
    sandbox: { how: 'somebody sells to the resting order before it is cancelled' },
    real: { kind: 'never', why: 'nobody can be made to sell to a resting order at that moment' },
    run: async (stage) => {
      const { control, market } = stage
      if (control === null) throw cannotHappen('it needs somebody who sells at the right moment')
      const price = stalePrice(stage)
      const order = await place(stage, { price, quantity: stage.size, timeInForce: 'gtc' })
      await control.setBook(market.id, { bids: [['0.40', '50']], asks: [['0.42', '200']] })
      const cancelled = await cancelOrder(stage.session.trading, order.intent.id, stage.signal)
      await untilFinal(stage, cancelled.order)
    },
  }
}

const tooMany: Readonly<Record<VenueId, FaultRule>> = {
  kalshi: { body: '{"error":{"code":"too_many_requests","message":"too many requests"}}' },
  polymarket: {
    body: '{"error":"Too Many Requests"}',
    headers: {
      'Poly-RateLimit-Limit': '500',
      'Poly-RateLimit-Remaining': '0',
      'Poly-RateLimit-Reset': '1',
      'Retry-After': '1',
    },
  },
}

function rateLimited(venue: VenueId): Scenario {
  return {
    name: `${venue}-rate-limited`,
    venue,
    shows: 'an order that meets the rate limit: not executed',
    sandbox: {
      how: 'the venue answers the order with 429',
      faults: [placing(venue, { fault: 'status', status: 429, executed: false, ...tooMany[venue] })],
    },
    real: { kind: 'never', why: 'a venue would have to be flooded with requests' },
    run: async (stage) => {
      await buyTheOffer(stage)
    },
  }
}

/** Of the venue whose matches become final on a chain, and whose matching can be held back. */
export const settlementScenarios: readonly Scenario[] = [
  {
    name: 'polymarket-ghost-fill',
    venue: 'polymarket',
    shows: 'a match that the venue takes back: provisional, then as if it had never been',
    sandbox: {
      how: 'the settlement of the match fails on the chain',
      faults: [placing('polymarket', { fault: 'settlement_failed' })],
    },
    real: { kind: 'never', why: 'no settlement can be made to fail on purpose' },
    run: async (stage) => {
      await untilFinal(stage, await buyTheOffer(stage))
    },
  },
  {
    name: 'polymarket-delayed-match',
    venue: 'polymarket',
    shows: 'an order that the venue takes and matches seconds later',
    sandbox: {
      how: 'the match comes three seconds after the answer, as on games in play',
      faults: [placing('polymarket', { fault: 'delayed_match', ms: 3_000 })],
    },
    real: { kind: 'never', why: 'it depends on a game that is in play' },
    run: async (stage) => {
      await untilFinal(stage, await buyTheOffer(stage))
    },
  },
]

async function knownTo(stage: Stage, orderId: string): Promise<Order> {
  const order = await stage.session.trading.ledger.findOrder(orderId)
  if (order === null) throw new Error(`order ${orderId} is not in the journal that it was written to`)
  return order
}
