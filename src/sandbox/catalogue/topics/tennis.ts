import { type Calendar, easternMs, tickerMonth } from '../calendar.ts'
import type { EventDraft, Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { mergeTopics, type Twins, topicOfTwins } from '../twins.ts'

const SOURCES = [{ name: 'Australian Open', url: 'https://ausopen.com/results' }]

/** The Australian Open's singles finals, by length; no players are named. */
export function tennis(calendar: Calendar): Topic {
  const year = calendar.yearEnd.year + 1
  const final = { year, month: 1, day: 31 }
  const life = openUntil(calendar, easternMs(final, 8))
  const shared = { categories: ['Sports', 'Sports'] as const, sources: SOURCES, life, endMs: easternMs(final, 3) }
  const twins: Twins[] = [
    {
      ...shared,
      draw: `ao-men/${year}`,
      kalshi: {
        ticker: `KXAOSETS-${year % 100}M-5`,
        series: ['KXAOSETS', 'Australian Open final length'],
        question: `Will the ${year} Australian Open men's singles final go to five sets?`,
        claim: `the men's singles final of the ${year} Australian Open reaches a fifth set`,
        terms:
          'A fifth set counts once its first point is played. A retirement before that, a walkover or a final that is not played by March 31 resolves to No.',
        span: [0, 3260],
        shard: 3,
      },
      polymarket: {
        slug: `australian-open-${year}-mens-final-five-sets`,
        question: `Australian Open men's final: fifth set?`,
        rules: `This market resolves to "Yes" if at least one point of a fifth set is played in the men's singles final of the ${year} Australian Open. It resolves to "No" if the match ends earlier for any reason, including retirement and walkover, or is not played by March 31, ${year}. The resolution source is the tournament.`,
        fees: 'sports',
        tags: ['Sports', 'Tennis'],
      },
      relation: { kind: 'same', why: 'One point of a fifth set decides on both.' },
    },
    {
      ...shared,
      draw: `ao-women/${year}`,
      kalshi: {
        ticker: `KXAOSETS-${year % 100}W-3`,
        series: ['KXAOSETS', 'Australian Open final length'],
        question: `Will the ${year} Australian Open women's singles final go to three sets?`,
        claim: `the women's singles final of the ${year} Australian Open reaches a third set`,
        terms:
          'A third set counts once its first point is played. A retirement before that, a walkover or a final that is not played by March 31 resolves to No.',
        span: [0, 4120],
        shard: 3,
      },
      polymarket: {
        slug: `australian-open-${year}-womens-final-straight-sets`,
        question: `Australian Open women's final in straight sets?`,
        rules: `This market resolves to "Yes" if the women's singles final of the ${year} Australian Open is completed in two sets. A third set that has begun, a retirement, a walkover or a final not played by March 31, ${year} resolves it to "No". The resolution source is the tournament.`,
        span: [4120, 9930],
        fees: 'sports',
        tags: ['Sports', 'Tennis'],
      },
      relation: {
        kind: 'look_alike',
        trap: 'fallback',
        why: 'Opposites only if the match is completed: a retirement in the second set is No on both.',
      },
    },
  ]
  const paused: EventDraft[] = topicOfTwins([
    {
      ...shared,
      life: stage(calendar, 'paused'),
      draw: `ao-tiebreak/${year}`,
      kalshi: {
        ticker: `KXAOTIEBREAK-${tickerMonth(final)}`,
        question: `Will the ${year} Australian Open men's final have a tiebreak?`,
        claim: `at least one set of the men's singles final of the ${year} Australian Open is decided by a tiebreak`,
        terms: 'The ten-point tiebreak of a fifth set counts. A final that is not played by March 31 resolves to No.',
        span: [0, 5660],
        shard: 3,
      },
      polymarket: {
        slug: `australian-open-${year}-mens-final-tiebreak`,
        question: `Tiebreak in the Australian Open men's final?`,
        rules: `This market resolves to "Yes" if any of the first four sets of the men's singles final of the ${year} Australian Open goes to a tiebreak. A tiebreak in the fifth set is not counted. Otherwise, and if no final is played by March 31, ${year}, it resolves to "No".`,
        span: [0, 5310],
        fees: 'sports',
        tags: ['Sports', 'Tennis'],
      },
      relation: { kind: 'unrelated' },
    },
  ]).events.slice()
  return mergeTopics([topicOfTwins(twins), { events: paused, equivalents: [], lookAlikes: [] }])
}
