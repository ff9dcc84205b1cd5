import { type Price, priceWithin } from '../../domain/amounts.ts'
import type { OrderIntent } from '../../domain/order.ts'
import { bookOf } from '../../domain/order-book.ts'
import { neighbours, type TickLadder } from '../../domain/tick-ladder.ts'
import { deny } from '../denials.ts'
import { ladderOf } from '../ladder-of.ts'
import type { Check } from '../snapshot.ts'

/**
 * The limit against the best opposite level of the intent's own outcome. An order that rests where nothing opposes it trades
 * at the price that was agreed to; one that must fill at once has nothing to be judged by, and is denied.
 */
export const slippage: Check = (intent, { market, book }, { maxSlippage }) => {
  if (book === null) return []
  const own = bookOf(book, intent.outcome)
  const best = (intent.side === 'buy' ? own.asks : own.bids)[0]?.price
  if (best === undefined)
    return intent.timeInForce === 'ioc' || intent.timeInForce === 'fok' ? [deny('NO_LIQUIDITY', intent)] : []
  const worst = priceWithin(best, maxSlippage, intent.side === 'buy' ? 'above' : 'below')
  if (intent.side === 'buy' ? intent.price <= worst : intent.price >= worst) return []
  const passing = onLadderWithin(ladderOf(market, intent.outcome), worst, intent)
  return [deny('SLIPPAGE_ABOVE_MAX', { intent, best, maxSlippage, passing })]
}

function onLadderWithin(ladder: TickLadder, worst: Price, intent: OrderIntent): Price | null {
  const { below, above } = neighbours(ladder, worst)
  return intent.side === 'buy' ? below : above
}
