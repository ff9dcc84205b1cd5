import { perVenue, type VenueId } from '../../domain/market.ts'
import { bestOffer, moreThan, place, stalePrice, untilFinal, within } from './orders.ts'
import type { Scenario } from './scenario.ts'

/** What a book does to an immediate order that is valid. */
export function fillScenarios(venue: VenueId): readonly Scenario[] {
  return [fullFill(venue), partialFill(venue), noFill(venue)]
}

function fullFill(venue: VenueId): Scenario {
  return {
    name: `${venue}-full-fill`,
    venue,
    shows: 'an immediate order that is filled whole at its limit',
    sandbox: { how: 'buy 10 at 0.46, where 12 are offered' },
    real: { kind: 'how', how: 'a small order at the best offer, which holds more' },
    run: async (stage) => {
      const offer = bestOffer(stage)
      const quantity = within(stage, offer)
      await untilFinal(stage, await place(stage, { price: offer.price, quantity, timeInForce: 'ioc' }))
    },
  }
}

function partialFill(venue: VenueId): Scenario {
  return {
    name: `${venue}-partial-fill`,
    venue,
    shows: 'an immediate order of which a part is filled and the rest cancelled',
    sandbox: { how: 'buy 22 at 0.46, where 12 are offered and the next are dearer' },
    real: { kind: 'how', how: 'an order at the best offer for a little more than it holds' },
    run: async (stage) => {
      const offer = bestOffer(stage)
      const order = await place(stage, { price: offer.price, quantity: moreThan(stage, offer), timeInForce: 'ioc' })
      await untilFinal(stage, order)
    },
  }
}

// One venue cancels such an order, the other refuses it.
const unfilled = perVenue((venue) => (venue === 'kalshi' ? 'cancelled unfilled' : 'refused, since nothing matches it'))

function noFill(venue: VenueId): Scenario {
  return {
    name: `${venue}-no-fill`,
    venue,
    shows: `an immediate order at a price at which nobody sells: ${unfilled[venue]}`,
    sandbox: { how: 'buy 10 at the best bid of 0.44, where the best offer is 0.46' },
    real: { kind: 'how', how: 'an immediate order at the best bid: at that price nobody sells' },
    run: async (stage) => {
      await place(stage, { price: stalePrice(stage), quantity: stage.size, timeInForce: 'ioc' })
    },
  }
}
