import type { MarketTexts } from '../../src/pairs/approved-pair.ts'

/** A change of a text, and what it changes. Returns the text as it was where it has nothing of the kind. */
export interface Edit {
  readonly name: string
  /** No title ends with it. */
  readonly ofRulesAlone?: boolean
  readonly change: (text: string) => string
}

const months = 'January February March April May June July August September October November December'.split(' ')
const MONTH =
  'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?'
const monthNamed = (name: string): number => months.findIndex((month) => month.startsWith(name.slice(0, 3)))

/** Another month of at least as many days, for each. */
const nextAlike = [2, 5, 4, 5, 6, 8, 7, 9, 10, 11, 3, 0]

/** Edits that make another contract of any contract that has the words for them, in its rules or throughout. */
export const harmful: readonly Edit[] = [
  {
    name: 'the day of every date',
    change: (text) =>
      text.replace(
        new RegExp(`(?<!take place on |term beginning )\\b(${MONTH})\\.? (\\d{1,2})\\b`, 'g'),
        (_, month: string, day: string) => `${month} ${Number(day) > 20 ? Number(day) - 1 : Number(day) + 1}`,
      ),
  },
  {
    name: 'the month of every date',
    change: (text) =>
      text.replace(
        new RegExp(`(?<!take place on |term beginning )\\b(${MONTH})\\b(?=\\.? (?:\\d{1,2}\\b|20\\d\\d))`, 'g'),
        (month: string) => months[nextAlike[monthNamed(month)] ?? 0] ?? '',
      ),
  },
  { name: 'the year', change: (text) => text.replace(/\b20(\d\d)\b/g, (_, year: string) => `20${Number(year) + 2}`) },
  { name: 'the time zone', change: (text) => text.replace(/\b(?:ET|EST|EDT|New York time)\b/g, 'UTC') },
  {
    name: 'the hour',
    change: (text) =>
      text.replace(/\b(\d{1,2})(?=(?::00)? ?PM\b)/g, (_, hour: string) => String((Number(hour) % 11) + 1)),
  },
  {
    name: 'the level',
    change: (text) =>
      text.replace(
        /(?<=(?:above|below|least|most|than|over|under|between|reaches|exactly|to|and) \$?)(\d[\d,]*(?:\.\d+)?)(?![\d]*(?:st|nd|rd|th)\b| ?(?:days?|weeks?|months?|hours?|minutes?)\b)/g,
        (number: string) => `${number.slice(0, -1)}${(Number(number.slice(-1)) + 3) % 10}`,
      ),
  },
  {
    name: 'above into at least',
    change: (text) => text.replace(/\b(?:above(?! or below)|more than|greater than)\b/g, 'at least'),
  },
  { name: 'at least into more than', change: (text) => text.replace(/\bat least\b|\bat or above\b/g, 'more than') },
  { name: 'or more into or less', change: (text) => text.replace(/\bor (?:more|higher|above)\b/g, 'or less') },
  { name: 'below into at most', change: (text) => text.replace(/\b(?:below|less than|fewer than)\b/g, 'at most') },
  {
    name: 'a negation',
    change: (text) =>
      /\byes\b/i.test(text) ? text.replace(/\b(wins|is|are|has|does|rises|reaches|visits)\b/, '$1 not') : text,
  },
  { name: 'the opposite of winning', change: (text) => text.replace(/\bwins\b/g, 'loses').replace(/\bwin\b/g, 'lose') },
  {
    name: 'the party',
    change: (text) =>
      text.replace(/\b(Republican|Democratic)\b/g, (name) => (name === 'Republican' ? 'Democratic' : 'Republican')),
  },
  {
    name: 'the first print into a revision',
    change: (text) =>
      text.replace(
        /\b(?:first|advance) (?=print|release|estimate|report)|\bfirst (?=printed|released|published|reported)/g,
        'revised ',
      ),
  },
  { name: 'the season', change: (text) => text.replace(/\bregular season\b/gi, 'postseason') },
  { name: 'the other sex', change: (text) => text.replace(/\bmen's\b/gi, "women's") },
  { name: 'the office', change: (text) => text.replace(/\b(?:Senate|Governor(?:ship)?)\b/g, 'Lieutenant Governor') },
  { name: 'the prize of another place', change: (text) => text.replace(/\bwins the\b/g, 'finishes second in the') },
  {
    name: 'the payout of a special case',
    change: (text) =>
      text.replace(
        /(?<=\b(?:cancell?ed|postponed|tie|completed|declared|announced)\b[^.]{0,120}resolves? to )"?(?:No|Other)"?/gi,
        '"Yes"',
      ),
  },
  {
    name: 'what counts of overtime',
    change: (text) =>
      text.replace(/\bincluding (?:any )?overtime(?: periods)?\b|\bincluded? overtime\b/gi, 'excluding overtime'),
  },
  {
    name: 'an announcement',
    change: (text) =>
      text.replace(/\bif (.{2,60}?) (wins|visits|becomes|signs|launches|leaves)\b/gi, 'if $1 announces that it $2'),
  },
  {
    name: 'both instead of one',
    change: (text) => text.replace(/\bwins (.{3,60}?)(?=, then|\.|,)/, 'wins $1 and the next one'),
  },
]

/** Edits that leave a contract what it is. */
export const harmless: readonly Edit[] = [
  {
    name: 'curly quotation marks',
    change: (text) => text.replace(/"([^"]*)"/g, '\u201c$1\u201d').replaceAll("'", '\u2019'),
  },
  {
    name: 'straight quotation marks',
    change: (text) => text.replace(/[\u201c\u201d]/g, '"').replaceAll('\u2019', "'"),
  },
  {
    name: 'months in full',
    change: (text) =>
      text.replace(
        new RegExp(`\\b(${MONTH})\\b\\.?(?= (?:\\d{1,2}\\b|20\\d\\d))`, 'g'),
        (month: string) => months[monthNamed(month)] ?? month,
      ),
  },
  {
    name: 'months in three letters',
    change: (text) =>
      text.replace(new RegExp(`\\b(${MONTH})\\b\\.?(?= (?:\\d{1,2}\\b|20\\d\\d))`, 'g'), (month: string) =>
        month.slice(0, 3),
      ),
  },
  { name: 'thousands without commas', change: (text) => text.replace(/(?<=\d),(?=\d{3}\b)/g, '') },
  { name: 'Eastern time by another name', change: (text) => text.replace(/\bET\b/g, 'Eastern Time') },
  { name: 'other white space', change: (text) => text.replaceAll(' ', '  ').replaceAll('\n', '\r\n') },
  { name: 'a dash of another length', change: (text) => text.replaceAll('-', '\u2013') },
  {
    name: 'a disclaimer',
    ofRulesAlone: true,
    change: (text) => `${text}\n\nAll trademarks, logos, and brand names are the property of their respective owners.`,
  },
]

/** The market with a change in its title, its label and all of its sentences that speak of payouts. */
export function throughout(market: MarketTexts, change: Edit['change']): MarketTexts {
  return { ...inRules(market, change), title: change(market.title), yesLabel: change(market.yesLabel) }
}

/** The market with a change in those sentences alone. A day for which something is planned, or an example, binds nobody. */
export function inRules(market: MarketTexts, change: Edit['change']): MarketTexts {
  const sentences = market.rules.split(/(?<=[.!?]["\u201d]?)(?=\s)|(?=\n)/)
  return { ...market, rules: sentences.map((each) => (/\bresolve/i.test(each) ? change(each) : each)).join('') }
}

/** The market with a change in every text of it. */
export function everywhere(market: MarketTexts, { change, ofRulesAlone }: Edit): MarketTexts {
  const changed = { ...market, rules: change(market.rules) }
  return ofRulesAlone === true
    ? changed
    : { ...changed, title: change(market.title), yesLabel: change(market.yesLabel) }
}
