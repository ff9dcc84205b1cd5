import {
  addDays,
  type Calendar,
  type CivilDay,
  easternMs,
  longDay,
  longMonth,
  monthName,
  nthWeekday,
  TUESDAY,
  tickerMonth,
} from '../calendar.ts'
import type { EventDraft, KalshiEventDraft, Lifetime, PolymarketEventDraft, Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { consecutive } from '../spans.ts'

const SOURCES = [{ name: 'Bureau of Labor Statistics', url: 'https://www.bls.gov/cpi/' }]

/** A month's report: what it is about and when it comes out. */
interface Report {
  readonly month: CivilDay
  readonly release: CivilDay
  readonly life: Lifetime
}

function reportFor(calendar: Calendar, ahead: number, life?: Lifetime): Report {
  const release = addDays(nthWeekday(calendar.month(ahead + 1), TUESDAY, 2), 1)
  return {
    month: calendar.month(ahead),
    release,
    life: life ?? openUntil(calendar, easternMs(release, 8, 25), easternMs(release, 8, 30)),
  }
}

interface Measure {
  readonly ticker: string
  readonly name: string
  readonly words: string
  /** Chances that the printed number is above each strike. */
  readonly strikes: readonly (readonly [strike: string, above: number])[]
  readonly grid: KalshiEventDraft['grid']
}

const YEARLY: Measure = {
  ticker: 'KXCPIYOY',
  name: 'CPI year over year',
  words:
    'the change of the Consumer Price Index for All Urban Consumers over twelve months, all items, not seasonally adjusted,',
  strikes: [
    ['2.4', 9650],
    ['2.5', 9050],
    ['2.6', 7900],
    ['2.7', 6150],
    ['2.8', 4050],
    ['2.9', 2200],
    ['3.0', 980],
    ['3.1', 370],
  ],
  grid: 'linear_cent',
}
const MONTHLY: Measure = {
  ticker: 'KXCPI',
  name: 'CPI month over month',
  words:
    'the change of the Consumer Price Index for All Urban Consumers over one month, all items, seasonally adjusted,',
  strikes: [
    ['-0.1', 9820],
    ['0.0', 9380],
    ['0.1', 8240],
    ['0.2', 5680],
    ['0.3', 2370],
    ['0.4', 610],
  ],
  grid: 'center_whole_edge_half_cent',
}
const CORE: Measure = {
  ticker: 'KXCPICOREYOY',
  name: 'Core CPI year over year',
  words:
    'the change of the Consumer Price Index for All Urban Consumers over twelve months, all items less food and energy, not seasonally adjusted,',
  strikes: [
    ['2.6', 9310],
    ['2.7', 8170],
    ['2.8', 6320],
    ['2.9', 4120],
    ['3.0', 2090],
    ['3.1', 840],
  ],
  grid: 'linear_cent',
}

function thresholds(measure: Measure, { month, release, life }: Report): KalshiEventDraft {
  return {
    venue: 'kalshi',
    ticker: `${measure.ticker}-${tickerMonth(month)}`,
    series: { ticker: measure.ticker, title: measure.name, frequency: 'monthly' },
    title: `${measure.name} in ${longMonth(month)}?`,
    subTitle: `In ${longMonth(month)}`,
    category: 'Economics',
    draw: `${measure.ticker}/${tickerMonth(month)}`,
    life,
    sources: SOURCES,
    exclusive: false,
    grid: measure.grid,
    secondary: `The number is the one in the first release for ${longMonth(month)}, to one decimal as printed; later revisions do not count. A number equal to the strike is not above it. If there is no release within three months of ${longDay(release)}, the market resolves to No.`,
    markets: measure.strikes.map(([strike, above]) => ({
      key: `T${strike}`,
      title: `Will ${measure.name} be above ${strike}% in ${longMonth(month)}?`,
      label: `Above ${strike}%`,
      claim: `${measure.words} is above ${strike}% for ${longMonth(month)}`,
      span: [0, above],
      strike: { type: 'greater', floor: strike },
    })),
  }
}

const slugMonth = (day: CivilDay): string => monthName(day).toLowerCase()
const dashed = (number: string): string => number.replace('-', 'minus-').replace('.', 'pt')

/** Buckets of one decimal, open at both ends, from the same chances as the thresholds. */
function buckets(
  measure: Measure,
  period: 'annual' | 'monthly',
  { month, release, life }: Report,
): PolymarketEventDraft {
  const strikes = measure.strikes
  const first = strikes[0] ?? ['0', 10_000]
  const inner = strikes.slice(1).map(([strike, above], i) => ({ strike, chance: (strikes[i]?.[1] ?? 0) - above }))
  const last = strikes.at(-1) ?? ['0', 0]
  // From the top down, so that each bucket lies on the draw exactly between two thresholds.
  const rows = [
    { text: `≥${nextTenth(last[0])}%`, slug: `${dashed(nextTenth(last[0]))}-or-more`, chance: last[1] },
    ...inner.reverse().map((row) => ({ text: `${row.strike}%`, slug: dashed(row.strike), chance: row.chance })),
    { text: `≤${first[0]}%`, slug: `${dashed(first[0])}-or-less`, chance: 10_000 - first[1] },
  ]
  const spans = consecutive(rows.map((row) => row.chance))
  return {
    venue: 'polymarket',
    slug: `${period}-inflation-in-${slugMonth(month)}-${month.year}`,
    title: `${monthName(month)} inflation: ${period}`,
    category: 'Economics',
    draw: `${measure.ticker}/${tickerMonth(month)}`,
    life,
    sources: SOURCES,
    negRisk: true,
    tick: period === 'annual' ? '0.01' : '0.001',
    fees: 'economics',
    tags: ['Economy', 'Inflation'],
    endMs: easternMs(release, 8, 30),
    rules: (market) =>
      `This event is about ${measure.words} for ${longMonth(month)}.\n\nThis market resolves to "Yes" if ${market.claim}, and otherwise to "No".\n\nThe figure is taken to one decimal from the first release of the Bureau of Labor Statistics, expected on ${longDay(release)}; revisions are not considered. Without a release within three months of that date the lowest bracket wins.`,
    markets: rows.map((row, i) => ({
      key: `will-${period}-inflation-be-${row.slug}-in-${slugMonth(month)}-${month.year}`,
      title: `Will ${period} inflation be ${row.text} in ${monthName(month)}?`,
      label: row.text,
      claim: `the printed figure is ${row.text.startsWith('≥') ? `${row.text.slice(1)} or higher` : row.text.startsWith('≤') ? `${row.text.slice(1)} or lower` : `exactly ${row.text}`}`,
      span: spans[i] ?? [0, 0],
    })),
  }
}

/** `3.1` to `3.2`: numbers here have one decimal. */
function nextTenth(strike: string): string {
  const tenths = Math.round(Number(strike) * 10) + 1
  return `${Math.trunc(tenths / 10)}.${Math.abs(tenths % 10)}`
}

function belowOrAt(report: Report): PolymarketEventDraft {
  const { month, release, life } = report
  const slug = `cpi-at-or-below-2pt7-in-${slugMonth(month)}-${month.year}`
  return {
    ...buckets(YEARLY, 'annual', report),
    slug,
    title: `Annual CPI at or below 2.7% in ${monthName(month)}?`,
    life,
    negRisk: false,
    protocol: 'v1_with_position_ids',
    rules: () =>
      `This market resolves to "Yes" if ${YEARLY.words} for ${longMonth(month)} is printed as 2.7% or any lower number, and to "No" if it is printed higher. The figure comes, to one decimal, from the first release of the Bureau of Labor Statistics, expected on ${longDay(release)}; revisions are not considered. Without a release within three months of that date this market resolves to "Yes".`,
    markets: [
      {
        key: slug,
        title: `Annual CPI at or below 2.7% in ${monthName(month)}?`,
        label: '',
        claim: 'at or below',
        span: [6150, 10_000],
      },
    ],
  }
}

/** Consumer prices: thresholds on Kalshi, buckets on Polymarket. */
export function inflation(calendar: Calendar): Topic {
  const next = reportFor(calendar, 0)
  const past = reportFor(calendar, -2, stage(calendar, 'settled'))
  const far = reportFor(calendar, 2, stage(calendar, 'unopened'))
  const events: EventDraft[] = [
    thresholds(YEARLY, next),
    thresholds(MONTHLY, next),
    thresholds(CORE, next),
    thresholds(YEARLY, past),
    thresholds(YEARLY, far),
    buckets(YEARLY, 'annual', next),
    buckets(MONTHLY, 'monthly', next),
    buckets(YEARLY, 'annual', past),
    belowOrAt(next),
  ]
  const ticker = (measure: Measure, strike: string): string => `${measure.ticker}-${tickerMonth(next.month)}-T${strike}`
  const slug = (period: string, words: string): string =>
    `will-${period}-inflation-be-${words}-in-${slugMonth(next.month)}-${next.month.year}`
  const atMost = `cpi-at-or-below-2pt7-in-${slugMonth(next.month)}-${next.month.year}`
  return {
    events,
    equivalents: [
      {
        kalshi: ticker(YEARLY, '3.1'),
        polymarket: slug('annual', '3pt2-or-more'),
        polarity: 'same',
        why: 'Printed to one decimal, above 3.1% and 3.2% or higher are one set.',
      },
      {
        kalshi: ticker(YEARLY, '2.4'),
        polymarket: slug('annual', '2pt4-or-less'),
        polarity: 'inverted',
        why: 'Not above 2.4% is 2.4% or lower, and a missing release counts for the low side on both.',
      },
      {
        kalshi: ticker(MONTHLY, '0.4'),
        polymarket: slug('monthly', '0pt5-or-more'),
        polarity: 'same',
        why: 'Printed to one decimal, above 0.4% and 0.5% or higher are one set.',
      },
      {
        kalshi: ticker(MONTHLY, '-0.1'),
        polymarket: slug('monthly', 'minus-0pt1-or-less'),
        polarity: 'inverted',
        why: 'Not above -0.1% is -0.1% or lower, and a missing release counts for the low side on both.',
      },
      {
        kalshi: ticker(YEARLY, '2.7'),
        polymarket: atMost,
        polarity: 'inverted',
        why: 'Above 2.7% against 2.7% or lower, and a missing release counts for the low side on both.',
        edge: true,
      },
    ],
    lookAlikes: [
      {
        kalshi: ticker(YEARLY, '2.8'),
        polymarket: slug('annual', '2pt8'),
        kind: 'bucket_or_cumulative',
        why: 'Above 2.8% against exactly 2.8%.',
      },
      {
        kalshi: ticker(YEARLY, '2.9'),
        polymarket: slug('annual', '2pt9'),
        kind: 'bucket_or_cumulative',
        why: 'Above 2.9% against exactly 2.9%.',
      },
      {
        kalshi: ticker(CORE, '2.4').replace('T2.4', 'T2.7'),
        polymarket: atMost,
        kind: 'measure',
        why: 'Without food and energy against all items.',
      },
      {
        kalshi: ticker(MONTHLY, '0.2'),
        polymarket: slug('monthly', '0pt2'),
        kind: 'bucket_or_cumulative',
        why: 'Above 0.2% against exactly 0.2%.',
      },
    ],
  }
}
