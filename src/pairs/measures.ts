import { judgesIn } from './sources.ts'

/** What is measured, where both venues have their own words for it. Else the clause's own words tell. */
const measures: readonly (readonly [RegExp, string])[] = [
  [
    /\bcore (?:cpi|inflation)\b|\b(?:cpi|inflation) core\b|\bcore consumer price\b|\bless food and energy\b|\bexcluding food and energy\b/,
    'core cpi',
  ],
  [/\bcpi\b|\bconsumer price index\b|\binflation\b/, 'cpi'],
  [/\bpce\b/, 'pce'],
  [/\bpayrolls?\b|\bnonfarm\b|\bjobs (?:be )?(?:added|report|created)\b/, 'payrolls'],
  [/\bunemployment\b/, 'unemployment'],
  [/\bgdp\b/, 'gdp'],
  [/\b(?:federal|fed) funds\b/, 'fed funds upper bound'],
  [/\bhigh(?:est)? temp(?:erature)?\b|\bmaximum temperature\b/, 'high temperature'],
  [/\blow(?:est)? temp(?:erature)?\b|\bminimum temperature\b/, 'low temperature'],
  [/\bbitcoin\b|\bbtc\b|\bbrti\b/, 'bitcoin'],
  [/\bethereum\b|\beth\b|\bethusd_rti\b/, 'ethereum'],
  [/\bsolana\b|\bsol\b|\bsolusd_rti\b/, 'solana'],
  [/\bxrp\b|\bripple\b/, 'xrp'],
  [/\bdogecoin\b|\bdoge\b/, 'dogecoin'],
  [/\bs&p ?500\b|\bspx\b/, 'sp500'],
  [/\bnasdaq[- ]?100\b/, 'nasdaq100'],
  [/\bgold\b/, 'gold'],
  [/\bwti\b|\bcrude oil\b/, 'wti'],
  [/\bgas(?:oline)?\b/, 'gasoline'],
]

/** Figures that one office alone publishes: a text need not name it. */
const publishers: Readonly<Record<string, readonly string[]>> = {
  cpi: ['bls'],
  'core cpi': ['bls'],
  payrolls: ['bls'],
  unemployment: ['bls'],
  gdp: ['bea'],
}

/**
 * How the office prints a headline figure where no text says it: changes over a year unadjusted, over a month adjusted.
 * Source: Bureau of Labor Statistics, CPI news releases, read 2026-11.
 */
const adjustedByDefault: Readonly<Record<string, string>> = {
  'over a year': 'not adjusted',
  'over a month': 'adjusted',
}

/** Facts about how a figure is taken. Two of one group contradict each other. */
const methods: readonly (readonly [group: string, RegExp, string])[] = [
  [
    'period',
    /\byoy\b|\byear[- ]over[- ]year\b|\b(?:twelve|12)[- ]months?\b|\bannual inflation\b|\byear ending\b/,
    'over a year',
  ],
  [
    'period',
    /\bmom\b|\bmonth[- ]over[- ]month\b|\bone-month\b|\bover one month\b|\bmonthly inflation\b/,
    'over a month',
  ],
  ['adjusted', /\bnot seasonally adjusted\b|\bbefore seasonal adjustment\b/, 'not adjusted'],
  ['adjusted', /(?<!not )\bseasonally adjusted\b/, 'adjusted'],
  ['statistic', /\btrimmed mean\b/, 'trimmed mean'],
  [
    'statistic',
    /\b(?:simple )?average of (?:the )?(?:sixty|60|brti|[a-z]+_rti|cf)|\baverage of the [a-z_]+ index in the minute\b|\b60-second average\b/,
    'minute average',
  ],
  ['statistic', /\bcandle\b/, 'candle'],
  ['statistic', /\bsettle(?:s|d|ment price| above| below| at)?\b(?! by)/, 'settlement'],
  ['statistic', /\bclos(?:es|ing value|ing price)\b|\bclose (?:above|below|at)\b/, 'close'],
  [
    'release',
    /\bfirst (?:release|print|final|printed|employment)|\bfirst prints?\b|\bas first (?:printed|published|reported)\b|\bin the first\b/,
    'first release',
  ],
  ['release', /\badvance estimate\b/, 'advance estimate'],
  ['area', /\bworldwide\b|\bglobal gross\b/, 'worldwide'],
  ['area', /\bdomestic\b|\bunited states and canada\b/, 'domestic'],
]

const STATION =
  /\brecorded (?:at|in|by) (?:the )?([a-z' .,-]{3,60}?)(?: station)?(?: for\b| on\b| in degrees| as reported|,? is\b|$)|\blocal standard time\)? at ([a-z' .]{3,60}?)(?:,| in the| \(|$)/

/** The first measure that one of the texts names, or null. */
export function measureIn(texts: readonly string[]): string | null {
  return measures.find(([pattern]) => texts.some((text) => pattern.test(text)))?.[1] ?? null
}

/** Everything that tells one figure from another of the same name. */
export function wordsOfMeasure(
  measure: string,
  statements: readonly string[],
  sentences: readonly string[],
  qualifiers: string,
): ReadonlySet<string> {
  const text = [...statements, ...sentences].join(' . ')
  const words = new Set([measure])
  if (qualifiers !== '') words.add(`qualifier: ${qualifiers}`)
  for (const [group, pattern, says] of methods) if (pattern.test(text)) words.add(`${group}: ${says}`)
  if ((measure === 'cpi' || measure === 'core cpi') && ![...words].some((word) => word.startsWith('adjusted: '))) {
    const period = [...words].find((word) => word.startsWith('period: '))?.slice('period: '.length) ?? ''
    const printed = adjustedByDefault[period]
    if (printed !== undefined) words.add(`adjusted: ${printed}`)
  }
  const judges = judgesIn(text)
  for (const judge of judges.length === 0 ? (publishers[measure] ?? []) : judges) words.add(`source: ${judge}`)
  const station = STATION.exec(text)
  if (measure.endsWith('temperature') && station !== null)
    words.add(`station: ${(station[1] ?? station[2] ?? '').replace(/[,.]/g, '').trim()}`)
  return words
}
