import type { Price } from '../../domain/amounts.ts'
import type { BookView } from '../model.ts'
import type { PolymarketView } from './context.ts'

/** The result is known, final or not. */
export function isDecided({ view }: PolymarketView): boolean {
  return view.status === 'determined' || view.status === 'settled'
}

/** Trading is over. */
export function isClosed(found: PolymarketView): boolean {
  return found.view.status === 'closed' || isDecided(found)
}

/** What YES is worth in the venue's eyes: its payout once that is known, else the middle of the book or the last trade. */
export function yesValue(found: PolymarketView, { bids, asks }: BookView): Price {
  const { view, market } = found
  const [bid, ask] = [bids[0], asks[0]]
  const middle = bid === undefined || ask === undefined ? null : (((bid.price + ask.price) / 2n) as Price)
  return (isDecided(found) ? view.schedule.yesPayout : null) ?? middle ?? view.lastPrice ?? market.liquidity.mid
}
