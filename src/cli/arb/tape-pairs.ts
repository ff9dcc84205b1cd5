import type { ArbPair } from '../../arb/ports.ts'
import type { ReplayTape } from '../../capture/replay/replay-tape.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { type Market, type MarketId, pairName, parseMarketId } from '../../domain/market.ts'
import { orderedIds } from '../../engine/markets/pairs.ts'
import { type Polarity, textsHash } from '../../pairs/approved-pair.ts'
import { replayClient } from '../replay/trading.ts'
import type { Session } from '../session/session.ts'
import type { PairsToTrade } from './pairs-to-trade.ts'

/** A pair as it was named on the command line: nobody has to approve what is tried on paper. */
interface NamedPair {
  readonly markets: readonly [MarketId, MarketId]
  readonly polarity: Polarity
}

/**
 * `FIRST,SECOND` or `FIRST,SECOND,inverted`.
 * @throws ToolkitError (usage) that names the flag.
 */
function parseNamedPair(text: string): NamedPair {
  const [first = '', second = '', polarity = 'same', ...rest] = text.split(',')
  if (rest.length > 0 || (polarity !== 'same' && polarity !== 'inverted')) {
    throw new ToolkitError({
      code: 'BAD_PAIR',
      category: 'usage',
      message: `--pair: ${JSON.stringify(text)} is not FIRST,SECOND or FIRST,SECOND,inverted. Nothing was sent.`,
    })
  }
  return { markets: orderedIds([first, second]), polarity }
}

/**
 * The pairs to be tried: those that were named, or else those that a person approved, if their texts on the tape are the
 * approved ones. Markets as the tape shows them, or as the catalogue has them where it does not.
 */
export async function pairsOnTape(
  { trading, catalogue }: Pick<Session, 'trading' | 'catalogue'>,
  tape: ReplayTape,
  { named, only }: { readonly named: readonly string[]; readonly only: readonly string[] },
): Promise<PairsToTrade> {
  const pairs: ArbPair[] = []
  const leftOut: { pair: string; reason: string }[] = []
  const approved = [...trading.ledger.state.approvedPairs.values()]
  const wanted = named.length > 0 ? named.map((text) => ({ ...parseNamedPair(text), hash: null })) : approved
  for (const { markets: ids, polarity, hash } of wanted) {
    const key = pairName(ids)
    if (only.length > 0 && !only.some((market) => ids.some((id) => id === market))) continue
    const [first, second] = [await marketOf(ids[0]), await marketOf(ids[1])]
    if (first === null || second === null) {
      const missing = first === null ? ids[0] : ids[1]
      leftOut.push({ pair: key, reason: `${missing} is neither on the tape nor in the catalogue` })
    } else if (hash !== null && textsHash([first, second]) !== hash) {
      leftOut.push({ pair: key, reason: 'its texts on the tape are not those that were approved' })
    } else pairs.push({ key, markets: [first, second], polarity })
  }
  return { pairs, leftOut }

  async function marketOf(id: MarketId): Promise<Market | null> {
    const parts = parseMarketId(id)
    if (parts === null) return null
    const client = await replayClient(parts.venue, { tape, clock: tape.clock, accounts: {} })
    try {
      return await client.getMarket(parts.symbol)
    } catch (error) {
      if (!(error instanceof ToolkitError)) throw error
      return catalogue.find(id)
    }
  }
}
