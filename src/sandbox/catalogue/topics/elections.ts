import { addDays, type Calendar, type CivilDay, easternMs, longDay, MONDAY, nthWeekday } from '../calendar.ts'
import type { EventDraft, KalshiEventDraft, PolymarketEventDraft, Topic } from '../draft.ts'
import { openUntil } from '../lifetimes.ts'
import { consecutive } from '../spans.ts'
import { mergeTopics, type Twins, topicOfTwins } from '../twins.ts'

const CALLS = [{ name: 'Associated Press', url: 'https://apnews.com/hub/election-results' }]
const CONGRESS = [{ name: 'US Congress', url: 'https://www.congress.gov' }]

interface Ballot {
  readonly series: string
  readonly country: string
  readonly slug: string
  readonly chamber: string
  readonly parties: readonly (readonly [code: string, name: string, chance: number])[]
  readonly protocol: PolymarketEventDraft['protocol']
}

const BALLOTS: readonly Ballot[] = [
  {
    series: 'KXUKPARLI',
    country: 'the United Kingdom',
    slug: 'uk',
    chamber: 'House of Commons',
    protocol: 'v1',
    parties: [
      ['REF', 'Reform UK', 4420],
      ['LAB', 'Labour', 2470],
      ['CON', 'Conservatives', 1830],
      ['LD', 'Liberal Democrats', 690],
    ],
  },
  {
    series: 'KXGERPARLI',
    country: 'Germany',
    slug: 'german',
    chamber: 'Bundestag',
    protocol: 'v2',
    parties: [
      ['CDU', 'CDU/CSU', 4610],
      ['AFD', 'AfD', 3980],
      ['SPD', 'SPD', 870],
    ],
  },
  {
    series: 'KXCANPARLI',
    country: 'Canada',
    slug: 'canadian',
    chamber: 'House of Commons',
    protocol: 'v1',
    parties: [
      ['LIB', 'Liberals', 5240],
      ['CON', 'Conservatives', 4130],
    ],
  },
]

/** The next US election day of a four-year cycle that is at least two months away: the Tuesday after the first Monday of November. */
function electionDay(calendar: Calendar, remainder: number): CivilDay {
  const earliest = calendar.day(60)
  const first = Array.from({ length: 6 }, (_, ahead) => earliest.year + ahead)
    .filter((year) => year % 4 === remainder)
    .map((year) => addDays(nthWeekday({ year, month: 11, day: 1 }, MONDAY, 1), 1))
    .find((day) => easternMs(day, 0) > easternMs(earliest, 0))
  if (first === undefined) throw new Error('no election within six years')
  return first
}

/** Most seats in the next general election, by party. */
function mostSeats(calendar: Calendar, ballot: Ballot): readonly [KalshiEventDraft, PolymarketEventDraft] {
  const last = { year: calendar.yearEnd.year + 4, month: 12, day: 31 }
  const spans = consecutive(ballot.parties.map((party) => party[2]))
  const shared = { draw: `seats/${ballot.slug}`, life: openUntil(calendar, easternMs(last, 24)), sources: CALLS }
  const tie = 'If two parties win equally many seats, the one with more votes wins.'
  return [
    {
      ...shared,
      venue: 'kalshi',
      ticker: `${ballot.series}-${last.year % 100}`,
      series: { ticker: ballot.series, title: `Next general election in ${ballot.country}`, frequency: 'custom' },
      title: `Most seats in the next general election in ${ballot.country}?`,
      subTitle: `Before ${last.year + 1}`,
      category: 'Elections',
      exclusive: true,
      grid: 'linear_cent',
      secondary: `Seats of the ${ballot.chamber} as finally declared count. ${tie} Without an election before Jan 1, ${last.year + 1} every market of the event resolves to No.`,
      markets: ballot.parties.map(([code, name], i) => ({
        key: code,
        title: `Will ${name} win the most seats in the next general election in ${ballot.country}?`,
        label: name,
        claim: `more seats of the ${ballot.chamber} go to ${name} than to any other party in the next general election in ${ballot.country}`,
        span: spans[i] ?? [0, 0],
      })),
    },
    {
      ...shared,
      venue: 'polymarket',
      slug: `next-${ballot.slug}-general-election-most-seats`,
      title: `Next general election in ${ballot.country}: most seats`,
      category: 'Politics',
      negRisk: true,
      tick: '0.01',
      ...(ballot.protocol && { protocol: ballot.protocol }),
      fees: 'politics',
      tags: ['Politics', 'Global Elections'],
      endMs: easternMs(last, 24),
      rules: (market) =>
        `This market resolves to "Yes" if ${market.claim}, and otherwise to "No". ${tie} If no such election is held by ${longDay(last)}, 11:59 PM ET, it resolves to "No". The resolution source is the official final count.`,
      markets: ballot.parties.map(([, name], i) => ({
        key: `will-${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-win-the-most-seats-in-the-next-${ballot.slug}-general-election`,
        title: `Will ${name} win the most seats?`,
        label: name,
        claim: `the most seats of the ${ballot.chamber} go to ${name} in the next general election in ${ballot.country}`,
        span: spans[i] ?? [0, 0],
      })),
    },
  ]
}

function federal(calendar: Calendar): readonly Twins[] {
  const vote = electionDay(calendar, 0)
  const sworn = { year: vote.year + 1, month: 1, day: 20 }
  const year = vote.year
  const shared = {
    categories: ['Elections', 'Politics'] as const,
    sources: CALLS,
    life: openUntil(calendar, easternMs(sworn, 12)),
    endMs: easternMs(vote, 24),
  }
  const tags = ['Politics', 'US Election']
  const president = (['Democratic', 'Republican'] as const).map(
    (party): Twins => ({
      ...shared,
      draw: `president/${year}`,
      kalshi: {
        ticker: `KXPRESPARTY-${year}-${party.slice(0, 1)}`,
        series: ['KXPRESPARTY', 'Party of the next President'],
        question: `Will the ${party} party win the Presidency in ${year}?`,
        claim: `a member of the ${party} party is inaugurated as President for the term that begins on January 20, ${year + 1}`,
        terms: 'The oath of office decides, not the vote. The party is the one under which the person was nominated.',
        span: party === 'Democratic' ? [0, 5480] : [5480, 9950],
        feeType: 'quadratic_with_maker_fees',
        grid: 'deci_cent',
      },
      polymarket: {
        slug: `which-party-wins-${year}-us-presidential-election-${party.toLowerCase()}`,
        question: `Will the ${party} party win the ${year} US presidential election?`,
        rules: `This market resolves to "Yes" if the Associated Press, Fox News and NBC all call the ${year} US presidential election for the nominee of the ${party} party, and to "No" once they call it for another. If they have not agreed by the inauguration, the person inaugurated decides. What happens to the winner between the call and the inauguration has no effect.`,
        tick: '0.001',
        fees: 'politics',
        tags,
      },
      relation: {
        kind: 'look_alike',
        trap: 'announced_or_happens',
        why: 'Inauguration against the call of three news agencies.',
      },
    }),
  )
  const nominee: Twins = {
    ...shared,
    draw: `house/${year}`,
    kalshi: {
      ticker: `KXHOUSE-${year % 100}-D`,
      series: ['KXHOUSE', 'House control'],
      question: `Will Democrats win the House in ${year}?`,
      claim: `the Democratic party wins at least 218 of the 435 voting seats of the House of Representatives in the elections of November ${year}`,
      terms:
        'Seats are counted by the party on the ballot, as called by the Associated Press; runoffs belong to the election, later vacancies and changes of party do not matter.',
      span: [0, 5720],
    },
    polymarket: {
      slug: `will-the-republicans-fail-to-win-218-house-seats-in-${year}`,
      question: `Will Republicans win fewer than 218 House seats in ${year}?`,
      rules: `This market resolves to "Yes" if the Republican party wins 217 or fewer of the 435 voting seats of the House of Representatives in the elections of November ${year}, counted by the party on the ballot as called by the Associated Press, runoffs included, and to "No" otherwise. Seats of independents count for nobody.`,
      span: [0, 5780],
      fees: 'politics',
      tags,
    },
    relation: {
      kind: 'look_alike',
      trap: 'measure',
      why: 'With a seat won by an independent, neither party may reach 218.',
    },
  }
  const senate: Twins = {
    ...shared,
    draw: `senate/${year}`,
    kalshi: {
      ticker: `KXSENATESEATS-${year % 100}-R51`,
      series: ['KXSENATESEATS', 'Senate seats'],
      question: `Will Republicans hold more than 50 Senate seats after the ${year} elections?`,
      claim: `more than 50 members of the Senate belong to the Republican party after the elections of November ${year}`,
      terms:
        'Counted are the winners called by the Associated Press, runoffs included, and the seats that were not up. Independents who caucus with a party do not belong to it.',
      span: [0, 4390],
    },
    polymarket: {
      slug: `republicans-at-most-50-senate-seats-after-${year}`,
      question: `Will Republicans have 50 or fewer Senate seats after the ${year} elections?`,
      rules: `This market resolves to "Yes" if at most 50 senators are members of the Republican party after the elections of November ${year}, counting the winners called by the Associated Press (runoffs included) and the seats that were not up, and to "No" if there are 51 or more. Independents are not counted for the party with which they caucus.`,
      fees: 'politics',
      tags,
    },
    relation: { kind: 'inverted', why: 'More than 50 against 50 or fewer, counted alike.' },
  }
  return [...president, nominee, senate]
}

function governors(calendar: Calendar): readonly Twins[] {
  const vote = electionDay(calendar, 3)
  const year = vote.year
  return (
    [
      ['KY', 'Kentucky', 6830],
      ['MS', 'Mississippi', 8740],
      ['LA', 'Louisiana', 8310],
    ] as const
  ).map(
    ([code, state, chance], i): Twins => ({
      categories: ['Elections', 'Politics'],
      sources: CALLS,
      draw: `governor/${code}`,
      life: openUntil(calendar, easternMs({ year, month: 12, day: 15 }, 12)),
      endMs: easternMs(vote, 24),
      kalshi: {
        ticker: `GOVPARTY${code}-${year % 100}-R`,
        question: `Will the Republican party win the governorship of ${state} in ${year}?`,
        claim:
          i === 2
            ? `a member of the Republican party is inaugurated as governor of ${state} pursuant to the ${year} election`
            : `the Associated Press calls the ${year} election of the governor of ${state} for the Republican nominee`,
        terms:
          i === 2
            ? 'The inauguration decides; the party is the one on the ballot.'
            : `A runoff belongs to the election. Without a call by March 31, ${year + 1} the certified result decides.`,
        span: [0, chance],
      },
      polymarket: {
        slug: `${state.toLowerCase()}-governor-${year}-republican`,
        question: `Will a Republican win the ${year} ${state} governor race?`,
        rules: `This market resolves to "Yes" if the Associated Press calls the ${year} election of the governor of ${state}, runoff included, for the nominee of the Republican party, and to "No" if it calls it for anyone else. If there is no call by March 31, ${year + 1}, the certified result decides.`,
        fees: 'politics',
        tags: ['Politics', 'Governors'],
      },
      relation:
        i === 2
          ? { kind: 'look_alike', trap: 'announced_or_happens', why: 'Inauguration against the call of the election.' }
          : { kind: 'same', why: 'The call of one agency, with the certified result to fall back on.' },
    }),
  )
}

/** Elections by party; no candidates are named. */
export function elections(calendar: Calendar): Topic {
  const events: EventDraft[] = BALLOTS.flatMap((ballot) => mostSeats(calendar, ballot))
  const seats: Topic = {
    events,
    equivalents: BALLOTS.flatMap((ballot) =>
      ballot.parties.slice(0, 2).map(([code, name]) => ({
        kalshi: `${ballot.series}-${(calendar.yearEnd.year + 4) % 100}-${code}`,
        polymarket: `will-${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-win-the-most-seats-in-the-next-${ballot.slug}-general-election`,
        polarity: 'same' as const,
        why: 'Most seats of the same chamber, same tie rule, same last date.',
      })),
    ),
    lookAlikes: [],
  }
  const speaker: Twins = {
    draw: 'speaker',
    categories: ['Politics', 'Politics'],
    sources: CONGRESS,
    life: openUntil(calendar, easternMs(calendar.monthEnd(5), 24)),
    endMs: easternMs(calendar.monthEnd(5), 24),
    kalshi: {
      ticker: `KXSPEAKERVACATE-${calendar.monthEnd(5).year % 100}`,
      question: 'Will the House of Representatives vote to vacate the office of Speaker?',
      claim: `a resolution that declares the office of Speaker vacant is agreed to by the House before ${longDay(calendar.month(6))}`,
      terms: 'A resolution that is filed, tabled or referred does not count.',
      span: [0, 720],
      grid: 'tapered_deci_cent',
    },
    polymarket: {
      slug: 'motion-to-vacate-the-speaker-filed',
      question: `Motion to vacate the Speaker filed by ${longDay(calendar.monthEnd(5))}?`,
      rules: `This market resolves to "Yes" if a resolution that would declare the office of Speaker of the House vacant is introduced by ${longDay(calendar.monthEnd(5))}, 11:59 PM ET, whether or not it is voted on. Otherwise it resolves to "No".`,
      span: [0, 2430],
      fees: 'politics',
      tags: ['Politics', 'Congress'],
    },
    relation: { kind: 'look_alike', trap: 'announced_or_happens', why: 'Agreed to against introduced.' },
  }
  return mergeTopics([seats, topicOfTwins([...federal(calendar), ...governors(calendar), speaker])])
}
