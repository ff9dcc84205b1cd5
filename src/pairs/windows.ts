/** When something must be or happen. Days as `YYYY-MM-DD`, which compare as text. */
export interface Window {
  readonly first: string | null
  /** The last day that still counts. */
  readonly last: string | null
  /** `HH:MM` where a time of day other than the end of the day is named. */
  readonly time: string | null
  /** Null when no zone is named: both venues then mean New York. */
  readonly zone: string | null
}

export const noWindow: Window = { first: null, last: null, time: null, zone: null }

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'
const DAY = new RegExp(`\\b(${MONTH})\\.? (\\d{1,2})(?:st|nd|rd|th)?\\b(?:,? (20\\d\\d)\\b)?`, 'g')
const MONTH_OF_YEAR = new RegExp(`\\b(${MONTH})\\.?,? (20\\d\\d)\\b`, 'g')
const BARE_MONTH =
  /\bin (january|february|march|april|may|june|july|august|september|october|november|december)\b(?! \d)/g
const ISO_DAY = /\b(20\d\d)-(\d\d)-(\d\d)\b/g
const QUARTER = /\bq([1-4]),? (?:of )?(20\d\d)\b/g
const YEAR = /\b(20\d\d)\b(?![-/]\d)/g
/** "Between January 1 and December 31, 2027": the year behind both days is that of both. */
const RANGE_END = new RegExp(
  `^(?:,? \\d{1,2}(?::\\d\\d)? ?[ap]m(?: [a-z]{2,3})?)?,? ?(?:and|to|through|until|-) ?(?:${MONTH})\\.? \\d{1,2}(?:st|nd|rd|th)?,? (20\\d\\d)\\b`,
)
const BEFORE_DATE =
  /(?:\b(on or before|no later than|day after|up to|before|by|on|in|through|until|till|during|after|since|from|between|for|to|and) )?(?:(?:the )?(end of|close of) )?(?:the )?$/

/** A stretch of days that a text names, and the word before it. */
interface Span {
  readonly at: number
  readonly end: number
  readonly word: string
  readonly first: string
  readonly last: string
  readonly bareYear: boolean
}

function dayText(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month, day))
  if (Number.isNaN(date.getTime()) || date.getUTCMonth() !== month) return null
  return date.toISOString().slice(0, 10)
}

/** The day before or after a day. */
function shiftDay(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10)
}

function monthOf(name: string): number {
  return months.indexOf(name.slice(0, 3))
}

/** The spans of days in a folded text, in order. A day without a year takes that of `hint`, the day on which it closes. */
export function spansIn(text: string, hint: string | null): readonly Span[] {
  const found: Span[] = []
  if (!/\d|\bin [a-z]+(?:y|h|l|e|t|r)\b/.test(text)) return found
  const taken = (at: number, end: number): boolean => found.some((span) => at < span.end && end > span.at)
  const add = (match: RegExpMatchArray, first: string | null, last: string | null, bareYear = false): void => {
    const at = match.index ?? 0
    if (first === null || last === null || taken(at, at + match[0].length)) return
    const lead = BEFORE_DATE.exec(text.slice(Math.max(0, at - 40), at))
    const endOf = lead?.[2] !== undefined
    const start = at - (lead?.[0].length ?? 0)
    found.push({
      at: start,
      end: at + match[0].length,
      word: lead?.[1] ?? '',
      first: endOf ? last : first,
      last,
      bareYear,
    })
  }
  for (const match of text.matchAll(ISO_DAY)) {
    const day = dayText(Number(match[1]), Number(match[2]) - 1, Number(match[3]))
    add(match, day, day)
  }
  for (const match of text.matchAll(DAY)) {
    const [, month = '', number = ''] = match
    const year =
      match[3] ??
      RANGE_END.exec(text.slice(match.index + match[0].length))?.[1] ??
      yearNear(monthOf(month), Number(number), hint)
    const day = year === null ? null : dayText(Number(year), monthOf(month), Number(number))
    add(match, day, day)
  }
  for (const match of text.matchAll(MONTH_OF_YEAR)) {
    const [month, year] = [monthOf(match[1] ?? ''), Number(match[2])]
    const next = dayText(year, month + 1 > 11 ? 0 : month + 1, 1)
    const after = month === 11 ? dayText(year + 1, 0, 1) : next
    add(match, dayText(year, month, 1), after === null ? null : shiftDay(after, -1))
  }
  for (const match of text.matchAll(BARE_MONTH)) {
    const month = monthOf(match[1] ?? '')
    const year = yearNear(month, 28, hint)
    if (year === null) continue
    const after = month === 11 ? dayText(Number(year) + 1, 0, 1) : dayText(Number(year), month + 1, 1)
    const first = dayText(Number(year), month, 1)
    if (first === null || after === null || taken(match.index, match.index + match[0].length)) continue
    found.push({
      at: match.index,
      end: match.index + match[0].length,
      word: 'in',
      first,
      last: shiftDay(after, -1),
      bareYear: false,
    })
  }
  for (const match of text.matchAll(QUARTER)) {
    const [quarter, year] = [Number(match[1]), Number(match[2])]
    const after = quarter === 4 ? dayText(year + 1, 0, 1) : dayText(year, quarter * 3, 1)
    add(match, dayText(year, quarter * 3 - 3, 1), after === null ? null : shiftDay(after, -1))
  }
  for (const match of text.matchAll(YEAR)) add(match, `${match[1]}-01-01`, `${match[1]}-12-31`, true)
  return found.sort((a, b) => a.at - b.at)
}

/** The year in which a day lies next to the closing day. Null when it is not clearly one. */
function yearNear(month: number, day: number, hint: string | null): string | null {
  if (hint === null) return null
  const near = [-1, 0, 1]
    .map((by) => dayText(Number(hint.slice(0, 4)) + by, month, day))
    .filter((each) => each !== null)
    .filter((each) => Math.abs(Date.parse(each) - Date.parse(hint)) <= 45 * 86_400_000)
  return near.length === 1 ? (near[0] ?? '').slice(0, 4) : null
}

const TIME =
  /\b(\d{1,2})(?::(\d\d))?(?::\d\d)? ?(am|pm|a\.m\.?|p\.m\.?)(?: ?(e[sd]?t|eastern(?: time)?|utc|gmt|p[sd]?t|c[sd]?t|local)\b)?|\b(noon|midnight)(?: (et|utc))?/g
const ZONE = /\b(utc|gmt|new york time|e[sd]?t|eastern time|p[sd]t|local standard time|local time|beijing time|cet)\b/g

/** The last date wins as the end; a time of day is kept unless it is the last minute of the day. */
export function takeWindow(text: string, hint: string | null): { readonly window: Window; readonly rest: string } {
  let rest = text
  const spans = spansIn(text, hint).filter((span) => !span.bareYear || span.word !== '')
  const [starts, ends] = [spans.findLast(setsStart), spans.findLast(setsEnd)]
  const first = starts === undefined ? null : startsAt(starts)
  const last = ends === undefined ? null : endsAt(ends)
  for (const span of spans.toReversed()) {
    // A date that bounds nothing belongs to what is said: the treaty of May 1, the election of 2028.
    if (span !== starts && span !== ends && !tellsLess(span, [starts, ends])) continue
    rest = `${rest.slice(0, span.at)} ${rest.slice(span.end)}`
  }
  const { time, zone, without } = takeTime(rest)
  return { window: { first, last, time, zone }, rest: without.replace(/\s+/g, ' ').trim() }
}

function setsStart({ word }: Span): boolean {
  return !isEnd(word) && word !== 'before'
}

function setsEnd({ word }: Span): boolean {
  return !['after', 'since', 'from', 'between'].includes(word)
}

function startsAt({ first }: Span): string {
  return first
}

function endsAt({ word, first, last }: Span): string {
  return word === 'before' ? shiftDay(first, -1) : last
}

/** The year of a date that is named in full beside it, or the same day again. */
function tellsLess(span: Span, others: readonly (Span | undefined)[]): boolean {
  return others.some(
    (other) =>
      other !== undefined &&
      span.first <= other.first &&
      span.last >= other.last &&
      (span.bareYear || span.first === other.first),
  )
}

function isEnd(word: string): boolean {
  return ['by', 'through', 'until', 'till', 'to', 'and', 'on or before', 'no later than', 'up to'].includes(word)
}

function takeTime(text: string): Pick<Window, 'time' | 'zone'> & { readonly without: string } {
  if (!/\d ?[ap]\.?m|\bnoon\b|\bmidnight\b|\btime\b|\butc\b|\bgmt\b|\b[ecp][sd]?t\b/.test(text))
    return { time: null, zone: null, without: text }
  let time: string | null = null
  for (const match of text.matchAll(TIME)) {
    const stated = timeOf(match)
    if (stated !== null) time = stated
  }
  const zone = [...text.matchAll(ZONE)].map((match) => zoneOf(match[1] ?? '')).at(-1) ?? null
  return { time, zone, without: text.replaceAll(TIME, ' ').replaceAll(ZONE, ' ') }
}

/** Null for the last minute of a day and for its first, which bound days and name no moment. */
function timeOf(match: RegExpMatchArray): string | null {
  if (match[5] !== undefined) return match[5] === 'noon' ? '12:00' : null
  const afternoon = match[3]?.startsWith('p') === true
  const hour = (Number(match[1]) % 12) + (afternoon ? 12 : 0)
  const minute = match[2] ?? '00'
  if ((hour === 23 && minute === '59') || (hour === 0 && minute === '00')) return null
  return `${String(hour).padStart(2, '0')}:${minute}`
}

function zoneOf(name: string): string {
  if (/^(?:e[sd]?t|eastern time|new york time)$/.test(name)) return 'et'
  if (/^(?:utc|gmt)$/.test(name)) return 'utc'
  return name.startsWith('local') ? 'local' : name
}
