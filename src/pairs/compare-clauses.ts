import type { Clause } from './clauses.ts'
import type { Contract } from './contract.ts'
import { agrees, differs, type Finding, unclear } from './findings.ts'
import { canDraw } from './leagues.ts'

/** How the rules for special cases compare, and what a person should know of those that only one text has. */
export interface ClauseComparison {
  readonly findings: readonly Finding[]
  readonly caveats: readonly string[]
}

interface Sides {
  readonly first: readonly Clause[]
  readonly second: readonly Clause[]
  readonly contract: Contract
  readonly polarity: 'same' | 'inverted'
}

const cases: Readonly<Record<'tie' | 'void' | 'overtime' | 'replacement' | 'rounding', string>> = {
  tie: 'it ends in a tie',
  void: 'it is called off, put off or never decided',
  overtime: 'overtime decides it',
  rounding: 'the bank moves by another step than the listed ones',
  replacement: 'the winner is replaced or disqualified afterwards',
}

const payouts: Readonly<Record<string, string>> = {
  yes: 'pays YES',
  no: 'pays NO',
  certified: 'goes by the certified result',
  inaugurated: 'goes by who takes office',
  previous: 'goes by the figure of the period before',
  half: 'pays half to each side',
  waits: 'waits until it is decided',
  fair_price: 'pays a fair price',
  shared: 'shares the payout',
  alphabetical: 'goes by the alphabet',
  tie_break: 'goes by a tie-break',
  official: 'goes by the official result',
  in: 'counts it',
  out: 'does not count it',
  'up to 25': 'rounds up to a multiple of 25',
  'no effect': 'keeps the first result',
}

export function compareClauses(sides: Sides): ClauseComparison {
  const findings: Finding[] = []
  const caveats: string[] = []
  for (const kind of ['tie', 'void', 'overtime', 'replacement', 'rounding'] as const) {
    const first = sides.first.filter((clause) => clause.kind === kind)
    const second = sides.second
      .filter((clause) => clause.kind === kind)
      .map((clause) => seenFrom(clause, sides.polarity))
    if (first.length + second.length === 0) continue
    const values: readonly [string, string] = [saysText(first), saysText(second)]
    if (first.length > 0 && second.length > 0) findings.push(compareStated(kind, first, second, values))
    else if (mattersMuch(kind, sides.contract)) findings.push(unclear(kind, values, cases[kind]))
    else
      caveats.push(
        `If ${cases[kind]}, one text ${first.length > 0 ? values[0] : values[1]} and the other does not say.`,
      )
  }
  return { findings, caveats }
}

/** The rule in terms of the first market's YES: where the second's YES is its NO, so are the payouts. */
function seenFrom(clause: Clause, polarity: Sides['polarity']): Clause {
  if (polarity === 'same' || (clause.says !== 'yes' && clause.says !== 'no')) return clause
  return { ...clause, says: clause.says === 'yes' ? 'no' : 'yes' }
}

/** A tie in a game that can be drawn is no rare case, nor is a last minute of ninety. */
function mattersMuch(kind: string, contract: Contract): boolean {
  return contract.kind === 'game' && (kind === 'tie' || kind === 'overtime') && canDraw(contract.league)
}

function compareStated(
  kind: keyof typeof cases,
  first: readonly Clause[],
  second: readonly Clause[],
  values: readonly [string, string],
): Finding {
  const [a, b] = [saysOf(first), saysOf(second)]
  const shared = [...a].filter((says) => b.has(says))
  // Waiting for a figure and taking the one before it part when it comes late, though both wait at first.
  if (shared.length === 0 || a.has('previous') !== b.has('previous')) return differs(kind, values, cases[kind])
  const [from, to] = [untilOf(first), untilOf(second)]
  if (from !== null && to !== null && from !== to) {
    const [early, late] = from < to ? [from, to] : [to, from]
    return differs(
      kind,
      [`${values[0]} after ${from}`, `${values[1]} after ${to}`],
      `it is decided after ${early} and by ${late}`,
    )
  }
  return shared.length === Math.min(a.size, b.size) ? agrees(kind, values[0]) : differs(kind, values, cases[kind])
}

function saysOf(clauses: readonly Clause[]): ReadonlySet<string> {
  return new Set(clauses.map(({ says }) => says))
}

function untilOf(clauses: readonly Clause[]): string | null {
  return clauses.map(({ until }) => until).find((until) => until !== null) ?? null
}

function saysText(clauses: readonly Clause[]): string {
  if (clauses.length === 0) return 'does not say'
  return [...saysOf(clauses)].map((says) => payouts[says] ?? says).join(', ')
}
