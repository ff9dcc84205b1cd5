import {
  addDays,
  type Calendar,
  easternMs,
  longDay,
  monthName,
  shortDay,
  slugDay,
  tickerDay,
  tickerMonth,
} from '../calendar.ts'
import type { Topic } from '../draft.ts'
import { openUntil, stage } from '../lifetimes.ts'
import { type Twins, topicOfTwins } from '../twins.ts'

const CATEGORIES = ['Politics', 'Politics'] as const

function shutdowns(calendar: Calendar): readonly Twins[] {
  const last = calendar.monthEnd(2)
  const after = addDays(last, 1)
  const sources = [
    {
      name: 'Office of Personnel Management',
      url: 'https://www.opm.gov/policy-data-oversight/snow-dismissal-procedures/current-status/',
    },
  ]
  const lapse =
    'a lapse of appropriations that leaves at least one executive department without funds at 12:01 AM ET of any day'
  const shared = {
    categories: CATEGORIES,
    sources,
    draw: `shutdown/${tickerDay(last)}`,
    life: openUntil(calendar, easternMs(last, 24)),
    endMs: easternMs(last, 24),
  }
  return [
    {
      ...shared,
      kalshi: {
        ticker: `KXGOVSHUT-${tickerDay(after)}`,
        question: `Will the federal government shut down before ${shortDay(after)}?`,
        claim: `there is ${lapse} between ${shortDay(calendar.today)} and ${shortDay(last)}, both included`,
        terms: 'Whether staff are sent home does not matter.',
        span: [0, 3120],
      },
      polymarket: {
        slug: `us-government-shutdown-by-${slugDay(last)}`,
        question: `US government shutdown by ${longDay(last)}?`,
        rules: `This market resolves to "Yes" if there is ${lapse} from ${longDay(calendar.today)} to ${longDay(last)}, 11:59 PM ET. Furloughs are not required. Otherwise it resolves to "No".`,
        fees: 'politics',
        tags: ['Politics', 'Congress'],
      },
      relation: {
        kind: 'same',
        why: 'Before a day, as the title has it, and by 11:59 PM of the day before are one deadline; same first day.',
      },
    },
    {
      ...shared,
      draw: `shutdown-opm/${tickerDay(last)}`,
      kalshi: {
        ticker: `KXGOVSHUTLENGTH-${tickerDay(after)}-T10`,
        question: `Will a shutdown that begins before ${shortDay(after)} last more than 10 days?`,
        claim: `${lapse}, begun before ${shortDay(after)}, lasts more than 10 full days`,
        terms: 'Days are counted from 12:01 AM ET. Ten days exactly are not more than ten.',
        span: [0, 1140],
        grid: 'tapered_deci_cent',
      },
      polymarket: {
        slug: `us-government-shutdown-10-days-or-longer-by-${slugDay(last)}`,
        question: 'Government shutdown of 10 days or longer?',
        rules: `This market resolves to "Yes" if the status page of the Office of Personnel Management shows "Shutdown" for 10 or more consecutive days that begin by ${longDay(last)}. Otherwise it resolves to "No".`,
        span: [0, 1270],
        fees: 'politics',
        tags: ['Politics', 'Congress'],
      },
      relation: {
        kind: 'look_alike',
        trap: 'comparator',
        why: 'More than 10 days of lapse against 10 or more days on a status page.',
      },
    },
    {
      ...shared,
      draw: `shutdown-2/${tickerDay(last)}`,
      kalshi: {
        ticker: `KXCRPASS-${tickerDay(after)}`,
        question: `Will a continuing resolution become law before ${shortDay(after)}?`,
        claim: `a continuing resolution that funds all departments becomes law before ${shortDay(after)}`,
        terms:
          "Becoming law means the President's signature or the passage of ten days without one while Congress sits.",
        span: [0, 6450],
      },
      polymarket: {
        slug: `continuing-resolution-law-by-${slugDay(after)}`,
        question: `Continuing resolution by ${longDay(after)}?`,
        rules: `This market resolves to "Yes" if a continuing resolution that funds all departments becomes law, by signature or by the lapse of ten days without one while Congress sits, by ${longDay(after)}, 11:59 PM ET. Otherwise it resolves to "No".`,
        span: [0, 6640],
        fees: 'politics',
        tags: ['Politics', 'Congress'],
      },
      relation: { kind: 'look_alike', trap: 'deadline', why: 'Before a day against by the end of that day.' },
    },
  ]
}

function registers(calendar: Calendar): readonly Twins[] {
  const month = calendar.month(1)
  const end = calendar.monthEnd(1)
  const sources = [
    { name: 'Federal Register', url: 'https://www.federalregister.gov/presidential-documents/executive-orders' },
  ]
  const shared = {
    categories: CATEGORIES,
    sources,
    life: openUntil(calendar, easternMs(end, 24), easternMs(addDays(end, 10), 12)),
    endMs: easternMs(end, 24),
  }
  const tags = ['Politics', 'Executive Orders']
  const when = `in ${monthName(month)} ${month.year}`
  return [
    {
      ...shared,
      draw: `orders/${tickerMonth(month)}`,
      kalshi: {
        ticker: `KXEOCOUNT-${tickerMonth(month)}-T8`,
        series: ['KXEOCOUNT', 'Executive orders'],
        question: `Will more than 8 executive orders be signed ${when}?`,
        claim: `the Federal Register lists more than 8 executive orders with a signing date ${when}`,
        terms: 'The list as of noon ET ten days after the end of the month counts. Proclamations and memoranda do not.',
        span: [0, 5350],
      },
      polymarket: {
        slug: `executive-orders-signed-${monthName(month).toLowerCase()}-9-or-more`,
        question: `9 or more executive orders signed ${when}?`,
        rules: `This market resolves to "Yes" if the Federal Register, read at noon ET ten days after the end of the month, lists 9 or more executive orders signed ${when}, and to "No" otherwise. Proclamations and memoranda do not count.`,
        fees: 'politics',
        tags,
        protocol: 'v2',
      },
      relation: {
        kind: 'same',
        why: 'More than 8 and 9 or more are one set of whole numbers; same list, same moment.',
      },
    },
    {
      ...shared,
      draw: `orders-published/${tickerMonth(month)}`,
      kalshi: {
        ticker: `KXEOCOUNT-${tickerMonth(month)}-T12`,
        series: ['KXEOCOUNT', 'Executive orders'],
        question: `Will more than 12 executive orders be signed ${when}?`,
        claim: `the Federal Register lists more than 12 executive orders with a signing date ${when}`,
        terms: 'The list as of noon ET ten days after the end of the month counts. Proclamations and memoranda do not.',
        span: [0, 2210],
      },
      polymarket: {
        slug: `executive-orders-published-${monthName(month).toLowerCase()}-13-or-more`,
        question: `13 or more executive orders published ${when}?`,
        rules: `This market resolves to "Yes" if 13 or more executive orders have a publication date ${when} in the Federal Register, whenever they were signed, and to "No" otherwise.`,
        span: [0, 2480],
        fees: 'politics',
        tags,
      },
      relation: { kind: 'look_alike', trap: 'window', why: 'Signed in the month against published in it.' },
    },
  ]
}

function abroad(calendar: Calendar): readonly Twins[] {
  const end = calendar.yearEnd
  const next = addDays(end, 1)
  const sources = [{ name: 'United Nations', url: 'https://press.un.org' }]
  const shared = {
    categories: ['World', 'Geopolitics'] as const,
    sources,
    life: openUntil(calendar, easternMs(end, 24)),
    endMs: easternMs(end, 24),
  }
  return [
    {
      ...shared,
      draw: `unsc/${end.year}`,
      kalshi: {
        ticker: `KXUNSCVETO-${tickerDay(next)}`,
        question: `Will a permanent member veto a Security Council resolution before ${shortDay(next)}?`,
        claim: `a draft resolution of the UN Security Council fails because of the negative vote of a permanent member between ${shortDay(calendar.today)} and ${shortDay(end)}, both included, New York time`,
        terms: 'The meeting record of the United Nations decides. An abstention is no negative vote.',
        span: [0, 4630],
        feeMultiplier: '0.5',
      },
      polymarket: {
        slug: `un-security-council-veto-by-${slugDay(end)}`,
        question: `UN Security Council veto by ${longDay(end)}?`,
        rules: `This market resolves to "Yes" if a permanent member's negative vote prevents the adoption of a Security Council draft resolution from ${longDay(calendar.today)} to ${longDay(end)}, 11:59 PM ET, according to the meeting record of the United Nations, and to "No" otherwise. Abstentions do not count.`,
        fees: 'geopolitics',
        tags: ['Geopolitics', 'UN'],
      },
      relation: { kind: 'same', why: 'Same vote, same record, same days.', edge: true },
    },
    {
      ...shared,
      draw: `euaccession/${end.year}`,
      kalshi: {
        ticker: `KXEUJOIN-${end.year + 5}`,
        question: `Will a country join the European Union before ${end.year + 5}?`,
        claim: `a treaty of accession enters into force and a further country becomes a member of the European Union before Jan 1, ${end.year + 5}`,
        terms: 'A signed treaty that is not in force does not count.',
        span: [0, 2760],
        life: openUntil(calendar, easternMs({ year: end.year + 4, month: 12, day: 31 }, 24)),
      },
      polymarket: {
        slug: `eu-accession-treaty-signed-before-${end.year + 5}`,
        question: `EU accession treaty signed before ${end.year + 5}?`,
        rules: `This market resolves to "Yes" if a treaty of accession between the European Union and a further country is signed by all parties by December 31, ${end.year + 4}, 11:59 PM ET, whether or not it is in force. Otherwise it resolves to "No".`,
        span: [0, 4210],
        fees: 'geopolitics',
        tags: ['Geopolitics', 'EU'],
        endMs: easternMs({ year: end.year + 4, month: 12, day: 31 }, 24),
        life: openUntil(calendar, easternMs({ year: end.year + 4, month: 12, day: 31 }, 24)),
      },
      relation: {
        kind: 'look_alike',
        trap: 'announced_or_happens',
        why: 'Membership in force against a signed treaty.',
      },
    },
    {
      ...shared,
      life: stage(calendar, 'paused'),
      draw: 'court/term',
      kalshi: {
        ticker: `KXSCOTUSOPINIONS-${end.year % 100}-T60`,
        question: 'Will the Supreme Court decide more than 60 argued cases this term?',
        claim:
          'the Supreme Court of the United States hands down more than 60 signed opinions in argued cases this term',
        terms: 'Opinions per curiam do not count.',
        span: [0, 3650],
      },
      polymarket: {
        slug: `supreme-court-opinions-this-term-${end.year}-over-60`,
        question: 'Supreme Court: more than 60 opinions this term?',
        rules:
          'This market resolves to "Yes" if the Supreme Court of the United States hands down more than 60 opinions in argued cases this term, signed or per curiam, and to "No" otherwise.',
        span: [0, 4120],
        fees: 'politics',
        tags: ['Politics', 'Courts'],
      },
      relation: { kind: 'unrelated' },
    },
  ]
}

/** Congress, the executive and the world outside. */
export function government(calendar: Calendar): Topic {
  return topicOfTwins([...shutdowns(calendar), ...registers(calendar), ...abroad(calendar)])
}
