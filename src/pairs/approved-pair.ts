import { createHash } from 'node:crypto'
import type { Market, MarketId } from '../domain/market.ts'

/** Which side of the second market pays when YES of the first does: `same` its YES, `inverted` its NO. */
export type Polarity = 'same' | 'inverted'

/** Two markets of different venues, in the order of `venueIds`. */
export type PairedIds = readonly [MarketId, MarketId]

/** What a person said of two markets: that they pay alike, having read both rule texts as they then stood. */
export interface ApprovedPair {
  readonly markets: PairedIds
  readonly polarity: Polarity
  /** `textsHash` of both markets as they were read. */
  readonly hash: string
  /** RFC 3339. */
  readonly approvedAt: string
  /** Who read them, as they named themselves or as the system names them. */
  readonly by: string
}

/** Two markets of which a person said that they are not to be traded as one. */
export interface RejectedPair {
  readonly markets: PairedIds
  /** RFC 3339. */
  readonly rejectedAt: string
  readonly by: string
  readonly reason: string
}

/** Whether an approval still holds for what the venues say today. */
export type Standing =
  | { readonly kind: 'valid'; readonly pair: ApprovedPair; readonly markets: readonly [Market, Market] }
  | { readonly kind: 'lapsed'; readonly pair: ApprovedPair; readonly reason: string }

/** What a person reads of a market before they agree: nothing else is bound, and all of it is. */
export type MarketTexts = Pick<Market, 'id' | 'title' | 'yesLabel' | 'rules' | 'closeTime'>

/**
 * SHA-256 over both markets' texts, as hex. Each text is bound with its place, so that nothing can move from one to
 * another. The end by name is part of it: a market whose end moves is another bet, though no word changes.
 */
export function textsHash([first, second]: readonly [MarketTexts, MarketTexts]): string {
  const bound = [first, second].map(({ id, title, yesLabel, rules, closeTime }) => [
    id,
    title,
    yesLabel,
    rules,
    closeTime,
  ])
  return createHash('sha256').update(JSON.stringify(bound)).digest('hex')
}

/** Holds an approval against the catalogue: it lapses when a text has changed or a market is no longer listed. */
export function standingOf(pair: ApprovedPair, marketOf: (id: MarketId) => Market | null): Standing {
  const [first, second] = pair.markets.map(marketOf)
  if (first == null || second == null) {
    const gone = first == null ? pair.markets[0] : pair.markets[1]
    // The catalogue is a view: when it was deleted, a market is missing that its venue lists.
    const sync = 'crosstape markets sync lists what the venues have now'
    return { kind: 'lapsed', pair, reason: `${gone} is not in the catalogue: ${sync}` }
  }
  if (textsHash([first, second]) === pair.hash) return { kind: 'valid', pair, markets: [first, second] }
  return { kind: 'lapsed', pair, reason: 'a title, a rule text or an end has changed since it was approved' }
}
