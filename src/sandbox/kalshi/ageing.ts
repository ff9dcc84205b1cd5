import type { MarketView, SandboxOrder, SandboxTrade } from '../model.ts'
import { type KalshiContext, viewOf } from './context.ts'
import { statusOf } from './render-order.ts'

/** What has left the live lists for the `/historical` ones. Source: venue page §4.7, state of 2026-11. */

const DAY_MS = 86_400_000
/** Ended orders stay live for two weeks, everything else for three months. What still rests or is unsettled stays for good. */
const orderWindowMs = 14 * DAY_MS
const otherWindowMs = 90 * DAY_MS

export type Age = 'live' | 'historical'

/** Unix ms. Orders are told by when they ended, trades by when they happened, markets by when they settled. */
export function cutoffs(context: KalshiContext): { readonly orderMs: number; readonly otherMs: number } {
  const nowMs = context.host.clock.nowMs()
  return { orderMs: nowMs - orderWindowMs, otherMs: nowMs - otherWindowMs }
}

export function ageOfOrder(context: KalshiContext, order: SandboxOrder): Age {
  return statusOf(order) !== 'resting' && order.updatedMs < cutoffs(context).orderMs ? 'historical' : 'live'
}

export function ageOfTrade(context: KalshiContext, trade: SandboxTrade): Age {
  return trade.timeMs < cutoffs(context).otherMs ? 'historical' : 'live'
}

export function ageOfMarket(context: KalshiContext, { status, schedule }: MarketView): Age {
  const settledMs = status === 'settled' ? schedule.settleMs : null
  return settledMs !== null && settledMs < cutoffs(context).otherMs ? 'historical' : 'live'
}

/** Positions move with their whole event, never one by one. */
export function ageOfPosition(context: KalshiContext, { market }: MarketView): Age {
  const event = context.host.catalogue.findEvent('kalshi', market.eventId)
  const views = (event?.markets ?? [market.symbol]).flatMap((symbol) => viewOf(context, symbol) ?? [])
  return views.every((view) => ageOfMarket(context, view) === 'historical') ? 'historical' : 'live'
}
