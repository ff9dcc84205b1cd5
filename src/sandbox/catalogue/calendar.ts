/** Dates of the catalogue: civil days in US Eastern time counted from the sandbox's origin, and both venues' ways to write them. */

export interface CivilDay {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
}

const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
/** Day numbers as `Date.getUTCDay` has them. */
export const SUNDAY = 0
export const MONDAY = 1
export const TUESDAY = 2
export const WEDNESDAY = 3
export const FRIDAY = 5
export const SATURDAY = 6

function startOfDayUtc(date: CivilDay): number {
  return Date.UTC(date.year, date.month - 1, date.day)
}

function civilDay(utcMs: number): CivilDay {
  const date = new Date(utcMs)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

export function addDays(date: CivilDay, days: number): CivilDay {
  return civilDay(startOfDayUtc(date) + days * DAY_MS)
}

function weekdayOf(date: CivilDay): number {
  return new Date(startOfDayUtc(date)).getUTCDay()
}

/** The nth given weekday of a month, e.g. the third Wednesday. */
export function nthWeekday(month: CivilDay, weekday: number, nth: number): CivilDay {
  const first = { ...month, day: 1 }
  return addDays(first, ((weekday - weekdayOf(first) + 7) % 7) + (nth - 1) * 7)
}

/** US daylight saving time by the rule in force since 2007; the switch hour itself is taken by the day. */
function easternOffsetHours(date: CivilDay): number {
  const starts = startOfDayUtc(nthWeekday({ ...date, month: 3 }, SUNDAY, 2))
  const ends = startOfDayUtc(nthWeekday({ ...date, month: 11 }, SUNDAY, 1))
  const at = startOfDayUtc(date)
  return at >= starts && at < ends ? 4 : 5
}

/** Unix ms of a wall-clock time in US Eastern, `hour` 0 to 24. */
export function easternMs(date: CivilDay, hour: number, minute = 0): number {
  return startOfDayUtc(date) + (hour + easternOffsetHours(date)) * HOUR_MS + minute * 60_000
}

export function monthName(date: CivilDay): string {
  return MONTHS[date.month - 1] ?? ''
}

const two = (value: number): string => String(value).padStart(2, '0')
const monthCode = (date: CivilDay): string => monthName(date).slice(0, 3).toUpperCase()

/** `26DEC`. */
export function tickerMonth(date: CivilDay): string {
  return `${two(date.year % 100)}${monthCode(date)}`
}

/** `26DEC31`. */
export function tickerDay(date: CivilDay): string {
  return `${tickerMonth(date)}${two(date.day)}`
}

/** `december-31`. */
export function slugDay(date: CivilDay): string {
  return `${monthName(date).toLowerCase()}-${date.day}`
}

/** `2026-12-31`. */
export function isoDay(date: CivilDay): string {
  return `${date.year}-${two(date.month)}-${two(date.day)}`
}

/** `December 31, 2026`. */
export function longDay(date: CivilDay): string {
  return `${monthName(date)} ${date.day}, ${date.year}`
}

/** `Dec 31, 2026`, as Kalshi's rules print it. */
export function shortDay(date: CivilDay): string {
  return `${monthName(date).slice(0, 3)} ${date.day}, ${date.year}`
}

/** `December 2026`. */
export function longMonth(date: CivilDay): string {
  return `${monthName(date)} ${date.year}`
}

export interface Calendar {
  readonly originMs: number
  /** The origin's date in US Eastern. */
  readonly today: CivilDay
  day(offset: number): CivilDay
  /** The first given weekday at least `after` days away. */
  next(weekday: number, after: number): CivilDay
  /** The first day of the month `ahead` months away. */
  month(ahead: number): CivilDay
  /** The last day of the month `ahead` months away. */
  monthEnd(ahead: number): CivilDay
  /** December 31 of the year that is still current five weeks from now, so that year-end markets stay open a while. */
  readonly yearEnd: CivilDay
}

export function createCalendar(originMs: number): Calendar {
  const today = civilDay(originMs - 5 * HOUR_MS)
  const month = (ahead: number): CivilDay => civilDay(Date.UTC(today.year, today.month - 1 + ahead, 1))
  return {
    originMs,
    today,
    day: (offset) => addDays(today, offset),
    next: (weekday, after) => {
      const from = addDays(today, after)
      return addDays(from, (weekday - weekdayOf(from) + 7) % 7)
    },
    month,
    monthEnd: (ahead) => addDays(month(ahead + 1), -1),
    yearEnd: { year: addDays(today, 35).year, month: 12, day: 31 },
  }
}
