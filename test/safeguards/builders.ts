import { ZERO_MONEY } from '../../src/domain/amounts.ts'
import { exposureOf } from '../../src/domain/exposure.ts'
import type { Netting } from '../../src/domain/holding.ts'
import type { Order } from '../../src/domain/order.ts'
import { applyFill, noPositions, type Positions } from '../../src/domain/position.ts'
import type { VenueCapabilities } from '../../src/domain/venue.ts'
import { checkOrder } from '../../src/safeguards/check-order.ts'
import type { Denial } from '../../src/safeguards/denials.ts'
import { defaultLimits, type Limits, parseLimits } from '../../src/safeguards/limits.ts'
import type { Snapshot } from '../../src/safeguards/snapshot.ts'
import type { LedgerState } from '../../src/store/ledger.ts'
import { aBook, aFill, aMarket, anIntent, aTimeMs } from '../support/builders.ts'

export const capabilities: VenueCapabilities = {
  timesInForce: ['ioc', 'fok', 'gtc', 'gtd'],
  postOnly: true,
  reduceOnly: ['ioc'],
  netting: 'net',
  orderIdBeforeSend: false,
  immediateBuysSpend: false,
  provisionalFills: false,
  cancelAllTailMs: 60_000,
  hidesHoldingsBelow: null,
}

export function aState(changes: Partial<LedgerState> & { readonly orders?: readonly Order[] } = {}): LedgerState {
  const { orders = [], ...rest } = changes
  return {
    seq: 0,
    openOrders: new Map(orders.map((order) => [order.intent.id, order])),
    positions: new Map(),
    breakers: new Map(),
    openTrades: new Map(),
    recentIntents: [],
    cancelledAllAt: new Map(),
    ignoredOrders: new Map(),
    absentOrders: new Map(),
    approvedPairs: new Map(),
    rejectedPairs: new Map(),
    cash: new Map(),
    lostRecords: null,
    today: { day: '2026-11-20', realized: 0n },
    feeDrifts: new Map(),
    ...rest,
  }
}

/** Positions after one buy of `quantity` YES at `price`. */
export function holding(quantity: string, price = '0.4', netting: Netting = 'net'): Positions {
  return applyFill(noPositions, aFill({ quantity, price }), netting).positions
}

/** A market in which the default intent (buy 5 YES at 0.45) passes every check. Exposure follows from the state. */
export function aSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  const state = changes.state ?? aState()
  return {
    market: aMarket(),
    book: aBook({}),
    state,
    exposure: exposureOf(state.positions.values(), state.openOrders.values()),
    capabilities,
    halted: null,
    breakers: [],
    sessionSpent: ZERO_MONEY,
    nowMs: aTimeMs,
    allowDuplicate: false,
    ...changes,
  }
}

/** Limits written as a person would write them. */
function limitsOf(raw: Readonly<Record<string, string>>): Limits {
  const parsed = parseLimits(raw)
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems))
  return parsed.limits
}

export interface Case {
  readonly intent?: Parameters<typeof anIntent>[0]
  readonly snapshot?: Partial<Snapshot>
  readonly limits?: Readonly<Record<string, string>>
}

export function denialsOf({ intent = {}, snapshot = {}, limits }: Case): readonly Denial[] {
  const checked = checkOrder(
    anIntent(intent),
    aSnapshot(snapshot),
    limits === undefined ? defaultLimits : limitsOf(limits),
  )
  return checked.kind === 'denied' ? checked.denials : []
}

export function codesOf(given: Case): readonly string[] {
  return denialsOf(given).map((denial) => denial.code)
}

/** The one denial of a case that must have exactly one. */
export function denialOf(given: Case): Denial {
  const [first, ...others] = denialsOf(given)
  if (first === undefined || others.length > 0) {
    throw new Error(`expected one denial, got ${JSON.stringify(codesOf(given))}`)
  }
  return first
}
