import type { Money, Rate } from '../domain/amounts.ts'
import type { MarketId } from '../domain/market.ts'
import type { KalshiFeeType, SandboxFees, SandboxMarket } from './model.ts'

/** A change of Kalshi's fees, from a time on. For an event, null clears the override; for a series both are given. */
export interface FeeChange {
  readonly id: string
  readonly scope: 'series' | 'event'
  /** Of the series or the event. */
  readonly ticker: string
  readonly type: KalshiFeeType | null
  readonly multiplier: Rate | null
  /** Unix ms. */
  readonly atMs: number
  /** A change that is charged and not told: what a client has to notice by itself. */
  readonly secret: boolean
}

/** Everything that the control interface has changed about fees. Plain values, as the snapshot keeps them. */
export interface FeeDesk {
  readonly changes: readonly FeeChange[]
  /** Markets without a trade fee until a time, Unix ms. */
  readonly waivers: Readonly<Record<MarketId, number>>
  /** What takers pay in markets of Polymarket's that charge otherwise than at first. Not in states of earlier versions. */
  readonly rates?: Readonly<Record<MarketId, Rate>>
  /** Steps of Kalshi accounts whose balance does not move in 0.0001 dollar. */
  readonly balanceSteps: Readonly<Record<string, Money>>
}

export const emptyFeeDesk: FeeDesk = { changes: [], waivers: {}, balanceSteps: {} }

/** Direct members' balances move in steps of 0.0001 dollar. */
const directStep = 100n as Money

export function balanceStepOf(desk: FeeDesk, account: string): Money {
  return desk.balanceSteps[account] ?? directStep
}

interface Terms {
  readonly type: KalshiFeeType
  readonly multiplier: Rate
}

/** What an event sets apart from its series; null where it sets nothing. */
export interface FeeOverride {
  readonly type: KalshiFeeType | null
  readonly multiplier: Rate | null
}

/** Whose word is asked for: what is charged, or what the venue tells. */
export type FeeView = 'charged' | 'told'

function latest(desk: FeeDesk, view: FeeView, scope: FeeChange['scope'], ticker: string, nowMs: number): FeeOverride {
  const inForce = desk.changes.filter(
    (change) =>
      change.scope === scope &&
      change.ticker === ticker &&
      change.atMs <= nowMs &&
      (view === 'charged' || !change.secret),
  )
  return inForce.reduce<FeeOverride>(
    (held, { type, multiplier }) =>
      scope === 'event' ? { type, multiplier } : { type: type ?? held.type, multiplier: multiplier ?? held.multiplier },
    { type: null, multiplier: null },
  )
}

export function seriesFees(desk: FeeDesk, view: FeeView, ticker: string, base: Terms, nowMs: number): Terms {
  const changed = latest(desk, view, 'series', ticker, nowMs)
  return { type: changed.type ?? base.type, multiplier: changed.multiplier ?? base.multiplier }
}

export function eventOverride(desk: FeeDesk, view: FeeView, event: string, nowMs: number): FeeOverride {
  return latest(desk, view, 'event', event, nowMs)
}

/** What a market charges now: on Kalshi the event's override beats the series, member by member. */
export function chargedFees(desk: FeeDesk, market: SandboxMarket, nowMs: number): SandboxFees {
  const { fees, details } = market
  if (fees.kind === 'polymarket') return { ...fees, rate: desk.rates?.[market.id] ?? fees.rate }
  if (details.venue !== 'kalshi') return fees
  const series = seriesFees(desk, 'charged', details.seriesTicker, fees, nowMs)
  const own = eventOverride(desk, 'charged', market.eventId, nowMs)
  const waived = (desk.waivers[market.id] ?? 0) > nowMs
  return {
    kind: 'kalshi',
    type: own.type ?? series.type,
    multiplier: waived ? (0n as Rate) : (own.multiplier ?? series.multiplier),
  }
}

/** The changes that the venue tells of: those to come, or all. */
export function toldChanges(
  desk: FeeDesk,
  scope: FeeChange['scope'],
  nowMs: number,
  past: boolean,
): readonly FeeChange[] {
  return desk.changes.filter((change) => change.scope === scope && !change.secret && (past || change.atMs > nowMs))
}
