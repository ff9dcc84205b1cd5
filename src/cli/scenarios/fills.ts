import { formatAmount, type Quantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import { perVenue, type VenueId } from '../../domain/market.ts'
import { bestBid, bestOffer, cannotHappen, moreThan, place, stalePrice, untilFinal, within } from './orders.ts'
import type { Scenario, Stage } from './scenario.ts'

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

// One less than the other, so that two legs that are partly filled are not filled alike.
const partlyOffered = perVenue((venue) =>
  venue === 'kalshi'
    ? { offered: '12', how: 'buy 22 at 0.46, where 12 are offered and the next are dearer' }
    : { offered: '8', how: 'buy 10 at 0.46, where 8 are offered and the next are dearer' },
)

function partialFill(venue: VenueId): Scenario {
  return {
    name: `${venue}-partial-fill`,
    venue,
    shows: 'an immediate order of which a part is filled and the rest cancelled',
    sandbox: partlyOffered[venue],
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

/** What an unwind does. Needs something that is held. */
export function saleScenario(venue: VenueId): Scenario {
  return {
    name: `${venue}-sale`,
    venue,
    shows: 'contracts that are held, sold at once at the best bid, as an unwind does',
    sandbox: {
      how: 'sell 10 at 0.44, where 30 are wanted, which were bought two hours before',
      before: async (stage) => {
        const offer = bestOffer(stage)
        const order = { price: offer.price, quantity: within(stage, offer), timeInForce: 'ioc' } as const
        await untilFinal(stage, await place(stage, order))
      },
    },
    real: { kind: 'how', how: 'as few as can be of the YES that are held in the market, at the best bid' },
    run: async (stage) => {
      const bid = bestBid(stage)
      const quantity = within(stage, bid)
      if (held(stage) < quantity) throw cannotHappen(`fewer than ${formatAmount(quantity)} YES are held to be sold`)
      await untilFinal(stage, await place(stage, { side: 'sell', price: bid.price, quantity, timeInForce: 'ioc' }))
    },
  }
}

function held({ session, market }: Stage): Quantity {
  const positions = [...session.trading.ledger.state.positions.values()]
  return positions.find((one) => one.market === market.id && one.outcome === 'yes')?.quantity ?? ZERO_QUANTITY
}
