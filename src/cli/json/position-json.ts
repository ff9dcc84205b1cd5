import { formatAmount } from '../../domain/amounts.ts'
import type { Exposure } from '../../domain/exposure.ts'
import { type VenueId, venueIds } from '../../domain/market.ts'
import { averageCost, knownFees, provisionalQuantity } from '../../domain/position.ts'
import type { PositionRow, PositionsReport } from '../../engine/positions.ts'
import { isCashMoving } from '../../engine/reconcile/cash.ts'
import type { ReconcileReport } from '../../engine/reconcile/reconcile.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { amountText } from './amount-text.ts'
import { type FeeDriftJson, feeDriftJson } from './order-json.ts'
import { type WaitingTradeJson, waitingTradeJson } from './trade-json.ts'

export interface PositionJson {
  readonly venue: string
  readonly market: string
  readonly outcome: string
  /** What is held once every provisional fill settles. */
  readonly quantity: string
  /** The part of `quantity` that the venue can still take back. */
  readonly provisionalQuantity: string
  /** What is held whatever becomes of provisional fills. */
  readonly finalQuantity: string
  /** Contracts of provisional sales: they come back when the venue reverses them. */
  readonly provisionalSold: string
  /** Contracts that orders report as bought (negative: sold) and whose fills are not booked yet: not in `quantity`. */
  readonly claimedQuantity: string
  /** The part of `quantity` below what the market trades in. Null when the market was not read. */
  readonly dustQuantity: string | null
  readonly averageCost: string | null
  readonly marketPrice: string | null
  readonly unrealizedPnl: string | null
  /** By final fills alone. */
  readonly realizedPnl: string
  /** What provisional fills add to `realizedPnl` once they settle. */
  readonly provisionalPnl: string
  /** Null when a fill did not say what it was charged. */
  readonly fees: string | null
}

export interface ExposureJson {
  readonly positions: string
  /** In provisional fills, at worst: a sale frees nothing before it is final. */
  readonly provisional: string
  readonly resting: string
  readonly unknown: string
  readonly total: string
}

export interface PositionListJson {
  readonly positions: readonly PositionJson[]
  readonly trades: readonly WaitingTradeJson[]
  readonly exposure: ExposureJson
  /** Closed positions included. */
  readonly totals: { readonly realizedPnl: string; readonly provisionalPnl: string; readonly fees: string | null }
}

export interface ReconcileJson extends Omit<ReconcileReport, 'feeDrifts'> {
  readonly feeDrifts: readonly (FeeDriftJson & { readonly orderId: string })[]
  /** Venues at which an order may have moved cash unseen, so that cash says nothing and is not compared. */
  readonly cashMoving: readonly VenueId[]
  /** Venues that have not agreed in orders, positions and cash since the journal lost records. */
  readonly recordsLost: readonly VenueId[]
}

/** What a report says, with what the ledger says of the venues after it. */
export function reconcileJson(report: ReconcileReport, state: LedgerState): ReconcileJson {
  const feeDrifts = report.feeDrifts.map(({ orderId, drift }) => ({ orderId, ...feeDriftJson(drift) }))
  const cashMoving = venueIds.filter((venue) => isCashMoving(state, venue))
  return { ...report, feeDrifts, cashMoving, recordsLost: state.lostRecords?.venues ?? [] }
}

export function positionListJson(report: PositionsReport): PositionListJson {
  const { realizedPnl, provisionalPnl, fees } = report.totals
  return {
    positions: report.positions.map(positionJson),
    trades: report.trades.flatMap((trade) => waitingTradeJson(trade) ?? []),
    exposure: exposureJson(report.exposure),
    totals: {
      realizedPnl: formatAmount(realizedPnl),
      provisionalPnl: formatAmount(provisionalPnl),
      fees: amountText(fees),
    },
  }
}

function positionJson(row: PositionRow): PositionJson {
  const { position, claimedQuantity, dustQuantity, marketPrice, unrealizedPnl } = row
  return {
    venue: position.venue,
    market: position.market,
    outcome: position.outcome,
    quantity: formatAmount(position.quantity),
    provisionalQuantity: formatAmount(provisionalQuantity(position)),
    finalQuantity: formatAmount(position.finalQuantity),
    provisionalSold: formatAmount(position.provisionalSold),
    claimedQuantity: formatAmount(claimedQuantity),
    dustQuantity: amountText(dustQuantity),
    averageCost: amountText(averageCost(position)),
    marketPrice: amountText(marketPrice),
    unrealizedPnl: amountText(unrealizedPnl),
    realizedPnl: formatAmount(position.realizedPnl),
    provisionalPnl: formatAmount(position.provisionalPnl),
    fees: amountText(knownFees(position)),
  }
}

export function exposureJson(exposure: Exposure): ExposureJson {
  return {
    positions: formatAmount(exposure.positions),
    provisional: formatAmount(exposure.provisional),
    resting: formatAmount(exposure.resting),
    unknown: formatAmount(exposure.unknown),
    total: formatAmount(exposure.total),
  }
}
