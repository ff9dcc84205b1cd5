import { wordsOf } from './text.ts'

/** What is won: the same words for the same contest, whatever a venue calls it, and the year in which it ends. */
export interface Contest {
  readonly words: ReadonlySet<string>
  readonly edition: number | null
  /** Two editions are named, or one that can be read in two ways. */
  readonly editionUnclear: boolean
}

/** Names of one thing, tried in this order on folded text. */
const rewrites: readonly (readonly [RegExp, string])[] = [
  [/\b(?:men's )?fifa (?:men's )?world cup\b|\bmen's world cup\b|^world cup\b/g, 'worldcup'],
  [/\b(?:pro(?:fessional)? football|national football league)\b/g, 'nfl'],
  [/\b(?:pro(?:fessional)? basketball|national basketball association)\b/g, 'nba'],
  [/\b(?:pro(?:fessional)? baseball|major league baseball)\b/g, 'mlb'],
  [/\b(?:pro(?:fessional)? hockey|national hockey league)\b/g, 'nhl'],
  [/\bmajor league soccer(?: \(mls\))?/g, 'mls'],
  [/\b(nfl )?(afc|nfc) championship(?: game)?\b/g, 'nfl $2 title'],
  [/\b(?:the )?super bowl\b|\bnfl (?:league )?championship(?: game)?\b|\bnfl title\b/g, 'nfl title'],
  [/\b(eastern|western) conference (?:finals?|championship|title)\b/g, '$1 conference title'],
  [/\bnba (?:finals|championship|title)\b/g, 'nba title'],
  [/\bworld series\b|\bmlb championship\b/g, 'mlb title'],
  [/\b(?:mlb )?(?:american league|al) championship(?: series)?\b|\balcs\b/g, 'mlb al title'],
  [/\b(?:mlb )?(?:national league|nl) championship(?: series)?\b|\bnlcs\b/g, 'mlb nl title'],
  [/\b(?:mlb )?(?:american league|al) (east|west|central)(?: division)?\b/g, 'mlb al $1 division'],
  [/\b(?:mlb )?(?:national league|nl) (east|west|central)(?: division)?\b/g, 'mlb nl $1 division'],
  [/\b(?:nhl )?stanley cup(?: finals?)?\b|\bnhl championship\b/g, 'nhl title'],
  [/\bindian premier league(?: cricket)?\b|\bipl\b/g, 'ipl'],
  [/\benglish premier league\b|\bepl\b|^premier league\b/g, 'epl'],
  [/\buefa champions league\b|^champions league\b/g, 'ucl'],
  [/\bacademy awards?(?: ceremony)?\b|\boscars?\b/g, 'oscars'],
  [/\bgrammy(?: awards?|s)?\b/g, 'grammys'],
  [/\bformula (?:1|one)\b/g, 'f1'],
  [/\b(eastern|western) conference (?:during|in) (?:(nba|nhl|mls) )?playoffs\b/g, '$2 $1 conference title'],
  [/\bmost valuable player\b(?: \(mvp\))?/g, 'mvp'],
  [/\bnfl (?:ap )?(?:regular season )?mvp\b/g, 'nfl mvp'],
  [/\broty\b/g, 'rookie year'],
  [/\bdpoy\b/g, 'defensive player year'],
  [/\bcoty\b/g, 'coach year'],
  [/\b(?:mlb )?(?:al|american league) (?=mvp\b|rookie\b|cy\b|manager\b)/g, 'mlb american league '],
  [/\b(?:mlb )?(?:nl|national league) (?=mvp\b|rookie\b|cy\b|manager\b)/g, 'mlb national league '],
  [/\bu\.s\.? open\b/g, 'us open'],
  [/\bwta\b|\bwomen's singles\b/g, 'women tennis'],
  [/\batp\b|\b(?:men's )?singles\b/g, 'tennis'],
  [/\bwimbledon\b(?! tennis)/g, 'wimbledon tennis'],
  [/\b(?:roland[- ]garros|french open)\b/g, 'french open tennis'],
  [/\bdrivers?\b'?(?: world)?(?: championships?| champion| title| standings)?/g, 'driver'],
  [/\beurovision song contest\b/g, 'eurovision'],
  [/\bncaa (women's )?(?:men's )?(?:basketball )?tournament\b/g, '$1ncaab title'],
  [/\bcollege basketball (?:national )?championship\b|\bmarch madness\b/g, 'ncaab title'],
  [/\bgrand prix\b/g, 'grandprix'],
]

const IDLE = new Set(
  (
    'the a an of in at for on to from and season edition competition tournament standings league cricket soccer official officially annual ' +
    'championships champion champions winner award awards grand final held ceremony year game men s that ends which end following after professional'
  ).split(' '),
)

const SEASON = /\b(20\d\d)\s?[-/]\s?(?:20)?(\d\d)\b/g
const YEAR = /\b(20\d\d)\b/g
const ROMAN = /\bsuper bowl ([lxvi]{1,7})\b/
const ORDINAL = /\b(\d{2,3})(?:st|nd|rd|th) (?:annual )?(academy awards?|oscars|grammys?|grammy awards?)\b/

/** Reads the name of a contest in folded text. */
export function contestOf(text: string): Contest {
  const { years, rest } = takeEditions(text)
  let name = rest
    .replace(/\bthe\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  for (const [pattern, canonical] of rewrites) name = name.replace(pattern, canonical)
  const words = new Set(wordsOf(name).filter((word) => !IDLE.has(word)))
  const distinct = new Set(years)
  return { words, edition: [...distinct][0] ?? null, editionUnclear: distinct.size > 1 }
}

function takeEditions(text: string): { readonly years: readonly number[]; readonly rest: string } {
  const years: number[] = []
  let rest = text
  const roman = ROMAN.exec(rest)
  if (roman !== null) {
    years.push(1966 + romanNumber(roman[1] ?? ''))
    rest = rest.replace(ROMAN, 'super bowl')
  }
  const ordinal = ORDINAL.exec(rest)
  if (ordinal !== null) {
    years.push((ordinal[2]?.startsWith('g') === true ? 1958 : 1928) + Number(ordinal[1]))
    rest = rest.replace(ORDINAL, '$2')
  }
  rest = rest.replaceAll(SEASON, (_, first: string, second: string) => {
    years.push(Number(`${first.slice(0, 2)}${second}`))
    // A season ends in the year after it began: anything else is no season, and which year is meant is open.
    if ((Number(first) + 1) % 100 !== Number(second)) years.push(Number(first))
    return ' '
  })
  // A football season is named by the year in which it begins, its title by the year in which it is won.
  rest = rest.replaceAll(/\b(20\d\d) (?=(?:nfl|pro(?:fessional)? football) season\b)/g, (_, year: string) => {
    years.push(Number(year) + 1)
    return ' '
  })
  rest = rest.replaceAll(YEAR, (year) => {
    years.push(Number(year))
    return ' '
  })
  return { years, rest }
}

function romanNumber(text: string): number {
  const values: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50 }
  const digits = [...text].map((sign) => values[sign] ?? 0)
  return digits.reduce((sum, value, index) => sum + (value < (digits[index + 1] ?? 0) ? -value : value), 0)
}

/** The year in a ticker such as `KXFACUP-26-LFC`. Symbols of other shapes carry none that can be trusted. */
export function editionInSymbol(symbol: string): number | null {
  const year = /^[A-Z0-9]+-(?:[A-Z]{2,4})?(?:20)?(2\d|3\d)(?:[A-Z]{3}\d{0,2})?(?:-|$)/.exec(symbol)?.[1]
  return year === undefined ? null : 2000 + Number(year)
}
