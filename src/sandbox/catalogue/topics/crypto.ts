import { type Calendar, type CivilDay, easternMs, longDay, slugDay, tickerDay } from '../calendar.ts'
import type { EventDraft, KalshiEventDraft, PolymarketEventDraft, Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { aboveMarkets, grouped, polymarketSingle, type StrikeRow } from '../shapes.ts'

interface Coin {
  readonly code: 'BTC' | 'ETH' | 'SOL'
  readonly name: string
  readonly index: string
  readonly grid: KalshiEventDraft['grid']
  readonly rows: readonly StrikeRow[]
}

const BTC: Coin = {
  code: 'BTC',
  name: 'Bitcoin',
  index: 'BRTI',
  grid: 'deci_cent',
  rows: [
    ['70000', 9690],
    ['80000', 9020],
    ['90000', 7410],
    ['95000', 6120],
    ['100000', 4680],
    ['105000', 3320],
    ['110000', 2190],
    ['120000', 790],
    ['130000', 260],
  ],
}
const ETH: Coin = {
  code: 'ETH',
  name: 'Ethereum',
  index: 'ETHUSD_RTI',
  grid: 'center_half_edge_deci_cent',
  rows: [
    ['2000', 9530],
    ['2500', 8380],
    ['3000', 6010],
    ['3500', 3240],
    ['4000', 1370],
    ['4500', 480],
  ],
}
const SOL: Coin = {
  code: 'SOL',
  name: 'Solana',
  index: 'SOLUSD_RTI',
  grid: 'linear_cent',
  rows: [
    ['100', 8730],
    ['125', 6790],
    ['150', 4350],
    ['175', 2220],
    ['200', 880],
  ],
}

const short = (strike: string): string => (strike.length > 3 ? `${Number(strike) / 1000}k` : strike)
const slugPrice = (strike: string): string => short(strike).replace('.', 'pt')
const dollars = (strike: string): string => `$${grouped(strike)}`
const sourcesOf = (coin: Coin): KalshiEventDraft['sources'] => [
  { name: `CF Benchmarks ${coin.index}`, url: 'https://www.cfbenchmarks.com' },
]

/** Level of a coin's index at 5 PM Eastern on one day. */
function level(coin: Coin, day: CivilDay, life: KalshiEventDraft['life']): KalshiEventDraft {
  return {
    venue: 'kalshi',
    ticker: `KX${coin.code}D-${tickerDay(day)}17`,
    series: { ticker: `KX${coin.code}D`, title: `${coin.name} price`, frequency: 'daily' },
    title: `${coin.name} price on ${longDay(day)} at 5 PM ET?`,
    subTitle: `On ${longDay(day)} at 5 PM ET`,
    category: 'Crypto',
    draw: `${coin.code}/${tickerDay(day)}`,
    life,
    sources: sourcesOf(coin),
    exclusive: false,
    shard: 2,
    grid: coin.grid,
    secondary: `The price is the simple average of the sixty values of the CF Benchmarks ${coin.index} index in the minute before 5:00 PM ET on ${longDay(day)}, rounded half up to whole cents. A price equal to the strike is not above it. If fewer than half of those values exist, the last full minute before counts.`,
    markets: aboveMarkets(coin.rows, {
      title: (strike) => `Will ${coin.name} be above ${dollars(strike)} on ${longDay(day)} at 5 PM ET?`,
      claim: (strike) =>
        `the average of the ${coin.index} index in the minute before 5:00 PM ET on ${longDay(day)} is above ${dollars(strike)}`,
      label: (strike) => `Above ${dollars(strike)}`,
    }),
  }
}

/** The same level on Polymarket, from the index or (look-alikes) from an exchange's candle at noon. */
function levelOn(
  coin: Coin,
  day: CivilDay,
  life: PolymarketEventDraft['life'],
  row: StrikeRow,
  source: 'index' | 'binance',
  protocol: PolymarketEventDraft['protocol'] = 'v1',
): PolymarketEventDraft {
  const [strike, above] = row
  const slug = `${coin.name.toLowerCase()}-above-${slugPrice(strike)}-on-${slugDay(day)}${source === 'index' ? '-5pm-et' : ''}`
  const hour = source === 'index' ? '5:00 PM' : '12:00 PM'
  return polymarketSingle({
    slug,
    question: `${coin.name} above ${dollars(strike)} on ${longDay(day)}${source === 'index' ? ', 5 PM ET' : ''}?`,
    category: 'Crypto',
    draw: source === 'index' ? `${coin.code}/${tickerDay(day)}` : `${coin.code}-noon/${tickerDay(day)}`,
    life,
    sources:
      source === 'index'
        ? sourcesOf(coin)
        : [{ name: 'Binance', url: `https://www.binance.com/en/trade/${coin.code}_USDT` }],
    tick: coin.code === 'BTC' ? '0.001' : '0.01',
    protocol,
    fees: 'crypto',
    tags: ['Crypto', coin.name],
    endMs: easternMs(day, source === 'index' ? 17 : 12),
    span: [0, above],
    rules:
      source === 'index'
        ? `This market resolves to "Yes" if the simple average of the sixty values of the CF Benchmarks ${coin.index} index in the minute before ${hour} ET on ${longDay(day)}, rounded half up to whole cents, is greater than ${dollars(strike)}; a price of exactly ${dollars(strike)} resolves to "No". If fewer than half of those values exist, the last full minute before is used.\n\nThe resolution source is CF Benchmarks. Prices of single exchanges are not considered.`
        : `This market resolves to "Yes" if the close of the one-minute Binance candle for ${coin.code}/USDT that begins at ${hour} ET on ${longDay(day)} is greater than ${dollars(strike)}, and to "No" otherwise.\n\nThe resolution source is Binance. Other exchanges, other pairs and indices are not considered.`,
  })
}

const TOUCHES: readonly StrikeRow[] = [
  ['125000', 1240],
  ['150000', 310],
  ['200000', 60],
]

/** Highest value of the index up to a day. */
function maximum(day: CivilDay, since: CivilDay, life: KalshiEventDraft['life']): KalshiEventDraft {
  return {
    ...level(BTC, day, life),
    ticker: `KXBTCMAXY-${tickerDay(day)}`,
    series: { ticker: 'KXBTCMAXY', title: 'Bitcoin high of the year', frequency: 'annual' },
    title: `How high will Bitcoin get by ${longDay(day)}?`,
    subTitle: `By ${longDay(day)}`,
    draw: `BTC-high/${tickerDay(day)}`,
    grid: 'center_quint_edge_deci_cent',
    secondary: `Every value of the CF Benchmarks BRTI index from 12:00 AM ET on ${longDay(since)} to 11:59:59 PM ET on ${longDay(day)} counts. A single value above the strike is enough; the market then closes early.`,
    markets: aboveMarkets(TOUCHES, {
      title: (strike) => `Will Bitcoin go above ${dollars(strike)} by ${longDay(day)}?`,
      claim: (strike) =>
        `the BRTI index has any value above ${dollars(strike)} before 12:00 AM ET of the day after ${longDay(day)}`,
      label: (strike) => `Above ${dollars(strike)}`,
    }),
  }
}

function reach(
  day: CivilDay,
  since: CivilDay,
  life: PolymarketEventDraft['life'],
  row: StrikeRow,
  comparator: 'above' | 'at or above',
): PolymarketEventDraft {
  const [strike, chance] = row
  return polymarketSingle({
    slug: `will-bitcoin-${comparator === 'above' ? 'go-above' : 'reach'}-${slugPrice(strike)}-by-${slugDay(day)}`,
    question: `Will Bitcoin ${comparator === 'above' ? 'go above' : 'reach'} ${dollars(strike)} by ${longDay(day)}?`,
    category: 'Crypto',
    draw: `BTC-high/${tickerDay(day)}`,
    life,
    sources: sourcesOf(BTC),
    tick: '0.0025',
    fees: 'crypto',
    tags: ['Crypto', 'Bitcoin'],
    endMs: easternMs(day, 24),
    span: [0, chance],
    rules: `This market resolves to "Yes" as soon as ${comparator === 'above' ? 'one value of the CF Benchmarks BRTI index' : 'the High of one Binance BTC/USDT one-minute candle'} is ${comparator} ${dollars(strike)} between 12:00 AM ET on ${longDay(since)} and 11:59:59 PM ET on ${longDay(day)}, and to "No" if that has not happened by then. The resolution source is ${comparator === 'above' ? 'CF Benchmarks' : 'Binance'}.`,
  })
}

/** Prices of cryptocurrencies. */
export function crypto(calendar: Calendar): Topic {
  const soon = calendar.next(5, 3)
  const end = calendar.yearEnd
  const soonLife = openUntil(calendar, easternMs(soon, 17))
  const endLife = openUntil(calendar, easternMs(end, 17))
  const noonLife = openUntil(calendar, easternMs(end, 12))
  const yearLife = openUntil(calendar, easternMs(end, 24))
  const past = calendar.day(-10)
  const index = (coin: Coin, i: number, protocol?: PolymarketEventDraft['protocol']): PolymarketEventDraft[] =>
    coin.rows.slice(i, i + 1).map((row) => levelOn(coin, end, endLife, row, 'index', protocol))
  const events: EventDraft[] = [
    level(BTC, end, endLife),
    { ...level(BTC, soon, soonLife), markets: level(BTC, soon, soonLife).markets.slice(2, 7) },
    level(ETH, end, endLife),
    level(SOL, end, endLife),
    level(SOL, past, stage(calendar, 'settled')),
    maximum(end, calendar.today, yearLife),
    ...index(BTC, 1),
    ...index(BTC, 2),
    ...index(BTC, 4, 'v2'),
    ...index(BTC, 6, 'v1_with_position_ids'),
    ...index(ETH, 2),
    ...index(ETH, 3, 'v2'),
    ...index(SOL, 2),
    ...BTC.rows.slice(3, 8).map(([strike, above]) => levelOn(BTC, end, noonLife, [strike, above - 60], 'binance')),
    ...ETH.rows.slice(1, 5).map(([strike, above]) => levelOn(ETH, end, noonLife, [strike, above + 50], 'binance')),
    ...SOL.rows.slice(1, 4).map(([strike, above]) => levelOn(SOL, end, noonLife, [strike, above + 40], 'binance')),
    ...SOL.rows.slice(0, 2).map((row) => levelOn(SOL, past, stage(calendar, 'settled'), row, 'index')),
    reach(end, calendar.today, yearLife, ['125000', 1240], 'above'),
    reach(end, calendar.today, yearLife, ['150000', 340], 'at or above'),
    reach(end, calendar.today, yearLife, ['120000', 1620], 'at or above'),
  ]
  const ticker = (coin: Coin, strike: string): string => `KX${coin.code}D-${tickerDay(end)}17-T${strike}`
  const slug = (coin: Coin, strike: string, suffix: string): string =>
    `${coin.name.toLowerCase()}-above-${slugPrice(strike)}-on-${slugDay(end)}${suffix}`
  const same = (coin: Coin, strike: string): Topic['equivalents'][number] => ({
    kalshi: ticker(coin, strike),
    polymarket: slug(coin, strike, '-5pm-et'),
    polarity: 'same',
    why: `Same index, same minute, strictly above.`,
  })
  const noon = (coin: Coin, strike: string): Topic['lookAlikes'][number] => ({
    kalshi: ticker(coin, strike),
    polymarket: slug(coin, strike, ''),
    kind: 'source',
    why: 'Index average before 5 PM against one exchange at noon.',
  })
  return {
    events,
    equivalents: [
      same(BTC, '80000'),
      same(BTC, '90000'),
      { ...same(BTC, '100000'), edge: true },
      same(BTC, '110000'),
      same(ETH, '3000'),
      same(ETH, '3500'),
      same(SOL, '150'),
      {
        kalshi: `KXBTCMAXY-${tickerDay(end)}-T125000`,
        polymarket: `will-bitcoin-go-above-125k-by-${slugDay(end)}`,
        polarity: 'same',
        why: 'Same index, any value above the strike, same last minute.',
      },
    ],
    lookAlikes: [
      noon(BTC, '95000'),
      noon(BTC, '105000'),
      noon(ETH, '2500'),
      noon(SOL, '175'),
      {
        kalshi: `KXBTCMAXY-${tickerDay(end)}-T150000`,
        polymarket: `will-bitcoin-reach-150k-by-${slugDay(end)}`,
        kind: 'source',
        why: 'Index above against an exchange at or above.',
      },
      {
        kalshi: ticker(BTC, '120000'),
        polymarket: `will-bitcoin-reach-120k-by-${slugDay(end)}`,
        kind: 'touch_or_close',
        why: 'Level at one minute against the highest price until then.',
      },
      {
        kalshi: `KXBTCD-${tickerDay(soon)}17-T100000`,
        polymarket: slug(BTC, '100000', '-5pm-et'),
        kind: 'window',
        why: 'Same strike on different days.',
      },
    ],
  }
}
