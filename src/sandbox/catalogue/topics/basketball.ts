import { type Calendar, type CivilDay, easternMs, HOUR_MS, isoDay, longDay, tickerDay } from '../calendar.ts'
import type { EquivalentPair, EventDraft, KalshiEventDraft, Lifetime, PolymarketEventDraft, Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { polymarketSingle } from '../shapes.ts'

const SOURCES = [{ name: 'National Basketball Association', url: 'https://www.nba.com/games' }]

/** Visitors first, as both venues write them. `visitors` is the chance that they win, in basis points. */
interface Game {
  readonly away: readonly [code: string, city: string, nickname: string]
  readonly home: readonly [code: string, city: string, nickname: string]
  readonly visitors: number
  readonly day: CivilDay
  readonly hour: number
  readonly life: Lifetime
  /** Interrupted and still counted as under way: taker orders are held for some seconds. */
  readonly suspended?: true
}

const ticker = (game: Game): string => `KXNBAGAME-${tickerDay(game.day)}${game.away[0]}${game.home[0]}`
const slug = (game: Game): string =>
  `nba-${game.away[0].toLowerCase()}-${game.home[0].toLowerCase()}-${isoDay(game.day)}`
const startMs = (game: Game): number => easternMs(game.day, game.hour, 30)

const KALSHI_TERMS =
  'Overtime counts. A game that is postponed leaves the market open until it is played; a game cancelled without a new date pays $0.50 to each side. A forfeit counts as the official result.'

function winner(game: Game): KalshiEventDraft {
  return {
    venue: 'kalshi',
    ticker: ticker(game),
    series: { ticker: 'KXNBAGAME', title: 'Pro basketball game', frequency: 'custom' },
    title: `${game.away[1]} at ${game.home[1]}`,
    subTitle: `${game.away[0]} at ${game.home[0]} (${longDay(game.day)})`,
    category: 'Sports',
    draw: `nba/${slug(game)}`,
    life: game.life,
    sources: SOURCES,
    exclusive: true,
    shard: 3,
    grid: 'linear_cent',
    feeType: 'quadratic_with_maker_fees',
    secondary: `${KALSHI_TERMS} The game is the one first scheduled for ${longDay(game.day)}.`,
    markets: [game.away, game.home].map(([code, city], i) => ({
      key: code,
      title: `${game.away[1]} at ${game.home[1]} winner?`,
      label: city,
      claim: `${city} wins the ${game.away[1]} at ${game.home[1]} professional basketball game first scheduled for ${longDay(game.day)}`,
      span: i === 0 ? [0, game.visitors] : [game.visitors, 10_000],
      strike: { type: 'structured', custom: { basketball_team: code } },
    })),
  }
}

interface Wager {
  readonly suffix: string
  readonly question: string
  readonly outcomes: readonly [string, string]
  readonly terms: string
  readonly span: readonly [number, number]
  readonly type: string
  readonly line?: string
}

function wager(game: Game, { suffix, question, outcomes, terms, span, type, line }: Wager): PolymarketEventDraft {
  return polymarketSingle({
    slug: `${slug(game)}${suffix}`,
    question,
    category: 'Sports',
    draw: `nba/${slug(game)}`,
    life: game.life,
    sources: SOURCES,
    tick: '0.01',
    fees: 'sports',
    tags: ['Sports', 'NBA', 'Games'],
    endMs: startMs(game),
    game: { startMs: startMs(game), secondsDelay: game.suspended === true ? 3 : 0 },
    span,
    outcomes,
    sports: { type, ...(line !== undefined && { line }) },
    rules: `This market is about the NBA game between the ${game.away[2]} and the ${game.home[2]}, first scheduled for ${longDay(game.day)}.${game.suspended === true ? ' Play began and was suspended; it goes on at a date to be announced, and the score so far stands.' : ''}\n\n${terms}\n\nA postponed game keeps this market open until it has been played. A game cancelled without a new date resolves this market 50-50. The resolution source is the official result of the NBA.`,
  })
}

function moneyline(game: Game): PolymarketEventDraft {
  const [away, home] = [game.away[2], game.home[2]]
  return wager(game, {
    suffix: '',
    question: `${away} vs. ${home}`,
    outcomes: [away, home],
    terms: `If the ${away} win, it resolves to "${away}". If the ${home} win, it resolves to "${home}". Overtime is included, and a forfeit is settled by the official result.`,
    span: [0, game.visitors],
    type: 'moneyline',
  })
}

function spread(game: Game): PolymarketEventDraft {
  const [away, home] = [game.away[2], game.home[2]]
  return wager(game, {
    suffix: '-spread-away-4pt5',
    question: `Spread: ${away} (-4.5)`,
    outcomes: [away, home],
    terms: `It resolves to "${away}" if they win by five points or more, overtime included, and to "${home}" in any other result.`,
    span: [0, Math.max(200, game.visitors - 1500)],
    type: 'spreads',
    line: '-4.5',
  })
}

function firstHalf(game: Game): PolymarketEventDraft {
  const [away, home] = [game.away[2], game.home[2]]
  return wager(game, {
    suffix: '-1h-moneyline',
    question: `${away} vs. ${home}: first half`,
    outcomes: [away, home],
    terms: `It resolves to the team that leads at the end of the second quarter. If the score is level then, it resolves 50-50.`,
    span: [0, Math.round((game.visitors + 5000) / 2)],
    type: 'first_half_moneyline',
  })
}

const PAIRINGS: readonly Pick<Game, 'away' | 'home' | 'visitors' | 'hour'>[] = [
  { away: ['LAL', 'Los Angeles L', 'Lakers'], home: ['BOS', 'Boston', 'Celtics'], visitors: 4150, hour: 19 },
  { away: ['DEN', 'Denver', 'Nuggets'], home: ['MIN', 'Minnesota', 'Timberwolves'], visitors: 4870, hour: 20 },
  { away: ['NYK', 'New York', 'Knicks'], home: ['CLE', 'Cleveland', 'Cavaliers'], visitors: 4530, hour: 19 },
  { away: ['OKC', 'Oklahoma City', 'Thunder'], home: ['HOU', 'Houston', 'Rockets'], visitors: 6240, hour: 20 },
  { away: ['GSW', 'Golden State', 'Warriors'], home: ['PHX', 'Phoenix', 'Suns'], visitors: 5120, hour: 21 },
  { away: ['MIA', 'Miami', 'Heat'], home: ['ORL', 'Orlando', 'Magic'], visitors: 3980, hour: 19 },
  { away: ['DAL', 'Dallas', 'Mavericks'], home: ['SAS', 'San Antonio', 'Spurs'], visitors: 3310, hour: 20 },
]

/** Basketball games: two markets a game on Kalshi, one with two teams on Polymarket. */
export function basketball(calendar: Calendar): Topic {
  const games = PAIRINGS.map((pairing, i): Game => {
    const day = calendar.day(2 + i)
    return { ...pairing, day, life: openUntil(calendar, easternMs(day, pairing.hour + 3)) }
  })
  const past = PAIRINGS.slice(0, 2).map(
    (pairing, i): Game => ({
      ...pairing,
      day: calendar.day(-1 - 10 * i),
      life: stage(calendar, i === 0 ? 'closed' : 'settled'),
    }),
  )
  const events: EventDraft[] = [
    ...[...games, ...past].flatMap((game) => [winner(game), moneyline(game)]),
    ...games.slice(0, 3).flatMap((game) => [spread(game), firstHalf(game)]),
  ]
  const live = PAIRINGS.slice(3, 4).map((pairing): Game => {
    const day = calendar.day(0)
    return {
      ...pairing,
      away: pairing.home,
      home: pairing.away,
      day,
      suspended: true,
      life: openUntil(calendar, calendar.originMs + 40 * 24 * HOUR_MS),
    }
  })
  const sides = games.slice(0, 5).flatMap((game): EquivalentPair[] => [
    {
      kalshi: `${ticker(game)}-${game.away[0]}`,
      polymarket: slug(game),
      polarity: 'same',
      why: 'First outcome is the visitors; overtime, postponement and cancellation alike.',
    },
    {
      kalshi: `${ticker(game)}-${game.home[0]}`,
      polymarket: slug(game),
      polarity: 'inverted',
      why: 'First outcome is the visitors, and there is no tie.',
    },
  ])
  return {
    events: [...events, ...live.map(moneyline)],
    equivalents: sides,
    lookAlikes: games.slice(0, 3).flatMap((game) => [
      {
        kalshi: `${ticker(game)}-${game.away[0]}`,
        polymarket: `${slug(game)}-spread-away-4pt5`,
        kind: 'measure' as const,
        why: 'Winning against winning by five points or more.',
      },
      {
        kalshi: `${ticker(game)}-${game.away[0]}`,
        polymarket: `${slug(game)}-1h-moneyline`,
        kind: 'stage' as const,
        why: 'The whole game against its first half.',
      },
    ]),
  }
}
