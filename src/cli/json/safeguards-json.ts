import { formatAmount, type Money } from '../../domain/amounts.ts'
import { exposureOf } from '../../domain/exposure.ts'
import { isUncertain } from '../../domain/order.ts'
import type { Trading } from '../../engine/trading.ts'
import { isoTime } from '../../runtime/clock.ts'
import { allAdmissions, type BreakerMemories, recoveryShare } from '../../safeguards/breaker.ts'
import { closedMemory, failuresInARow, memoryAt } from '../../safeguards/breaker-memory.ts'
import { formatLimits } from '../../safeguards/limits.ts'
import type { Halt } from '../../store/halt.ts'
import type { EmptiedVenue, HaltReport } from '../halt/halt-report.ts'
import { type ExposureJson, exposureJson } from './position-json.ts'

export interface HaltJson {
  readonly reason: string
  /** Null when the halt file is damaged, which counts as a halt. */
  readonly at: string | null
}

export interface BreakerJson {
  readonly name: string
  readonly state: string
  /** Availability failures in a row, of all calls or of orders, changes and cancels alone: five open it. */
  readonly failures: number
  /** When it opened, half-opened or began to recover. Null while closed. */
  readonly since: string | null
  /** Whether an order would be let through now. */
  readonly admitted: boolean
  /** When an order may be let through again, and in how many milliseconds that is. Null while orders are. */
  readonly retryAt: string | null
  readonly retryInMs: number | null
  /** Percent of the moments that let an order through, while recovering. Null in any other state. */
  readonly sharePercent: number | null
}

export interface SafeguardsJson {
  readonly environment: string
  /** Null while orders may be placed. */
  readonly halted: HaltJson | null
  /** Null: no limit. */
  readonly limits: Readonly<Record<string, string | null>>
  readonly exposure: ExposureJson
  readonly openOrders: number
  /** Orders that count at their worst because their outcome is not known. */
  readonly unknownOrders: number
  /** Realised since 00:00 UTC, fees taken off. */
  readonly today: { readonly day: string; readonly realizedPnl: string }
  readonly breakers: readonly BreakerJson[]
  /** Series in which nothing new is opened, since an order was charged more than limits had counted. */
  readonly feeDrifts: readonly { readonly series: string; readonly orderId: string; readonly at: string }[]
}

export interface ResumeJson {
  readonly halted: null
}

export interface HaltResultJson {
  /** Null when the halt file could not be written: orders may still be placed. */
  readonly halted: HaltJson | null
  readonly problem: string | null
  readonly haltedAfterMs: number
  readonly environment: string
  readonly venues: readonly EmptiedVenue[]
  /** Orders without an answer, one of which may still come to rest. Null when the journal could not be read. */
  readonly unanswered: number | null
  /** Orders that the journal counts as open until `positions reconcile` has read their end. Null as above. */
  readonly stillBooked: number | null
}

export function haltResultJson(report: HaltReport): HaltResultJson {
  const { halted, problem, haltedAfterMs, environment, venues, unanswered, stillBooked } = report
  return {
    halted: haltJson(halted),
    problem,
    haltedAfterMs: Math.round(haltedAfterMs),
    environment,
    venues: venues.map((venue) => ({ ...venue, afterMs: Math.round(venue.afterMs) })),
    unanswered,
    stillBooked,
  }
}

export function safeguardsJson(trading: Trading, halted: Halt | null): SafeguardsJson {
  const { openOrders, positions, today, feeDrifts } = trading.ledger.state
  const orders = [...openOrders.values()]
  const unknown = orders.filter(isUncertain)
  return {
    environment: trading.environment,
    halted: haltJson(halted),
    limits: formatLimits(trading.limits),
    exposure: exposureJson(exposureOf(positions.values(), orders)),
    openOrders: orders.length,
    unknownOrders: unknown.length,
    today: { day: today.day, realizedPnl: formatAmount(today.realized as Money) },
    breakers: breakersJson(trading.ledger.state.breakers, trading.runtime.clock.nowMs()),
    feeDrifts: [...feeDrifts].map(([series, drift]) => ({ series, ...drift })),
  }
}

function haltJson(halt: Halt | null): HaltJson | null {
  return halt === null ? null : { reason: halt.reason, at: halt.at }
}

function breakersJson(memories: BreakerMemories, nowMs: number): readonly BreakerJson[] {
  return allAdmissions(memories, nowMs).map(({ name, state, admitted, retryAtMs }) => {
    const memory = memoryAt(memories.get(name) ?? closedMemory, nowMs)
    return {
      name,
      state,
      failures: failuresInARow(memory),
      since: memory.sinceMs === null ? null : isoTime(memory.sinceMs),
      admitted,
      retryAt: retryAtMs === null ? null : isoTime(retryAtMs),
      retryInMs: retryAtMs === null ? null : retryAtMs - nowMs,
      sharePercent: recoveryShare(memory, nowMs),
    }
  })
}
