import { skeletonOf } from './skeleton.ts'
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
  ['statistic', /\bclos(?:es|ing value|ing price)\b|\bclose (?:not )?(?:above|below|at)\b/, 'close'],
  [
    'release',
    /\bfirst (?:release|print|final|printed|employment)|\bfirst prints?\b|\bas first (?:printed|published|reported)\b|\bin the first\b/,
    'first release',
  ],
  ['release', /\badvance estimate\b/, 'advance estimate'],
  ['release', /\brevis(?:ed|ion)\b(?! (?:do|does|is|are) (?:not|ignored))/, 'revised'],
  ['release', /\b(?:second|third|final) (?:estimate|print|release)\b/, 'a later estimate'],
  ['unit', /\d ?c\b|\bcelsius\b/, 'celsius'],
  ['unit', /\d ?f\b|\bfahrenheit\b/, 'fahrenheit'],
  ['area', /\bworldwide\b|\bglobal gross\b/, 'worldwide'],
  ['area', /\bdomestic\b|\bunited states and canada\b/, 'domestic'],
]

const STATION =
  /\brecorded (?:at|in|by) (?:the )?([a-z' .,-]{3,60}?)(?: station)?(?: for\b| on\b| in degrees| as reported|,? is\b|$)|\blocal standard time\)? at ([a-z' .]{3,60}?)(?:,| in the| \(|$)/

/** Words of a claim in which a figure is named, taken and printed, and that ask for no other figure. */
const PLAIN = skeletonOf(
  'a an the of in at on for to by from with as per according it its this that there will would be is are was were has have been first ' +
    'value values price prices level levels rate rates figure number index average mean simple spot regular official officially current monthly annual yearly daily quarterly month year day quarter period hour minute second ' +
    'minutes seconds sixty sixty-second one-month twelve-month 12-month twelve months change changes changed percent percentage point points increase increases increased rise rises growth grow grows decrease decreases fall falls ' +
    'fell drop drops reach reaches reached hit hits dip dips touch touches close closes closing closed trade trades traded settle settles settled settlement stand stands end ending ends high highest low lowest ' +
    'maximum minimum recorded reported published printed print prints released release report news represented displayed shown measured stated read listed specified reported place decimal one-decimal ' +
    'degree degrees fahrenheit celsius f c whole national united states america american us dollar dollars usd usdt gallon barrel ounce troy ' +
    'bureau labor statistics bls economic analysis bea consumer cpi inflation core urban consumers food energy less excluding seasonally adjusted seasonal adjustment not before unemployment u-3 nonfarm payroll payrolls jobs job employment total added ' +
    'real gdp gross domestic product advance estimate annualized federal reserve fed funds target upper bound range fomc meeting ' +
    'bitcoin btc ethereum ether eth solana sol xrp ripple dogecoin doge brti real-time rti cpi-u give gives website following currently scheduled open committee over yoy mom hightemp lowtemp ethusd_rti solusd_rti cf benchmarks cme binance coinbase candle candles pair one-minute ' +
    's&p 500 spx nasdaq 100 ndx nasdaq-100 gold wti crude oil front-month futures future contract active month comex nymex gas gasoline aaa weather service nws climatological climate temperature temp ' +
    'exactly strictly greater higher lower above below more less least most or and than equal between',
)

/** What is left of a claim about a known figure: it may be of another one with the same name. `rest` is without its time and level. */
export function detailsOf(claim: string, rest: string): readonly string[] {
  const station = skeletonOf(stationIn(claim) ?? '')
  return [...skeletonOf(rest)].filter((word) => !PLAIN.has(word) && !station.has(word))
}

function stationIn(text: string): string | null {
  const found = STATION.exec(text)
  return found === null ? null : (found[1] ?? found[2] ?? '').replace(/[,.]/g, '').trim()
}

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
  // The national service prints degrees Fahrenheit, and its readers leave the unit out.
  if (measure.endsWith('temperature') && judges.includes('nws') && !words.has('unit: celsius'))
    words.add('unit: fahrenheit')
  for (const judge of judges.length === 0 ? (publishers[measure] ?? []) : judges) words.add(`source: ${judge}`)
  const station = stationIn(text)
  if (measure.endsWith('temperature') && station !== null) words.add(`station: ${station}`)
  return words
}
