import { addQuantity, affordableQuantity, cost, type Quantity, ZERO_MONEY } from '../../domain/amounts.ts'
import { worstTakerFee } from '../../domain/fees.ts'
import type { VenueId } from '../../domain/market.ts'
import type { OrderPlan } from '../../engine/place/plan-order.ts'
import { bestOffer, cannotHappen, forUnknownMarket, middlePrice, place, plan, send, wholeContracts } from './orders.ts'
import type { Scenario, Stage } from './scenario.ts'

/** What a venue refuses. Nothing trades, unless the venue is not the one that we think it is: the budget counts that. */
export function refusalScenarios(venue: VenueId): readonly Scenario[] {
  return [insufficientBalance(venue)]
}

function insufficientBalance(venue: VenueId): Scenario {
  return {
    name: `${venue}-insufficient-balance`,
    venue,
    shows: 'an order that costs more than the account has: refused',
    sandbox: {
      how: 'buy at 0.46 for more dollars than the account has left',
      setUp: (control) => control.leaveCash(venue, '1'),
    },
    real: { kind: 'how', how: 'an order for a little more than the whole balance, which must be within the budget' },
    run: async (stage) => {
      const offer = bestOffer(stage)
      await place(stage, { price: offer.price, quantity: await unaffordable(stage, offer), timeInForce: 'ioc' })
    },
  }
}

/** More contracts than the balance buys at the best offer. */
async function unaffordable(
  stage: Stage,
  { price }: { readonly price: OrderPlan['intent']['price'] },
): Promise<Quantity> {
  const { venue, quantityStep } = stage.market
  const { available } = await stage.session.trading.observe.balance(venue, stage.signal)
  return addQuantity(wholeContracts(affordableQuantity(available, price, quantityStep)), stage.size)
}

/** Of the venue whose markets are named by tickers. */
export const tickerScenarios: readonly Scenario[] = [
  {
    name: 'kalshi-invalid-ticker',
    venue: 'kalshi',
    shows: 'an order for a market that does not exist: refused',
    sandbox: { how: 'an order for the ticker KXNOSUCHMARKET-28-X' },
    real: { kind: 'how', how: 'an order for the ticker KXNOSUCHMARKET-28-X' },
    run: async (stage) => {
      const planned = await plan(stage, { price: bestOffer(stage).price, quantity: stage.size, timeInForce: 'ioc' })
      await send(stage, forUnknownMarket(planned, 'KXNOSUCHMARKET-28-X'))
    },
  },
  {
    name: 'kalshi-market-closed',
    venue: 'kalshi',
    shows: 'an order for a market that closed after it was planned: refused',
    sandbox: { how: 'the market closes between the preview and the order' },
    real: {
      kind: 'how',
      how: 'an order for a market that has closed, as if it were still open (name one with --market)',
    },
    run: async (stage) => {
      const { control, market } = stage
      if (control === null) {
        if (market.status === 'open') throw cannotHappen(`${market.id} is open; name a market that has closed`)
        await send(stage, await planAsIfOpen(stage))
        return
      }
      const planned = await plan(stage, { price: bestOffer(stage).price, quantity: stage.size, timeInForce: 'ioc' })
      await control.closeMarket(market.id)
      await send(stage, planned)
    },
  },
]

/** Our own safeguard would keep the order back: the market is shown to it as it was. */
async function planAsIfOpen(stage: Stage): Promise<OrderPlan> {
  const planned = await plan(stage, { price: middlePrice(stage), quantity: stage.size, timeInForce: 'ioc' })
  const { trading } = stage.session
  const level = { price: planned.intent.price, quantity: planned.intent.quantity }
  const capturedAtMs = trading.runtime.clock.nowMs()
  const book = { market: planned.market.id, bids: [], asks: [level], capturedAtMs }
  const market = { ...planned.market, status: 'open', untradableReason: null } as const
  const { intent } = planned
  const worstFee = worstTakerFee(market.fees, intent) ?? ZERO_MONEY
  // Judged again where it is sent, under the lock, by every safeguard.
  const verdict = { kind: 'approved', worstCost: cost(intent.price, intent.quantity, 'up'), worstFee } as const
  return { ...planned, market, book, verdict }
}
