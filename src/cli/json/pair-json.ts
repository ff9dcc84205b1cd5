import { type Market, pairName, type VenueId } from '../../domain/market.ts'
import type { ReadPair } from '../../engine/markets/pairs.ts'
import { type ApprovedPair, type RejectedPair, type Standing, textsHash } from '../../pairs/approved-pair.ts'
import type { Finding } from '../../pairs/findings.ts'
import type { Judgement } from '../../pairs/judge.ts'
import type { Candidate } from '../../pairs/match.ts'
import type { LedgerState } from '../../store/ledger.ts'

/** What a person has said of a pair so far. `lapsed`: approved for texts that have changed since. */
export type PairDecision = 'none' | 'approved' | 'lapsed' | 'rejected'

export interface CandidateJson {
  readonly markets: readonly [PairedMarketJson, PairedMarketJson]
  readonly verdict: string
  /** `same`: YES faces YES. `inverted`: YES of the first faces NO of the second. Null when they are not one contract. */
  readonly polarity: string | null
  /** Likeness of the questions' words, 0 to 100. */
  readonly score: number
  /** What was compared, what decided it first. */
  readonly clauses: readonly Finding[]
  /** A world in which the two pay differently. */
  readonly world: string | null
  /** Rare cases that one text settles and the other leaves open. */
  readonly caveats: readonly string[]
  /** Of both texts: what an approval is bound to. */
  readonly hash: string
  readonly decision: PairDecision
}

export interface PairedMarketJson {
  readonly id: string
  readonly title: string
  readonly yesLabel: string
  readonly closeTime: string | null
}

export interface MatchJson {
  readonly candidates: readonly CandidateJson[]
  /** How many there are of each verdict, shown or not. */
  readonly counts: Readonly<Record<string, number>>
  /** When each venue was last synced, or null if never. */
  readonly syncedAt: Readonly<Record<VenueId, string | null>>
}

export interface PairListJson {
  readonly pairs: readonly PairJson[]
}

export interface PairJson {
  readonly markets: readonly [string, string]
  readonly polarity: string | null
  /** `valid` may be traded; `lapsed` and `rejected` may not. */
  readonly status: 'valid' | 'lapsed' | 'rejected'
  readonly reason: string | null
  readonly hash: string | null
  /** RFC 3339. */
  readonly decidedAt: string
  readonly by: string
}

export interface ApproveJson {
  readonly pair: PairJson
}

export function candidateJson(
  { markets, judgement, score }: Candidate<Market>,
  state: Pick<LedgerState, 'approvedPairs' | 'rejectedPairs'>,
): CandidateJson {
  const hash = textsHash(markets)
  return { ...judgementJson(markets, judgement), score, hash, decision: decisionOn(markets, hash, state) }
}

function judgementJson(markets: readonly [Market, Market], judgement: Judgement) {
  const { verdict, polarity, findings, world, caveats } = judgement
  const [first, second] = markets
  return {
    markets: [pairedMarket(first), pairedMarket(second)] as const,
    verdict,
    polarity,
    clauses: findings,
    world,
    caveats,
  }
}

function pairedMarket({ id, title, yesLabel, closeTime }: Market): PairedMarketJson {
  return { id, title, yesLabel, closeTime }
}

function decisionOn(
  [first, second]: readonly [Market, Market],
  hash: string,
  { approvedPairs, rejectedPairs }: Pick<LedgerState, 'approvedPairs' | 'rejectedPairs'>,
): PairDecision {
  const name = pairName([first.id, second.id])
  const approved = approvedPairs.get(name)
  if (approved !== undefined) return approved.hash === hash ? 'approved' : 'lapsed'
  return rejectedPairs.has(name) ? 'rejected' : 'none'
}

export function standingJson(standing: Standing): PairJson {
  return {
    ...approvedJson(standing.pair),
    status: standing.kind,
    reason: standing.kind === 'lapsed' ? standing.reason : null,
  }
}

export function approvedJson({ markets, polarity, hash, approvedAt, by }: ApprovedPair): PairJson {
  return { markets, polarity, status: 'valid', reason: null, hash, decidedAt: approvedAt, by }
}

export function rejectedJson({ markets, rejectedAt, by, reason }: RejectedPair): PairJson {
  return { markets, polarity: null, status: 'rejected', reason, hash: null, decidedAt: rejectedAt, by }
}

/** What is shown before somebody is asked: both texts whole, and what was made of them. */
export function pairTextsJson({ markets, judgement, hash }: ReadPair) {
  return { ...judgementJson(markets, judgement), texts: markets, hash }
}
export type PairTextsJson = ReturnType<typeof pairTextsJson>
