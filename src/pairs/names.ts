import { type League, leagues, teamOf } from './teams.ts'
import { fold, wordsOf } from './text.ts'

/** One who can win, be elected or do something, in a form that equal names share. */
export type NameMatch = 'same' | 'different' | 'unclear'

const clubs: Readonly<Record<string, string>> = {
  wolves: 'wolverhampton wanderers',
  wolverhampton: 'wolverhampton wanderers',
  'man city': 'manchester city',
  'man utd': 'manchester united',
  'man united': 'manchester united',
  spurs: 'tottenham hotspur',
  tottenham: 'tottenham hotspur',
  newcastle: 'newcastle united',
  'west ham': 'west ham united',
  leeds: 'leeds united',
  brighton: 'brighton and hove albion',
  'brighton & hove albion': 'brighton and hove albion',
  'nottm forest': 'nottingham forest',
  "nott'm forest": 'nottingham forest',
  nottingham: 'nottingham forest',
  leicester: 'leicester city',
  ipswich: 'ipswich town',
  norwich: 'norwich city',
  dortmund: 'borussia dortmund',
  bvb: 'borussia dortmund',
  leverkusen: 'bayer leverkusen',
  leipzig: 'rb leipzig',
  gladbach: 'borussia monchengladbach',
  monchengladbach: 'borussia monchengladbach',
  frankfurt: 'eintracht frankfurt',
  stuttgart: 'vfb stuttgart',
  hoffenheim: 'tsg hoffenheim',
  bayern: 'bayern munich',
  'bayern munchen': 'bayern munich',
  'inter milan': 'inter',
  internazionale: 'inter',
  'as roma': 'roma',
  napoli: 'napoli',
  'ssc napoli': 'napoli',
  juve: 'juventus',
  psg: 'paris saint germain',
  'paris saint-germain': 'paris saint germain',
  'paris sg': 'paris saint germain',
  atletico: 'atletico madrid',
  'atletico de madrid': 'atletico madrid',
  barca: 'barcelona',
  'real betis': 'betis',
  'real sociedad': 'real sociedad',
  'sporting cp': 'sporting lisbon',
  sporting: 'sporting lisbon',
  'la galaxy': 'los angeles galaxy',
  lafc: 'los angeles fc',
}

const countries: Readonly<Record<string, string>> = {
  us: 'united states',
  usa: 'united states',
  'u.s': 'united states',
  'u.s.': 'united states',
  america: 'united states',
  'united states of america': 'united states',
  uk: 'united kingdom',
  'great britain': 'united kingdom',
  'korea republic': 'south korea',
  korea: 'south korea',
  'republic of korea': 'south korea',
  czechia: 'czech republic',
  turkiye: 'turkey',
  "cote d'ivoire": 'ivory coast',
  'cabo verde': 'cape verde',
  'ir iran': 'iran',
  'dr congo': 'congo dr',
  'democratic republic of the congo': 'congo dr',
  bosnia: 'bosnia and herzegovina',
  'bosnia-herzegovina': 'bosnia and herzegovina',
  holland: 'netherlands',
  uae: 'united arab emirates',
  'china pr': 'china',
}

const parties: Readonly<Record<string, string>> = {
  republican: 'republican party',
  republicans: 'republican party',
  gop: 'republican party',
  'republican party': 'republican party',
  'a republican': 'republican party',
  democrat: 'democratic party',
  democrats: 'democratic party',
  democratic: 'democratic party',
  'democratic party': 'democratic party',
  'a democrat': 'democratic party',
}

/** A party by any name that both venues use for it, or null. */
export function partyOf(name: string): string | null {
  return parties[name.replace(/^(?:the|a member of the|a representative of the) /, '').trim()] ?? null
}

const AFFIXES = new Set(['fc', 'afc', 'cf', 'ac', 'sc', 'ssc', 'club', 'the', 'as', 'ca', 'cd', 'fbc', 'cs', 'sv'])

/** A name without what venues add or leave out. `league` gives teams of that league by city or nickname. */
export function nameOf(name: string, league: League | null): string {
  const folded = fold(name).replace(/^the /, '').replace(/[.,"]/g, ' ').replace(/\s+/g, ' ').trim()
  if (league !== null) return teamOf(league, folded) ?? `? ${folded}`
  const party = partyOf(folded)
  if (party !== null) return party
  const country = countries[folded]
  if (country !== undefined) return country
  const plain = folded
    .split(' ')
    .filter((word) => !AFFIXES.has(word))
    .join(' ')
  return clubs[folded] ?? clubs[plain] ?? (plain === '' ? folded : plain)
}

/** Compares two names as `nameOf` gives them. Half a name is unclear, not the same: it may be another's. */
export function compareNames(a: string, b: string): NameMatch {
  if (a.startsWith('? ') || b.startsWith('? ')) return 'unclear'
  if (a === b) return 'same'
  const [x, y] = [new Set(nameWords(a)), new Set(nameWords(b))]
  const shared = [...x].filter((word) => y.has(word)).length
  if (shared === x.size && shared === y.size) return 'same'
  if (shared === 0) return [...x].some((word) => [...y].some((other) => isClose(word, other))) ? 'unclear' : 'different'
  const [fewer, more] = x.size < y.size ? [x, y] : [y, x]
  const extra = [...more].filter((word) => !fewer.has(word))
  if (shared < fewer.size) {
    const missing = [...fewer].filter((word) => !more.has(word))
    return missing.every((word) => extra.some((other) => isClose(word, other))) ? 'unclear' : 'different'
  }
  // A title of descent tells father from son; a middle name or initial tells nobody.
  if (extra.some((word) => DESCENT.has(word))) return 'different'
  return fewer.size >= 2 && extra.every((word) => isMiddle(word, a.length > b.length ? a : b)) ? 'same' : 'unclear'
}

const DESCENT = new Set(['jr', 'sr', 'ii', 'iii', 'iv'])

function nameWords(name: string): readonly string[] {
  return wordsOf(name.replaceAll('-', ' '))
}

function isMiddle(word: string, name: string): boolean {
  const words = nameWords(name)
  const at = words.indexOf(word)
  return word.length === 1 && at > 0 && at < words.length - 1
}

/** One letter more, less or other, or two neighbours changed over: how the same name is misspelt. */
function isClose(a: string, b: string): boolean {
  if (a.length < 4 || b.length < 4 || Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return Math.max(a.length, b.length) - start - end <= 2
}

/** The league that a contest's words name, when teams of it go by city. */
export function leagueAmong(words: ReadonlySet<string>): League | null {
  return leagues.find((league) => words.has(league)) ?? null
}
