import { type League, leagues as leaguesWithTeams } from './teams.ts'

/** A league in which single games are traded: the one place in which a sport is added. Teams that go by city: `teams.ts`. */
interface Row {
  readonly key: string
  /** What names it in folded text. The narrower league stands first. */
  readonly names: RegExp
  /** How a game can end: `draws` where nobody needs to win, `rarely` where a tie is possible and rare, else `decided`. */
  readonly ends: 'draws' | 'rarely' | 'decided'
}

const rows: readonly Row[] = [
  { key: 'ncaaf', names: /\bcollege football\b|\bcfp\b|\bncaa ?f/, ends: 'decided' },
  { key: 'ncaawb', names: /\bwomen's college basketball\b|\bncaa ?wb/, ends: 'decided' },
  { key: 'ncaab', names: /\bcollege basketball\b|\bncaa ?m?b/, ends: 'decided' },
  { key: 'wnba', names: /\bwnba\b|\bwomen's (?:pro(?:fessional)? )?basketball\b/, ends: 'decided' },
  { key: 'nba', names: /\bnba\b|\bpro(?:fessional)? basketball\b/, ends: 'decided' },
  { key: 'nfl', names: /\bnfl\b|\bpro(?:fessional)? football\b/, ends: 'rarely' },
  { key: 'mlb', names: /\bmlb\b|\bpro(?:fessional)? baseball\b/, ends: 'decided' },
  { key: 'nhl', names: /\bnhl\b|\bpro(?:fessional)? hockey\b/, ends: 'decided' },
  { key: 'epl', names: /\benglish premier league\b|\bepl\b/, ends: 'draws' },
  { key: 'ucl', names: /\buefa champions league\b|\bucl\b/, ends: 'draws' },
  { key: 'uel', names: /\beuropa league\b/, ends: 'draws' },
  { key: 'laliga', names: /\bla liga\b/, ends: 'draws' },
  { key: 'seriea', names: /\bserie a\b/, ends: 'draws' },
  { key: 'bundesliga', names: /\bbundesliga\b/, ends: 'draws' },
  { key: 'ligue1', names: /\bligue 1\b/, ends: 'draws' },
  { key: 'mls', names: /\bmls\b|\bmajor league soccer\b/, ends: 'draws' },
  { key: 'atp', names: /\batp\b/, ends: 'decided' },
  { key: 'wta', names: /\bwta\b/, ends: 'decided' },
]

/** The league that a folded text names, or null. */
export function leagueIn(text: string): string | null {
  return rows.find(({ names }) => names.test(text))?.key ?? null
}

/** Whether a game may end without a winner, so that NO of one side is not YES of the other. */
export function canDraw(league: string): boolean {
  return rows.find(({ key }) => key === league)?.ends !== 'decided'
}

/** The league whose teams go by city and nickname, or null. */
export function tableOf(league: string): League | null {
  return leaguesWithTeams.find((each) => each === league) ?? null
}
