import type {
  ContestContract,
  Contract,
  EventContract,
  GameContract,
  LevelContract,
  SeatContract,
  StepContract,
} from './contract.ts'
import { agrees, compareExact, differs, type Finding, unclear } from './findings.ts'
import { type Levels, levelsText, relate, witnessOf } from './levels.ts'
import { compareNames } from './names.ts'
import { sameWords } from './text.ts'
import { noWindow, type Window } from './windows.ts'

/** How the questions compare, and which outcomes face each other if nothing stands in the way. */
export interface Comparison {
  readonly findings: readonly Finding[]
  readonly polarity: 'same' | 'inverted'
}

export function compareContracts(a: Contract, b: Contract): Comparison {
  if (a.kind === 'contest' && b.kind === 'contest') return same(compareContests(a, b))
  if (a.kind === 'seat' && b.kind === 'seat') return same(compareSeats(a, b))
  if (a.kind === 'game' && b.kind === 'game') return compareGames(a, b)
  if (a.kind === 'step' && b.kind === 'step') return compareSteps(a, b)
  if (a.kind === 'level' && b.kind === 'level') return compareLevels(a, b)
  if (a.kind === 'event' && b.kind === 'event') return compareEvents(a, b)
  const values: readonly [string, string] = [kindText[a.kind], kindText[b.kind]]
  const world = `the ${values[0]} and the ${values[1]} come out differently`
  return same([
    a.kind === 'event' || b.kind === 'event' ? unclear('question', values, world) : differs('question', values, world),
  ])
}

const kindText: Readonly<Record<Contract['kind'], string>> = {
  contest: 'winner of a contest',
  seat: 'winner of an office',
  game: 'winner of a game',
  step: 'step of a central bank',
  level: 'level of a figure',
  event: 'event',
}

function same(findings: readonly Finding[]): Comparison {
  return { findings, polarity: 'same' }
}

function compareSubjects(a: string, b: string, what: string): Finding {
  const match = compareNames(a, b)
  if (match === 'same') return agrees('subject', a)
  const world = `${a} ${what} and ${b} does not`
  return match === 'different' ? differs('subject', [a, b], world) : unclear('subject', [a, b], world)
}

function compareWords(aspect: string, a: ReadonlySet<string>, b: ReadonlySet<string>, world: string): Finding {
  const values: readonly [string, string] = [[...a].join(' '), [...b].join(' ')]
  if (sameWords(a, b)) return agrees(aspect, values[0])
  const [fewer, more] = a.size < b.size ? [a, b] : [b, a]
  return [...fewer].every((word) => more.has(word)) ? unclear(aspect, values, world) : differs(aspect, values, world)
}

function compareContests(a: ContestContract, b: ContestContract): readonly Finding[] {
  return [
    compareResults(a, b),
    compareWords(
      'contest',
      a.contest.words,
      b.contest.words,
      `${a.subject} wins one of the two contests and not the other`,
    ),
    ...compareEditions(a, b),
    compareSubjects(a.subject, b.subject, 'wins'),
  ]
}

/** A text that leaves out how a statistic is taken may mean either way. */
function compareResults(a: ContestContract, b: ContestContract): Finding {
  const world = `${a.subject} is "${a.result}" and not "${b.result}"`
  if (a.result === b.result) return agrees('result', a.result)
  const open = a.result.startsWith(`${b.result} `) || b.result.startsWith(`${a.result} `)
  return open ? unclear('result', [a.result, b.result], world) : differs('result', [a.result, b.result], world)
}

/** Two seasons of one number are one, though neither names a year. */
function compareEditions(a: ContestContract, b: ContestContract): readonly Finding[] {
  const numbered =
    [...a.contest.words].some((word) => /^\d{1,3}$/.test(word)) && sameWords(a.contest.words, b.contest.words)
  if (numbered && (a.contest.edition === null || b.contest.edition === null)) return []
  return [
    compareExact(
      'edition',
      text(a.contest.edition),
      text(b.contest.edition),
      (x, y) => `${a.subject} wins in ${x} and not in ${y}`,
    ),
  ]
}

function text(value: number | null): string | null {
  return value === null ? null : String(value)
}

function compareSeats(a: SeatContract, b: SeatContract): readonly Finding[] {
  return [
    compareExact('stage', a.stage, b.stage, () => `${a.subject} is nominated and loses the election`),
    compareExact('office', a.office, b.office, (x, y) => `${a.subject} wins as ${x} and not as ${y}`),
    compareExact('place', a.place, b.place, (x, y) => `the race in ${x} goes one way and the race in ${y} the other`),
    ...(a.party === null && b.party === null
      ? []
      : [
          compareExact(
            'party',
            a.party,
            b.party,
            (x, y) => `${a.subject} is nominated by the ${x} and not by the ${y}`,
          ),
        ]),
    compareExact('year', text(a.year), text(b.year), (x, y) => `${a.subject} wins in ${x} and not in ${y}`),
    compareExact(
      'decided by',
      a.by,
      b.by,
      () => `the winner of the vote does not take office, or another person is sworn in`,
    ),
    ...(a.accepts === b.accepts
      ? []
      : [differs('acceptance', [acceptText(a), acceptText(b)], `${a.subject} is nominated and declines`)]),
    ...compareVotes(a, b),
    compareSubjects(a.subject, b.subject, 'wins'),
  ]
}

/** A district may fill a seat twice in one year, for the rest of the term and for the next. Of a state's senators one stands. */
function compareVotes(a: SeatContract, b: SeatContract): readonly Finding[] {
  if (a.special === b.special || a.office === 'senate') return []
  const values: readonly [string, string] = [voteText(a), voteText(b)]
  return [unclear('election', values, 'the special election and the next regular one have two winners')]
}

function voteText({ special }: SeatContract): string {
  return special ? 'special election' : 'not said'
}

function acceptText({ accepts }: SeatContract): string {
  return accepts ? 'wins and accepts' : 'wins'
}

function compareGames(a: GameContract, b: GameContract): Comparison {
  const met = a.teams.map((team) => b.teams.map((other) => compareNames(team, other)))
  const teams = met.every((matches) => matches.includes('same'))
  // A surname may be another player's.
  const apart = met.some((matches) => matches.every((match) => match === 'different'))
  const versus = (game: GameContract): string => game.teams.join(' against ')
  const subject = compareNames(a.subject, b.subject)
  const opposed = teams && subject !== 'same'
  const findings = [
    compareExact('league', a.league, b.league, () => 'the game of one league ends otherwise than that of the other'),
    teams
      ? agrees('teams', versus(a))
      : (apart ? differs : unclear)('teams', [versus(a), versus(b)], 'the two games end differently'),
    compareExact('day', a.day, b.day, (x, y) => `${a.subject} wins on ${x} and loses on ${y}`),
    compareExact('scope', a.scope, b.scope, (x, y) => `${a.subject} wins the ${x} and not the ${y}`),
    ...(a.line === b.line
      ? []
      : [unclear('line', [a.line, b.line], 'it passes the one line and not the other, or one part goes otherwise')]),
    ...(opposed && !(a.twoWay && b.twoWay)
      ? [differs('subject', [a.subject, b.subject], 'the game ends in a draw: neither pays YES')]
      : [agrees('subject', opposed ? `${a.subject} or ${b.subject}` : a.subject)]),
  ]
  return { findings, polarity: opposed ? 'inverted' : 'same' }
}

function compareSteps(a: StepContract, b: StepContract): Comparison {
  const relation = relate(a.step, b.step, null)
  const findings = [
    compareExact('meeting', a.meeting, b.meeting, (x, y) => `the meeting of ${x} decides otherwise than that of ${y}`),
    compareSets('step', a.step, b.step, relation, 'basis points'),
  ]
  return { findings, polarity: relation === 'inverted' ? 'inverted' : 'same' }
}

function compareSets(aspect: string, a: Levels, b: Levels, relation: ReturnType<typeof relate>, unit: string): Finding {
  const values: readonly [string, string] = [levelsText(a), levelsText(b)]
  if (relation !== 'different') return { aspect, outcome: 'agrees', first: values[0], second: values[1], world: null }
  const witness = witnessOf(a, b)
  return differs(
    aspect,
    values,
    witness === null
      ? 'the value lies in one set and not in the other'
      : `the value is ${witness}${unit === '' ? '' : ` ${unit}`}`,
  )
}

function compareLevels(a: LevelContract, b: LevelContract): Comparison {
  // Steps that one text states hold for the figure, whoever states them, as long as the other states no others.
  const grid = a.grid === null || b.grid === null || a.grid === b.grid ? (a.grid ?? b.grid) : null
  const relation = relate(a.levels, b.levels, grid)
  const findings = [
    ...compareMeasures(a.words, b.words),
    compareSets('level', a.levels, b.levels, relation, ''),
    compareExact('manner', a.manner, b.manner, () => 'the level is passed for a moment and not held'),
    ...compareWindows(a.window, b.window, a.manner === 'touch'),
  ]
  return { findings, polarity: relation === 'inverted' ? 'inverted' : 'same' }
}

/** Facts of a group contradict each other; a fact that one text does not state is not known of it. */
function compareMeasures(a: ReadonlySet<string>, b: ReadonlySet<string>): readonly Finding[] {
  const grouped = [...a, ...b].some((word) => word.includes(': '))
  if (!grouped) return [compareNamed(a, b)]
  const groups = new Set([...a, ...b].map((word) => word.split(': ')[0] ?? ''))
  return [...groups].flatMap((group) => {
    const [x, y] = [wordsOfGroup(a, group), wordsOfGroup(b, group)]
    const aspect = group === 'source' || group === 'station' ? group : 'measure'
    if (x === y) return [agrees(aspect, x)]
    const values: readonly [string, string] = [x === '' ? 'not said' : x, y === '' ? 'not said' : y]
    const world = group === 'source' ? 'the two sources print different figures' : 'the two figures come apart'
    return [
      x === '' || y === '' || group === 'qualifier' || group === 'detail'
        ? unclear(aspect, values, world)
        : differs(aspect, values, world),
    ]
  })
}

/** Figures that only their own words name: other words may still mean the same, which is for a person. */
function compareNamed(a: ReadonlySet<string>, b: ReadonlySet<string>): Finding {
  const [x, y] = [[...a].join(' '), [...b].join(' ')]
  return x === y ? agrees('measure', x) : unclear('measure', [x, y], 'the two figures come apart')
}

function wordsOfGroup(words: ReadonlySet<string>, group: string): string {
  return [...words]
    .filter((word) => word === group || word.startsWith(`${group}: `))
    .toSorted()
    .join(', ')
}

function compareEvents(a: EventContract, b: EventContract): Comparison {
  const findings = [
    compareClause(a.clause, b.clause),
    ...compareHeadlines(a, b),
    ...compareWindows(a.window, b.window, true),
  ]
  return same(findings)
}

/** Clauses of other words may mean the same: that is for a person, so they are unclear, unless a number or a name differs. */
function compareClause(a: string, b: string): Finding {
  if (a === b) return agrees('event', a)
  return unclear('event', [a, b], 'what one text asks for happens and what the other asks for does not')
}

/** One claim under two headlines may be two markets of one event, each for its own name or level. */
function compareHeadlines(a: EventContract, b: EventContract): readonly Finding[] {
  if (a.clause !== b.clause || sameWords(a.headline, b.headline)) return []
  const values: readonly [string, string] = [[...a.headline].join(' '), [...b.headline].join(' ')]
  return [unclear('headline', values, 'it happens to what one headline names, and not to what the other names')]
}

/** `spans` tells whether the first day matters: for a figure at one moment the last says all. */
function compareWindows(a: Window, b: Window, spans: boolean): readonly Finding[] {
  const [from, to] = [a.first, b.first]
  return [
    compareExact(
      'last day',
      a.last,
      b.last,
      (x, y) => `it is so only ${x < y ? `after ${x} and by ${y}` : `after ${y} and by ${x}`}`,
    ),
    ...(!spans || from === to
      ? []
      : [compareExact('first day', from, to, (x, y) => `it is so only between ${x < y ? x : y} and ${x < y ? y : x}`)]),
    ...(a.time === b.time
      ? []
      : [compareExact('time of day', a.time, b.time, (x, y) => `it changes between ${x} and ${y}`)]),
    ...zoneFinding(a, b),
  ]
}

function zoneFinding(a: Window, b: Window): readonly Finding[] {
  const [x, y] = [a.zone ?? noZone, b.zone ?? noZone]
  return x === y ? [] : [differs('time zone', [x, y], 'it happens in the hours by which the two days differ')]
}

/** Both venues mean New York where they name no zone. Source: kalshi.md §3 and polymarket.md, rules of markets, 2026-11. */
const noZone = noWindow.zone ?? 'et'
