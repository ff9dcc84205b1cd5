import { complement } from '../../domain/amounts.ts'
import type { SandboxOrder } from '../model.ts'
import type { ExchangeSnapshot } from '../snapshot.ts'

/**
 * What no run of the exchange leads to although each part is as it should be, or null. Trades are found by their number, and
 * orders by their id: where two share one, the first is never done with.
 */
export function contradictionIn(snapshot: ExchangeSnapshot): string | null {
  const { counters, accounts, markets, orders, trades, groups = [], transfers = [] } = snapshot
  for (const [what, list] of Object.entries({ accounts, markets, orders, groups, transfers })) {
    if (new Set<string>(list.map(({ id }) => id)).size < list.length) return `two ${what} have one id`
  }
  if (counters.trade !== trades.length || trades.some(({ sequence }, index) => sequence !== index + 1)) {
    return 'the trades are not numbered from one on'
  }
  if (orders.some(({ priority }) => priority > counters.priority)) return 'an order is newer than the newest'
  const wrong = orders.find((order) => !isConsistent(order))
  return wrong === undefined ? null : `the side or price of order ${wrong.id} is not that of its outcome`
}

/** Where an order stands in the book follows from what its owner asked for. */
function isConsistent({ outcome, side, ownPrice, bookSide, yesPrice }: SandboxOrder): boolean {
  const isBid = (outcome === 'yes') === (side === 'buy')
  return bookSide === (isBid ? 'bid' : 'ask') && yesPrice === (outcome === 'yes' ? ownPrice : complement(ownPrice))
}
