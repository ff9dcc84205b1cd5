import type { GameContract, Question, ReadContract } from './contract.ts'
import { problem, readAs } from './contract.ts'
import { canDraw, leagueIn, tableOf } from './leagues.ts'
import { compareNames, nameOf } from './names.ts'
import { type League, leagueOfTeam, namesTeam } from './teams.ts'
import { wordsOf } from './text.ts'
import { takeWindow } from './windows.ts'

const BETWEEN =
  /\bbetween (?:the )?(.{2,60}?) and (?:the )?(.{2,60}?)(?:,| (?:first |originally )?scheduled\b| on | in the |$)/
const VERSUS =
  /^(?:[a-z0-9 ]{1,20}: )?(?:the )?(.{2,60}?) (?:at|vs\.?|v\.?|@) (?:the )?(.{2,60}?)(?:\s*(?:winner|game|match)\b|[:?(]| professional\b| pro\b|$)/
const GAME = /\b(?:game|match|matchup|bout|fight)\b/

function sidesIn(text: string): readonly [string, string] | null {
  const match =
    BETWEEN.exec(text) ??
    VERSUS.exec(
      text
        .replace(/^will (?=.{1,120}\bend in a (?:draw|tie)\b)/, '')
        .replace(/ end in a (?:draw|tie)\b.*$/, '')
        .replace(/^.{1,80}? wins? (?:after [a-z ]{1,40} of )?the /, ''),
    )
  return match === null ? null : [match[1] ?? '', match[2] ?? '']
}

function scopeOf(text: string): string {
  if (
    /\bspread\b|\([-+]\d|[-+]\d+\.5\b|\bby (?:\w+ )?(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten) (?:or more )?(?:points|goals|runs)|\bmargin\b/.test(
      text,
    )
  )
    return 'spread'
  if (/\bo\/u\b|\bover\/under\b|\btotal\b|\bcombined\b/.test(text)) return 'total'
  if (
    /\b(?:first|second|1st|2nd) (?:half|quarter|period|set|inning)\b|\b[12]h\b|\bset [1-5]\b|\bhalf-?time\b/.test(text)
  )
    return 'part'
  if (/\badvances?\b|\bgoes through\b|\bqualif/.test(text)) return 'advances'
  if (
    /\b(?:points|rebounds|assists|goals|scores?|touchdowns?|corners|cards)\b/.test(text) &&
    !/\bscores? (?:is|are) level\b|\bfinal score\b/.test(text)
  )
    return 'statistic'
  return 'game'
}

const ORDINALS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:first|1st)\b/g, '1'],
  [/\b(?:second|2nd)\b/g, '2'],
  [/\b(?:third|3rd)\b/g, '3'],
  [/\b(?:fourth|4th)\b/g, '4'],
  [/\b([12])h\b/g, '$1 half'],
]

/** What tells one market of a scope from the next: a claim may leave it to the headline. */
function lineOf(headline: string): string {
  const { rest } = takeWindow(headline, '2027-01-01')
  const plain = ORDINALS.reduce((text, [pattern, number]) => text.replaceAll(pattern, number), rest)
  const found = plain.match(/\d+(?:\.\d+)?|\b(?:half|quarter|period|set|inning|map)\b/g) ?? []
  return [...new Set(found)].toSorted().join(' ')
}

export function readGame(question: Question): ReadContract | null {
  const { title, sentences, claims, label } = question
  const about = [title, ...claims.map(({ text }) => text), ...sentences.filter((sentence) => GAME.test(sentence))]
  const sides = [title, ...claims.map(({ text }) => text), ...sentences].map(sidesIn).filter((each) => each !== null)
  if (sides.length === 0 || !about.some((text) => GAME.test(text) || / (?:at|vs\.?|@) /.test(text))) return null
  if (!/ (?:at|vs\.?|v\.?|@) | beats? | wins? on 20/.test(title) && !claims.some(({ text }) => GAME.test(text)))
    return null
  if (/\bseason\b|\bchampionship\b|\bseries\b|\bdebate\b|\belection\b|\bopen\b.{0,30}\bwinner\b/.test(title))
    return null
  const league = about.map(leagueIn).find((each) => each !== null) ?? leagueBySides(sides)
  if (league === null) return null
  const table = tableOf(league)
  const named = sides.map(([a, b]) => [nameOf(a, table), nameOf(b, table)] as const)
  const teams = named.find((each) => each.every((name) => !name.startsWith('? ')))
  if (teams === undefined) return problem('its teams could not be told apart')
  const stated = [title, ...claims.map(({ text }) => text)].flatMap((text) => sidesIn(text) ?? [])
  if (table !== null && stated.some((name) => !namesTeam(table, name)))
    return problem('it names a side that its league does not have')
  const others = named.filter((each) => each.every((name) => !name.startsWith('? ')))
  if (others.some((each) => !each.every((name) => teams.some((team) => compareNames(team, name) !== 'different'))))
    return problem('its title and its rules name different teams')
  const outcomes = claims.flatMap((claim) =>
    claim.kind === 'outcome' ? [{ label: nameOf(claim.label, table), text: claim.text }] : [],
  )
  if (outcomes.some(({ label: name }) => teams.every((team) => compareNames(team, name) === 'different')))
    return problem('it has an outcome of a side that does not play in the game')
  const yes = claims.find((claim) => claim.kind === 'yes')
  const subject = subjectOf({ yes: yes?.text ?? null, label, title, table })
  if (subject === null) return problem('whose win it pays for could not be read')
  const side = subject === DRAW ? DRAW : sideOf(subject, teams)
  if (side === undefined) return problem('it pays for a side that does not play in the game')
  const crossed = outcomes.find((outcome) => {
    const winner = /^(?:the )?(.{2,60}?) wins?\b/.exec(outcome.text)?.[1]
    return winner !== undefined && compareNames(nameOf(winner, table), outcome.label) === 'different'
  })
  if (crossed !== undefined) return problem('an outcome is named after the side that loses')
  const scopes = [title, ...claims.map(({ text }) => text)].map(scopeOf)
  const scope = scopes.find((each) => each !== 'game') ?? 'game'
  const [first = '', second = ''] = teams
  return readAs(
    {
      kind: 'game',
      league,
      teams: first < second ? [first, second] : [second, first],
      day: dayOf(question),
      scope,
      line: scope === 'game' ? '' : lineOf(`${title} ${label}`),
      subject: side,
      twoWay: !canDraw(league),
    } satisfies GameContract,
    claims
      .filter(({ text }) => !saysWin(text) || saysMore(text, [...sides.flat(), title, label], table))
      .map(({ text }) => text),
  )
}

/** The side that a name is of: the same, or the only one that it could be. */
function sideOf(name: string, teams: readonly string[]): string | undefined {
  const same = teams.find((team) => compareNames(team, name) === 'same')
  const possible = teams.filter((team) => compareNames(team, name) !== 'different')
  return same ?? (possible.length === 1 && !name.startsWith('? ') ? possible[0] : undefined)
}

/** What pays when neither side wins. */
const DRAW = 'draw'

function subjectOf(of: { yes: string | null; label: string; title: string; table: League | null }): string | null {
  if (/^(?:tie|draw)$/.test(of.label) || /\bend in a (?:draw|tie)\b/.test(of.title)) return DRAW
  const winner = of.yes === null ? undefined : /^(?:the )?(.{2,60}?) (?:wins?|beats?|defeats?)\b/.exec(of.yes)?.[1]
  const asked = /^will (?:the )?(.{2,60}?) (?:win|beat|defeat)\b/.exec(of.title)?.[1]
  const names = [winner, asked, of.label === '' ? undefined : of.label].filter((name) => name !== undefined)
  const [first] = names.map((name) => nameOf(name, of.table))
  if (first === undefined) return null
  return names.some((name) => compareNames(nameOf(name, of.table), first) === 'different') ? null : first
}

function leagueBySides(sides: readonly (readonly [string, string])[]): string | null {
  for (const [a, b] of sides) {
    const league = leagueOfTeam(a)
    if (league !== null && leagueOfTeam(b) === league) return league
  }
  return null
}

/** Words in which a claim says that somebody wins a game of some league, and no more. */
const PLAIN = new Set(
  (
    'a an the of in at on for after by and between against versus vs their its this that it game match matchup win wins won beat beats defeat defeats ' +
    'winner pro professional basketball football hockey baseball soccer tennis nba nfl nhl mlb wnba english premier league epl uefa champions ucl ' +
    'first originally scheduled ninety minutes plus stoppage time overtime included including any periods regulation ends end draw tie drawn level with'
  ).split(' '),
)

/** Who loses, or ends it otherwise, is not who wins. */
function saysWin(text: string): boolean {
  return /^(?:the )?.{2,60}? (?:wins?|beats?|defeats?)\b|\b(?:draw|drawn|tie|tied|level)\b/.test(text)
}

/** A claim with a condition besides the win is not read as if it had none. A side of a known league may go by any of its names. */
function saysMore(text: string, names: readonly string[], table: League | null): boolean {
  const side = /^(?:the )?(.{2,60}?) (?:wins?|beats?|defeats?)\b/.exec(text)?.[1] ?? ''
  const known = new Set([...names, table !== null && namesTeam(table, side) ? side : ''].flatMap(wordsOf))
  const { rest } = takeWindow(text, '2027-01-01')
  return wordsOf(rest).some((word) => !PLAIN.has(word) && !known.has(word))
}

/** The day of the game as the texts give it. Null when none does, or when they differ. */
function dayOf({ claims, sentences, title, closeDay }: Question): string | null {
  const days = new Set<string>()
  for (const text of [
    title,
    ...claims.map((claim) => claim.text),
    ...sentences.filter((sentence) => /\bscheduled\b/.test(sentence)),
  ]) {
    const { first, last } = takeWindow(text, closeDay).window
    if (first !== null && first === last) days.add(first)
  }
  return days.size === 1 ? ([...days][0] ?? null) : null
}
