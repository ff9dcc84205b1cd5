import { type Calendar, type CivilDay, easternMs, isoDay, longDay, SUNDAY, tickerDay } from '../calendar.ts'
import type { EquivalentPair, EventDraft, KalshiEventDraft, Lifetime, PolymarketEventDraft, Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { polymarketSingle } from '../shapes.ts'
import { consecutive } from '../spans.ts'

const SOURCES = [{ name: 'National Football League', url: 'https://www.nfl.com/scores/' }]

interface Game {
  readonly away: readonly [code: string, city: string, nickname: string]
  readonly home: readonly [code: string, city: string, nickname: string]
  readonly visitors: number
  readonly day: CivilDay
  readonly hour: number
  readonly life: Lifetime
}

const ticker = (game: Game): string => `KXNFLGAME-${tickerDay(game.day)}${game.away[0]}${game.home[0]}`
const slug = (game: Game): string =>
  `nfl-${game.away[0].toLowerCase()}-${game.home[0].toLowerCase()}-${isoDay(game.day)}`

function winner(game: Game): KalshiEventDraft {
  return {
    venue: 'kalshi',
    ticker: ticker(game),
    series: { ticker: 'KXNFLGAME', title: 'Pro football game', frequency: 'custom' },
    title: `${game.away[1]} at ${game.home[1]}`,
    subTitle: `${game.away[0]} at ${game.home[0]} (${longDay(game.day)})`,
    category: 'Sports',
    draw: `nfl/${slug(game)}`,
    life: game.life,
    sources: SOURCES,
    exclusive: true,
    grid: 'linear_cent',
    feeType: 'quadratic_with_maker_fees',
    secondary: `Overtime counts. A tie pays $0.50 to each side. A game first scheduled for ${longDay(game.day)} that is not completed within fourteen days of that date pays $0.50 to each side.`,
    markets: [game.away, game.home].map(([code, city], i) => ({
      key: code,
      title: `${game.away[1]} at ${game.home[1]} winner?`,
      label: city,
      claim: `${city} wins the ${game.away[1]} at ${game.home[1]} professional football game first scheduled for ${longDay(game.day)}`,
      span: i === 0 ? [0, game.visitors] : [game.visitors, 10_000],
      strike: { type: 'structured', custom: { football_team: code } },
    })),
  }
}

const common = (game: Game) => ({
  category: 'Sports',
  draw: `nfl/${slug(game)}`,
  life: game.life,
  sources: SOURCES,
  tick: '0.01' as const,
  fees: 'sports' as const,
  tags: ['Sports', 'NFL', 'Games'],
  endMs: easternMs(game.day, game.hour),
  game: { startMs: easternMs(game.day, game.hour), secondsDelay: 0 },
})

function moneyline(game: Game): PolymarketEventDraft {
  const [away, home] = [game.away[2], game.home[2]]
  return polymarketSingle({
    ...common(game),
    slug: slug(game),
    question: `${away} vs. ${home}`,
    span: [0, game.visitors],
    outcomes: [away, home],
    sports: { type: 'moneyline' },
    rules: `This market resolves to the winner of the NFL game between the ${away} and the ${home} first scheduled for ${longDay(game.day)}, overtime included.\n\nA tie resolves 50-50, and so does a game that is not completed within fourteen days of that date. The resolution source is the official result of the NFL.`,
  })
}

/** A tie loses here: a look-alike of the game market. */
function beats(game: Game): PolymarketEventDraft {
  const [away, home] = [game.away[2], game.home[2]]
  return polymarketSingle({
    ...common(game),
    slug: `will-the-${home.toLowerCase()}-beat-the-${away.toLowerCase()}-on-${isoDay(game.day)}`,
    question: `Will the ${home} beat the ${away}?`,
    span: [game.visitors, 9960],
    protocol: 'v2',
    rules: `This market resolves to "Yes" if the ${home} win their NFL game against the ${away} first scheduled for ${longDay(game.day)}, overtime included. A loss, a tie, or a game that is not completed within fourteen days of that date resolves it to "No". The resolution source is the official result of the NFL.`,
  })
}

const PAIRINGS: readonly Pick<Game, 'away' | 'home' | 'visitors' | 'hour'>[] = [
  { away: ['KC', 'Kansas City', 'Chiefs'], home: ['DEN', 'Denver', 'Broncos'], visitors: 5230, hour: 16 },
  { away: ['BUF', 'Buffalo', 'Bills'], home: ['NYJ', 'New York J', 'Jets'], visitors: 7210, hour: 13 },
  { away: ['DAL', 'Dallas', 'Cowboys'], home: ['PHI', 'Philadelphia', 'Eagles'], visitors: 3140, hour: 20 },
  { away: ['SF', 'San Francisco', '49ers'], home: ['SEA', 'Seattle', 'Seahawks'], visitors: 4480, hour: 16 },
  { away: ['GB', 'Green Bay', 'Packers'], home: ['DET', 'Detroit', 'Lions'], visitors: 4110, hour: 13 },
  { away: ['BAL', 'Baltimore', 'Ravens'], home: ['CIN', 'Cincinnati', 'Bengals'], visitors: 5640, hour: 13 },
]
const CONTENDERS: readonly (readonly [
  code: string,
  city: string,
  nickname: string,
  title: number,
  conference: number,
])[] = [
  ['KC', 'Kansas City', 'Chiefs', 1240, 2310],
  ['BUF', 'Buffalo', 'Bills', 1180, 2240],
  ['PHI', 'Philadelphia', 'Eagles', 1120, 2150],
  ['DET', 'Detroit', 'Lions', 940, 1830],
  ['BAL', 'Baltimore', 'Ravens', 830, 1610],
  ['SF', 'San Francisco', '49ers', 610, 1260],
]

/** The title of the season that is under way, and (on Polymarket) the conference before it. */
function championship(calendar: Calendar): { events: EventDraft[]; year: number } {
  const year = calendar.yearEnd.year + 1
  const final = { year, month: 2, day: 14 }
  const life = openUntil(calendar, easternMs(final, 22))
  const titleSpans = consecutive(CONTENDERS.map((team) => team[3]))
  const conferenceSpans = consecutive(CONTENDERS.map((team) => team[4]).map((chance) => Math.round(chance * 0.8)))
  const shared = { category: 'Sports', life, sources: SOURCES }
  return {
    year,
    events: [
      {
        ...shared,
        venue: 'kalshi',
        ticker: `KXSB-${year % 100}`,
        series: { ticker: 'KXSB', title: 'Pro football champion', frequency: 'annual' },
        title: `${year} Pro Football Championship winner?`,
        subTitle: `${year}`,
        draw: `sb/${year}`,
        exclusive: true,
        grid: 'tapered_deci_cent',
        feeType: 'quadratic_with_maker_fees',
        secondary: `The championship is the final of the season that ends in ${year}, whenever it is played up to March 31, ${year}. Without a champion by then every market of the event resolves to No.`,
        markets: CONTENDERS.map(([code, city], i) => ({
          key: code,
          title: `Will ${city} win the ${year} Pro Football Championship?`,
          label: city,
          claim: `${city} wins the ${year} Pro Football Championship`,
          span: titleSpans[i] ?? [0, 0],
          strike: { type: 'structured', custom: { football_team: code } },
        })),
      },
      ...(['league', 'conference'] as const).map(
        (prize): PolymarketEventDraft => ({
          ...shared,
          venue: 'polymarket',
          slug: `${year}-nfl-${prize}-champions`,
          title: prize === 'league' ? `Super Bowl champion ${year}` : `NFL conference champions ${year}`,
          draw: prize === 'league' ? `sb/${year}` : `nfl-conference/${year}`,
          // Two conferences have a champion each, so these outcomes do not exclude one another.
          negRisk: prize === 'league',
          tick: '0.001',
          fees: 'sports',
          tags: ['Sports', 'NFL'],
          endMs: easternMs(final, 19),
          rules: (market) =>
            `This market resolves to "Yes" if ${market.claim}. Otherwise, and also if that title is not awarded by March 31, ${year}, it resolves to "No". The resolution source is the NFL.`,
          markets: CONTENDERS.map(([, , nickname], i) => ({
            key:
              prize === 'league'
                ? `will-the-${nickname.toLowerCase()}-win-super-bowl-${year}`
                : `will-the-${nickname.toLowerCase()}-win-their-conference-${year}`,
            title:
              prize === 'league'
                ? `Will the ${nickname} win Super Bowl ${year}?`
                : `Will the ${nickname} win their conference in ${year}?`,
            label: nickname,
            claim:
              prize === 'league'
                ? `the ${nickname} win the Super Bowl of the season that ends in ${year}`
                : `the ${nickname} win the championship game of their conference in the season that ends in ${year}`,
            span: (prize === 'league' ? titleSpans : conferenceSpans)[i] ?? [0, 0],
          })),
        }),
      ),
    ],
  }
}

/** Football games and the championship. */
export function football(calendar: Calendar): Topic {
  const day = calendar.next(SUNDAY, 5)
  const games = PAIRINGS.map(
    (pairing): Game => ({ ...pairing, day, life: openUntil(calendar, easternMs(day, pairing.hour + 4)) }),
  )
  const lastSunday = calendar.next(SUNDAY, -13)
  const past = PAIRINGS.slice(4, 5).map(
    (pairing): Game => ({ ...pairing, day: lastSunday, life: stage(calendar, 'settled') }),
  )
  const { events, year } = championship(calendar)
  const sides = games.slice(0, 4).flatMap((game): EquivalentPair[] => [
    {
      kalshi: `${ticker(game)}-${game.away[0]}`,
      polymarket: slug(game),
      polarity: 'same',
      why: 'First outcome is the visitors; a tie and an unplayed game pay half on both.',
    },
    {
      kalshi: `${ticker(game)}-${game.home[0]}`,
      polymarket: slug(game),
      polarity: 'inverted',
      why: 'First outcome is the visitors; a tie and an unplayed game pay half on both.',
    },
  ])
  const tied = games.slice(0, 2)
  return {
    events: [...[...games, ...past].flatMap((game) => [winner(game), moneyline(game)]), ...tied.map(beats), ...events],
    equivalents: [
      ...sides,
      ...CONTENDERS.slice(0, 4).map(
        ([code, , nickname]): EquivalentPair => ({
          kalshi: `KXSB-${year % 100}-${code}`,
          polymarket: `will-the-${nickname.toLowerCase()}-win-super-bowl-${year}`,
          polarity: 'same',
          why: 'Two names of one final; No without a champion by the end of March.',
        }),
      ),
    ],
    lookAlikes: [
      ...tied.map((game) => ({
        kalshi: `${ticker(game)}-${game.home[0]}`,
        polymarket: `will-the-${game.home[2].toLowerCase()}-beat-the-${game.away[2].toLowerCase()}-on-${isoDay(game.day)}`,
        kind: 'tie' as const,
        why: 'A tie pays half against a tie that loses.',
      })),
      ...CONTENDERS.slice(0, 2).map(([code, , nickname]) => ({
        kalshi: `KXSB-${year % 100}-${code}`,
        polymarket: `will-the-${nickname.toLowerCase()}-win-their-conference-${year}`,
        kind: 'stage' as const,
        why: 'The league title against the conference title before it.',
      })),
    ],
  }
}
