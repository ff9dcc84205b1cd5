import type { VenueId } from '../domain/market.ts'
import { venueOf } from '../domain/market.ts'
import type { SandboxTrade, TradeStatus } from './model.ts'

/** Milliseconds after the match at which a Polymarket trade is mined, confirmed, retried or given up. */
const minedAfterMs = 2_000
const confirmedAfterMs = 5_000
const retryingAfterMs = 2_000
const failedAfterMs = 6_000
/** A second attempt at settling comes much later. */
const secondAttemptMs = 20_000

export function failsAtMs(trade: SandboxTrade): number {
  return trade.timeMs + failedAfterMs
}

/** Kalshi's executions are final at once, and there are none that fail. */
function canFail(venue: VenueId): boolean {
  return venue === 'polymarket'
}

/** Where a trade's settlement stands, and since when. */
export function tradeStatusAt(
  trade: SandboxTrade,
  nowMs: number,
): { readonly status: TradeStatus; readonly sinceMs: number } {
  if (!canFail(venueOf(trade.market))) return { status: 'confirmed', sinceMs: trade.timeMs }
  const age = nowMs - trade.timeMs
  const since = (status: TradeStatus, afterMs: number): { readonly status: TradeStatus; readonly sinceMs: number } => ({
    status,
    sinceMs: trade.timeMs + afterMs,
  })
  if (trade.doomed) {
    if (trade.failedMs !== null) return { status: 'failed', sinceMs: trade.failedMs }
    return age >= retryingAfterMs ? since('retrying', retryingAfterMs) : since('matched', 0)
  }
  if (trade.retried === true && age < secondAttemptMs) {
    return age >= retryingAfterMs ? since('retrying', retryingAfterMs) : since('matched', 0)
  }
  const extraMs = trade.retried === true ? secondAttemptMs : 0
  if (age >= confirmedAfterMs + extraMs) return since('confirmed', confirmedAfterMs + extraMs)
  return age >= minedAfterMs ? since('mined', minedAfterMs + extraMs) : since('matched', 0)
}
