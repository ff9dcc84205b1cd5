import { assertNever } from '../../domain/errors.ts'

/**
 * How a venue bounds what it takes. A `bucket` holds `capacity` tokens and gets some back each second. A `window` lets
 * `most` through in any stretch of `periodMs`.
 */
export type RateLimit =
  | { readonly kind: 'bucket'; readonly capacity: number; readonly refillPerSecond: number }
  | { readonly kind: 'window'; readonly most: number; readonly periodMs: number }

type BucketLimit = Extract<RateLimit, { kind: 'bucket' }>
type WindowLimit = Extract<RateLimit, { kind: 'window' }>

/** What a window still counts. */
interface Slot {
  /** From then on it no longer counts. */
  readonly untilMs: number
  readonly used: number
}

/** A limit with what is left of it. A value: spending makes a new one. Times are those of a monotonic clock. */
export type Allowance =
  | { readonly kind: 'bucket'; readonly limit: BucketLimit; readonly tokens: number; readonly atMs: number }
  | { readonly kind: 'window'; readonly limit: WindowLimit; readonly slots: readonly Slot[] }

/**
 * We count time a little slower than our clock tells it. A clock that is being corrected may run 500 millionths fast, and
 * sums of fractions round: without this a call could leave before the venue's own bucket holds its cost.
 */
const PACE = 0.999

/** A window forgets in this many steps, each at its end: never early, and with few numbers to keep. */
const SLOTS = 50

/** Nothing spent yet. */
export function unspent(limit: RateLimit, nowMs: number): Allowance {
  return limit.kind === 'bucket'
    ? { kind: 'bucket', limit, tokens: limit.capacity, atMs: nowMs }
    : { kind: 'window', limit, slots: [] }
}

/** The most that can ever be left. */
export function capacityOf(limit: RateLimit): number {
  return limit.kind === 'bucket' ? limit.capacity : limit.most
}

/** What may be spent now. Below zero after spending more than there was. */
export function leftAt(allowance: Allowance, nowMs: number): number {
  switch (allowance.kind) {
    case 'bucket': {
      const { limit, tokens, atMs } = allowance
      return Math.min(limit.capacity, tokens + Math.max(0, nowMs - atMs) * perMs(limit))
    }
    case 'window':
      return allowance.limit.most - usedAt(allowance.slots, nowMs)
    default:
      return assertNever(allowance)
  }
}

/** Takes the cost, whether or not there is as much. */
export function spend(allowance: Allowance, cost: number, nowMs: number): Allowance {
  switch (allowance.kind) {
    case 'bucket':
      return { ...allowance, tokens: leftAt(allowance, nowMs) - cost, atMs: Math.max(nowMs, allowance.atMs) }
    case 'window':
      return { ...allowance, slots: withUse(allowance, cost, nowMs) }
    default:
      return assertNever(allowance)
  }
}

/** Milliseconds until `need` is left, if nothing else is spent. Infinity when it never will be: more than the capacity. */
export function waitMs(allowance: Allowance, need: number, nowMs: number): number {
  if (need > capacityOf(allowance.limit)) return Number.POSITIVE_INFINITY
  const missing = need - leftAt(allowance, nowMs)
  if (missing <= 0) return 0
  if (allowance.kind === 'bucket') return missing / perMs(allowance.limit)
  let freed = 0
  for (const { untilMs, used } of allowance.slots) {
    if (untilMs <= nowMs) continue
    freed += used
    if (freed >= missing) return untilMs - nowMs
  }
  return Number.POSITIVE_INFINITY
}

/** As `waitMs`, for work that goes through piece by piece and may be more than the capacity. An estimate for windows. */
export function drainMs(allowance: Allowance, work: number, nowMs: number): number {
  if (allowance.kind === 'bucket') return Math.max(0, (work - leftAt(allowance, nowMs)) / perMs(allowance.limit))
  const { most, periodMs } = allowance.limit
  const rounds = Math.max(0, Math.ceil(work / most) - 1)
  return rounds * periodMs + waitMs(allowance, work - rounds * most, nowMs)
}

/** With at most `left` left: the venue says so, or has just refused for lack of more. Windows only learn by counting. */
export function lowered(allowance: Allowance, left: number, nowMs: number): Allowance {
  const surplus = leftAt(allowance, nowMs) - left
  return surplus <= 0 || allowance.kind === 'window' ? allowance : spend(allowance, surplus, nowMs)
}

/**
 * Another limit in place of the one that was believed. What was left stays left: whether the difference had been spent by
 * somebody else is not known, and a bucket that is larger than thought fills up soon enough.
 */
export function relimited(allowance: Allowance, limit: RateLimit, nowMs: number): Allowance {
  const left = leftAt(allowance, nowMs)
  const fresh = unspent(limit, nowMs)
  if (left >= capacityOf(allowance.limit)) return fresh
  const surplus = capacityOf(limit) - left
  return surplus <= 0 ? fresh : spend(fresh, surplus, nowMs)
}

function perMs(limit: BucketLimit): number {
  return (limit.refillPerSecond / 1000) * PACE
}

function usedAt(slots: readonly Slot[], nowMs: number): number {
  let used = 0
  for (const slot of slots) if (slot.untilMs > nowMs) used += slot.used
  return used
}

function withUse(
  { limit, slots }: Extract<Allowance, { kind: 'window' }>,
  cost: number,
  nowMs: number,
): readonly Slot[] {
  const stepMs = limit.periodMs / SLOTS
  const untilMs = (Math.floor(nowMs / stepMs) + 1) * stepMs + limit.periodMs / PACE
  const last = slots.at(-1)
  if (last !== undefined && last.untilMs >= untilMs) {
    return [...slots.slice(0, -1), { untilMs: last.untilMs, used: last.used + cost }]
  }
  return [...slots.filter((slot) => slot.untilMs > nowMs), { untilMs, used: cost }]
}
