import { formatAmount } from '../../domain/amounts.ts'
import type { Exposure } from '../../domain/exposure.ts'
import { averageCost, knownFees } from '../../domain/position.ts'
import type { PositionRow, PositionsReport } from '../../engine/positions.ts'
import type { ReconcileReport } from '../../engine/reconcile.ts'
import { amountText } from './amount-text.ts'
import { type FeeDriftJson, feeDriftJson } from './order-json.ts'

export interface PositionJson {
  readonly venue: string
  readonly market: string
  readonly outcome: string
  readonly quantity: string
  readonly provisionalQuantity: string
  readonly averageCost: string | null
  readonly marketPrice: string | null
  readonly unrealizedPnl: string | null
  readonly realizedPnl: string
  /** Null when a fill did not say what it was charged. */
  readonly fees: string | null
}

export interface ExposureJson {
  readonly positions: string
  readonly resting: string
  readonly unknown: string
  readonly total: string
}

export interface PositionListJson {
  readonly positions: readonly PositionJson[]
  readonly exposure: ExposureJson
  /** Closed positions included. */
  readonly totals: { readonly realizedPnl: string; readonly fees: string | null }
}

export interface ReconcileJson extends Omit<ReconcileReport, 'feeDrifts'> {
  readonly feeDrifts: readonly (FeeDriftJson & { readonly orderId: string })[]
}

export function reconcileJson(report: ReconcileReport): ReconcileJson {
  const feeDrifts = report.feeDrifts.map(({ orderId, drift }) => ({ orderId, ...feeDriftJson(drift) }))
  return { ...report, feeDrifts }
}

export function positionListJson(report: PositionsReport): PositionListJson {
  const { realizedPnl, fees } = report.totals
  return {
    positions: report.positions.map(positionJson),
    exposure: exposureJson(report.exposure),
    totals: { realizedPnl: formatAmount(realizedPnl), fees: amountText(fees) },
  }
}

function positionJson({ position, marketPrice, unrealizedPnl }: PositionRow): PositionJson {
  return {
    venue: position.venue,
    market: position.market,
    outcome: position.outcome,
    quantity: formatAmount(position.quantity),
    provisionalQuantity: formatAmount(position.provisionalQuantity),
    averageCost: amountText(averageCost(position)),
    marketPrice: amountText(marketPrice),
    unrealizedPnl: amountText(unrealizedPnl),
    realizedPnl: formatAmount(position.realizedPnl),
    fees: amountText(knownFees(position)),
  }
}

export function exposureJson(exposure: Exposure): ExposureJson {
  return {
    positions: formatAmount(exposure.positions),
    resting: formatAmount(exposure.resting),
    unknown: formatAmount(exposure.unknown),
    total: formatAmount(exposure.total),
  }
}
