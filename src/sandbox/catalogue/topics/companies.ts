import { addDays, type Calendar, easternMs, longDay, shortDay, slugDay, tickerDay } from '../calendar.ts'
import type { EventDraft, Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { aboveMarkets, grouped, type StrikeRow } from '../shapes.ts'
import { consecutive } from '../spans.ts'
import { mergeTopics, type Twins, topicOfTwins } from '../twins.ts'

const LARGEST = [
  ['NVDA', 'NVIDIA', 5640],
  ['GOOGL', 'Alphabet', 1890],
  ['MSFT', 'Microsoft', 1230],
  ['AAPL', 'Apple', 1080],
] as const
const INDEX: readonly StrikeRow[] = [
  ['6000', 9430],
  ['6400', 8020],
  ['6800', 5490],
  ['7000', 3880],
  ['7200', 2370],
  ['7600', 620],
]

/** The most valuable company, and the level of the S&P 500, at the last close of the year. */
function lastClose(calendar: Calendar): Topic {
  const end = calendar.yearEnd
  const life = openUntil(calendar, easternMs(end, 16), easternMs(end, 18))
  const spans = consecutive(LARGEST.map((row) => row[2]))
  const exchanges = [{ name: 'Nasdaq', url: 'https://www.nasdaq.com/market-activity' }]
  const spx = [{ name: 'S&P Dow Jones Indices', url: 'https://www.spglobal.com/spdji/en/indices/equity/sp-500/' }]
  const largest = (name: string): string =>
    `will-${name.toLowerCase()}-be-the-largest-company-at-the-close-on-${slugDay(end)}`
  const level = (strike: string, suffix: string): string => `sp-500-${suffix}-${strike}-on-${slugDay(end)}`
  const events: EventDraft[] = [
    {
      venue: 'kalshi',
      ticker: `KXLARGESTCO-${tickerDay(end)}`,
      series: { ticker: 'KXLARGESTCO', title: 'Largest company', frequency: 'custom' },
      title: `Largest company on ${longDay(end)}?`,
      subTitle: `At the close on ${longDay(end)}`,
      category: 'Companies',
      draw: `largest/${end.year}`,
      life,
      sources: exchanges,
      exclusive: true,
      grid: 'center_whole_edge_half_cent',
      secondary: `Market value is the closing price on the primary listing on ${longDay(end)}, or on the last trading day before, times the shares outstanding of all classes on the cover of the latest 10-Q or 10-K.`,
      markets: LARGEST.map(([code, name], i) => ({
        key: code,
        title: `Will ${name} be the largest company on ${longDay(end)}?`,
        label: name,
        claim: `${name} has the highest market value of all companies listed in the United States at the close on ${shortDay(end)}`,
        span: spans[i] ?? [0, 0],
      })),
    },
    {
      venue: 'polymarket',
      slug: `largest-company-at-the-close-on-${slugDay(end)}`,
      title: `Largest company on ${longDay(end)}?`,
      category: 'Finance',
      draw: `largest/${end.year}`,
      life,
      sources: exchanges,
      negRisk: true,
      tick: '0.001',
      fees: 'finance',
      tags: ['Finance', 'Big Tech'],
      endMs: easternMs(end, 16),
      rules: (market) =>
        `This market resolves to "Yes" if ${market.claim} has the highest market value among companies listed in the United States at the close of trading on ${longDay(end)} (or of the last trading day before), and to "No" otherwise. Market value is the official close of the primary listing times the shares outstanding of all classes stated on the cover of the latest 10-Q or 10-K. Sites that compute market value otherwise are not considered.`,
      markets: LARGEST.map(([, name], i) => ({
        key: largest(name),
        title: `Will ${name} be the largest company on ${longDay(end)}?`,
        label: name,
        claim: name,
        span: spans[i] ?? [0, 0],
      })),
    },
    {
      venue: 'kalshi',
      ticker: `KXINXY-${tickerDay(end)}`,
      series: { ticker: 'KXINXY', title: 'S&P 500 at year end', frequency: 'annual' },
      title: `S&P 500 on ${longDay(end)}?`,
      subTitle: `At the close on ${longDay(end)}`,
      category: 'Financials',
      draw: `spx/${end.year}`,
      life,
      sources: spx,
      exclusive: false,
      grid: 'center_half_edge_half_cent',
      feeMultiplier: '0.5',
      secondary: `The level is the official closing value on ${longDay(end)}, or on the last trading day before, to two decimals. A level equal to the strike is not above it.`,
      markets: aboveMarkets(INDEX, {
        title: (strike) => `Will the S&P 500 close above ${grouped(strike)} on ${longDay(end)}?`,
        claim: (strike) => `the closing value of the S&P 500 is above ${grouped(strike)} on ${shortDay(end)}`,
        label: (strike) => `Above ${grouped(strike)}`,
      }),
    },
    {
      venue: 'polymarket',
      slug: `sp-500-close-on-${slugDay(end)}`,
      title: `S&P 500 close on ${longDay(end)}`,
      category: 'Finance',
      draw: `spx/${end.year}`,
      life,
      sources: spx,
      negRisk: false,
      tick: '0.01',
      protocol: 'v2',
      fees: 'finance',
      tags: ['Finance', 'Indices'],
      endMs: easternMs(end, 16),
      rules: (market) =>
        `This market resolves to "Yes" if ${market.claim}, and to "No" otherwise. Closing values are those of S&P Dow Jones Indices to two decimals; if ${longDay(end)} is no trading day, the last one before counts.`,
      markets: [
        ...INDEX.slice(1, 4).map(([strike, above]) => ({
          key: level(strike, 'closes-above'),
          title: `S&P 500 above ${grouped(strike)}?`,
          label: `>${grouped(strike)}`,
          claim: `the S&P 500 closes above ${grouped(strike)} on ${longDay(end)}`,
          span: [0, above] as const,
        })),
        {
          key: level('7200', 'touches'),
          title: `S&P 500 to touch 7,200 by ${longDay(end)}?`,
          label: 'Touches 7,200',
          claim: `the S&P 500 trades at 7,200 or higher at any moment of a regular session from the creation of this market to ${longDay(end)}`,
          span: [0, 3920],
        },
      ],
    },
  ]
  return {
    events,
    equivalents: [
      ...LARGEST.slice(0, 3).map(([code, name]) => ({
        kalshi: `KXLARGESTCO-${tickerDay(end)}-${code}`,
        polymarket: largest(name),
        polarity: 'same' as const,
        why: 'Same close, same count of shares.',
      })),
      ...INDEX.slice(1, 4).map(([strike]) => ({
        kalshi: `KXINXY-${tickerDay(end)}-T${strike}`,
        polymarket: level(strike, 'closes-above'),
        polarity: 'same' as const,
        why: 'Same close, strictly above.',
      })),
    ],
    lookAlikes: [
      {
        kalshi: `KXINXY-${tickerDay(end)}-T7200`,
        polymarket: level('7200', 'touches'),
        kind: 'touch_or_close',
        why: 'Level at the close against any moment until then.',
      },
    ],
  }
}

function corporate(calendar: Calendar): readonly Twins[] {
  const quarterEnd = calendar.monthEnd(2 - ((calendar.today.month - 1) % 3))
  const report = addDays(quarterEnd, 2)
  const quarter = `Q${Math.ceil(quarterEnd.month / 3)} ${quarterEnd.year}`
  const code = `${quarterEnd.year % 100}Q${Math.ceil(quarterEnd.month / 3)}`
  const end = calendar.monthEnd(6)
  const after = addDays(end, 1)
  const tesla = [{ name: 'Tesla investor relations', url: 'https://ir.tesla.com' }]
  const listing = [{ name: 'SEC EDGAR', url: 'https://www.sec.gov/edgar' }]
  const deliveries = {
    categories: ['Companies', 'Tech'] as const,
    sources: tesla,
    life: openUntil(calendar, easternMs(report, 9)),
    endMs: easternMs(report, 9),
  }
  const offering = {
    categories: ['Companies', 'Tech'] as const,
    sources: listing,
    life: openUntil(calendar, easternMs(end, 24)),
    endMs: easternMs(end, 24),
  }
  const tags = ['Tech', 'Business']
  return [
    {
      ...deliveries,
      draw: `tesla/${code}`,
      kalshi: {
        ticker: `KXTESLA-${code}-T450000`,
        series: ['KXTESLA', 'Tesla deliveries'],
        question: `Will Tesla deliver more than 450,000 vehicles in ${quarter}?`,
        claim: `Tesla reports more than 450,000 vehicles delivered in ${quarter}`,
        terms:
          'The number is the total of all models in the quarterly production and deliveries release; the later 10-Q does not matter. Without a release within 45 days of the end of the quarter the market resolves to No.',
        span: [0, 4720],
      },
      polymarket: {
        slug: `tesla-deliveries-above-450k-${code.toLowerCase()}`,
        question: `Tesla deliveries above 450k in ${quarter}?`,
        rules: `This market resolves to "Yes" if Tesla's production and deliveries release for ${quarter} states total deliveries of more than 450,000 vehicles. It resolves to "No" if it states 450,000 or fewer, or if there is no such release within 45 days of the end of the quarter.`,
        fees: 'tech',
        tags,
      },
      relation: { kind: 'same', why: 'Same release, strictly more, No without one.' },
    },
    {
      ...deliveries,
      draw: `tesla-production/${code}`,
      kalshi: {
        ticker: `KXTESLA-${code}-T425000`,
        series: ['KXTESLA', 'Tesla deliveries'],
        question: `Will Tesla deliver more than 425,000 vehicles in ${quarter}?`,
        claim: `Tesla reports more than 425,000 vehicles delivered in ${quarter}`,
        terms: 'The number is the total of all models in the quarterly production and deliveries release.',
        span: [0, 6890],
      },
      polymarket: {
        slug: `tesla-production-above-425k-${code.toLowerCase()}`,
        question: `Tesla production above 425k in ${quarter}?`,
        rules: `This market resolves to "Yes" if Tesla's production and deliveries release for ${quarter} states a total production of more than 425,000 vehicles, and to "No" otherwise.`,
        span: [0, 7130],
        fees: 'tech',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'measure', why: 'Delivered against produced.' },
    },
    {
      ...offering,
      draw: `ipo/${tickerDay(end)}`,
      kalshi: {
        ticker: `KXIPO-${tickerDay(after)}-STRIPE`,
        series: ['KXIPO', 'IPOs'],
        question: `Will Stripe announce an IPO before ${shortDay(after)}?`,
        claim: `Stripe publicly files a registration statement for an initial public offering before ${shortDay(after)}`,
        terms: 'A confidential submission does not count. Trading need not have begun.',
        span: [0, 1560],
      },
      polymarket: {
        slug: `stripe-ipo-by-${slugDay(end)}`,
        question: `Stripe IPO by ${longDay(end)}?`,
        rules: `This market resolves to "Yes" if shares of Stripe trade on a public exchange for the first time by ${longDay(end)}, 11:59 PM ET. A filing or an announcement alone is not enough. Otherwise it resolves to "No".`,
        span: [0, 830],
        fees: 'tech',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'announced_or_happens', why: 'A public filing against the first trade.' },
    },
    {
      ...offering,
      draw: `ipo-list/${tickerDay(end)}`,
      kalshi: {
        ticker: `KXLISTED-${tickerDay(after)}-CANVA`,
        series: ['KXLISTED', 'New listings'],
        question: `Will Canva shares trade publicly before ${shortDay(after)}?`,
        claim: `shares of Canva trade on a public exchange before ${shortDay(after)}, New York time`,
        terms: 'Any country. A filing does not count. If Canva is acquired first, the market resolves to No.',
        span: [0, 1230],
        grid: 'center_quint_edge_quint_cent',
      },
      polymarket: {
        slug: `canva-ipo-by-${slugDay(end)}`,
        question: `Canva shares trading by ${longDay(end)}?`,
        rules: `This market resolves to "Yes" if shares of Canva have traded on a public exchange of any country by ${longDay(end)}, 11:59 PM ET, and to "No" otherwise, in particular if Canva is acquired before. Filings do not count.`,
        fees: 'tech',
        tags,
        protocol: 'v2',
      },
      relation: {
        kind: 'same',
        why: 'First public trade, any country, before a day and by the end of the day before.',
      },
    },
    {
      ...offering,
      life: stage(calendar, 'unopened'),
      draw: 'split/nvidia',
      kalshi: {
        ticker: `KXSPLIT-${(calendar.yearEnd.year + 1) % 100}-NVDA`,
        question: `Will NVIDIA split its stock in ${calendar.yearEnd.year + 1}?`,
        claim: `a forward split of the common stock of NVIDIA takes effect in ${calendar.yearEnd.year + 1}`,
        terms: 'The first day of trading at the split price decides.',
        span: [0, 1130],
      },
      polymarket: {
        slug: `nvidia-stock-split-announced-in-${calendar.yearEnd.year + 1}`,
        question: `NVIDIA stock split announced in ${calendar.yearEnd.year + 1}?`,
        rules: `This market resolves to "Yes" if NVIDIA announces a forward split of its common stock between January 1 and December 31, ${calendar.yearEnd.year + 1}, ET, and to "No" otherwise.`,
        span: [0, 1420],
        fees: 'tech',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'announced_or_happens', why: 'In effect against announced.' },
    },
  ]
}

/** Companies and stock indices. */
export function companies(calendar: Calendar): Topic {
  return mergeTopics([lastClose(calendar), topicOfTwins(corporate(calendar))])
}
