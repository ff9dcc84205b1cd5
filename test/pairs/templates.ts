import type { MarketTexts } from '../../src/pairs/approved-pair.ts'

/** What a contract depends on. Each family reads the fields that matter to it. */
export type Terms = Readonly<Record<string, string>>

/** One contract in the wordings of both venues, with other terms that make another contract of it. */
export interface Family {
  readonly name: string
  readonly terms: Terms
  readonly kalshi: readonly ((terms: Terms) => MarketTexts)[]
  readonly polymarket: readonly ((terms: Terms) => MarketTexts)[]
  /** Changes of one term each: with any of them, a pair of the two is one contract no more. */
  readonly others: readonly Terms[]
  /** Terms for which a headline has words of its own: the rules alone tell them. */
  readonly byRulesAlone?: readonly string[]
}

const disclaimer =
  '\n\nKalshi is not affiliated, associated, authorized, endorsed by, or in any way officially connected with the Governing League. All trademarks, logos, and brand names are the property of their respective owners.'
const endorsed =
  '\n\nThis market and these products have not been endorsed by the UEFA. Any references to the “UEFA,” or any other associated marks are descriptive only, and do not indicate an endorsement of this product or any affiliation between them.'
const otherwise = ' Otherwise, this market will resolve to "No".'
const reporting = '\n\nThe resolution source for this market will be a consensus of credible reporting.'

function kalshi(title: string, yesLabel: string, rules: string, closeTime = '2027-12-31T15:00:00Z'): MarketTexts {
  return { id: 'kalshi:KXMADEUP', title, yesLabel, rules, closeTime }
}

function polymarket(title: string, rules: string, closeTime = '2027-12-31T00:00:00Z', yesLabel = ''): MarketTexts {
  return { id: 'polymarket:made-up', title, yesLabel, rules, closeTime }
}

const yes = (claim: string): string => `If ${claim}, then the market resolves to Yes.`
const pays = (claim: string): string => `This market will resolve to "Yes" if ${claim}.${otherwise}`

const title: Family = {
  name: 'a title of a league',
  terms: { city: 'Denver', team: 'Denver Nuggets', plain: 'Pro Basketball Finals', league: 'NBA Finals', year: '2027' },
  kalshi: [
    (t) =>
      kalshi(
        `Will ${t.city} win the ${t.year} ${t.plain}?`,
        t.city ?? '',
        yes(`${t.city} wins the ${t.year} ${t.plain}`) + disclaimer,
      ),
    (t) =>
      kalshi(`Who will win the ${t.year} ${t.plain}?`, t.city ?? '', yes(`${t.city} wins the ${t.year} ${t.plain}`)),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will the ${t.team} win the ${t.year} ${t.league}?`,
        `${pays(`the ${t.team} win the ${t.year} ${t.league}`)}\n\nIf at any point it becomes impossible for this team to win the ${t.year} ${t.league} based on the rules of the league, this market will resolve immediately to "No".${reporting}`,
      ),
    (t) =>
      polymarket(
        `Will the ${t.team} win the ${t.year} ${t.league}?`,
        `This market will resolve according to the team that wins the ${t.year} ${t.league}.`,
      ),
  ],
  others: [
    { team: 'Boston Celtics' },
    { year: '2028' },
    { league: 'NBA Eastern Conference Finals' },
    { league: 'WNBA Finals' },
  ],
}

const award: Family = {
  name: 'an award of a season',
  terms: { who: 'Ana Ruiz', plain: 'Pro Baseball National League', prize: 'MVP', year: '2027' },
  kalshi: [
    (t) =>
      kalshi(
        `Will ${t.who} win NL ${t.prize}?`,
        t.who ?? '',
        yes(`${t.who} wins the ${t.plain} ${t.prize} in the ${t.year} season`) + disclaimer,
      ),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will ${t.who} win the ${t.year} National League ${t.prize}?`,
        `${pays(`${t.who} is officially named the ${t.year} National League ${t.prize}`)}\n\nIf the award is not announced by December 31, ${t.year}, this market will resolve to "Other".`,
      ),
    (t) =>
      polymarket(
        `Will ${t.who} win the ${t.year} National League ${t.prize}?`,
        `This market will resolve according to the player who wins the ${t.year} National League ${t.prize}.\n\nIn the event of a tie, this market will resolve according to the official winner as determined by MLB rules.`,
      ),
  ],
  others: [{ who: 'Ana Ruiz Jr.' }, { who: 'Bea Lund' }, { year: '2028' }, { prize: 'Rookie of the Year' }],
}

const stage: Family = {
  name: 'a stage of a tournament',
  terms: { team: 'Porto', stage: 'Semifinals', cup: 'UEFA Europa League', year: '2027' },
  kalshi: [
    (t) =>
      kalshi(
        `Will ${t.team} qualify for the ${t.cup} ${t.stage}?`,
        t.team ?? '',
        yes(`${t.team} qualifies for the ${t.year} ${t.cup} ${t.stage}`) + endorsed,
      ),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will ${t.team} reach the ${t.cup} ${t.stage}?`,
        `This market will resolve to "Yes" if the listed team reaches the ${t.year} ${t.cup} ${t.stage}.${otherwise}`,
      ),
  ],
  others: [
    { team: 'Benfica' },
    { stage: 'Quarterfinals' },
    { stage: 'Final' },
    { year: '2028' },
    { cup: 'UEFA Champions League' },
  ],
}

const nomination: Family = {
  name: 'a nomination',
  terms: { who: 'Ana Ruiz', party: 'Republican', office: 'Senate', place: 'Iowa', year: '2028' },
  kalshi: [
    (t) =>
      kalshi(
        `Will ${t.who} be the ${t.party} nominee for the ${t.office} in ${t.place}?`,
        t.who ?? '',
        yes(
          `${t.who} wins the nomination for the ${t.party} Party to contest the ${t.year} ${t.place} ${t.office} seat`,
        ),
      ),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will ${t.who} be the ${t.party} nominee for ${t.office} in ${t.place}?`,
        `${pays(`${t.who} wins the ${t.year} nomination of the ${t.party} Party for ${t.office} in ${t.place}`)}${reporting}`,
      ),
  ],
  others: [{ who: 'Bea Lund' }, { party: 'Democratic' }, { office: 'Governor' }, { place: 'Ohio' }, { year: '2030' }],
}

const election: Family = {
  name: 'an election',
  terms: { who: 'Ana Ruiz', country: 'Brazilian', office: 'presidential', year: '2030' },
  kalshi: [
    (t) =>
      kalshi(
        `Will ${t.who} win the ${t.year} ${t.country} ${t.office} election?`,
        t.who ?? '',
        yes(`${t.who} wins the ${t.year} ${t.country} ${t.office} election`),
      ),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will ${t.who} win the ${t.year} ${t.country} ${t.office} election?`,
        `This market will resolve according to the candidate who wins the ${t.year} ${t.country} ${t.office} election.\n\nThis market includes any potential second round. This market will resolve based on the results of this election, as indicated by a consensus of credible reporting.`,
      ),
  ],
  others: [{ who: 'Bea Lund' }, { country: 'Peruvian' }, { office: 'mayoral' }, { year: '2034' }],
}

const game: Family = {
  name: 'a game',
  terms: { a: 'Denver', b: 'Chicago', nickA: 'Nuggets', nickB: 'Bulls', day: 'January 20', short: 'Jan 20', part: '' },
  kalshi: [
    (t) =>
      kalshi(
        `${t.a} at ${t.b} Winner?`,
        t.a ?? '',
        `${yes(`${t.a} wins the ${t.a} at ${t.b} professional basketball game originally scheduled for ${t.short}, 2027`)}${disclaimer}`,
        '2027-02-03T03:00:00Z',
      ),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `${t.nickA} vs. ${t.nickB}${t.part === '' ? '' : `: ${t.part}`}`,
        `In the upcoming NBA game, scheduled for ${t.day} at 8:00PM ET:\nIf the ${t.nickA} win, the market will resolve to "${t.nickA}".\nIf the ${t.nickB} win, the market will resolve to "${t.nickB}".\nIf the game is postponed, this market will remain open until the game has been completed.\nThe result will be determined based on the final score including any overtime periods.`,
        '2027-01-21T01:00:00Z',
        t.nickA,
      ),
  ],
  others: [{ nickA: 'Celtics' }, { day: 'January 22' }, { part: '1H Winner' }, { nickB: 'Lakers' }],
}

const step: Family = {
  name: 'a step of the central bank',
  terms: { way: 'Cut', verb: 'decrease', size: '25', month: 'June', short: 'Jun', day: '16' },
  kalshi: [
    (t) =>
      kalshi(
        `Will the Federal Reserve ${t.way} rates by ${t.size}bps at their ${t.month} 2027 meeting?`,
        `${t.way} ${t.size}bps`,
        yes(`the Federal Reserve does a ${t.way} of ${t.size}bps on ${t.month} ${t.day}, 2027`),
        '2027-06-16T17:59:00Z',
      ),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will the Fed ${t.verb} interest rates by ${t.size} bps after the ${t.month} 2027 meeting?`,
        `The FED interest rates are defined in this market by the upper bound of the target federal funds range.\n\nThis market will resolve to the amount of basis points the upper bound of the target federal funds rate is changed by versus the level it was prior to the Federal Reserve's ${t.month} 2027 meeting.`,
        '2027-06-16T00:00:00Z',
      ),
  ],
  others: [{ verb: 'increase' }, { size: '50' }, { month: 'July' }],
}

const inflation: Family = {
  name: 'a figure of the month by value',
  terms: { above: '3.3', from: '3.4', month: 'March', period: 'twelve months', months: '12-month', core: '' },
  kalshi: [
    (t) =>
      kalshi(
        `Will the rate of CPI inflation be above ${t.above}% for the year ending in ${t.month} 2027?`,
        `${t.above}%`,
        yes(
          `the Consumer Price Index (CPI) increases by more than ${t.above}% in the ${t.period} ending ${t.month} 2027 (as represented by the one-decimal place value reported by the Bureau of Labor Statistics)`,
        ),
      ),
    (t) =>
      kalshi(
        `CPI year-over-year in ${t.month} 2027?`,
        `At least ${t.from}%`,
        yes(`the CPI year-over-year is at least ${t.from}% in ${t.month} 2027`),
      ),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will annual ${t.core}inflation increase by ≥${t.from}% in ${t.month} 2027?`,
        `This market will resolve to the percentage change in the ${t.core}Consumer Price Index (CPI) over the ${t.months} period ending in ${t.month} 2027 according to the monthly Bureau of Labor Statistics (BLS) report.\n\nNote: the resolution source for this market will be the official monthly BLS CPI news release, which reports inflation over ${t.months} periods to only one decimal point (e.g., 2.9%). Thus, this is the level of precision that will be used when resolving the market.`,
      ),
  ],
  others: [{ from: '3.5' }, { from: '3.3' }, { month: 'April' }, { months: 'one-month' }, { core: 'core ' }],
}

const temperature: Family = {
  name: 'a temperature of a day',
  terms: { station: 'Chicago Midway Airport', under: '<80', label: '79° or below', from: '79', day: '25' },
  kalshi: [
    (t) =>
      kalshi(
        `Will the **high temp in Chicago** be ${t.under}° on Jul ${t.day}, 2027?`,
        t.label ?? '',
        yes(
          `the highest temperature recorded at ${t.station} for July ${t.day}, 2027 as reported by the National Weather Service's Climatological Report (Daily), is less than 80°`,
        ),
      ),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will the highest temperature in Chicago be ${t.from}°F or below on July ${t.day}, 2027?`,
        `${pays(`the highest temperature recorded at ${t.station} on July ${t.day}, 2027 is ${t.from}°F or below, as reported by the National Weather Service`)}`,
      ),
  ],
  others: [{ from: '78' }, { from: '80' }, { station: "Chicago O'Hare Airport" }, { day: '26' }],
}

const price: Family = {
  name: 'a price at a moment',
  terms: { coin: 'Bitcoin', index: 'BRTI', level: '80,000', day: 'June 30', time: '5 PM', way: 'at or above' },
  kalshi: [
    (t) =>
      kalshi(
        `${t.coin} price on ${t.day}, 2027 at ${t.time} EDT?`,
        `$${t.level} or above`,
        yes(
          `the simple average of the sixty seconds of CF Benchmarks' ${t.index} before ${t.time} EDT is at or above ${t.level} at ${t.time} EDT on ${t.day}, 2027`,
        ),
      ),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will the price of ${t.coin} be ${t.way} $${t.level} on ${t.day}, 2027?`,
        `${pays(`the simple average of the sixty seconds of CF Benchmarks' ${t.index} before ${t.time} ET is ${t.way} $${t.level} at ${t.time} ET on ${t.day}, 2027`)}`,
      ),
  ],
  others: [
    { level: '81,000' },
    { day: 'June 29' },
    { time: '4 PM' },
    { way: 'above' },
    { way: 'below' },
    { index: 'BTC/USDT candles of Binance' },
  ],
}

const deadline: Family = {
  name: 'an event by a day',
  terms: {
    who: 'Ana Ruiz',
    does: 'visits Norway',
    asks: 'visit Norway',
    before: 'Jan 1, 2028',
    by: 'December 31, 2027',
  },
  kalshi: [
    (t) => kalshi(`Will ${t.who} ${t.asks} before ${t.before}?`, '', yes(`${t.who} ${t.does} before ${t.before}`)),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will ${t.who} ${t.asks} by ${t.by}?`,
        `${pays(`${t.who} ${t.does} by ${t.by}, 11:59 PM ET`)}${reporting}`,
      ),
    (t) =>
      polymarket(
        `Will ${t.who} ${t.asks} by ${t.by}?`,
        `If ${t.who} ${t.does} by ${t.by}, 11:59 PM ET, this market will resolve to "Yes".${otherwise}`,
      ),
  ],
  others: [
    { who: 'Bea Lund' },
    { does: 'announces a visit to Norway' },
    { does: 'visits Sweden' },
    { by: 'December 30, 2027' },
    { by: 'June 30, 2027' },
  ],
  byRulesAlone: ['who', 'does'],
}

const count: Family = {
  name: 'a number of cases',
  terms: { more: '40', least: '41', thing: 'confirmed measles cases in the United States', year: '2027' },
  kalshi: [
    (t) =>
      kalshi(
        `Will there be more than ${t.more} ${t.thing} in ${t.year}?`,
        '',
        yes(`there are more than ${t.more} ${t.thing} in ${t.year}`),
      ),
  ],
  polymarket: [
    (t) =>
      polymarket(
        `Will there be at least ${t.least} ${t.thing} in ${t.year}?`,
        pays(`there are at least ${t.least} ${t.thing} in ${t.year}`),
      ),
  ],
  others: [
    { least: '40' },
    { least: '42' },
    { year: '2028' },
    { thing: 'confirmed measles cases in Canada' },
    { thing: 'suspected measles cases in the United States' },
  ],
  byRulesAlone: ['thing'],
}

export const families: readonly Family[] = [
  title,
  award,
  stage,
  nomination,
  election,
  game,
  step,
  inflation,
  temperature,
  price,
  deadline,
  count,
]

/** Every wording of one venue beside every wording of the other. The second may be of other terms. */
export function pairsOf(family: Family, changed: Terms = {}): readonly (readonly [MarketTexts, MarketTexts])[] {
  return family.kalshi.flatMap((one) =>
    family.polymarket.map((other) => [one(family.terms), other({ ...family.terms, ...changed })] as const),
  )
}
