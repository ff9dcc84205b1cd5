import type { MarketTexts, Polarity } from './approved-pair.ts'
import { compareClauses } from './compare-clauses.ts'
import { compareContracts } from './compare-contracts.ts'
import { agrees, differs, type Finding, unclear } from './findings.ts'
import { type Reading, readMarket } from './read-market.ts'
import { clauseOf } from './skeleton.ts'
import { sameWords } from './text.ts'

export const verdicts = ['same', 'inverted', 'different', 'unreadable'] as const
export type Verdict = (typeof verdicts)[number]

/** What the two texts say of each other. A proposal at most: only a person approves a pair. */
export interface Judgement {
  readonly verdict: Verdict
  /** Which outcomes face each other. Null unless the verdict is `same` or `inverted`. */
  readonly polarity: Polarity | null
  /** What was compared, those that decided first. */
  readonly findings: readonly Finding[]
  /** A world in which the two pay differently. Null for `same` and `inverted`. */
  readonly world: string | null
  /** Cases that one text settles and the other leaves open: rare, and for a person to weigh. */
  readonly caveats: readonly string[]
}

export function judgeMarkets(first: MarketTexts, second: MarketTexts): Judgement {
  return judge(readMarket(first), readMarket(second))
}

/** Symmetric but for the order in which values are told. */
export function judge(first: Reading, second: Reading): Judgement {
  if (first.contract === null || second.contract === null)
    return conclude(unreadableParts(first, second, []), 'same', [])
  const { findings, polarity } = compareContracts(first.contract, second.contract)
  // Rules for special cases are compared once it is known that the questions are one.
  if (findings.some(({ outcome }) => outcome !== 'agrees')) {
    return conclude([...findings, ...unreadableParts(first, second, [])], polarity, [])
  }
  const unreadable = unreadableParts(first, second, sharedRules(first.unread, second.unread))
  const clauses = compareClauses({ first: first.clauses, second: second.clauses, contract: first.contract, polarity })
  return conclude([...findings, ...compareJudges(first, second), ...clauses.findings, ...unreadable], polarity, [
    ...clauses.caveats,
    ...first.caveats,
    ...second.caveats,
  ])
}

/** Whether the questions alone agree, whatever the rules say: for shortlists, and for sets of labels without rule texts. */
export function headlinesAgree(first: Reading, second: Reading): Polarity | null {
  if (first.contract === null || second.contract === null) return null
  const { findings, polarity } = compareContracts(first.contract, second.contract)
  return findings.every(({ outcome }) => outcome === 'agrees') ? polarity : null
}

function conclude(findings: readonly Finding[], polarity: Polarity, caveats: readonly string[]): Judgement {
  const rank = { differs: 0, unclear: 1, agrees: 2 }
  const sorted = findings.toSorted((a, b) => rank[a.outcome] - rank[b.outcome])
  const [worst] = sorted
  if (worst?.outcome === 'agrees') return { verdict: polarity, polarity, findings: sorted, world: null, caveats }
  const verdict = worst?.outcome === 'differs' ? 'different' : 'unreadable'
  return { verdict, polarity: null, findings: sorted, world: worst?.world ?? null, caveats }
}

/** Who calls an election, or prints a figure: where one text names the judges and the other names others. */
function compareJudges(first: Reading, second: Reading): readonly Finding[] {
  const [a, b] = [first.sources, second.sources]
  if (a.size === 0 || b.size === 0) return []
  const values: readonly [string, string] = [[...a].join(', '), [...b].join(', ')]
  if (sameWords(a, b)) return [agrees('source', values[0])]
  return [differs('source', values, 'the named sources do not agree, or one of them corrects itself')]
}

function unreadableParts(first: Reading, second: Reading, shared: readonly string[]): readonly Finding[] {
  const [a, b] = [first.unread, second.unread].map((sentences) =>
    sentences.filter((each) => !shared.includes(clauseOf(each))),
  )
  return [
    ...[first, second].flatMap((reading, index) => {
      if (reading.problem === null) return []
      const side = index === 0 ? 'first' : 'second'
      return [
        unclear(
          'text',
          index === 0 ? [reading.problem, ''] : ['', reading.problem],
          `nobody can tell, for of the ${side} market ${reading.problem}`,
        ),
      ]
    }),
    ...(a ?? []).map((sentence) => unclear('unread rule', [sentence, ''], worldOf(sentence))),
    ...(b ?? []).map((sentence) => unclear('unread rule', ['', sentence], worldOf(sentence))),
  ]
}

function worldOf(sentence: string): string {
  return `this rule decides, which the other text does not have: "${sentence.slice(0, 200)}"`
}

/** What a rule says of another place of its market is no rule of its own. */
const POINTS_ELSEWHERE = /\b(?:listed|specified|displayed|named|title)\b/

/** Rules that both texts state in the same words with the same numbers: they divide them nowhere. */
function sharedRules(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0 || b.length === 0) return []
  const known = new Set(b.map(clauseOf))
  return a
    .filter((sentence) => !POINTS_ELSEWHERE.test(sentence))
    .map(clauseOf)
    .filter((clause) => known.has(clause))
}
