import type { Claim } from './claims.ts'
import { type Contest, contestOf, editionInSymbol } from './contests.ts'
import { problem, type Question, type ReadContract, readAs } from './contract.ts'
import { compareNames, leagueAmong, nameOf } from './names.ts'
import { type League, leagueOfTeam, namesTeam } from './teams.ts'
import { cutAt, sameWords } from './text.ts'
import { takeWindow } from './windows.ts'

/** "S wins C" in one of its forms. `subject` is null where the text says "the listed club". */
interface Statement {
  readonly subject: string | null
  readonly result: string
  readonly contest: Contest
  readonly contestNamed: boolean
}

const WINS = [
  ' is officially declared the winner of ',
  ' is announced as the winner of ',
  ' is declared the winner of ',
  ' is officially crowned the winner of ',
  ' is crowned the winner of ',
  ' is the winner of ',
  ' be the winner of ',
  ' is officially crowned ',
  ' is officially named ',
  ' is awarded ',
  ' be awarded ',
  ' has won ',
  ' have won ',
  ' wins ',
  ' win ',
  ' to win ',
]
const RELEGATED = [
  ' be relegated from ',
  ' is relegated from ',
  ' are relegated from ',
  ' is officially relegated by ',
  ' is relegated by ',
  ' to be relegated from ',
]
/** The claim points at the one whom the headline names, and says no more of it. */
const LISTED =
  /^(?:the |this )?(?:(?:listed|named|specified|above|respective|corresponding) )?(?:one|team|club|side|country|nation|player|driver|golfer|goalkeeper|fighter|athlete|rider|horse|contestant|participant|entrant|candidate|nominee|individual|person|party|company|movie|film|show|game|song|album|artist|book|entry)(?: officially)?$/
const CHAMPION =
  /^(.{1,90}?) (?:is|are|be|will be) (?:the |named the |crowned the |declared the )?(.{1,140}?) (?:champions?|winners?)$/
const TOP =
  /^(.{1,90}?) (?:is a|be a|is an?|is among the|be among the|finish(?:es)?(?: in)?(?: the)?|officially finishes in the|place(?:s)? in the) (?:top|first) (\d{1,2}|four|five|ten|two|three)(?: finishers?)? ?(?:in|of)? (.{1,180})$/
const PLACE =
  /^(.{1,90}?) finish(?:es)? (?:in )?(?:the )?(second|third|last|2nd|3rd|bottom|runner-up)(?: place)? (?:in|of) (.{1,180})$/
const FIRST = /^(.{1,90}?) finish(?:es)? (?:in )?(?:1st|first)(?: place)? (?:in|of) (.{1,180})$/
const REACHES = /^(.{1,90}?) (?:reach(?:es)?|qualif(?:y|ies) for|advances? to) (?:the )?(.{1,160})$/
/** How far somebody must come: part of the question, for who reaches the final reaches the semifinal too. */
const STAGE =
  /\b(?:round of \d{1,3}|(?:quarter|semi)-?finals?|final four|elite eight|sweet sixteen|championship game|knockout (?:stage|round)|play-?offs?|finals?)\b/
const LEADS = /^(.{1,90}?) leads? (?:the )?(.{1,40}?) in (.{1,60}?) (?:for|during|in) (.{1,120})$/
const numbers: Readonly<Record<string, string>> = { two: '2', three: '3', four: '4', five: '5', ten: '10' }
/** Words that make another question of it than who wins. */
const OTHER_QUESTION =
  /\bwin (?:at least|more|over|fewer|exactly|\d)|\bwins? (?:the )?(?:most|popular|majority|jury)|\bvotes?\b|\bseats?\b|\b(?:or|and) .{1,60} wins?\b|\bwin (?:a|any|both|either) |\bfirst round\b|\bin [a-z]+ or \d+ games\b|\bset (?:1|2|one|two)\b|\bmap \d\b|\bjury\b|\btelevote\b|\bgame \d\b|\bmatch\b|\bhow many\b|\bby \d+ (?:or more|points)\b/

function statementIn(text: string): Statement | null {
  const question = text
    .replace(/^(?:will|wil|can|does) /, '')
    .replace(/^the /, '')
    .replace(/[?.]+$/, '')
    .trim()
  if (OTHER_QUESTION.test(question)) return null
  const leads = LEADS.exec(question)
  if (leads !== null) return statement(leads[1], `leads ${statOf(leads[3] ?? '')}`, `${leads[2]} ${leads[4]}`)
  const top = TOP.exec(question)
  if (top !== null) return statement(top[1], `top ${numbers[top[2] ?? ''] ?? top[2]}`, top[3] ?? '')
  const place = PLACE.exec(question)
  if (place !== null) return statement(place[1], `place ${place[2]}`, place[3] ?? '')
  const first = FIRST.exec(question)
  if (first !== null) return statement(first[1], 'wins', first[2] ?? '')
  const reaches = REACHES.exec(question)
  if (reaches !== null) return reached(reaches[1], reaches[2] ?? '')
  const relegated = cutAt(question, RELEGATED)
  if (relegated !== null) return statement(relegated.before, 'relegated', relegated.after.replace(/^after /, ''))
  const champion = CHAMPION.exec(question)
  if (champion !== null && !/\b(?:next|first|winner of)\b/.test(champion[2] ?? '')) {
    return statement(champion[1], 'wins', champion[2] ?? '')
  }
  const wins = cutAt(question, WINS)
  return wins === null ? null : statement(wins.before, 'wins', wins.after)
}

function reached(subject: string | undefined, object: string): Statement | null {
  // A figure is reached too, and is no tournament.
  if (/^(?:\$|\d)/.test(object) && !/^20\d\d\b/.test(object)) return null
  const stage = STAGE.exec(object)?.[0]
  if (stage === undefined) return statement(subject, 'takes part', object)
  return statement(subject, `reaches ${stage.replace('-', '').replace(/s$/, '')}`, object.replace(STAGE, ' '))
}

/** The average of a game and the total of a season have two leaders. */
function statOf(text: string): string {
  const name = text.replace(/\bper[- ]game\b|\baverage\b|\bmade\b|\btotal\b/g, '')
  const taken = /\bper[- ]game\b/.test(text) ? ' per game' : /\btotal\b/.test(text) ? ' in total' : ''
  return `${name.replace(/\s+/g, ' ').trim()}${taken}`
}

function statement(subject: string | undefined, result: string, object: string): Statement | null {
  if (subject === undefined || subject === '' || object === '') return null
  const limited = cutAt(object, [' before ', ' by '])
  // A limit is a date and nothing else: whatever follows it would go unread.
  if (
    limited !== null &&
    /\p{L}/u.test(takeWindow(`${limited.phrase}${limited.after}`, '2027-01-01').rest.replace(/^(?:before|by)\b/, ''))
  )
    return null
  const named = limited === null ? object : limited.before
  const contest = contestOf(named)
  const contestNamed =
    contest.words.size > 0 && !/\blisted\b|^(?:this|the) (?:election|competition|tournament|league)\b|^it$/.test(named)
  return { subject: LISTED.test(subject) ? null : subject, result, contest, contestNamed }
}

/** The end that a claim sets for a winner to be known, e.g. "before Jan 1, 2027". */
export function limitIn(text: string, closeDay: string | null): string | null {
  const limited = cutAt(text, [' before ', ' by '])
  return limited === null ? null : takeWindow(`${limited.phrase}${limited.after}`, closeDay).window.last
}

export function readContest(question: Question): ReadContract | null {
  const claimed = question.claims.map((claim) => ({ claim, statement: statementIn(claimText(claim)) }))
  const fromTitle = statementIn(question.title)
  const statements = [
    ...claimed.flatMap(({ statement: each }) => (each === null ? [] : [each])),
    ...(fromTitle === null ? [] : [fromTitle]),
  ]
  const named = statements.filter(({ contestNamed }) => contestNamed)
  const [main] = named
  if (main === undefined) return null
  const labelled = question.label === '' ? [] : [question.label]
  const subjects = [
    ...statements.flatMap(({ subject }) => (subject === null || /^who(?: will)?$/.test(subject) ? [] : [subject])),
    ...labelled,
  ]
  const [subject] = subjects
  if (subject === undefined) return null
  const words = new Set(named.flatMap(({ contest }) => [...contest.words]))
  if (
    !named.every(
      ({ contest }) =>
        [...contest.words].every((word) => words.has(word)) && overlaps(contest.words, main.contest.words),
    )
  ) {
    return problem('its title and its rules name different contests')
  }
  if (statements.some(({ result }) => result !== main.result))
    return problem('its title and its rules ask for different results')
  const editions = new Set(statements.flatMap(({ contest }) => (contest.edition === null ? [] : [contest.edition])))
  if (editions.size > 1 || statements.some(({ contest }) => contest.editionUnclear))
    return problem('it names two editions of the contest')
  // Who leads a statistic is a player, whatever team plays in the league.
  const league = main.result.startsWith('leads')
    ? null
    : (leagueAmong(words) ?? (words.has('conference') || words.has('division') ? leagueFrom(subjects) : null))
  if (league !== null) words.add(league)
  // An award of a league goes to a person, whom its table of teams does not name.
  const table = league !== null && subjects.some((name) => namesTeam(league, name)) ? league : null
  if (fromTitle === null && titleSaysMore(question, [...words, ...subjects, ...claimed.map(({ claim }) => claim.text)]))
    return problem('its title has words that its rules do not account for')
  const names = subjects.map((name) => nameOf(name, table))
  const [first = ''] = names
  if (table !== null && subjects.some((name) => !namesTeam(table, name)))
    return problem('it names a winner that its league does not have')
  if (names.some((name) => compareNames(first, name) === 'different'))
    return problem('its title and its rules name different winners')
  return readAs(
    {
      kind: 'contest',
      contest: {
        words,
        edition: [...editions][0] ?? (isNumbered(words) ? null : editionInSymbol(question.symbol)),
        editionUnclear: false,
      },
      league,
      subject: first,
      result: main.result,
    },
    claimed.flatMap(({ claim, statement: each }) =>
      each === null ||
      (!each.contestNamed && [...each.contest.words].some((word) => !words.has(word) && !POINTS.has(word)))
        ? [claim.text]
        : [],
    ),
  )
}

/** Words in which a claim points at the contest of its headline. */
const POINTS = contestOf(
  'listed specified named this that it respective relevant division conference group category award prize trophy election race competition tournament season event stage regular during nba nfl nhl mlb mls',
).words

/** Words in which a headline asks who wins, and names nothing. */
const ASKS = contestOf(
  'who which will wil can does be is are win wins won winning finish finishes top first place become make reach qualify qualifies qualifier qualifiers advance s pro professional team club player driver golfer ' +
    'next new overall official men u.s us title times this next',
).words

/** Whether a headline that is no plain question has words beyond what the rules name. */
function titleSaysMore({ title, closeDay }: Question, named: readonly string[]): boolean {
  const known = contestOf(named.join(' ')).words
  return [...contestOf(takeWindow(title, closeDay).rest).words].some((word) => !known.has(word) && !ASKS.has(word))
}

/** A season that goes by its number needs no year. */
function isNumbered(words: ReadonlySet<string>): boolean {
  return [...words].some((word) => /^\d{1,3}$/.test(word))
}

function overlaps(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return sameWords(a, b) || [...a].every((word) => b.has(word)) || [...b].every((word) => a.has(word))
}

function leagueFrom(subjects: readonly string[]): League | null {
  for (const subject of subjects) {
    const league = leagueOfTeam(subject.replace(/^the /, ''))
    if (league !== null) return league
  }
  return null
}

function claimText(claim: Claim): string {
  return claim.kind === 'listed' ? `the listed one ${claim.text}` : claim.text
}
