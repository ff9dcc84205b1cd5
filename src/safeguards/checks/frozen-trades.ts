import { isUncertain, type OrderIntent } from '../../domain/order.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

/**
 * No order of any kind in the markets of a two-leg trade that is frozen or under way, in whatever process: what looks like
 * its missing half may be there already. For the trade's own orders: nothing is sent again, unwound or completed while one
 * of them has no clear answer. Trades of other pairs go on: the limits count a frozen one at its worst.
 */
export const frozenTrades: Check = (intent, { state }) => {
  const { purpose, market } = intent
  const own = 'tradeId' in purpose ? purpose.tradeId : null
  const trades = [...state.openTrades.values()]
    .filter(({ status }) => status === 'frozen' || status === 'open')
    .filter(({ id, status, legs }) => {
      if (id === own) return status === 'frozen' || isWaiting(state, intent, id)
      return legs.some((leg) => leg.market === market)
    })
    .map(({ id }) => id)
  return trades.length === 0 ? [] : [deny('TRADE_FROZEN', { trades })]
}

function isWaiting({ openOrders }: LedgerState, intent: OrderIntent, tradeId: string): boolean {
  return [...openOrders.values()].some(
    (order) =>
      isUncertain(order) &&
      order.intent.id !== intent.id &&
      'tradeId' in order.intent.purpose &&
      order.intent.purpose.tradeId === tradeId,
  )
}
