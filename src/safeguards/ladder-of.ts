import type { Market, Outcome } from '../domain/market.ts'
import { mirrorLadder, type TickLadder } from '../domain/tick-ladder.ts'

/** A market's ladder is in YES prices; an intent's price is of its own outcome. */
export function ladderOf(market: Market, outcome: Outcome): TickLadder {
  return outcome === 'yes' ? market.ladder : mirrorLadder(market.ladder)
}
