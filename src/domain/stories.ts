import { formatAmount } from './amounts.ts'
import { assertNever } from './errors.ts'
import type { OrderReport } from './order.ts'

/**
 * What can have become of an order whose answer was lost. `under_way`: it can still arrive. `no_order`: it never arrived or
 * was refused, and cannot come any more. `live`: the venue holds it and it can trade. `ended`: the venue had it, and it has
 * ended, with fills or without.
 */
export const stories = ['under_way', 'no_order', 'live', 'ended'] as const
export type Story = (typeof stories)[number]

/** The code of a rejection that was concluded from absence, and is no word of the venue's. */
export const NEVER_REACHED = 'NEVER_REACHED'

/** Stories in which the venue never had the order. Whatever rules these out proves that it landed. */
export const notLanded: readonly Story[] = ['under_way', 'no_order']

/** One thing that was found out about an order, and which stories cannot be true any more because of it. */
export interface Evidence {
  /** Where it was looked: the endpoint, or `positions` and the like. */
  readonly source: string
  readonly finding: EvidenceFinding
  /** RFC 3339: up to when the source is known to be complete. Null when it does not say. */
  readonly asOf: string | null
  /** Facts: stories that cannot be true from here on, whatever else is found. */
  readonly rulesOut: readonly Story[]
  /** Suspicions: stories that this speaks against without proving anything. They keep a conclusion back, and lead to none. */
  readonly doubts: readonly Story[]
  /** For a person. */
  readonly detail: string
}

export const evidenceFindings = [
  'shown',
  'not_shown',
  'duplicate',
  'cancelled',
  'not_live',
  'unclear',
  'moved',
  'unmoved',
] as const
export type EvidenceFinding = (typeof evidenceFindings)[number]

export type Judgement =
  /** The venue has or had it. */
  | { readonly kind: 'landed' }
  /** There is none, and none can come. */
  | { readonly kind: 'no_order' }
  /** More than one story is left. */
  | { readonly kind: 'open'; readonly left: readonly Story[] }
  /** Everything but one story is ruled out, and something speaks against that one. */
  | { readonly kind: 'doubted'; readonly by: readonly Evidence[] }
  /** The facts leave no story: one of the reads was wrong. */
  | { readonly kind: 'contradiction' }

/**
 * What all evidence together proves. A story is true only when every other one is ruled out; which of the landed ones it
 * is, the order's own report says.
 * @param landed The venue has proven before that it took the order.
 */
export function judgeStories(evidence: readonly Evidence[], landed = false): Judgement {
  const gone = new Set<Story>([...(landed ? notLanded : []), ...evidence.flatMap(({ rulesOut }) => rulesOut)])
  const left = stories.filter((story) => !gone.has(story))
  if (left.length === 0) return { kind: 'contradiction' }
  if (left.every((story) => !notLanded.includes(story))) return { kind: 'landed' }
  if (left.length > 1 || left[0] !== 'no_order') return { kind: 'open', left }
  const by = evidence.filter(({ doubts }) => doubts.includes('no_order'))
  return by.length === 0 ? { kind: 'no_order' } : { kind: 'doubted', by }
}

/** The venue showed the order: it landed, and when it shows an end, it has ended. A read may lag, so `ended` always stays. */
export function shownBy(source: string, report: OrderReport): Evidence {
  const ended = report.status !== 'resting' && report.status !== 'unknown'
  return {
    source,
    finding: 'shown',
    asOf: null,
    rulesOut: ended ? [...notLanded, 'live'] : notLanded,
    doubts: [],
    detail: `the venue reports it ${describeReport(report)}`,
  }
}

/** The venue refused to take the same order twice: an earlier attempt landed, in whatever state it is now. */
export function alreadyThere(source: string, message: string): Evidence {
  return { source, finding: 'duplicate', asOf: null, rulesOut: notLanded, doubts: [], detail: message }
}

/** `partially filled, 3 filled (venue id …)`. */
export function describeReport({ status, filledQuantity, venueOrderId }: OrderReport): string {
  const filled = filledQuantity === 0n || status === 'filled' ? '' : `, ${formatAmount(filledQuantity)} filled`
  return `${status.replace('_', ' ')}${filled} (venue id ${venueOrderId})`
}

/** A list of orders that was read to look for one of them, and did not hold it. */
export interface ListWithout {
  readonly source: string
  /** What is not there, and where, for a person. */
  readonly what: string
  /** Up to when the list is known to be complete, Unix ms: told by the venue before the list was read. Null when not told. */
  readonly asOfMs: number | null
  /** The last moment at which the order could still arrive, Unix ms. */
  readonly lastArrivalMs: number
  /** The list was read to its end, and holds ended orders too. */
  readonly isWhole: boolean
}

/**
 * An order that is not listed proves something only when the whole list is newer than the order's last possible arrival:
 * then it did not come before, and cannot come after. Everything short of that proves nothing, since reads lag.
 */
export function missingFrom(list: ListWithout): Evidence {
  const { source, what, asOfMs, lastArrivalMs, isWhole } = list
  const isProof = isWhole && asOfMs !== null && asOfMs >= lastArrivalMs
  return {
    source,
    finding: 'not_shown',
    asOf: asOfMs === null ? null : timeText(asOfMs),
    rulesOut: isProof ? ['under_way', 'live', 'ended'] : [],
    doubts: [],
    detail: `${what}${whyNoProof(list)}`,
  }
}

function whyNoProof({ asOfMs, lastArrivalMs, isWhole }: ListWithout): string {
  if (!isWhole) return ', but the list could not be read to its end'
  if (asOfMs === null) return ', and how old the list is was not asked'
  if (asOfMs >= lastArrivalMs) return ', and an attempt that old is refused'
  return `; only from ${timeText(lastArrivalMs)} on is its absence proof`
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}

/** The stories that are left, in words: `it may still be under way, or it never arrived`. */
export function describeStories(left: readonly Story[]): string {
  return left.map(describeStory).join(', or ')
}

function describeStory(story: Story): string {
  switch (story) {
    case 'under_way':
      return 'it may still be under way'
    case 'no_order':
      return 'it never arrived or was refused'
    case 'live':
      return 'it is live'
    case 'ended':
      return 'it has ended, filled or not'
    default:
      return assertNever(story)
  }
}
