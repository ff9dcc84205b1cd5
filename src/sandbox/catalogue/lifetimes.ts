import { type Calendar, HOUR_MS } from './calendar.ts'
import type { Lifetime } from './draft.ts'

const DAY_MS = 24 * HOUR_MS

/** The usual course: trading now, closing and then known at the times given, paid an hour after. */
export function openUntil(calendar: Calendar, closeMs: number, knownMs = closeMs): Lifetime {
  return {
    openMs: calendar.originMs - 21 * DAY_MS,
    closeMs,
    determineMs: knownMs + 30 * 60_000,
    settleMs: knownMs + 90 * 60_000,
    paused: false,
  }
}

/** The other stages, relative to the origin, each lasting a month or more so that a fresh sandbox shows them for long. */
export function stage(
  calendar: Calendar,
  which: 'unopened' | 'paused' | 'closed' | 'determined' | 'settled',
): Lifetime {
  const at = (days: number): number => calendar.originMs + days * DAY_MS
  switch (which) {
    case 'unopened':
      return { openMs: at(30), closeMs: at(60), determineMs: at(61), settleMs: at(61.5), paused: false }
    case 'paused':
      return { openMs: at(-30), closeMs: at(45), determineMs: at(46), settleMs: at(46.5), paused: true }
    case 'closed':
      return { openMs: at(-40), closeMs: at(-0.5), determineMs: at(60), settleMs: at(61), paused: false }
    case 'determined':
      return { openMs: at(-40), closeMs: at(-3), determineMs: at(-1), settleMs: at(60), paused: false }
    case 'settled':
      return { openMs: at(-40), closeMs: at(-10), determineMs: at(-9), settleMs: at(-8), paused: false }
  }
}
