import {
  type Calendar,
  easternMs,
  FRIDAY,
  longDay,
  longMonth,
  monthName,
  nthWeekday,
  tickerMonth,
} from '../calendar.ts'
import type { EventDraft, KalshiEventDraft, PolymarketEventDraft, Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { aboveMarkets, grouped, polymarketSingle, type StrikeRow } from '../shapes.ts'
import { consecutive } from '../spans.ts'

const SOURCES = [{ name: 'Bureau of Labor Statistics', url: 'https://www.bls.gov/news.release/empsit.nr0.htm' }]
const PAYROLLS: readonly StrikeRow[] = [
  ['0', 9380],
  ['25000', 8720],
  ['50000', 7540],
  ['75000', 5870],
  ['100000', 4010],
  ['125000', 2380],
  ['150000', 1190],
  ['200000', 230],
]
const RATES: readonly StrikeRow[] = [
  ['4.1', 9720],
  ['4.2', 9040],
  ['4.3', 7330],
  ['4.4', 4660],
  ['4.5', 2140],
  ['4.6', 690],
]

/** Employment reports: payrolls and the unemployment rate. */
export function jobs(calendar: Calendar): Topic {
  const month = calendar.month(0)
  const release = nthWeekday(calendar.month(1), FRIDAY, 1)
  const life = openUntil(calendar, easternMs(release, 8, 25), easternMs(release, 8, 30))
  const past = calendar.month(-2)
  const name = `${monthName(month).toLowerCase()}-${month.year}`
  const endMs = easternMs(release, 8, 30)
  const payrolls = `payrolls/${tickerMonth(month)}`
  const unemployment = `u3/${tickerMonth(month)}`

  const payrollEvent: KalshiEventDraft = {
    venue: 'kalshi',
    ticker: `KXPAYROLLS-${tickerMonth(month)}`,
    series: { ticker: 'KXPAYROLLS', title: 'Jobs numbers', frequency: 'monthly' },
    title: `Jobs added in ${longMonth(month)}?`,
    subTitle: `In ${longMonth(month)}`,
    category: 'Economics',
    draw: payrolls,
    life,
    sources: SOURCES,
    exclusive: false,
    grid: 'linear_cent',
    feeType: 'quadratic_with_maker_fees',
    secondary: `The number is the seasonally adjusted change of total nonfarm employment for ${longMonth(month)} in the first Employment Situation release that reports it; revisions are ignored. A number equal to the strike is not above it. Without such a release within three months of ${longDay(release)} the market resolves to No.`,
    markets: aboveMarkets(PAYROLLS, {
      title: (strike) => `Will above ${grouped(strike)} jobs be added in ${longMonth(month)}?`,
      claim: (strike) =>
        `the change of total nonfarm payroll employment is above ${grouped(strike)} for ${longMonth(month)}`,
      label: (strike) => `Above ${grouped(strike)}`,
    }),
  }
  const rateEvent: KalshiEventDraft = {
    venue: 'kalshi',
    ticker: `KXU3-${tickerMonth(month)}`,
    series: { ticker: 'KXU3', title: 'Unemployment', frequency: 'monthly' },
    title: `Unemployment rate in ${longMonth(month)}?`,
    subTitle: `In ${longMonth(month)}`,
    category: 'Economics',
    draw: unemployment,
    life,
    sources: SOURCES,
    exclusive: false,
    grid: 'center_half_edge_half_cent',
    secondary: `The rate is the seasonally adjusted U-3 rate to one decimal as first printed for ${longMonth(month)}. A rate equal to the strike is not above it. Without a release within three months of ${longDay(release)} the market resolves to No.`,
    markets: aboveMarkets(RATES, {
      title: (strike) => `Will the unemployment rate be above ${strike}% in ${longMonth(month)}?`,
      claim: (strike) => `the unemployment rate (U-3) is above ${strike}% for ${longMonth(month)}`,
      label: (strike) => `Above ${strike}%`,
    }),
  }

  const added = (
    jobs: string,
    above: number,
    comparator: 'more than' | 'at least',
    print: 'first' | 'second',
  ): PolymarketEventDraft =>
    polymarketSingle({
      slug: `will-${comparator.replace(' ', '-')}-${jobs}-jobs-be-added-in-${name}${print === 'second' ? '-as-revised' : ''}`,
      question: `Will ${comparator} ${grouped(jobs)} jobs be added in ${monthName(month)}${print === 'second' ? ', as revised' : ''}?`,
      category: 'Economics',
      draw: payrolls,
      life,
      sources: SOURCES,
      tick: '0.01',
      fees: 'economics',
      tags: ['Economy', 'Jobs'],
      endMs,
      span: [0, above],
      rules: `This market resolves to "Yes" if total nonfarm payroll employment in the United States, seasonally adjusted, changed by ${comparator} ${grouped(jobs)} in ${longMonth(month)}, and to "No" otherwise.\n\nThe figure is the one printed in the ${print} Employment Situation report that states it${print === 'first' ? `, expected on ${longDay(release)}; later revisions do not matter` : '; the first print does not matter'}. If there is no such report within three months of ${longDay(release)}, this market resolves to "No".\n\nThe resolution source is the Bureau of Labor Statistics.`,
    })

  const chances = [
    690,
    ...RATES.slice(1)
      .map(([, above], i) => (RATES[i]?.[1] ?? 0) - above)
      .reverse(),
    280,
  ]
  const labels = ['≥4.7%', '4.6%', '4.5%', '4.4%', '4.3%', '4.2%', '≤4.1%']
  const keys = ['4pt7-or-more', '4pt6', '4pt5', '4pt4', '4pt3', '4pt2', '4pt1-or-less']
  const spans = consecutive(chances)
  const rateBuckets: PolymarketEventDraft = {
    venue: 'polymarket',
    slug: `unemployment-rate-in-${name}`,
    title: `${monthName(month)} unemployment rate?`,
    category: 'Economics',
    draw: unemployment,
    life,
    sources: SOURCES,
    negRisk: true,
    tick: '0.005',
    fees: 'economics',
    tags: ['Economy', 'Jobs'],
    endMs,
    rules: (market) =>
      `This event is about the US unemployment rate (U-3, seasonally adjusted) for ${longMonth(month)}, to one decimal as the Bureau of Labor Statistics first prints it; the report is expected on ${longDay(release)}.\n\nThis market resolves to "Yes" if the printed rate is ${market.claim}, else to "No". Without a report within three months of that date all markets of this event resolve to "No".`,
    markets: labels.map((label, i) => ({
      key: `will-the-unemployment-rate-be-${keys[i]}-in-${name}`,
      title: `Will the ${monthName(month)} unemployment rate be ${label}?`,
      label,
      claim: label.replace('≥', 'at or over ').replace('≤', 'at or under '),
      span: spans[i] ?? [0, 0],
    })),
  }

  const events: EventDraft[] = [
    payrollEvent,
    rateEvent,
    {
      ...payrollEvent,
      ticker: `KXPAYROLLS-${tickerMonth(past)}`,
      draw: `payrolls/${tickerMonth(past)}`,
      life: stage(calendar, 'determined'),
      title: `Jobs added in ${longMonth(past)}?`,
      subTitle: `In ${longMonth(past)}`,
      markets: payrollEvent.markets.slice(2, 6).map((market) => ({
        ...market,
        title: market.title.replace(longMonth(month), longMonth(past)),
        claim: market.claim.replace(longMonth(month), longMonth(past)),
      })),
    },
    added('100000', 4010, 'more than', 'first'),
    { ...added('75000', 5870, 'more than', 'first'), protocol: 'v2' as const },
    added('50000', 7560, 'at least', 'first'),
    added('125000', 2300, 'more than', 'second'),
    rateBuckets,
  ]
  const payroll = (strike: string): string => `KXPAYROLLS-${tickerMonth(month)}-T${strike}`
  const rate = (strike: string): string => `KXU3-${tickerMonth(month)}-T${strike}`
  return {
    events,
    equivalents: [
      {
        kalshi: payroll('100000'),
        polymarket: `will-more-than-100000-jobs-be-added-in-${name}`,
        polarity: 'same',
        why: 'Same series, first print, strictly more, No without a report.',
      },
      {
        kalshi: payroll('75000'),
        polymarket: `will-more-than-75000-jobs-be-added-in-${name}`,
        polarity: 'same',
        why: 'Same series, first print, strictly more, No without a report.',
        edge: true,
      },
      {
        kalshi: rate('4.6'),
        polymarket: `will-the-unemployment-rate-be-4pt7-or-more-in-${name}`,
        polarity: 'same',
        why: 'Printed to one decimal, above 4.6% and 4.7% or more are one set.',
      },
    ],
    lookAlikes: [
      {
        kalshi: payroll('50000'),
        polymarket: `will-at-least-50000-jobs-be-added-in-${name}`,
        kind: 'comparator',
        why: 'More than 50,000 against at least 50,000.',
      },
      {
        kalshi: payroll('125000'),
        polymarket: `will-more-than-125000-jobs-be-added-in-${name}-as-revised`,
        kind: 'measure',
        why: 'First print against the first revision.',
      },
      {
        kalshi: rate('4.4'),
        polymarket: `will-the-unemployment-rate-be-4pt4-in-${name}`,
        kind: 'bucket_or_cumulative',
        why: 'Above 4.4% against exactly 4.4%.',
      },
      {
        kalshi: rate('4.1'),
        polymarket: `will-the-unemployment-rate-be-4pt1-or-less-in-${name}`,
        kind: 'fallback',
        why: 'Opposites but for a missing report, which is No on both: the two NO sides can win together.',
      },
    ],
  }
}
