import type { Market } from '../../domain/market.ts'
import type { Finding } from '../../pairs/findings.ts'
import { markDifferences } from '../../pairs/mark-differences.ts'
import type { ApproveJson, CandidateJson, MatchJson, PairListJson, PairTextsJson } from '../json/pair-json.ts'
import { type Document, exact, fields, lines, orUnknown, sentence, table, text } from './document.ts'
import { sideBySide } from './side-by-side.ts'

export function matchView({ candidates, counts, syncedAt }: MatchJson): Document {
  const missing = Object.entries(syncedAt).flatMap(([venue, at]) => (at === null ? [venue] : []))
  if (missing.length > 0) return [text(`Never synced: ${missing.join(', ')}. Run: crosstape markets sync`)]
  const total = Object.entries(counts).map(([verdict, many]) => `${many} ${verdict}`)
  const summary = text(
    `${total.join(', ')}. A verdict is a proposal: crosstape pairs approve MARKET MARKET shows both texts.`,
  )
  if (candidates.length === 0) return [text('No pair matches.'), summary]
  return [
    table(
      [exact('VERDICT'), exact('FIRST'), exact('SECOND'), exact('DECISION'), sentence('WHY')],
      candidates.map(candidateRow),
    ),
    summary,
  ]
}

function candidateRow({ verdict, markets, decision, world, caveats, clauses }: CandidateJson): readonly string[] {
  const [first, second] = markets
  const agreed = [...new Set(clauses.filter(({ outcome }) => outcome === 'agrees').map(({ aspect }) => aspect))]
  const why = world === null ? [`${agreed.join(', ')} agree`, ...caveats].join('. ') : `differ when ${world}`
  return [verdict, first.id, second.id, decision, why]
}

export function pairListView({ pairs }: PairListJson): Document {
  if (pairs.length === 0) return [text('No pair has been approved or rejected. Candidates: crosstape markets match')]
  return [
    table(
      [
        exact('STATUS'),
        exact('FIRST'),
        exact('SECOND'),
        exact('POLARITY'),
        exact('DECIDED'),
        exact('BY'),
        sentence('REASON'),
      ],
      pairs.map(({ status, markets, polarity, decidedAt, by, reason }) => [
        status,
        ...markets,
        orUnknown(polarity),
        decidedAt,
        by,
        reason ?? '',
      ]),
    ),
  ]
}

/** Columns where nobody looks at a terminal. */
const WIDTH_ELSEWHERE = 120

/** Both texts whole, beside each other, then what was made of them: what a person reads before they are asked. */
export function pairTextsView(pair: PairTextsJson, width: number | null): Document {
  const [first, second] = pair.texts
  const pieces = markDifferences(first.rules, second.rules)
  return [
    text(sideBySide([headline(first), headline(second)], pieces, width ?? WIDTH_ELSEWHERE)),
    text(''),
    text('* stands before what only one text says in these words.'),
    fields([
      ['verdict', pair.verdict],
      ['polarity', orUnknown(pair.polarity)],
      ['closes', `${orUnknown(first.closeTime)} | ${orUnknown(second.closeTime)}`],
      ...pair.clauses.map((clause) => [clause.aspect, clauseText(clause)] as const),
      ['hash', pair.hash],
    ]),
    ...lines(pair.world === null ? null : `They pay differently when ${pair.world}`, ...pair.caveats),
  ]
}

function headline({ id, title, yesLabel }: Market): string {
  return `${id}: ${title}${yesLabel === '' ? '' : ` (YES: ${yesLabel})`}`
}

function clauseText({ outcome, first, second }: Finding): string {
  return first === second
    ? `agrees: ${first}`
    : `${outcome}: ${orUnknown(first === '' ? null : first)} | ${orUnknown(second === '' ? null : second)}`
}

export function approveView({ pair }: ApproveJson): Document {
  return [
    text(`Approved: ${pair.markets.join(' and ')}, polarity ${orUnknown(pair.polarity)}.`),
    text('It holds for exactly these texts and lapses when one of them changes.'),
  ]
}

export function rejectView({ pair }: ApproveJson): Document {
  return [text(`Rejected: ${pair.markets.join(' and ')}. They will not be traded as one.`)]
}
