import { addDays, type Calendar, easternMs, FRIDAY, longDay, shortDay, slugDay, tickerDay } from '../calendar.ts'
import type { EventDraft, KalshiEventDraft, PolymarketEventDraft, Topic } from '../draft.ts'
import { openUntil } from '../lifetimes.ts'
import { aboveMarkets, grouped, polymarketSingle, type StrikeRow } from '../shapes.ts'

const GAS: readonly StrikeRow[] = [
  ['2.800', 9240],
  ['2.900', 7610],
  ['3.000', 4920],
  ['3.100', 2180],
  ['3.200', 640],
]
const OIL: readonly StrikeRow[] = [
  ['56', 8520],
  ['58', 7080],
  ['60', 5220],
  ['62', 3340],
  ['65', 1180],
]
const GOLD: readonly StrikeRow[] = [
  ['3900', 8110],
  ['4000', 6730],
  ['4100', 5040],
  ['4200', 3260],
  ['4400', 990],
]

/** Gasoline, oil and gold. */
export function commodities(calendar: Calendar): Topic {
  const end = calendar.monthEnd(1)
  const friday = calendar.next(FRIDAY, 9)
  const monthLife = openUntil(calendar, easternMs(end, 3), easternMs(end, 9))
  const weekLife = openUntil(calendar, easternMs(friday, 14, 30))
  const aaa = [{ name: 'AAA Gas Prices', url: 'https://gasprices.aaa.com' }]
  const cme = [{ name: 'CME Group', url: 'https://www.cmegroup.com/market-data.html' }]
  const base = { category: 'Financials', exclusive: false, shard: 2 }
  const kalshi: readonly KalshiEventDraft[] = [
    {
      ...base,
      venue: 'kalshi',
      ticker: `KXAAAGASM-${tickerDay(end)}`,
      series: { ticker: 'KXAAAGASM', title: 'US gas price at month end', frequency: 'monthly' },
      title: `US gas prices on ${longDay(end)}?`,
      subTitle: `On ${longDay(end)}`,
      draw: `gas/${tickerDay(end)}`,
      life: monthLife,
      sources: aaa,
      grid: 'linear_cent',
      secondary: `The price is AAA's national average for regular gasoline in dollars to three decimals, shown as the current average on ${longDay(end)} at 9:00 AM ET. A price equal to the strike is not above it.`,
      markets: aboveMarkets(GAS, {
        title: (strike) => `Will average gas prices be above $${strike} on ${longDay(end)}?`,
        claim: (strike) => `AAA's national average for regular gasoline is above $${strike} on ${shortDay(end)}`,
        label: (strike) => `Above $${strike}`,
      }),
    },
    {
      ...base,
      venue: 'kalshi',
      ticker: `KXWTI-${tickerDay(friday)}`,
      series: { ticker: 'KXWTI', title: 'WTI oil price', frequency: 'weekly' },
      title: `WTI oil price on ${longDay(friday)}?`,
      subTitle: `On ${longDay(friday)}`,
      draw: `wti/${tickerDay(friday)}`,
      life: weekLife,
      sources: cme,
      grid: 'center_deci_edge_centi_cent',
      secondary: `The price is the settlement of the front-month WTI crude oil future of NYMEX for ${longDay(friday)}. On the last trading day of a contract the next month counts. A price equal to the strike is not above it.`,
      markets: aboveMarkets(OIL, {
        title: (strike) => `Will WTI settle above $${strike} on ${longDay(friday)}?`,
        claim: (strike) => `the front-month WTI future settles above $${grouped(strike)}.00 on ${shortDay(friday)}`,
        label: (strike) => `Above $${strike}`,
      }),
    },
    {
      ...base,
      venue: 'kalshi',
      ticker: `KXGOLD-${tickerDay(friday)}`,
      series: { ticker: 'KXGOLD', title: 'Gold price', frequency: 'weekly' },
      title: `Gold price on ${longDay(friday)}?`,
      subTitle: `On ${longDay(friday)}`,
      draw: `gold/${tickerDay(friday)}`,
      life: weekLife,
      sources: cme,
      grid: 'center_centi_edge_centi_cent',
      secondary: `The price is the settlement of the most active COMEX gold future for ${longDay(friday)}. A price equal to the strike is not above it.`,
      markets: aboveMarkets(GOLD, {
        title: (strike) => `Will gold settle above $${grouped(strike)} on ${longDay(friday)}?`,
        claim: (strike) =>
          `the most active COMEX gold future settles above $${grouped(strike)}.00 on ${shortDay(friday)}`,
        label: (strike) => `Above $${strike}`,
      }),
    },
  ]
  const question = (
    slug: string,
    text: string,
    rules: string,
    span: readonly [number, number],
    draw: string,
    gas: boolean,
    protocol: PolymarketEventDraft['protocol'] = 'v1',
  ): PolymarketEventDraft =>
    polymarketSingle({
      slug,
      question: text,
      category: 'Finance',
      draw,
      life: gas ? monthLife : weekLife,
      sources: gas ? aaa : cme,
      tick: '0.01',
      protocol,
      fees: gas ? 'economics' : 'finance',
      tags: ['Finance', 'Commodities'],
      endMs: gas ? easternMs(end, 9) : easternMs(friday, 14, 30),
      span,
      rules,
    })
  const polymarket: readonly EventDraft[] = [
    question(
      `us-gas-above-3-on-${slugDay(end)}`,
      `US gas above $3.00 on ${longDay(end)}?`,
      `This market resolves to "Yes" if the national average for regular gasoline that AAA shows as current at 9:00 AM ET on ${longDay(end)} is above $3.000, and to "No" if it is $3.000 or less.`,
      [0, 4920],
      `gas/${tickerDay(end)}`,
      true,
    ),
    question(
      `us-gas-above-3pt1-eia-on-${slugDay(end)}`,
      `US gas above $3.10 in the last EIA week of the month?`,
      `This market resolves to "Yes" if the weekly US regular retail gasoline price of the Energy Information Administration, in the last release dated on or before ${longDay(end)}, is above $3.100, and to "No" otherwise.`,
      [0, 1710],
      `gas-eia/${tickerDay(end)}`,
      true,
    ),
    question(
      `wti-settles-at-or-below-60-on-${slugDay(friday)}`,
      `WTI at or below $60 on ${longDay(friday)}?`,
      `This market resolves to "Yes" if the front-month WTI crude oil future of NYMEX settles at $60.00 or lower on ${longDay(friday)}, and to "No" if it settles higher. On the last trading day of a contract the next month counts.`,
      [5220, 10_000],
      `wti/${tickerDay(friday)}`,
      false,
      'v2',
    ),
    question(
      `wti-hits-65-by-${slugDay(friday)}`,
      `WTI to hit $65 by ${longDay(friday)}?`,
      `This market resolves to "Yes" if the front-month WTI crude oil future of NYMEX trades at $65.00 or higher at any time from ${longDay(addDays(calendar.today, 1))} to ${longDay(friday)}, and to "No" otherwise.`,
      [0, 1960],
      `wti-high/${tickerDay(friday)}`,
      false,
    ),
    question(
      `gold-settles-above-4100-on-${slugDay(friday)}`,
      `Gold above $4,100 on ${longDay(friday)}?`,
      `This market resolves to "Yes" if the most active COMEX gold future settles above $4,100.00 on ${longDay(friday)}, and to "No" otherwise.`,
      [0, 5040],
      `gold/${tickerDay(friday)}`,
      false,
      'v1_with_position_ids',
    ),
    question(
      `gold-spot-above-4200-on-${slugDay(friday)}`,
      `Gold spot above $4,200 on ${longDay(friday)}?`,
      `This market resolves to "Yes" if the LBMA afternoon gold price in US dollars for ${longDay(friday)} is above $4,200.00, and to "No" otherwise.`,
      [0, 3110],
      `gold-lbma/${tickerDay(friday)}`,
      false,
    ),
  ]
  return {
    events: [...kalshi, ...polymarket],
    equivalents: [
      {
        kalshi: `KXAAAGASM-${tickerDay(end)}-T3.000`,
        polymarket: `us-gas-above-3-on-${slugDay(end)}`,
        polarity: 'same',
        why: 'Same average at the same moment, strictly above.',
      },
      {
        kalshi: `KXWTI-${tickerDay(friday)}-T60`,
        polymarket: `wti-settles-at-or-below-60-on-${slugDay(friday)}`,
        polarity: 'inverted',
        why: 'Same settlement: above against at or below.',
      },
      {
        kalshi: `KXGOLD-${tickerDay(friday)}-T4100`,
        polymarket: `gold-settles-above-4100-on-${slugDay(friday)}`,
        polarity: 'same',
        why: 'Same settlement, strictly above.',
      },
    ],
    lookAlikes: [
      {
        kalshi: `KXAAAGASM-${tickerDay(end)}-T3.100`,
        polymarket: `us-gas-above-3pt1-eia-on-${slugDay(end)}`,
        kind: 'source',
        why: "AAA's daily average against the weekly one of the EIA.",
      },
      {
        kalshi: `KXWTI-${tickerDay(friday)}-T65`,
        polymarket: `wti-hits-65-by-${slugDay(friday)}`,
        kind: 'touch_or_close',
        why: 'Settlement against the highest trade.',
      },
      {
        kalshi: `KXGOLD-${tickerDay(friday)}-T4200`,
        polymarket: `gold-spot-above-4200-on-${slugDay(friday)}`,
        kind: 'source',
        why: 'A future of COMEX against the LBMA price.',
      },
    ],
  }
}
