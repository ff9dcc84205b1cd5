import { wordsOf } from './text.ts'

/** Words of one meaning, tried in this order on folded text. Nothing that a lawyer would argue about belongs here. */
const synonyms: readonly (readonly [RegExp, string])[] = [
  [/\bunited states(?: of america)?\b|\bu\.?s\.?a?\.?(?= |$)|\bamerican\b/g, 'usa'],
  [/\bdonald j?\.? ?trump\b|\bpresident trump\b|\bu\.s\. president donald trump\b/g, 'trump'],
  [/\bbitcoin\b|\bbtcusd\b/g, 'btc'],
  [/\bethereum\b|\bether\b/g, 'eth'],
  [/\bsolana\b/g, 'sol'],
  [/\bconsumer price index(?: for all urban consumers)?(?: \(cpi\))?|\bannual inflation\b|\bcpi inflation\b/g, 'cpi'],
  [
    /\b(?:change|rate) of (?:the )?cpi over (?:twelve|12) months\b|\byear[- ]over[- ]year\b|\byoy\b|\bover (?:twelve|12) months\b/g,
    'yoy',
  ],
  [/\bmonth[- ]over[- ]month\b|\bmom\b|\bover one month\b/g, 'mom'],
  [/\bhighest temperature\b|\bhigh temp(?:erature)?\b|\bmaximum temperature\b/g, 'hightemp'],
  [/\blowest temperature\b|\blow temp(?:erature)?\b|\bminimum temperature\b/g, 'lowtemp'],
  [/\bnew york city\b|\bnyc\b/g, 'nyc'],
  [/\bfederal reserve(?:'s)?\b|\bthe fed(?:'s)?\b|\bfomc\b/g, 'fed'],
  [
    /\bfederal funds(?: target)?(?: rate)?(?: range)?\b|\bfed funds(?: target)?(?: rate)?(?: range)?\b|\btarget (?:federal funds )?(?:rate|range)\b/g,
    'fedfunds',
  ],
  [/\bunemployment rate(?: \(u-?3\))?|\bu-?3 rate\b|\bu-3\b/g, 'unemployment'],
  [/\btotal nonfarm (?:payroll )?employment\b|\bnonfarm payrolls?\b|\bjobs\b/g, 'payrolls'],
  [/\bs&p 500\b|\bspx\b|\bs&p500\b/g, 'sp500'],
  [/\bfront-month wti(?: crude oil)? futures?(?: of nymex)?\b|\bwti\b/g, 'wti'],
  [/\bbrti index\b|\bbrti\b/g, 'btc'],
  [/\bethusd_rti index\b|\bethusd_rti\b/g, 'eth'],
  [/\bsolusd_rti index\b|\bsolusd_rti\b/g, 'sol'],
  [/\b(?:is|are) (?:used|considered|counted|taken)\b|\bcounts?\b/g, 'count'],
  [/,? both included\b/g, ''],
]

const IDLE = new Set(
  (
    'a an the of in at on by to for from as with and or that this which is are be been was were will has have had do does did it its any ever ' +
    'there then than if when after before during between into market price level value number figure rate printed reported stated official officially ' +
    'total index range bound upper equals equal higher lower above below more less least most who what how many much s following same'
  ).split(' '),
)

/** Only words that never change what is said: a clause is compared by the rest, in its order. */
const EMPTY = new Set(
  'a an the is are be been was were will has have had do does did it its this that market'.split(' '),
)

/** The stem of a word, as far as a plural or a tense goes. */
function stem(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (word.length > 4 && /(?:s|x|ch|sh)es$/.test(word)) return word.slice(0, -2)
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss') && !word.endsWith('us')) return word.slice(0, -1)
  if (word.length > 5 && word.endsWith('ed')) return word.slice(0, -2)
  return word.length > 6 && word.endsWith('ing') ? word.slice(0, -3) : word
}

/** The words of a figure's name: what surrounds them tells when and how much, and is compared elsewhere. */
export function skeletonOf(folded: string): ReadonlySet<string> {
  return new Set(stemsOf(folded).filter((word) => !IDLE.has(word)))
}

/** All words of a clause in their order: who does what to whom is told by it. */
export function clauseOf(folded: string): string {
  return stemsOf(folded)
    .filter((word) => !EMPTY.has(word))
    .join(' ')
}

/** Any of them: most clauses hold none, and one look tells. */
const SYNONYM = new RegExp(synonyms.map(([pattern]) => pattern.source).join('|'))

function stemsOf(folded: string): readonly string[] {
  let text = folded
  if (SYNONYM.test(text)) for (const [pattern, word] of synonyms) text = text.replace(pattern, ` ${word} `)
  return wordsOf(text.replaceAll('-', ' ')).map(stem)
}
