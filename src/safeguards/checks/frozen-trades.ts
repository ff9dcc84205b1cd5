import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

/** No new two-leg trade while an earlier one waits for a person. */
export const frozenTrades: Check = (intent, { state }) => {
  const { purpose } = intent
  if (purpose.kind !== 'arb_leg') return []
  const trades = [...state.openTrades.values()]
    .filter((trade) => trade.status === 'frozen' && trade.id !== purpose.tradeId)
    .map((trade) => trade.id)
  return trades.length === 0 ? [] : [deny('TRADE_FROZEN', { trades })]
}
