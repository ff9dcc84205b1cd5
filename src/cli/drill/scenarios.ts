import { executePair } from '../../arb/execute-pair.ts'
import { parseMoney, parsePrice, parseQuantity } from '../../domain/amounts.ts'
import { type MarketId, type VenueId, venueIds } from '../../domain/market.ts'
import { cancelAllOrders } from '../../engine/cancel-all.ts'
import { cancelOrder } from '../../engine/cancel-order.ts'
import { type PlaceOutcome, placeOrder } from '../../engine/place-order.ts'
import { type OrderDraft, planOrder } from '../../engine/plan-order.ts'
import type { Trading } from '../../engine/trading.ts'
import { exampleMarket } from '../example-markets.ts'
import type { SandboxControl } from '../rehearsal/sandbox-control.ts'

/** A life of orders that a process can die in. */
export interface Scenario {
  readonly name: string
  run(trading: Trading, control: SandboxControl): Promise<void>
}

/** Sends orders that fill in part, rest, and are cancelled, and leaves one at rest. */
function oneVenue(venue: VenueId): Scenario {
  const market = marketOf(venue)
  return {
    name: venue,
    run: async (trading, control) => {
      await control.setBook(market, {
        bids: [['0.44', '30']],
        asks: [
          ['0.46', '10'],
          ['0.47', '10'],
        ],
      })
      await place(trading, { market, quantity: '30', price: '0.47', timeInForce: 'ioc' })
      const { order } = await place(trading, { market, quantity: '10', price: '0.35', timeInForce: 'gtc' })
      await cancelOrder(trading, order.intent.id)
      await place(trading, { market, quantity: '10', price: '0.36', timeInForce: 'gtc' })
    },
  }
}

/** Two legs of which the second fills short, so that what the first bought in excess is sold again. */
const pair: Scenario = {
  name: 'pair',
  run: async (trading, control) => {
    const [first, second] = [marketOf(venueIds[0]), marketOf(venueIds[1])]
    await control.setBook(first, { bids: [['0.43', '50']], asks: [['0.45', '40']] })
    // Six bids for YES at 0.60 are six offers of NO at 0.40.
    await control.setBook(second, { bids: [['0.60', '6']], asks: [['0.70', '40']] })
    const tradeId = trading.runtime.ids.short('t')
    const leg = { quantity: '10', timeInForce: 'ioc', purpose: { kind: 'arb_leg', tradeId } } as const
    const legs = [
      await planOrder(trading, draftOf({ ...leg, market: first, outcome: 'yes', price: '0.45' })),
      await planOrder(trading, draftOf({ ...leg, market: second, outcome: 'no', price: '0.40' })),
    ] as const
    await executePair(trading, legs, parseMoney('0.15'), tradeId)
  },
}

const cancelAll: Scenario = {
  name: 'cancel-all',
  run: async (trading, control) => {
    for (const venue of venueIds) {
      const market = marketOf(venue)
      await control.setBook(market, { bids: [['0.44', '30']], asks: [['0.46', '30']] })
      await place(trading, { market, quantity: '10', price: '0.30', timeInForce: 'gtc' })
    }
    await cancelAllOrders(trading, venueIds)
  },
}

export const scenarios: readonly Scenario[] = [...venueIds.map(oneVenue), pair, cancelAll]

interface Wanted {
  readonly market: MarketId
  readonly outcome?: OrderDraft['outcome']
  readonly quantity: string
  readonly price: string
  readonly timeInForce: OrderDraft['timeInForce']
  readonly purpose?: NonNullable<OrderDraft['purpose']>
}

export async function place(trading: Trading, wanted: Wanted): Promise<PlaceOutcome> {
  return placeOrder(trading, await planOrder(trading, draftOf(wanted)))
}

function draftOf(wanted: Wanted): OrderDraft {
  const { market, outcome = 'yes', quantity, price, timeInForce, purpose } = wanted
  return {
    market,
    outcome,
    side: 'buy',
    quantity: parseQuantity(quantity),
    price: parsePrice(price),
    timeInForce,
    expiresAt: null,
    postOnly: false,
    reduceOnly: false,
    allowDuplicate: true,
    ...(purpose === undefined ? {} : { purpose }),
  }
}

export function marketOf(venue: VenueId): MarketId {
  return exampleMarket[venue] as MarketId
}
