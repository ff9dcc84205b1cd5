import {
  addDays,
  type Calendar,
  easternMs,
  longDay,
  longMonth,
  monthName,
  shortDay,
  slugDay,
  tickerDay,
  tickerMonth,
} from '../calendar.ts'
import type { Topic } from '../draft.ts'
import { openUntil } from '../lifetimes.ts'
import { type Twins, topicOfTwins } from '../twins.ts'

const CATEGORIES = ['Science and Technology', 'Tech'] as const

function space(calendar: Calendar): readonly Twins[] {
  const end = calendar.monthEnd(3)
  const after = addDays(end, 1)
  const month = calendar.month(1)
  const close = calendar.monthEnd(1)
  const shared = {
    categories: CATEGORIES,
    sources: [{ name: 'SpaceX', url: 'https://www.spacex.com/launches' }],
    life: openUntil(calendar, easternMs(end, 24)),
    endMs: easternMs(end, 24),
  }
  const monthly = { ...shared, life: openUntil(calendar, easternMs(close, 20)), endMs: easternMs(close, 20) }
  const tags = ['Science', 'Space']
  return [
    {
      ...shared,
      draw: `starship/${tickerDay(end)}`,
      kalshi: {
        ticker: `KXSTARSHIP-${tickerDay(after)}`,
        series: ['KXSTARSHIP', 'Starship launches'],
        question: `Will Starship lift off before ${shortDay(after)}?`,
        claim: `a Starship vehicle on its Super Heavy booster lifts off from the launch mount between ${shortDay(calendar.today)} and ${shortDay(end)}, both included, New York time`,
        terms: 'An explosion after lift-off still counts; a static fire does not.',
        span: [0, 8120],
      },
      polymarket: {
        slug: `starship-launch-by-${slugDay(end)}`,
        question: `Starship launch by ${longDay(end)}?`,
        rules: `This market resolves to "Yes" if, from ${longDay(calendar.today)} to ${longDay(end)}, 11:59 PM ET, a Starship on a Super Heavy booster leaves the launch mount in a launch, whatever happens afterwards. Static fires do not count. Otherwise it resolves to "No".`,
        fees: 'tech',
        tags,
      },
      relation: { kind: 'same', why: 'Lift-off decides on both; before a day and by the end of the day before.' },
    },
    {
      ...shared,
      draw: `starship-orbit/${tickerDay(end)}`,
      kalshi: {
        ticker: `KXSTARSHIPORBIT-${tickerDay(after)}`,
        question: `Will Starship reach orbit before ${shortDay(after)}?`,
        claim: `a Starship vehicle completes one revolution of the Earth before ${shortDay(after)}, New York time`,
        terms: 'A trajectory that would have been orbital but was not completed does not count.',
        span: [0, 2240],
      },
      polymarket: {
        slug: `starship-orbital-velocity-by-${slugDay(end)}`,
        question: `Starship to reach orbital velocity by ${longDay(end)}?`,
        rules: `This market resolves to "Yes" if a Starship reaches a velocity sufficient for orbit, as stated by SpaceX, by ${longDay(end)}, 11:59 PM ET, whether or not it completes an orbit. Otherwise it resolves to "No".`,
        span: [0, 3570],
        fees: 'tech',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'measure', why: 'A completed orbit against orbital velocity.' },
    },
    {
      ...monthly,
      draw: `launches/${tickerMonth(month)}`,
      kalshi: {
        ticker: `KXFALCON-${tickerMonth(month)}-T13`,
        series: ['KXFALCON', 'Falcon launches'],
        question: `Will SpaceX launch more than 13 Falcon rockets in ${longMonth(month)}?`,
        claim: `more than 13 Falcon 9 or Falcon Heavy rockets lift off in ${longMonth(month)}, UTC`,
        terms: 'The launch list of SpaceX counts.',
        span: [0, 5060],
      },
      polymarket: {
        slug: `falcon-launches-in-${monthName(month).toLowerCase()}-13-or-fewer`,
        question: `13 or fewer Falcon launches in ${monthName(month)}?`,
        rules: `This market resolves to "Yes" if 13 or fewer Falcon 9 and Falcon Heavy rockets lift off from the first to the last moment of ${longMonth(month)}, UTC, according to the launch list of SpaceX, and to "No" if there are more.`,
        fees: 'tech',
        tags,
      },
      relation: {
        kind: 'inverted',
        why: 'More than 13 against 13 or fewer, same list, same month in UTC.',
        edge: true,
      },
    },
    {
      ...monthly,
      draw: `launches-all/${tickerMonth(month)}`,
      kalshi: {
        ticker: `KXFALCON-${tickerMonth(month)}-T15`,
        series: ['KXFALCON', 'Falcon launches'],
        question: `Will SpaceX launch more than 15 Falcon rockets in ${longMonth(month)}?`,
        claim: `more than 15 Falcon 9 or Falcon Heavy rockets lift off in ${longMonth(month)}, UTC`,
        terms: 'The launch list of SpaceX counts.',
        span: [0, 2310],
      },
      polymarket: {
        slug: `successful-spacex-launches-in-${monthName(month).toLowerCase()}-over-15`,
        question: `More than 15 successful SpaceX launches in ${monthName(month)}?`,
        rules: `This market resolves to "Yes" if SpaceX carries out more than 15 successful orbital launches with any vehicle in ${longMonth(month)}, ET, and to "No" otherwise. A launch that does not deliver its payload to orbit is not successful.`,
        span: [0, 2190],
        fees: 'tech',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'measure', why: 'Lift-offs in UTC against successes in US Eastern.' },
    },
  ]
}

function earth(calendar: Calendar): readonly Twins[] {
  const end = calendar.monthEnd(1)
  const after = addDays(end, 1)
  const year = calendar.yearEnd.year
  const published = { year: year + 1, month: 1, day: 20 }
  const quake = {
    categories: CATEGORIES,
    sources: [{ name: 'US Geological Survey', url: 'https://earthquake.usgs.gov/earthquakes/browse/significant.php' }],
    life: openUntil(calendar, easternMs(end, 19)),
    endMs: easternMs(end, 19),
  }
  const climate = {
    categories: ['Climate and Weather', 'Weather'] as const,
    sources: [{ name: 'NASA GISTEMP', url: 'https://data.giss.nasa.gov/gistemp/' }],
    life: openUntil(calendar, easternMs(published, 12)),
    endMs: easternMs(published, 12),
  }
  const tags = ['Science', 'Climate']
  return [
    {
      ...quake,
      draw: `quake/${tickerDay(end)}`,
      kalshi: {
        ticker: `KXQUAKE-${tickerDay(after)}-7.0`,
        series: ['KXQUAKE', 'Large earthquakes'],
        question: `Will there be an earthquake of magnitude 7.0 or more before ${shortDay(after)}?`,
        claim: `the catalogue of the US Geological Survey lists an earthquake of magnitude 7.0 or more with an origin time between ${shortDay(calendar.today)} and ${shortDay(end)}, both included, in UTC`,
        terms: 'The catalogue as of 48 hours after the end of that time counts.',
        span: [0, 6160],
        strike: { type: 'greater_or_equal', floor: '7.0' },
        life: openUntil(calendar, easternMs(end, 19), easternMs(addDays(end, 2), 19)),
      },
      polymarket: {
        slug: `earthquake-7pt0-or-above-by-${slugDay(end)}`,
        question: `7.0 or above earthquake by ${longDay(end)}?`,
        rules: `This market resolves to "Yes" if the US Geological Survey lists an earthquake with a magnitude of at least 7.0 and an origin time from ${longDay(calendar.today)} to ${longDay(end)}, UTC, in its catalogue 48 hours after that time has ended. Otherwise it resolves to "No".`,
        fees: 'other',
        tags,
        life: openUntil(calendar, easternMs(end, 19), easternMs(addDays(end, 2), 19)),
      },
      relation: { kind: 'same', why: 'At least 7.0 on both, same catalogue, same days in UTC.' },
    },
    {
      ...quake,
      draw: `quake-8/${tickerDay(end)}`,
      kalshi: {
        ticker: `KXQUAKE-${tickerDay(after)}-7.5`,
        series: ['KXQUAKE', 'Large earthquakes'],
        question: `Will there be an earthquake of magnitude 7.5 or more before ${shortDay(after)}?`,
        claim: `the catalogue of the US Geological Survey lists an earthquake of magnitude 7.5 or more with an origin time between ${shortDay(calendar.today)} and ${shortDay(end)}, both included, in UTC`,
        terms: 'The catalogue as of 48 hours after the end of that time counts.',
        span: [0, 1930],
        strike: { type: 'greater_or_equal', floor: '7.5' },
      },
      polymarket: {
        slug: `earthquake-above-7pt5-by-${slugDay(end)}`,
        question: `Earthquake above 7.5 by ${longDay(end)}?`,
        rules: `This market resolves to "Yes" if the US Geological Survey lists an earthquake with a magnitude above 7.5 and an origin time from ${longDay(calendar.today)} to ${longDay(end)}, UTC. A magnitude of exactly 7.5 does not count. Otherwise it resolves to "No".`,
        span: [0, 1710],
        fees: 'other',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'comparator', why: '7.5 or more against above 7.5.' },
    },
    {
      ...climate,
      draw: `gistemp/${year}`,
      kalshi: {
        ticker: `KXGTEMP-${year % 100}`,
        question: `Will ${year} be the hottest year on record?`,
        claim: `the annual mean of the Land-Ocean Temperature Index of NASA GISTEMP for ${year} is higher than that of every earlier year`,
        terms: `The table as first published with the value for December ${year} counts. An equal value is not higher.`,
        span: [0, 1280],
      },
      polymarket: {
        slug: `${year}-hottest-year-on-record-nasa`,
        question: `${year} hottest year on record (NASA)?`,
        rules: `This market resolves to "Yes" if the first NASA GISTEMP table that contains December ${year} shows a Land-Ocean annual mean for ${year} above that of every earlier year, and to "No" otherwise, in particular on a tie.`,
        fees: 'weather',
        tags,
        tick: '0.0001',
      },
      relation: { kind: 'same', why: 'Same index, same table, ties lose.' },
    },
    {
      ...climate,
      draw: `copernicus/${year}`,
      kalshi: {
        ticker: `KXGTEMPRANK-${year % 100}-2`,
        question: `Will ${year} be among the two hottest years on record?`,
        claim: `at most one earlier year has a higher annual mean than ${year} in the Land-Ocean Temperature Index of NASA GISTEMP`,
        terms: `The table as first published with the value for December ${year} counts.`,
        span: [0, 5810],
      },
      polymarket: {
        slug: `${year}-top-two-hottest-years-copernicus`,
        question: `${year} one of the two hottest years (Copernicus)?`,
        rules: `This market resolves to "Yes" if the annual report of the Copernicus Climate Change Service ranks ${year} first or second by global mean surface air temperature (ERA5), and to "No" otherwise.`,
        span: [0, 6350],
        fees: 'weather',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'source', why: 'NASA GISTEMP against Copernicus ERA5.' },
    },
  ]
}

function machines(calendar: Calendar): readonly Twins[] {
  const end = calendar.monthEnd(4)
  const after = addDays(end, 1)
  const shared = { categories: CATEGORIES, life: openUntil(calendar, easternMs(end, 24)), endMs: easternMs(end, 24) }
  const tags = ['Tech', 'AI']
  return [
    {
      ...shared,
      sources: [{ name: 'OpenAI', url: 'https://openai.com/news/' }],
      draw: `gpt6/${tickerDay(end)}`,
      kalshi: {
        ticker: `KXGPT6-${tickerDay(after)}`,
        question: `Will OpenAI release GPT-6 before ${shortDay(after)}?`,
        claim: `OpenAI makes a model named GPT-6 available to the general public before ${shortDay(after)}, New York time`,
        terms: 'A waiting list or a preview for selected users does not count; a paid plan open to everyone does.',
        span: [0, 3770],
      },
      polymarket: {
        slug: `gpt-6-announced-by-${slugDay(end)}`,
        question: `GPT-6 announced by ${longDay(end)}?`,
        rules: `This market resolves to "Yes" if OpenAI publicly announces a model named GPT-6 by ${longDay(end)}, 11:59 PM ET, whether or not anyone can use it by then. Otherwise it resolves to "No".`,
        span: [0, 4890],
        fees: 'tech',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'announced_or_happens', why: 'Available to everyone against announced.' },
    },
    {
      ...shared,
      sources: [{ name: 'TOP500', url: 'https://top500.org/lists/top500/' }],
      draw: 'top500',
      kalshi: {
        ticker: `KXTOP500-${tickerMonth(end)}-US`,
        question: 'Will a system in the United States lead the next TOP500 list?',
        claim: `the first system of the first TOP500 list published after ${shortDay(calendar.today)} is installed in the United States`,
        terms: 'If two systems share the first place, the one listed first counts.',
        span: [0, 9360],
        grid: 'tapered_deci_cent',
        quote: { spread: 30 },
      },
      polymarket: {
        slug: 'next-top500-list-number-one-outside-the-united-states',
        question: 'Next TOP500 number one outside the United States?',
        rules: `This market resolves to "No" if the system that the next TOP500 list prints first is installed in the United States, and to "Yes" if it is installed elsewhere. The next list is the first one published after ${longDay(calendar.today)}.`,
        fees: 'tech',
        tags,
        tick: '0.0025',
      },
      relation: { kind: 'inverted', why: 'In the United States against elsewhere, on the same list.' },
    },
  ]
}

/** Space, Earth and computing. */
export function science(calendar: Calendar): Topic {
  return topicOfTwins([...space(calendar), ...earth(calendar), ...machines(calendar)])
}
