import type { MarketTexts } from './approved-pair.ts'
import { type Judgement, judge, type Verdict } from './judge.ts'
import { readMarket } from './read-market.ts'
import { shortlist } from './shortlist.ts'

/** Two markets that may be one contract, with what their texts say of it. */
export interface Candidate<T extends MarketTexts = MarketTexts> {
  readonly markets: readonly [T, T]
  readonly judgement: Judgement
  /** Likeness of the questions' words, 0 to 100. It orders the list and decides nothing. */
  readonly score: number
}

const order: Readonly<Record<Verdict, number>> = { same: 0, inverted: 1, unreadable: 2, different: 3 }

/** All candidates of two venues' lists: those that may be traded first, then those that a person could read, by likeness. */
export function matchMarkets<T extends MarketTexts>(
  first: readonly T[],
  second: readonly T[],
): readonly Candidate<T>[] {
  const [a, b] = [first.map(readMarket), second.map(readMarket)]
  const candidates: Candidate<T>[] = []
  for (const { first: at, second: other, score } of shortlist(a, b)) {
    const [one, two, x, y] = [first[at], second[other], a[at], b[other]]
    if (one === undefined || two === undefined || x === undefined || y === undefined) continue
    candidates.push({ markets: [one, two], judgement: judge(x, y), score })
  }
  return candidates.sort((a, b) => order[a.judgement.verdict] - order[b.judgement.verdict] || b.score - a.score)
}
