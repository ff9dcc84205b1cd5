import {
  type Calendar,
  type CivilDay,
  easternMs,
  longDay,
  longMonth,
  monthName,
  nthWeekday,
  shortDay,
  tickerMonth,
  WEDNESDAY,
} from '../calendar.ts'
import type { EventDraft, KalshiEventDraft, Lifetime, PolymarketEventDraft, Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { consecutive } from '../spans.ts'

const SOURCES = [{ name: 'Federal Reserve', url: 'https://www.federalreserve.gov/monetarypolicy/openmarket.htm' }]
const SERIES_TARGET = { ticker: 'KXFED', title: 'Fed funds rate', frequency: 'custom' }
const SERIES_DECISION = { ticker: 'KXFEDDECISION', title: 'Fed meeting', frequency: 'custom' }

interface Meeting {
  readonly day: CivilDay
  readonly life: Lifetime
}

/** Holding comes last, so that any change is one span. */
const STEPS = [
  {
    suffix: 'C26',
    label: 'Cut >25bps',
    clause: 'lowers the upper bound of its target range by more than 25 basis points',
  },
  {
    suffix: 'C25',
    label: 'Cut 25bps',
    clause: 'lowers the upper bound of its target range by exactly 25 basis points',
  },
  {
    suffix: 'H25',
    label: 'Hike 25bps',
    clause: 'raises the upper bound of its target range by exactly 25 basis points',
  },
  {
    suffix: 'H26',
    label: 'Hike >25bps',
    clause: 'raises the upper bound of its target range by more than 25 basis points',
  },
  { suffix: 'H0', label: 'Fed maintains rate', clause: 'leaves the upper bound of its target range where it was' },
] as const
const STEP_SPANS = consecutive([260, 3140, 270, 100, 6230])

function meetingIn(calendar: Calendar, ahead: number, life?: Lifetime): Meeting {
  const day = nthWeekday(calendar.month(ahead), WEDNESDAY, 2)
  return { day, life: life ?? openUntil(calendar, easternMs(day, 13, 55), easternMs(day, 14)) }
}

function decision({ day, life }: Meeting): KalshiEventDraft {
  return {
    venue: 'kalshi',
    ticker: `KXFEDDECISION-${tickerMonth(day)}`,
    series: SERIES_DECISION,
    title: `Fed decision in ${longMonth(day)}?`,
    subTitle: `In ${longMonth(day)}`,
    category: 'Economics',
    draw: `fed/${tickerMonth(day)}`,
    life,
    sources: SOURCES,
    exclusive: true,
    grid: 'tapered_deci_cent',
    feeType: 'quadratic_with_maker_fees',
    secondary: `Only the statement published after the meeting that ends on ${longDay(day)} counts; moves between meetings do not. A change that is no multiple of 25 basis points belongs to the outcome of more than 25 when it exceeds 25, else to the outcome of 25. Without a statement by 11:59 PM ET on the day of the next scheduled meeting the rate counts as maintained.`,
    markets: STEPS.map((step, i) => ({
      key: step.suffix,
      title: `Will the Federal Reserve ${step.label === 'Fed maintains rate' ? 'maintain rates' : step.label.toLowerCase()} at its ${longMonth(day)} meeting?`,
      label: step.label,
      claim: `the Federal Reserve ${step.clause} at its meeting that ends on ${shortDay(day)}`,
      span: STEP_SPANS[i] ?? [0, 0],
      strike: { type: 'custom', custom: { step: step.suffix } },
    })),
  }
}

const STRIKES: readonly (readonly [rate: string, above: number])[] = [
  ['2.75', 9780],
  ['3.00', 9230],
  ['3.25', 8190],
  ['3.50', 6640],
  ['3.75', 3700],
  ['4.00', 850],
  ['4.25', 140],
]

function target({ day, life }: Meeting): KalshiEventDraft {
  return {
    venue: 'kalshi',
    ticker: `KXFED-${tickerMonth(day)}`,
    series: SERIES_TARGET,
    title: `Fed funds rate after the ${longMonth(day)} meeting?`,
    subTitle: `After ${longDay(day)}`,
    category: 'Economics',
    draw: `fed-level/${tickerMonth(day)}`,
    life,
    sources: SOURCES,
    exclusive: false,
    grid: 'linear_cent',
    feeType: 'quadratic_with_maker_fees',
    secondary: `The level is the upper bound of the target range in force at 6:00 PM ET on ${longDay(day)}. A level equal to the strike is not above it.`,
    markets: STRIKES.map(([rate, above]) => ({
      key: `T${rate}`,
      title: `Will the upper bound of the federal funds rate be above ${rate}% after the ${longMonth(day)} meeting?`,
      label: `Above ${rate}%`,
      claim: `the upper bound of the federal funds target range is above ${rate}% after the meeting that ends on ${shortDay(day)}`,
      span: [0, above],
      strike: { type: 'greater', floor: rate },
    })),
  }
}

const BRACKETS = [
  { label: '50+ bps decrease', words: 'decrease-interest-rates-by-50-bps' },
  { label: '25 bps decrease', words: 'decrease-interest-rates-by-25-bps' },
  { label: '25+ bps increase', words: 'increase-interest-rates-by-25-bps' },
  { label: 'No change', words: 'keep-interest-rates-unchanged' },
] as const
const BRACKET_SPANS = consecutive([260, 3140, 370, 6230])
const slugMonth = (day: CivilDay): string => `${monthName(day).toLowerCase()}-${day.year}`

function brackets({ day, life }: Meeting): PolymarketEventDraft {
  return {
    venue: 'polymarket',
    slug: `fed-decision-in-${slugMonth(day)}`,
    title: `Fed decision in ${monthName(day)}?`,
    category: 'Economics',
    draw: `fed/${tickerMonth(day)}`,
    life,
    sources: SOURCES,
    negRisk: true,
    tick: '0.001',
    fees: 'economics',
    tags: ['Economy', 'Fed Rates'],
    endMs: easternMs(day, 19),
    rules: (market) =>
      `This event is about the step that the Federal Open Market Committee takes at its meeting that ends on ${longDay(day)}, measured on the upper bound of the target federal funds range before and after.\n\nThis market resolves to "Yes" if ${market.claim}. Otherwise it resolves to "No".\n\nA step between the listed ones counts as the next larger multiple of 25 basis points. Changes made between meetings are not counted. If no statement is out by 11:59 PM ET on the day of the following scheduled meeting, "No change" wins.\n\nThe resolution source is the statement of the Federal Reserve.`,
    markets: BRACKETS.map((bracket, i) => ({
      key: `will-the-fed-${bracket.words}-after-the-${slugMonth(day)}-meeting`,
      title: `Will the Fed ${bracket.words.replaceAll('-', ' ')} after the ${longMonth(day)} meeting?`,
      label: bracket.label,
      claim: `the step falls into the bracket "${bracket.label}"`,
      span: BRACKET_SPANS[i] ?? [0, 0],
    })),
  }
}

/** One question of its own, with the meeting's facts in the text. */
function single(
  meeting: Meeting,
  market: Omit<PolymarketEventDraft['markets'][number], 'label'>,
  text: string,
  level = false,
): PolymarketEventDraft {
  return {
    venue: 'polymarket',
    slug: market.key,
    title: market.title,
    category: 'Economics',
    draw: `${level ? 'fed-level' : 'fed'}/${tickerMonth(meeting.day)}`,
    life: meeting.life,
    sources: SOURCES,
    negRisk: false,
    tick: '0.01',
    fees: 'economics',
    tags: ['Economy', 'Fed Rates'],
    endMs: easternMs(meeting.day, 19),
    rules: () => text,
    markets: [{ ...market, label: '' }],
  }
}

function change(meeting: Meeting): PolymarketEventDraft {
  const { day } = meeting
  return single(
    meeting,
    {
      key: `will-the-fed-change-rates-in-${slugMonth(day)}`,
      title: `Will the Fed change rates at its ${monthName(day)} meeting?`,
      claim: 'the range moves',
      span: [0, 3770],
    },
    `This market resolves to "Yes" if the upper bound of the federal funds target range is moved in either direction by the decision of the Federal Reserve meeting that ends on ${longDay(day)}, and to "No" if that meeting leaves it where it was. Moves between meetings do not count. If no statement is out by 11:59 PM ET on the day of the next scheduled meeting, this market resolves to "No".\n\nThe resolution source is the Federal Reserve.`,
  )
}

function cutByYearEnd(meeting: Meeting, calendar: Calendar): PolymarketEventDraft {
  return single(
    meeting,
    {
      key: `fed-rate-cut-by-december-31-${calendar.yearEnd.year}`,
      title: `Fed rate cut by ${longDay(calendar.yearEnd)}?`,
      claim: 'a cut is announced',
      span: [0, 3900],
    },
    `This market resolves to "Yes" if the Federal Reserve announces any decrease of the upper bound of its target range, of whatever size, at a scheduled meeting or between meetings, from the creation of this market to 11:59 PM ET on ${longDay(calendar.yearEnd)}. Otherwise it resolves to "No".\n\nThe resolution source is the Federal Reserve.`,
  )
}

function atLeast(meeting: Meeting, rate: string, chance: number): PolymarketEventDraft {
  const { day } = meeting
  const slug = `fed-upper-bound-at-least-${rate.replace('.', 'pt')}-after-${slugMonth(day)}`
  return single(
    meeting,
    {
      key: slug,
      title: `Fed funds upper bound at ${rate}% or higher after the ${monthName(day)} meeting?`,
      claim: 'at or over',
      span: [0, chance],
    },
    `This market resolves to "Yes" if the upper bound of the federal funds target range, as in force at 6:00 PM ET on ${longDay(day)} after that day's meeting, equals ${rate}% or any higher number. Otherwise it resolves to "No". The resolution source is the Federal Reserve.`,
    true,
  )
}

/** Decisions and levels of the Federal Reserve, on both venues. */
export function fed(calendar: Calendar): Topic {
  const next = meetingIn(calendar, 1)
  const later = meetingIn(calendar, 3)
  const past = meetingIn(calendar, -1, stage(calendar, 'settled'))
  const far = meetingIn(calendar, 8, stage(calendar, 'unopened'))
  const events: EventDraft[] = [
    decision(next),
    decision(past),
    target(next),
    target(later),
    { ...target(far), grid: 'deci_cent' },
    brackets(next),
    brackets(past),
    { ...brackets(later), protocol: 'v2' },
    change(next),
    cutByYearEnd(next, calendar),
    atLeast(next, '3.75', 6640),
    atLeast(next, '4.00', 3700),
    atLeast(next, '3.50', 8190),
    atLeast(later, '3.75', 3950),
  ]
  const ticker = (suffix: string): string => `KXFEDDECISION-${tickerMonth(next.day)}-${suffix}`
  const level = (meeting: Meeting, rate: string): string => `KXFED-${tickerMonth(meeting.day)}-T${rate}`
  const slug = (i: number): string =>
    `will-the-fed-${BRACKETS[i]?.words ?? ''}-after-the-${slugMonth(next.day)}-meeting`
  const floor = (meeting: Meeting, rate: string): string =>
    `fed-upper-bound-at-least-${rate}-after-${slugMonth(meeting.day)}`
  return {
    events,
    equivalents: [
      {
        kalshi: ticker('H0'),
        polymarket: slug(3),
        polarity: 'same',
        why: 'Same meeting, same bound, same fallback when no statement comes.',
      },
      {
        kalshi: ticker('C25'),
        polymarket: slug(1),
        polarity: 'same',
        why: 'A cut of up to 25 basis points, since a smaller step is rounded up to 25 on both.',
      },
      {
        kalshi: ticker('C26'),
        polymarket: slug(0),
        polarity: 'same',
        why: 'More than 25 and 50 or more are one set once a step between them is rounded up to 50.',
      },
      {
        kalshi: ticker('H0'),
        polymarket: `will-the-fed-change-rates-in-${slugMonth(next.day)}`,
        polarity: 'inverted',
        why: 'Maintained is the negation of changed; both count a missing statement as no change.',
      },
      {
        kalshi: level(next, '3.50'),
        polymarket: floor(next, '3pt75'),
        polarity: 'same',
        why: 'The bound moves in quarters of a percent: above 3.50% and 3.75% or more are one set.',
      },
    ],
    lookAlikes: [
      {
        kalshi: ticker('C25'),
        polymarket: `fed-rate-cut-by-december-31-${calendar.yearEnd.year}`,
        kind: 'window',
        why: 'One meeting and exactly 25 basis points against any cut by the end of the year.',
      },
      {
        kalshi: level(next, '4.00'),
        polymarket: floor(next, '4pt00'),
        kind: 'comparator',
        why: 'Above 4.00% against 4.00% or higher: the level of 4.00% itself decides.',
      },
      {
        kalshi: level(next, '3.50'),
        polymarket: floor(next, '3pt50'),
        kind: 'comparator',
        why: 'Above 3.50% against 3.50% or higher.',
      },
      {
        kalshi: level(next, '3.50'),
        polymarket: floor(later, '3pt75'),
        kind: 'window',
        why: 'Same level, meetings two months apart.',
      },
    ],
  }
}
