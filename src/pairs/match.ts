import type { MarketTexts } from './approved-pair.ts'
import { type Judgement, judge, type Verdict } from './judge.ts'
import { type Reading, readMarket } from './read-market.ts'
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
  const readings: readonly (readonly [readonly T[], Map<number, Reading>])[] = [
    [first, new Map()],
    [second, new Map()],
  ]
  const read = (side: 0 | 1, at: number): Reading | null => {
    const [markets, known] = readings[side] ?? [[], new Map<number, Reading>()]
    const market = markets[at]
    if (market === undefined) return null
    const reading = known.get(at) ?? readMarket(market)
    known.set(at, reading)
    return reading
  }
  const candidates: Candidate<T>[] = []
  for (const pair of shortlist(first, second)) {
    const [a, b] = [first[pair.first], second[pair.second]]
    const [x, y] = [read(0, pair.first), read(1, pair.second)]
    if (a === undefined || b === undefined || x === null || y === null) continue
    candidates.push({ markets: [a, b], judgement: judge(x, y), score: pair.score })
  }
  return candidates.sort((a, b) => order[a.judgement.verdict] - order[b.judgement.verdict] || b.score - a.score)
}
