import { deny } from '../denials.ts'
import { isUnwind } from '../risk.ts'
import type { Check } from '../snapshot.ts'

/**
 * Where a cancel-all goes on taking what is placed after it, nothing is placed that could silently go with it: an order that
 * rests, or a leg whose loss would leave the other one alone. An immediate order says in its answer what became of it, and
 * an unwind must not wait.
 */
export const cancelAllTail: Check = (intent, { market, state, capabilities, nowMs }) => {
  const atMs = state.cancelledAllAt.get(market.venue)
  if (atMs === undefined || isUnwind(intent)) return []
  const untilMs = atMs + capabilities.cancelAllTailMs
  const immediate = intent.timeInForce === 'ioc' || intent.timeInForce === 'fok'
  if (nowMs >= untilMs || (immediate && intent.purpose.kind !== 'arb_leg')) return []
  return [deny('CANCEL_ALL_TAIL', { venue: market.venue, atMs, untilMs, nowMs })]
}
