import type { MarketTexts } from './approved-pair.ts'
import { claimIn, noClaimIn } from './claims.ts'
import { type Clause, overtimeOf, readClauses } from './clauses.ts'
import type { Contract, Question, ReadContract } from './contract.ts'
import { questionWords } from './idle-sentences.ts'
import type { Levels } from './levels.ts'
import { limitIn, readContest } from './read-contest.ts'
import { readEvent } from './read-event.ts'
import { readGame } from './read-game.ts'
import { definesLevel, readLevel } from './read-level.ts'
import { readSeat } from './read-seat.ts'
import { readStep } from './read-step.ts'
import { fold, NEGATED, REVERSED, sentencesOf, TITLE_MAX, unfilledIn } from './text.ts'

/** What became of a market's texts. */
export interface Reading {
  readonly market: MarketTexts
  /** What the question asks, or null when that was not understood. */
  readonly contract: Contract | null
  readonly clauses: readonly Clause[]
  readonly sources: ReadonlySet<string>
  /** Sentences of the rules that were not understood, as they stand. */
  readonly unread: readonly string[]
  /** What was taken for granted, for a person to weigh. */
  readonly caveats: readonly string[]
  /** Why nothing can be approved on this text, or null. */
  readonly problem: string | null
}

const readers: readonly ((question: Question) => ReadContract | null)[] = [
  readGame,
  readStep,
  readSeat,
  readContest,
  readLevel,
  readEvent,
]

/** Reads a market's texts. Pure, bounded, and never throws: what is not understood is said to be so. */
export function readMarket(market: MarketTexts): Reading {
  const nothing = { market, contract: null, clauses: [], sources: new Set<string>(), unread: [], caveats: [] }
  if (market.title.length > TITLE_MAX || market.yesLabel.length > TITLE_MAX)
    return { ...nothing, problem: 'its title is too long to be one' }
  const sentences = sentencesOf(market.rules)
  if (sentences === null) return { ...nothing, problem: 'its rule text is too long to be read' }
  const question = questionOf(market, sentences)
  const read = firstReading(question.question)
  const contract = read?.kind === 'contract' ? read.contract : null
  const rest = [...question.others, ...(read?.kind === 'contract' ? read.unusedClaims : [])]
  const levels = contract?.kind === 'level' ? contract.levels : contract?.kind === 'step' ? contract.step : null
  const defined = levels === null ? rest : rest.filter((each) => !definesLevel(each, levels))
  const { clauses, sources, unread } = readClauses(
    defined,
    question.question.closeDay,
    once(() => wordsOfQuestion(question.question, contract)),
    contract?.kind === 'level',
  )
  const all = [...clauses, ...ofClaims(question.question, contract)].map((clause) => ofBracket(clause, levels))
  return {
    market,
    contract: contract?.kind === 'game' && all.some(halvesTie) ? { ...contract, twoWay: true } : contract,
    clauses: all,
    sources,
    unread,
    caveats: caveatsOf(question.question, contract),
    problem: problemOf(sentences, market.yesLabel, read) ?? negation(question.question, contract),
  }
}

/** Most texts have no sentence that needs it, and those that have one have several. */
function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null
  return () => {
    known ??= { value: compute() }
    return known.value
  }
}

function wordsOfQuestion(question: Question, contract: Contract | null): ReadonlySet<string> {
  const { title, label, claims, closeDay } = question
  return questionWords([
    title,
    label,
    ...claims.map(({ text }) => text),
    (closeDay ?? '').slice(0, 4),
    ...ownWords(contract),
  ])
}

/** What a contract was read to be about, whichever sentence says it: it is compared as a part of the contract. */
function ownWords(contract: Contract | null): readonly string[] {
  switch (contract?.kind) {
    case 'game':
      return [...contract.teams, contract.league]
    case 'contest':
      return [...contract.contest.words, String(contract.contest.edition)]
    case 'seat':
      return [String(contract.year)]
    case 'level':
      return ['inflation reported published before seasonal adjustment', ...contract.words]
    default:
      return []
  }
}

function firstReading(question: Question): ReadContract | null {
  for (const reader of readers) {
    const read = reader(question)
    if (read !== null) return read
  }
  return null
}

/** Kalshi's sub-title may carry a second part behind colons: what the person is, not who. */
function questionOf(
  market: MarketTexts,
  sentences: readonly string[],
): { readonly question: Question; readonly others: readonly string[] } {
  const claimed = sentences.map((sentence) => ({ sentence, read: claimIn(sentence) }))
  const claims = claimed.flatMap(({ read }) => (read === null ? [] : [read.claim]))
  const label = fold(market.yesLabel.split('::')[0] ?? '')
  const title = fold(market.title).replace(/[?.\s]+$/, '')
  return {
    question: {
      title,
      label: label === 'yes' || label === 'no' || label === title.replace(/\?$/, '') ? '' : label,
      claims,
      sentences,
      symbol: market.id.slice(market.id.indexOf(':') + 1),
      closeDay: /^\d{4}-\d\d-\d\d/.exec(market.closeTime ?? '')?.[0] ?? null,
    },
    others: claimed.flatMap(({ sentence, read }) => {
      if (read === null) return noClaimIn(sentence) === null || claims.length === 0 ? [sentence] : [sentence]
      return read.remainder === null ? [] : [read.remainder]
    }),
  }
}

function problemOf(sentences: readonly string[], yesLabel: string, read: ReadContract | null): string | null {
  if (sentences.length === 0) return 'it has no rule text'
  const unfilled = unfilledIn(sentences)
  if (unfilled !== null) return `its rules have a place that was never filled in: "${unfilled.slice(0, 160)}"`
  if (/^no$/i.test(yesLabel.trim())) return 'its first outcome is No, so that YES would be NO'
  if (sentences.some((sentence) => sentence.includes(NEGATED))) return 'it holds a sign that negates another'
  if (sentences.some((sentence) => sentence.includes(REVERSED))) return 'it holds a mark that turns its letters round'
  if (read === null) return 'what it pays for could not be read'
  return read.kind === 'problem' ? read.problem : null
}

/** Negations that belong to a name or a bound, and turn nothing round. */
const HARMLESS =
  /\bnot seasonally adjusted\b|\bnot (?:above|below|more|less|fewer) than\b|\bno (?:more|less|fewer|later) than\b|"?\bno change\b"?|\bnot (?:above|below)\b/g
const NEGATED_CLAIM =
  /\b(?:not|no|never|none|nobody|neither|nor|without|fails?|except|unless|other than|anyone else|instead)\b|n't\b/

/** A claim that is turned round is not read as the claim that it turns round. Events are compared word by word. */
function negation({ title, claims }: Question, contract: Contract | null): string | null {
  if (contract === null || contract.kind === 'event') return null
  const texts = [title, ...claims.map(({ text }) => text)].map((text) => text.replaceAll(HARMLESS, ' '))
  return texts.some((text) => NEGATED_CLAIM.test(text)) ? 'its question or its claim is negated' : null
}

/** What goes to "the lowest bracket" or to "no change" goes to YES of that market and to NO of all others. */
function ofBracket(clause: Clause, levels: Levels | null): Clause {
  if (levels === null) return clause
  if (clause.says === 'lowest') return { ...clause, says: levels.from === null ? 'yes' : 'no' }
  if (clause.says !== 'no_change') return clause
  const unchanged = (levels.from === null || levels.from.value <= 0n) && (levels.to === null || levels.to.value >= 0n)
  return { ...clause, says: unchanged ? 'yes' : 'no' }
}

function caveatsOf({ title, sentences, symbol }: Question, contract: Contract | null): readonly string[] {
  if (contract?.kind !== 'contest' && contract?.kind !== 'seat') return []
  const text = [title, ...sentences].join(' ')
  return [
    ...(/\b20\d\d\b|\b\d{1,3}(?:st|nd|rd|th)?\b/.test(text)
      ? []
      : [`The year of ${symbol} is read from its symbol: no text of it names one.`]),
    ...(contract.kind === 'seat' && contract.special ? [`${symbol} speaks of a special election.`] : []),
    ...(contract.kind === 'seat' &&
    contract.stage === 'nomination' &&
    /\bprimary\b/.test(text) &&
    !/\bnominee\b|\bnomination\b/.test(text)
      ? [`${symbol} names the winner of the primary: a nominee who is replaced afterwards is another person.`]
      : []),
  ]
}

function halvesTie({ kind, says }: Clause): boolean {
  return kind === 'tie' && says === 'half'
}

/** Rules that stand in the claims themselves: the day by which a winner must be known, and whether overtime counts. */
function ofClaims(question: Question, contract: Contract | null): readonly Clause[] {
  if (contract?.kind === 'game') {
    const says =
      [...question.claims.map(({ text }) => text), ...question.sentences]
        .map(overtimeOf)
        .find((each) => each !== null) ?? null
    return says === null ? [] : [{ kind: 'overtime', says, until: null, text: 'whether overtime counts' }]
  }
  if (contract?.kind !== 'contest') return []
  return question.claims.flatMap(({ kind, text }) => {
    const until = kind === 'yes' ? limitIn(text, question.closeDay) : null
    return until === null ? [] : [{ kind: 'void' as const, says: 'no', until, text }]
  })
}
