import { executePair } from '../../arb/execute-pair.ts'
import { type Price, parseMoney, parsePrice, parseQuantity } from '../../domain/amounts.ts'
import type { Market, MarketId, Outcome } from '../../domain/market.ts'
import { type OrderPlan, planOrder } from '../../engine/place/plan-order.ts'
import { tradeWord } from '../../engine/trades/trade-record.ts'
import type { Stage, Step } from './stage.ts'

/** The same question on both venues, YES of one meaning YES of the other. */
export interface TwinMarkets {
  readonly first: Market
  readonly second: Market
}

/**
 * Buys YES on the first venue and NO on the second. The second side's book holds less than was asked for, so what the
 * first side bought in excess has to be sold again.
 */
export function pairStep(twins: TwinMarkets): Step {
  return {
    name: 'two legs, one fills short',
    expected: '6 pairs held, the excess of 4 sold again, nothing left over, not final yet',
    run: async (stage) => {
      const { first, second } = twins
      const { trading } = stage.session
      await stage.control.setBook(first.id, { bids: [['0.43', '50']], asks: [['0.45', '40']] })
      // Six bids for YES at 0.60 are six offers of NO at 0.40.
      await stage.control.setBook(second.id, { bids: [['0.60', '6']], asks: [['0.70', '40']] })
      const tradeId = trading.runtime.ids.short('t')
      const plans = [
        await leg(stage, first.id, 'yes', parsePrice('0.45'), tradeId),
        await leg(stage, second.id, 'no', parsePrice('0.40'), tradeId),
      ] as const
      const { trade, unwinds } = await executePair(trading, plans, parseMoney('0.15'), tradeId, stage.signal)
      const [heavy, light] = trade.legs
      const ok =
        tradeWord(trade) === 'provisional' &&
        heavy?.filledQuantity === '10' &&
        light?.filledQuantity === '6' &&
        trade.imbalance === '0'
      const sold = `${unwinds.length} unwind ${unwinds.length === 1 ? 'order' : 'orders'}`
      return {
        ok,
        observed: `${tradeWord(trade)}: ${heavy?.filledQuantity} and ${light?.filledQuantity} filled, ${sold}`,
      }
    },
  }
}

function leg(stage: Stage, market: MarketId, outcome: Outcome, price: Price, tradeId: string): Promise<OrderPlan> {
  return planOrder(
    stage.session.trading,
    {
      market,
      outcome,
      side: 'buy',
      quantity: parseQuantity('10'),
      price,
      timeInForce: 'ioc',
      expiresAt: null,
      postOnly: false,
      reduceOnly: false,
      allowDuplicate: false,
      purpose: { kind: 'arb_leg', tradeId },
    },
    stage.signal,
  )
}
