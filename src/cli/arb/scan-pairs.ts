import { evaluatePair } from '../../arb/detect.ts'
import type { PollingFeed } from '../../arb/polling-feed.ts'
import type { ArbPair } from '../../arb/ports.ts'
import { readAccountFacts, termsNow } from '../../arb/terms.ts'
import { riskOf } from '../../arb/trade-opportunity.ts'
import type { MarketId } from '../../domain/market.ts'
import { opportunityJson, reasonJson, type ScanJson, type ScannedJson, scannedMarkets } from '../json/arb-json.ts'
import type { Session } from '../session/session.ts'
import type { Wishes } from './arb-flags.ts'
import { pollingFeedOf } from './book-source.ts'
import { pairsToTrade } from './pairs-to-trade.ts'

/** One look at every approved pair: its books are read, and what binds is told. */
export async function scanPairs(
  session: Session,
  wishes: Wishes,
  only: readonly string[],
  signal: AbortSignal,
): Promise<ScanJson> {
  const { trading } = session
  const { pairs, leftOut } = await pairsToTrade(session, only, signal)
  const feed = pollingFeedOf(session, pairs)
  await feed.sweep(signal)
  await trading.ledger.refresh()
  const facts = await readAccountFacts(trading, pairs)
  const looked = pairs.map((pair) => look(pair))
  return { pairs: looked, leftOut }

  function look(pair: ArbPair): ScannedJson {
    const [first, second] = [feed.book(pair.markets[0].id), feed.book(pair.markets[1].id)]
    if (first === null || second === null) throw new Error(`the books of ${pair.key} are not read`)
    const found = evaluatePair(pair, [first, second], termsNow(trading, wishes, facts))
    const nowMs = trading.runtime.clock.nowMs()
    return {
      pair: pair.key,
      polarity: pair.polarity,
      markets: scannedMarkets(pair, (id) => bookState(feed, id as MarketId)),
      opportunity:
        found.kind === 'opportunity' ? opportunityJson(found, riskOf(found, feed, wishes.policy), nowMs) : null,
      reason: found.kind === 'none' ? reasonJson(found.reason) : null,
    }
  }

  function bookState(from: PollingFeed, id: MarketId): { readonly ageMs: number | null; readonly book: string } {
    const book = from.book(id)
    if (book === null) return { ageMs: null, book: 'waiting' }
    const ageMs = book.at === null ? null : trading.runtime.clock.monotonicMs() - book.at
    return { ageMs, book: book.state.kind === 'tradable' ? 'tradable' : book.state.reason.kind }
  }
}
