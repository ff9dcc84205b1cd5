import { formatAmount } from '../../domain/amounts.ts'
import { averageCost } from '../../domain/position.ts'
import type { RehearsalReport, StepReport } from '../rehearsal/rehearse.ts'
import { amountText } from './amount-text.ts'
import { type OrderJson, orderJson } from './order-json.ts'

export interface RehearsalJson {
  /** Every step ended as expected. */
  readonly ok: boolean
  readonly steps: readonly StepReport[]
  /** Oldest first. */
  readonly orders: readonly OrderJson[]
  readonly positions: readonly {
    readonly market: string
    readonly outcome: string
    readonly quantity: string
    readonly averageCost: string | null
  }[]
  readonly fees: string | null
  readonly tape: string
  readonly journal: string
  readonly durationMs: number
}

export function rehearsalJson(report: RehearsalReport): RehearsalJson {
  const { ok, tape, journal } = report
  return {
    ok,
    steps: report.steps.map((step) => ({ ...step, ms: Math.round(step.ms) })),
    orders: report.orders.map(orderJson),
    positions: report.positions.map(({ position }) => ({
      market: position.market,
      outcome: position.outcome,
      quantity: formatAmount(position.quantity),
      averageCost: amountText(averageCost(position)),
    })),
    fees: amountText(report.fees),
    tape,
    journal,
    durationMs: Math.round(report.durationMs),
  }
}
