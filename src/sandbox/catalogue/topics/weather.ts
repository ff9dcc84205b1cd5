import { addDays, type Calendar, type CivilDay, easternMs, longDay, shortDay, slugDay, tickerDay } from '../calendar.ts'
import type { KalshiEventDraft, Lifetime, MarketDraft, PolymarketEventDraft, PolymarketTick, Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { consecutive } from '../spans.ts'

interface City {
  readonly code: string
  readonly name: string
  readonly slug: string
  /** Where Kalshi's report is taken. */
  readonly station: string
  /** Where Polymarket's is taken, when it is another place or publisher. */
  readonly otherSource?: string
  /** Lower end of the first closed bucket, in whole degrees Fahrenheit. */
  readonly base: number
  readonly grid: KalshiEventDraft['grid']
  readonly tick: PolymarketTick
}

const CITIES: readonly City[] = [
  {
    code: 'NY',
    name: 'New York City',
    slug: 'nyc',
    station: 'Central Park, New York',
    otherSource: 'LaGuardia Airport (KLGA) as shown by Weather Underground',
    base: 46,
    grid: 'linear_cent',
    tick: '0.01',
  },
  {
    code: 'CHI',
    name: 'Chicago',
    slug: 'chicago',
    station: 'Chicago Midway Airport',
    otherSource: "O'Hare Airport (KORD) as shown by Weather Underground",
    base: 38,
    grid: 'linear_cent',
    tick: '0.01',
  },
  {
    code: 'MIA',
    name: 'Miami',
    slug: 'miami',
    station: 'Miami International Airport',
    base: 78,
    grid: 'center_whole_edge_quint_cent',
    tick: '0.01',
  },
  {
    code: 'DEN',
    name: 'Denver',
    slug: 'denver',
    station: 'Denver International Airport',
    base: 44,
    grid: 'linear_cent',
    tick: '0.1',
  },
  {
    code: 'AUS',
    name: 'Austin',
    slug: 'austin',
    station: 'Austin-Bergstrom International Airport',
    otherSource: 'Camp Mabry (KATT) as published by the National Weather Service',
    base: 66,
    grid: 'center_half_edge_quint_cent',
    tick: '0.01',
  },
  {
    code: 'LAX',
    name: 'Los Angeles',
    slug: 'los-angeles',
    station: 'Los Angeles International Airport',
    base: 68,
    grid: 'center_quint_edge_quint_cent',
    tick: '0.01',
  },
]
const CHANCES = [900, 1900, 3100, 2300, 1300, 500]

interface Bucket {
  readonly key: string
  readonly slug: string
  readonly label: string
  readonly claim: string
  readonly strike: NonNullable<MarketDraft['strike']>
}

/** Six buckets: open below, four of two degrees, open above. */
function bucketsFrom(base: number): readonly Bucket[] {
  const inner = [0, 1, 2, 3].map((i): Bucket => {
    const [low, high] = [base + 2 * i, base + 2 * i + 1]
    return {
      key: `B${low}.5`,
      slug: `${low}-${high}f`,
      label: `${low}° to ${high}°`,
      claim: `between ${low}°F and ${high}°F, both included`,
      strike: { type: 'between', floor: String(low), cap: String(high) },
    }
  })
  const top = base + 7
  return [
    {
      key: `T${base}`,
      slug: `${base - 1}f-or-below`,
      label: `${base - 1}° or below`,
      claim: `less than ${base}°F`,
      strike: { type: 'less', cap: String(base) },
    },
    ...inner,
    {
      key: `T${top}`,
      slug: `${top + 1}f-or-higher`,
      label: `${top + 1}° or above`,
      claim: `greater than ${top}°F`,
      strike: { type: 'greater', floor: String(top) },
    },
  ]
}

function onKalshi(city: City, day: CivilDay, life: Lifetime): KalshiEventDraft {
  const spans = consecutive(CHANCES)
  return {
    venue: 'kalshi',
    ticker: `KXHIGH${city.code}-${tickerDay(day)}`,
    series: { ticker: `KXHIGH${city.code}`, title: `Highest temperature in ${city.name}`, frequency: 'daily' },
    title: `Highest temperature in ${city.name} on ${longDay(day)}?`,
    subTitle: `On ${longDay(day)}`,
    category: 'Climate and Weather',
    draw: `high-${city.code}/${tickerDay(day)}`,
    life,
    sources: [{ name: 'National Weather Service', url: 'https://www.weather.gov/wrh/climate' }],
    exclusive: true,
    grid: city.grid,
    secondary: `The temperature is the maximum in whole degrees Fahrenheit for ${longDay(day)}, local standard time, in the National Weather Service's first final Daily Climate Report for ${city.station}. Other reports, preliminary values and later corrections do not count. Without a report within seven days every market of the event resolves to No.`,
    markets: bucketsFrom(city.base).map((bucket, i) => ({
      key: bucket.key,
      title: `Will the high temperature in ${city.name} be ${bucket.label} on ${shortDay(day)}?`,
      label: bucket.label,
      claim: `the highest temperature recorded at ${city.station} for ${shortDay(day)} is ${bucket.claim}`,
      span: spans[i] ?? [0, 0],
      strike: bucket.strike,
    })),
  }
}

function onPolymarket(city: City, day: CivilDay, life: Lifetime): PolymarketEventDraft {
  const spans = consecutive(city.otherSource === undefined ? CHANCES : [1100, 2100, 3000, 2100, 1200, 500])
  const source =
    city.otherSource ?? `${city.station}, in the National Weather Service's first final Daily Climate Report`
  return {
    venue: 'polymarket',
    slug: `highest-temperature-in-${city.slug}-on-${slugDay(day)}-${day.year}`,
    title: `Highest temperature in ${city.name} on ${longDay(day)}?`,
    category: 'Weather',
    draw: `high-${city.code}${city.otherSource === undefined ? '' : '-other'}/${tickerDay(day)}`,
    life,
    sources: [
      {
        name: source,
        url: city.otherSource?.includes('Underground')
          ? 'https://www.wunderground.com'
          : 'https://www.weather.gov/wrh/climate',
      },
    ],
    negRisk: true,
    tick: city.tick,
    fees: 'weather',
    tags: ['Weather', 'Daily Temperature', city.name],
    endMs: easternMs(addDays(day, 1), 0),
    rules: (market) =>
      `This event is about the highest temperature on ${longDay(day)} (local standard time) at ${source}, in whole degrees Fahrenheit.\n\nThis market resolves to "Yes" if that temperature is ${market.claim}, and to "No" otherwise. ${city.otherSource === undefined ? 'Preliminary values, other reports and later corrections are not considered.' : 'The value shown once the day is complete counts; later revisions do not.'}\n\nIf nothing is published within seven days, every market of this event resolves to "No".`,
    markets: bucketsFrom(city.base).map((bucket, i) => ({
      key: `highest-temperature-in-${city.slug}-on-${slugDay(day)}-${day.year}-${bucket.slug}`,
      title: `Will the highest temperature in ${city.name} be ${bucket.label} on ${longDay(day)}?`,
      label: bucket.label,
      claim: bucket.claim,
      span: spans[i] ?? [0, 0],
    })),
  }
}

/** Daily high temperatures: half of the cities are measured at different places on the two venues. */
export function weather(calendar: Calendar): Topic {
  const day = calendar.day(4)
  const life = openUntil(calendar, easternMs(addDays(day, 1), 0), easternMs(addDays(day, 1), 9))
  const past = calendar.day(-11)
  const newYork = CITIES[0]
  const settled =
    newYork === undefined
      ? []
      : [onKalshi(newYork, past, stage(calendar, 'settled')), onPolymarket(newYork, past, stage(calendar, 'settled'))]
  const of = (city: City, i: number): { kalshi: string; polymarket: string } => {
    const bucket = bucketsFrom(city.base)[i]
    return {
      kalshi: `KXHIGH${city.code}-${tickerDay(day)}-${bucket?.key ?? ''}`,
      polymarket: `highest-temperature-in-${city.slug}-on-${slugDay(day)}-${day.year}-${bucket?.slug ?? ''}`,
    }
  }
  return {
    events: [...CITIES.flatMap((city) => [onKalshi(city, day, life), onPolymarket(city, day, life)]), ...settled],
    equivalents: CITIES.filter((city) => city.otherSource === undefined).flatMap((city) =>
      [2, 3].map((i) => ({
        ...of(city, i),
        polarity: 'same' as const,
        why: 'Same station, same report, same two degrees.',
      })),
    ),
    lookAlikes: CITIES.filter((city) => city.otherSource !== undefined).flatMap((city) =>
      [2, 3].map((i) => ({
        ...of(city, i),
        kind: 'source' as const,
        why: `Measured at ${city.station} against ${city.otherSource ?? ''}.`,
      })),
    ),
  }
}
