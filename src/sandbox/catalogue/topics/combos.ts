import { type Calendar, easternMs, longDay, SUNDAY, tickerDay } from '../calendar.ts'
import type { KalshiEventDraft, Leg, Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'

/** Combinations of several markets (shard 1), and scalar markets: kinds that nobody should take for a simple yes or no. */
export function combos(calendar: Calendar): Topic {
  const sunday = calendar.next(SUNDAY, 5)
  const nfl = (away: string, home: string, pick: string): Leg => {
    const eventTicker = `KXNFLGAME-${tickerDay(sunday)}${away}${home}`
    return { eventTicker, marketTicker: `${eventTicker}-${pick}`, side: 'yes' }
  }
  const picks: readonly (readonly Leg[])[] = [
    [nfl('KC', 'DEN', 'KC'), nfl('BUF', 'NYJ', 'BUF')],
    [nfl('KC', 'DEN', 'DEN'), nfl('DAL', 'PHI', 'PHI')],
    [nfl('BUF', 'NYJ', 'BUF'), nfl('SF', 'SEA', 'SEA'), nfl('GB', 'DET', 'DET')],
  ]
  const combo: KalshiEventDraft = {
    venue: 'kalshi',
    ticker: `KXMVENFLSINGLEGAME-S${calendar.today.year}${tickerDay(sunday)}`,
    series: { ticker: 'KXMVENFLSINGLEGAME', title: 'Football combinations', frequency: 'custom' },
    title: `Football combination of ${longDay(sunday)}`,
    subTitle: '',
    category: 'Exotics',
    draw: `combo/${tickerDay(sunday)}`,
    life: openUntil(calendar, easternMs(sunday, 23)),
    sources: [],
    exclusive: false,
    shard: 1,
    grid: 'center_deci_edge_centi_cent',
    feeType: 'quadratic_with_combo_maker_fees',
    secondary: 'Every leg must resolve to the side named. A leg that pays in part multiplies the payout by its part.',
    collection: 'KXMVENFLSINGLEGAME-R',
    markets: picks.map((legs, i) => ({
      key: `C${i + 1}`,
      title: legs.map((leg) => `yes ${leg.marketTicker.split('-').at(-1) ?? ''}`).join(','),
      label: legs.map((leg) => `yes ${leg.marketTicker.split('-').at(-1) ?? ''}`).join(','),
      claim: `all of these resolve to Yes: ${legs.map((leg) => leg.marketTicker).join(', ')}`,
      span: [0, [3770, 3270, 2330][i] ?? 2000],
      quote: { spread: 180 },
      legs,
    })),
  }
  const scalar = (
    ticker: string,
    title: string,
    claim: string,
    payout: string,
    life = openUntil(calendar, easternMs(calendar.yearEnd, 16)),
  ): KalshiEventDraft => ({
    venue: 'kalshi',
    ticker,
    series: { ticker: ticker.split('-')[0] ?? ticker, title, frequency: 'custom' },
    title,
    subTitle: '',
    category: 'Economics',
    draw: `scalar/${ticker}`,
    life,
    sources: [{ name: 'Federal Reserve', url: 'https://www.federalreserve.gov' }],
    exclusive: false,
    grid: 'deci_cent',
    secondary: 'The payout grows in a straight line between the bounds and is cut off at them, to whole cents.',
    scalarPayout: payout,
    markets: [{ key: 'S', title, label: 'Payout by level', claim, span: [0, 4300] }],
  })
  return {
    events: [
      combo,
      scalar(
        `KXSCALARFED-${tickerDay(calendar.yearEnd)}`,
        'Fed funds rate at year end, scaled from 2% to 5%',
        'YES pays one dollar times the part of the way from 2% to 5% that the upper bound has come',
        '0.58',
      ),
      scalar(
        `KXSCALARFED-${tickerDay(calendar.monthEnd(-2))}`,
        'Fed funds rate, scaled from 2% to 5%',
        'YES pays one dollar times the part of the way from 2% to 5% that the upper bound has come',
        '0.67',
        stage(calendar, 'settled'),
      ),
    ],
    equivalents: [],
    lookAlikes: [],
  }
}
