import { executePair } from '../../arb/execute-pair.ts'
import { parseMoney, parsePrice, parseQuantity } from '../../domain/amounts.ts'
import { type MarketId, type VenueId, venueIds } from '../../domain/market.ts'
import { amendOrder } from '../../engine/amend/amend-order.ts'
import { type AmendWish, planAmend } from '../../engine/amend/plan-amend.ts'
import { cancelAllOrders } from '../../engine/cancel/cancel-all.ts'
import { cancelOrder } from '../../engine/cancel/cancel-order.ts'
import { type PlaceOutcome, placeOrder } from '../../engine/place/place-order.ts'
import { type OrderDraft, planOrder } from '../../engine/place/plan-order.ts'
import { resendOrder } from '../../engine/place/resend-order.ts'
import type { Trading } from '../../engine/trading.ts'
import type { SandboxControl } from '../rehearsal/sandbox-control.ts'
import { usageError } from '../usage-error.ts'
import {
  type LoopManner,
  tradeHeld,
  tradeMissed,
  tradeOn,
  tradeReversed,
  tradeShort,
  tradeUnheard,
} from './arb-scenarios.ts'
import { marketOf } from './drill-markets.ts'

/** A life of orders that a process can die in. */
export interface Scenario {
  readonly name: string
  run(trading: Trading, control: SandboxControl): Promise<void>
  /** What a process does that comes after a death, once everything is settled. Null: nothing more. */
  readonly goOn: ((trading: Trading, control: SandboxControl) => Promise<unknown>) | null
}

/** Sends orders that fill in part, rest, and are cancelled, and leaves one at rest. */
function oneVenue(venue: VenueId): Scenario {
  const market = marketOf(venue)
  return {
    name: venue,
    goOn: null,
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
  goOn: null,
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
  goOn: null,
  run: async (trading, control) => {
    for (const venue of venueIds) {
      const market = marketOf(venue)
      await control.setBook(market, { bids: [['0.44', '30']], asks: [['0.46', '30']] })
      await place(trading, { market, quantity: '10', price: '0.30', timeInForce: 'gtc' })
    }
    await cancelAllOrders(trading, venueIds)
  },
}

/** Orders that get another price and size, and then a smaller size, where a venue changes resting orders. */
const amend: Scenario = {
  name: 'amend',
  goOn: null,
  run: async (trading, control) => {
    for (const venue of venueIds) {
      const { amends } = await trading.client(venue)
      if (amends === undefined) continue
      const market = marketOf(venue)
      await control.setBook(market, { bids: [['0.44', '30']], asks: [['0.46', '30']] })
      const { order } = await place(trading, { market, quantity: '10', price: '0.30', timeInForce: 'gtc' })
      const { id } = order.intent
      await change(trading, id, { kind: 'terms', price: parsePrice('0.36'), quantity: parseQuantity('12') })
      await change(trading, id, { kind: 'reduce', by: parseQuantity('4') })
    }
  },
}

async function change(trading: Trading, orderId: string, wish: AmendWish): Promise<void> {
  const planning = await planAmend(trading, orderId, wish)
  if (planning.kind === 'planned') await amendOrder(trading, planning.plan)
}

/** Orders that got lost on their way and are sent again with the same ids. */
const resend: Scenario = {
  name: 'resend',
  goOn: null,
  run: async (trading, control) => {
    for (const venue of venueIds) {
      const market = marketOf(venue)
      await control.setBook(market, { bids: [['0.44', '30']], asks: [['0.46', '4']] })
      await control.fault({ venue, endpoint: 'place_order', times: 1, fault: 'drop_request' })
      const { order } = await place(trading, { market, quantity: '10', price: '0.46', timeInForce: 'gtc' })
      await resendOrder(trading, order.intent.id)
    }
  },
}

type Play = (trading: Trading, control: SandboxControl, manner: LoopManner) => Promise<void>

/** `arb run` trades a pair; after a death it mends what was left, and trades on. */
function loop(name: string, play: Play, manner: LoopManner): Scenario {
  return {
    name,
    run: (trading, control) => play(trading, control, manner),
    goOn: (trading, control) => tradeOn(trading, control, manner),
  }
}

export const scenarios: readonly Scenario[] = [
  ...venueIds.map(oneVenue),
  pair,
  cancelAll,
  amend,
  resend,
  loop('arb-unwind', tradeShort, { policy: 'unwind', order: 'together' }),
  loop('arb-complete', tradeShort, { policy: 'complete', order: 'together' }),
  loop('arb-thinner-first', tradeShort, { policy: 'unwind', order: 'thinner-first' }),
  loop('arb-unheard', tradeUnheard, { policy: 'unwind', order: 'together' }),
  loop('arb-reversed', tradeReversed, { policy: 'unwind', order: 'together' }),
  loop('arb-hold', tradeHeld, { policy: 'hold', order: 'together' }),
  loop('arb-missed', tradeMissed, { policy: 'unwind', order: 'together' }),
]

/** @throws ToolkitError (usage) when there is none of this name. */
export function scenarioNamed(wanted: string): Scenario {
  const scenario = scenarios.find(({ name }) => name === wanted)
  if (scenario === undefined) throw usageError(`There is no scenario ${wanted}.`, 'verify crash --list')
  return scenario
}

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
