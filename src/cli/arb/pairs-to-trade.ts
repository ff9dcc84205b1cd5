import type { ArbPair } from '../../arb/ports.ts'
import { VenueError } from '../../domain/errors.ts'
import { type Market, pairName } from '../../domain/market.ts'
import { currentPairs } from '../../engine/markets/pairs.ts'
import { textsHash } from '../../pairs/approved-pair.ts'
import type { Session } from '../session/session.ts'

export interface PairsToTrade {
  readonly pairs: readonly ArbPair[]
  /** Approved once, and not traded now. */
  readonly leftOut: readonly { readonly pair: string; readonly reason: string }[]
}

/**
 * The pairs that a person approved, with both markets as their venues have them now: the catalogue may be hours old, and an
 * approval lapses the moment a text changes.
 */
export async function pairsToTrade(
  { trading, catalogue }: Session,
  only: readonly string[],
  signal: AbortSignal,
): Promise<PairsToTrade> {
  const pairs: ArbPair[] = []
  const leftOut: { pair: string; reason: string }[] = []
  for (const standing of await currentPairs(trading.ledger, catalogue)) {
    const { pair } = standing
    const key = pairName(pair.markets)
    if (only.length > 0 && !only.some((market) => pair.markets.some((id) => id === market))) continue
    const read = standing.kind === 'valid' ? await readBoth(standing.markets, signal) : standing.reason
    if (typeof read === 'string') leftOut.push({ pair: key, reason: read })
    else if (textsHash(read) !== pair.hash) {
      leftOut.push({
        pair: key,
        reason: 'a title, a rule text or an end has changed at its venue since it was approved',
      })
    } else pairs.push({ key, markets: read, polarity: pair.polarity })
  }
  return { pairs, leftOut }

  async function readBoth(
    [first, second]: readonly [Market, Market],
    stop: AbortSignal,
  ): Promise<readonly [Market, Market] | string> {
    try {
      return [await trading.observe.market(first.id, stop), await trading.observe.market(second.id, stop)]
    } catch (error) {
      if (!(error instanceof VenueError)) throw error
      return `it could not be read: ${error.message}`
    }
  }
}
