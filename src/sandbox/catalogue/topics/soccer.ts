import {
  type Calendar,
  type CivilDay,
  easternMs,
  isoDay,
  longDay,
  SATURDAY,
  tickerDay,
  WEDNESDAY,
} from '../calendar.ts'
import type { EquivalentPair, EventDraft, KalshiEventDraft, Lifetime, PolymarketEventDraft, Topic } from '../draft.ts'
import { openUntil } from '../lifetimes.ts'
import { polymarketSingle } from '../shapes.ts'
import { consecutive } from '../spans.ts'

interface Match {
  readonly league: 'EPL' | 'UCL'
  readonly home: readonly [code: string, name: string]
  readonly away: readonly [code: string, name: string]
  /** Home, draw, away after ninety minutes. */
  readonly chances: readonly [number, number, number]
  readonly day: CivilDay
  readonly life: Lifetime
}

const LEAGUES = {
  EPL: {
    name: 'English Premier League',
    source: { name: 'Premier League', url: 'https://www.premierleague.com/matches' },
  },
  UCL: {
    name: 'UEFA Champions League',
    source: { name: 'UEFA', url: 'https://www.uefa.com/uefachampionsleague/fixtures-results/' },
  },
} as const

const ticker = (match: Match): string => `KX${match.league}GAME-${tickerDay(match.day)}${match.home[0]}${match.away[0]}`
const slug = (match: Match): string =>
  `${match.league.toLowerCase()}-${match.home[0].toLowerCase()}-${match.away[0].toLowerCase()}-${isoDay(match.day)}`
const kickoff = (match: Match): number => easternMs(match.day, match.league === 'EPL' ? 10 : 15)

function sidesOf(match: Match): readonly { code: string; name: string; claim: string }[] {
  const [home, away] = [match.home[1], match.away[1]]
  return [
    { code: match.home[0], name: home, claim: `${home} wins` },
    { code: 'TIE', name: 'Tie', claim: 'the score is level' },
    { code: match.away[0], name: away, claim: `${away} wins` },
  ]
}

const ninety = (match: Match): string =>
  `after ninety minutes plus stoppage time of the ${LEAGUES[match.league].name} match between ${match.home[1]} and ${match.away[1]} first scheduled for ${longDay(match.day)}`

function onKalshi(match: Match): KalshiEventDraft {
  const spans = consecutive(match.chances)
  return {
    venue: 'kalshi',
    ticker: ticker(match),
    series: { ticker: `KX${match.league}GAME`, title: `${LEAGUES[match.league].name} match`, frequency: 'custom' },
    title: `${match.home[1]} vs ${match.away[1]}`,
    subTitle: `${match.home[0]} vs ${match.away[0]} (${longDay(match.day)})`,
    category: 'Sports',
    draw: `soccer/${slug(match)}`,
    life: match.life,
    sources: [LEAGUES[match.league].source],
    exclusive: true,
    grid: 'linear_cent',
    secondary:
      'Extra time and penalty shoot-outs do not count. A match that is not completed within seven days of its first date resolves every market of the event to No.',
    markets: sidesOf(match).map((side, i) => ({
      key: side.code,
      title: `${match.home[1]} vs ${match.away[1]} winner?`,
      label: side.name,
      claim: `${side.claim} ${ninety(match)}`,
      span: spans[i] ?? [0, 0],
      strike: { type: 'structured', custom: { soccer_team: side.code } },
    })),
  }
}

function onPolymarket(match: Match): PolymarketEventDraft {
  const spans = consecutive(match.chances)
  return {
    venue: 'polymarket',
    slug: slug(match),
    title: `${match.home[1]} vs. ${match.away[1]}`,
    category: 'Sports',
    draw: `soccer/${slug(match)}`,
    life: match.life,
    sources: [LEAGUES[match.league].source],
    negRisk: true,
    tick: '0.01',
    protocol: match.league === 'UCL' ? 'v2' : 'v1',
    fees: 'sports',
    tags: ['Sports', 'Soccer', match.league],
    endMs: kickoff(match),
    game: { startMs: kickoff(match), secondsDelay: 0 },
    rules: (market) =>
      `This market resolves to "Yes" if ${market.claim} ${ninety(match)}. Otherwise it resolves to "No". Extra time and penalties are left out. A match that has not been completed within seven days of its first date resolves to "No". The resolution source is the official result of the competition.`,
    markets: sidesOf(match).map((side, i) => ({
      key: `${slug(match)}-${side.code === 'TIE' ? 'draw' : side.code.toLowerCase()}`,
      title:
        side.code === 'TIE'
          ? `Will ${match.home[1]} vs. ${match.away[1]} end in a draw?`
          : `Will ${side.name} win on ${isoDay(match.day)}?`,
      label: side.code === 'TIE' ? 'Draw' : side.name,
      claim: side.claim,
      span: spans[i] ?? [0, 0],
      sports: { type: 'moneyline' },
    })),
  }
}

/** Who goes through: extra time and penalties included. */
function advance(match: Match): PolymarketEventDraft {
  return polymarketSingle({
    slug: `${slug(match)}-to-advance`,
    question: `${match.home[1]} to advance against ${match.away[1]}?`,
    category: 'Sports',
    draw: `soccer-advance/${slug(match)}`,
    life: match.life,
    sources: [LEAGUES[match.league].source],
    tick: '0.01',
    fees: 'sports',
    tags: ['Sports', 'Soccer', match.league],
    endMs: kickoff(match),
    game: { startMs: kickoff(match), secondsDelay: 0 },
    span: [0, match.chances[0] + Math.round(match.chances[1] / 2)],
    rules: `This market resolves to "Yes" if ${match.home[1]} goes through to the next round of the ${LEAGUES[match.league].name} at the end of its match against ${match.away[1]} first scheduled for ${longDay(match.day)}, by whatever means: ninety minutes, extra time or penalties. Otherwise it resolves to "No". The resolution source is UEFA.`,
  })
}

const LEAGUE_MATCHES: readonly Pick<Match, 'home' | 'away' | 'chances'>[] = [
  { home: ['ARS', 'Arsenal'], away: ['CHE', 'Chelsea'], chances: [5210, 2530, 2260] },
  { home: ['LFC', 'Liverpool'], away: ['MUN', 'Manchester United'], chances: [5740, 2310, 1950] },
  { home: ['TOT', 'Tottenham'], away: ['MCI', 'Manchester City'], chances: [2380, 2410, 5210] },
  { home: ['NEW', 'Newcastle'], away: ['AVL', 'Aston Villa'], chances: [4670, 2720, 2610] },
]
const CUP_MATCHES: readonly Pick<Match, 'home' | 'away' | 'chances'>[] = [
  { home: ['RMA', 'Real Madrid'], away: ['BAY', 'Bayern Munich'], chances: [4280, 2510, 3210] },
  { home: ['BAR', 'Barcelona'], away: ['PSG', 'Paris Saint-Germain'], chances: [4060, 2470, 3470] },
]
const TITLE: readonly (readonly [code: string, name: string, chance: number])[] = [
  ['ARS', 'Arsenal', 3420],
  ['MCI', 'Manchester City', 2310],
  ['LFC', 'Liverpool', 2050],
  ['CHE', 'Chelsea', 960],
]

function table(calendar: Calendar): readonly EventDraft[] {
  const year = calendar.yearEnd.year + 1
  const end = { year, month: 5, day: 30 }
  const life = openUntil(calendar, easternMs(end, 17))
  const spans = consecutive(TITLE.map((team) => team[2]))
  const shared = { category: 'Sports', life, sources: [LEAGUES.EPL.source] }
  return [
    {
      ...shared,
      venue: 'kalshi',
      ticker: `KXPREMIERLEAGUE-${year % 100}`,
      series: { ticker: 'KXPREMIERLEAGUE', title: 'English Premier League champion', frequency: 'annual' },
      title: `English Premier League winner ${year}?`,
      subTitle: `Season that ends in ${year}`,
      draw: `epl-title/${year}`,
      exclusive: true,
      grid: 'center_quint_edge_deci_cent',
      secondary: `First place in the final table counts. Without a final table by July 31, ${year} every market of the event resolves to No.`,
      markets: TITLE.map(([code, name], i) => ({
        key: code,
        title: `Will ${name} win the English Premier League?`,
        label: name,
        claim: `${name} finishes first in the English Premier League season that ends in ${year}`,
        span: spans[i] ?? [0, 0],
      })),
    },
    {
      ...shared,
      venue: 'polymarket',
      slug: `english-premier-league-top-4-${year}`,
      title: `EPL top 4 finish ${year}`,
      draw: `epl-top-four/${year}`,
      negRisk: false,
      tick: '0.0025',
      fees: 'sports',
      tags: ['Sports', 'Soccer', 'EPL'],
      endMs: easternMs(end, 17),
      rules: (market) =>
        `This market resolves to "Yes" if ${market.claim}, and otherwise to "No". The final table of the Premier League decides; without one by July 31, ${year} this market resolves to "No".`,
      markets: TITLE.map(([, name, chance]) => ({
        key: `will-${name.toLowerCase().replaceAll(' ', '-')}-finish-in-the-top-4-of-the-epl-${year}`,
        title: `Will ${name} finish in the top 4 of the EPL?`,
        label: name,
        claim: `${name} is among the first four of the final table of the season that ends in ${year}`,
        span: [0, Math.min(9400, chance + 5200)],
      })),
    },
  ]
}

/** Soccer: results after ninety minutes, and what is mistaken for them. */
export function soccer(calendar: Calendar): Topic {
  const saturday = calendar.next(SATURDAY, 6)
  const midweek = calendar.next(WEDNESDAY, 9)
  const at =
    (league: Match['league'], day: CivilDay) =>
    (match: Pick<Match, 'home' | 'away' | 'chances'>): Match => ({
      ...match,
      league,
      day,
      life: openUntil(calendar, easternMs(day, league === 'EPL' ? 12 : 17)),
    })
  const league = LEAGUE_MATCHES.map(at('EPL', saturday))
  const cup = CUP_MATCHES.map(at('UCL', midweek))
  const year = calendar.yearEnd.year + 1
  return {
    events: [
      ...[...league, ...cup].flatMap((match) => [onKalshi(match), onPolymarket(match)]),
      ...cup.map(advance),
      ...table(calendar),
    ],
    equivalents: [...league.slice(0, 2), ...cup.slice(0, 1)].flatMap((match) =>
      sidesOf(match).map(
        (side): EquivalentPair => ({
          kalshi: `${ticker(match)}-${side.code}`,
          polymarket: `${slug(match)}-${side.code === 'TIE' ? 'draw' : side.code.toLowerCase()}`,
          polarity: 'same',
          why: 'Ninety minutes on both; No if the match is not completed within seven days.',
        }),
      ),
    ),
    lookAlikes: [
      ...cup.map((match) => ({
        kalshi: `${ticker(match)}-${match.home[0]}`,
        polymarket: `${slug(match)}-to-advance`,
        kind: 'overtime' as const,
        why: 'Result after ninety minutes against going through by extra time or penalties.',
      })),
      ...TITLE.slice(0, 2).map(([code, name]) => ({
        kalshi: `KXPREMIERLEAGUE-${year % 100}-${code}`,
        polymarket: `will-${name.toLowerCase().replaceAll(' ', '-')}-finish-in-the-top-4-of-the-epl-${year}`,
        kind: 'stage' as const,
        why: 'First place against one of the first four.',
      })),
    ],
  }
}
