import { type Calendar, easternMs, longDay, longMonth, monthName, tickerMonth } from '../calendar.ts'
import type { Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { type Twins, topicOfTwins } from '../twins.ts'

const CATEGORIES = ['Entertainment', 'Culture'] as const

function ceremonies(calendar: Calendar): readonly Twins[] {
  const year = calendar.yearEnd.year + 1
  const night = { year, month: 3, day: 14 }
  const shared = {
    categories: CATEGORIES,
    sources: [{ name: 'Academy of Motion Picture Arts and Sciences', url: 'https://www.oscars.org' }],
    life: openUntil(calendar, easternMs(night, 23)),
    endMs: easternMs(night, 24),
  }
  const tags = ['Culture', 'Awards']
  return [
    {
      ...shared,
      draw: `oscars-sweep/${year}`,
      kalshi: {
        ticker: `KXOSCARCOUNT-${year % 100}-T5`,
        series: ['KXOSCARCOUNT', 'Most Oscars by one film'],
        question: `Will one film win more than 5 Oscars in ${year}?`,
        claim: `a single film wins more than 5 awards at the Academy Awards ceremony held in ${year}`,
        terms: 'Competitive awards count; honorary ones do not. A tie within a category gives the award to both films.',
        span: [0, 2870],
      },
      polymarket: {
        slug: `film-wins-6-or-more-oscars-${year}`,
        question: `Film to win 6 or more Oscars in ${year}?`,
        rules: `This market resolves to "Yes" if one film wins 6 or more competitive awards at the Academy Awards ceremony held in ${year}; an award that is shared counts for each film. Honorary awards do not count. Otherwise, also if there is no ceremony in ${year}, it resolves to "No".`,
        fees: 'culture',
        tags,
      },
      relation: { kind: 'same', why: 'More than 5 and 6 or more are one set; ties count alike.' },
    },
    {
      ...shared,
      draw: `oscars-picture-director/${year}`,
      kalshi: {
        ticker: `KXOSCARSPLIT-${year % 100}`,
        question: `Will Best Picture and Best Director go to one film in ${year}?`,
        claim: `one film wins both Best Picture and Best Director at the Academy Awards ceremony held in ${year}`,
        terms: 'Without a ceremony in that year the market resolves to No.',
        span: [0, 6630],
      },
      polymarket: {
        slug: `oscars-${year}-picture-director-split`,
        question: `Oscars ${year}: Best Picture and Best Director split?`,
        rules: `This market resolves to "No" if one film wins both Best Picture and Best Director at the Academy Awards ceremony held in ${year}. In every other case, also without a ceremony in ${year}, it resolves to "Yes".`,
        fees: 'culture',
        tags,
        protocol: 'v1_with_position_ids',
      },
      relation: {
        kind: 'inverted',
        why: 'Split is the negation of both to one film; no ceremony is the losing side of Kalshi and Yes here.',
      },
    },
    {
      ...shared,
      draw: `oscars-viewers/${year}`,
      kalshi: {
        ticker: `KXOSCARVIEWERS-${year % 100}-T19.5`,
        question: `Will the ${year} Oscars have more than 19.5 million viewers?`,
        claim: `the live broadcast of the Academy Awards held in ${year} has more than 19.5 million viewers in the fast national ratings of Nielsen`,
        terms: 'Fast nationals as first reported by the network on the next day. Later figures do not count.',
        span: [0, 4150],
      },
      polymarket: {
        slug: `oscars-${year}-more-than-19pt5-million-viewers`,
        question: `Oscars ${year}: more than 19.5 million viewers?`,
        rules: `This market resolves to "Yes" if Nielsen's final rating of the ${year} Academy Awards, streaming included and delayed viewing added, is above 19.5 million viewers, and to "No" otherwise.`,
        span: [0, 5020],
        fees: 'culture',
        tags,
      },
      relation: {
        kind: 'look_alike',
        trap: 'measure',
        why: 'Fast national ratings against final ones with delayed viewing.',
      },
    },
    {
      ...shared,
      draw: `oscars-nominations/${year}`,
      kalshi: {
        ticker: `KXOSCARANIM-${year % 100}`,
        question: `Will an animated film win Best Picture in ${year}?`,
        claim: `an animated feature wins Best Picture at the Academy Awards ceremony held in ${year}`,
        terms: 'The category in which the Academy lists the film decides.',
        span: [0, 140],
        grid: 'deci_cent',
      },
      polymarket: {
        slug: `animated-film-nominated-best-picture-${year}`,
        question: `Animated film nominated for Best Picture in ${year}?`,
        rules: `This market resolves to "Yes" if an animated feature is among the nominees for Best Picture at the Academy Awards ceremony held in ${year}, and to "No" otherwise.`,
        span: [0, 1880],
        fees: 'culture',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'stage', why: 'Winning against being nominated.' },
    },
  ]
}

function screens(calendar: Calendar): readonly Twins[] {
  const month = calendar.month(1)
  const end = calendar.monthEnd(1)
  const shared = {
    categories: CATEGORIES,
    sources: [{ name: 'Box Office Mojo', url: 'https://www.boxofficemojo.com' }],
    life: openUntil(calendar, easternMs(end, 24), easternMs(calendar.monthEnd(2), 12)),
    endMs: easternMs(end, 24),
  }
  const tags = ['Culture', 'Movies']
  const when = `in ${longMonth(month)}`
  return [
    {
      ...shared,
      draw: `opening/${tickerMonth(month)}`,
      kalshi: {
        ticker: `KXOPENING-${tickerMonth(month)}-T150`,
        series: ['KXOPENING', 'Opening weekend'],
        question: `Will a film open above $150 million ${when}?`,
        claim: `a film whose opening weekend begins ${when} grosses more than $150,000,000 in the United States and Canada on that weekend`,
        terms:
          'Three-day weekend, Friday to Sunday, with previews, in the actuals shown by Box Office Mojo on the following Tuesday.',
        span: [0, 1650],
      },
      polymarket: {
        slug: `film-opens-above-150m-${monthName(month).toLowerCase()}-${month.year}`,
        question: `Film to open above $150M ${when}?`,
        rules: `This market resolves to "Yes" if Box Office Mojo, on the Tuesday after it, shows more than $150,000,000 in actual domestic gross (United States and Canada, previews included) for the three-day opening weekend of a film that opens ${when}. Otherwise it resolves to "No".`,
        fees: 'culture',
        tags,
        tick: '0.005',
      },
      relation: { kind: 'same', why: 'Same three days, same actuals of the same source.' },
    },
    {
      ...shared,
      draw: `opening-world/${tickerMonth(month)}`,
      kalshi: {
        ticker: `KXOPENING-${tickerMonth(month)}-T100`,
        series: ['KXOPENING', 'Opening weekend'],
        question: `Will a film open above $100 million ${when}?`,
        claim: `a film whose opening weekend begins ${when} grosses more than $100,000,000 in the United States and Canada on that weekend`,
        terms:
          'Three-day weekend, Friday to Sunday, with previews, in the actuals shown by Box Office Mojo on the following Tuesday.',
        span: [0, 4060],
      },
      polymarket: {
        slug: `film-opens-above-100m-worldwide-${monthName(month).toLowerCase()}-${month.year}`,
        question: `Film to open above $100M worldwide ${when}?`,
        rules: `This market resolves to "Yes" if Box Office Mojo shows more than $100,000,000 in worldwide gross for the opening weekend of a film that opens ${when}, and to "No" otherwise.`,
        span: [0, 6280],
        fees: 'culture',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'measure', why: 'Domestic gross against worldwide gross.' },
    },
    {
      ...shared,
      life: stage(calendar, 'determined'),
      draw: 'opening/past',
      kalshi: {
        ticker: `KXOPENING-${tickerMonth(calendar.month(-1))}-T75`,
        series: ['KXOPENING', 'Opening weekend'],
        question: `Will a film open above $75 million in ${longMonth(calendar.month(-1))}?`,
        claim: `a film whose opening weekend begins in ${longMonth(calendar.month(-1))} grosses more than $75,000,000 in the United States and Canada on that weekend`,
        terms:
          'Three-day weekend, Friday to Sunday, with previews, in the actuals shown by Box Office Mojo on the following Tuesday.',
        span: [0, 7700],
      },
      polymarket: {
        slug: `film-opens-above-75m-${monthName(calendar.month(-1)).toLowerCase()}-${calendar.month(-1).year}`,
        question: `Film to open above $75M in ${longMonth(calendar.month(-1))}?`,
        rules: `This market resolves to "Yes" if Box Office Mojo, on the Tuesday after it, shows more than $75,000,000 in actual domestic gross (United States and Canada, previews included) for the three-day opening weekend of a film that opens in ${longMonth(calendar.month(-1))}. Otherwise it resolves to "No".`,
        fees: 'culture',
        tags,
      },
      relation: { kind: 'unrelated' },
    },
  ]
}

function stages(calendar: Calendar): readonly Twins[] {
  const year = calendar.yearEnd.year + 1
  const contest = { year, month: 5, day: 15 }
  const sources = [{ name: 'Eurovision Song Contest', url: 'https://eurovision.tv' }]
  const life = openUntil(calendar, easternMs(contest, 18))
  return (
    [
      ['SE', 'Sweden', 1430],
      ['FI', 'Finland', 1210],
      ['IT', 'Italy', 860],
      ['FR', 'France', 1090],
    ] as const
  ).map(([code, country, chance], i, all): Twins => {
    const from = all.slice(0, i).reduce((sum, row) => sum + row[2], 0)
    const jury = i >= 2
    return {
      categories: CATEGORIES,
      sources,
      life,
      endMs: easternMs(contest, 15),
      draw: jury ? `eurovision-${code}/${year}` : `eurovision/${year}`,
      kalshi: {
        ticker: `KXEUROVISION-${year % 100}-${code}`,
        series: ['KXEUROVISION', 'Eurovision winner'],
        question: `Will ${country} win Eurovision ${year}?`,
        claim: `${country} wins the grand final of the Eurovision Song Contest ${year}`,
        terms:
          'The result announced at the end of the broadcast counts; a later disqualification does not change it. Without a final by August 31 the market resolves to No.',
        span: jury ? [0, chance] : [from, from + chance],
      },
      polymarket: {
        slug: jury
          ? `will-${country.toLowerCase()}-win-the-eurovision-${year}-jury-vote`
          : `will-${country.toLowerCase()}-win-eurovision-${year}`,
        question: jury
          ? `Will ${country} win the Eurovision ${year} jury vote?`
          : `Will ${country} win Eurovision ${year}?`,
        rules: jury
          ? `This market resolves to "Yes" if ${country} receives the most points of the national juries in the grand final of the Eurovision Song Contest ${year}, whoever wins the contest, and to "No" otherwise.`
          : `This market resolves to "Yes" if ${country} is announced as the winner at the end of the grand final of the Eurovision Song Contest ${year}. Later disqualifications have no effect. If no final is held by August 31, ${year}, it resolves to "No".`,
        span: jury ? [0, chance + 240] : [from, from + chance],
        fees: 'culture',
        tags: ['Culture', 'Eurovision'],
        tick: '0.0025',
      },
      relation: jury
        ? { kind: 'look_alike', trap: 'measure', why: 'The contest against its jury vote.' }
        : { kind: 'same', why: 'The winner announced in the broadcast; No without a final by the end of August.' },
    }
  })
}

function people(calendar: Calendar): readonly Twins[] {
  const end = calendar.yearEnd
  return [
    {
      categories: CATEGORIES,
      sources: [{ name: 'Time', url: 'https://time.com' }],
      life: openUntil(calendar, easternMs(end, 24)),
      endMs: easternMs(end, 24),
      draw: `time/${end.year}`,
      kalshi: {
        ticker: `KXTIMEGROUP-${end.year % 100}`,
        question: `Will Time's Person of the Year ${end.year} be a group or an idea?`,
        claim: `Time names as its Person of the Year ${end.year} anything else than one or two named persons`,
        terms: `Without an announcement by ${longDay(end)} the market resolves to No.`,
        span: [0, 3350],
      },
      polymarket: {
        slug: `time-person-of-the-year-${end.year}-one-or-two-people`,
        question: `Time Person of the Year ${end.year}: one or two named people?`,
        rules: `This market resolves to "Yes" if Time names one or two named persons as its Person of the Year ${end.year}, or announces nobody by ${longDay(end)}, 11:59 PM ET. It resolves to "No" if a larger group, a role, an object or an idea is named.`,
        fees: 'culture',
        tags: ['Culture'],
      },
      relation: { kind: 'inverted', why: 'Complementary lists, and no announcement is No there and Yes here.' },
    },
  ]
}

/** Awards, films and music; no persons are named. */
export function culture(calendar: Calendar): Topic {
  return topicOfTwins([...ceremonies(calendar), ...screens(calendar), ...stages(calendar), ...people(calendar)])
}
