import { addMoney, formatAmount } from '../../domain/amounts.ts'
import { exposureOf } from '../../domain/exposure.ts'
import type { OrderPlan } from '../../engine/plan-order.ts'
import type { Trading } from '../../engine/trading.ts'
import { soldBeforeFinal } from '../../safeguards/risk.ts'
import type { Settings, UrlOverride } from '../settings.ts'
import { amountText } from './amount-text.ts'

/** What a person agrees to. */
export interface PreviewJson {
  readonly environment: string
  readonly market: string
  readonly title: string
  readonly outcome: string
  readonly side: string
  readonly quantity: string
  readonly price: string
  readonly timeInForce: string
  readonly expiresAt: string | null
  /** Fee included. Null when the order is denied. */
  readonly worstCost: string | null
  readonly worstFee: string | null
  readonly expected: { readonly quantity: string; readonly averagePrice: string | null }
  /** Contracts of a sale that are covered by purchases which are not final yet alone. */
  readonly soldBeforeFinal: string
  readonly limits: {
    readonly maxNotional: string
    readonly exposure: string
    /** The part of `exposure` in provisional fills. */
    readonly provisional: string
    readonly maxExposure: string
  }
  readonly addresses: readonly UrlOverride[]
}

export function previewJson(trading: Trading, settings: Settings, plan: OrderPlan): PreviewJson {
  const { intent, market, verdict, expected } = plan
  const { state } = trading.ledger
  const exposure = exposureOf(state.positions.values(), state.openOrders.values())
  return {
    environment: settings.environment,
    market: market.id,
    title: market.title,
    outcome: intent.outcome,
    side: intent.side,
    quantity: formatAmount(intent.quantity),
    price: formatAmount(intent.price),
    timeInForce: intent.timeInForce,
    expiresAt: intent.expiresAt,
    worstCost: verdict.kind === 'approved' ? formatAmount(addMoney(verdict.worstCost, verdict.worstFee)) : null,
    worstFee: verdict.kind === 'approved' ? formatAmount(verdict.worstFee) : null,
    expected: { quantity: formatAmount(expected.quantity), averagePrice: amountText(expected.averagePrice) },
    soldBeforeFinal: formatAmount(soldBeforeFinal(intent, state)),
    limits: {
      maxNotional: formatAmount(trading.limits.maxNotional),
      exposure: formatAmount(exposure.total),
      provisional: formatAmount(exposure.provisional),
      maxExposure: formatAmount(trading.limits.maxExposure),
    },
    addresses: settings.venues[market.venue].overrides,
  }
}
