import type { MarketStatus, VenueId } from '../domain/market.ts'
import type { Schedule } from './model.ts'

/** A market's status is a function of its schedule and the time. */
export function statusAt(schedule: Schedule, nowMs: number): MarketStatus {
  if (nowMs < schedule.openMs) return 'unopened'
  if (nowMs < schedule.closeMs) return schedule.paused ? 'paused' : 'open'
  if (schedule.determineMs === null || nowMs < schedule.determineMs || schedule.yesPayout === null) return 'closed'
  if (schedule.settleMs === null || nowMs < schedule.settleMs) return 'determined'
  return 'settled'
}

export function isTrading(status: MarketStatus): boolean {
  return status === 'open'
}

/** Resting orders stand while a market is open or paused. */
export function keepsOrders(status: MarketStatus): boolean {
  return status === 'open' || status === 'paused'
}

/**
 * How long a closed market still shows the accounts' orders, in ms. Kalshi cancels them "shortly after" the close and takes
 * no cancel in between (venue page §5.2); Polymarket's go at once.
 */
export function sweptAfterCloseMs(venue: VenueId): number {
  return venue === 'kalshi' ? 2_000 : 0
}
