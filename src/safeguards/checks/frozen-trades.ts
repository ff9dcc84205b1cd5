import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

/**
 * No new two-leg trade while an earlier one waits to be settled, and no order of any kind in the markets of that one: what
 * looks like its missing half may be there already.
 */
export const frozenTrades: Check = (intent, { state }) => {
  const { purpose, market } = intent
  const trades = [...state.openTrades.values()]
    .filter(({ status }) => status === 'frozen')
    .filter(({ legs }) => purpose.kind === 'arb_leg' || legs.some((leg) => leg.market === market))
    .map(({ id }) => id)
  return trades.length === 0 ? [] : [deny('TRADE_FROZEN', { trades })]
}
