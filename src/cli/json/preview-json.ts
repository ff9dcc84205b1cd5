import { addMoney, formatAmount } from '../../domain/amounts.ts'
import { exposureOf } from '../../domain/exposure.ts'
import type { OrderPlan } from '../../engine/plan-order.ts'
import type { Trading } from '../../engine/trading.ts'
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
  readonly limits: { readonly maxNotional: string; readonly exposure: string; readonly maxExposure: string }
  readonly addresses: readonly UrlOverride[]
}

export function previewJson(trading: Trading, settings: Settings, plan: OrderPlan): PreviewJson {
  const { intent, market, verdict, expected } = plan
  const { positions, openOrders } = trading.ledger.state
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
    limits: {
      maxNotional: formatAmount(trading.limits.maxNotional),
      exposure: formatAmount(exposureOf(positions.values(), openOrders.values()).total),
      maxExposure: formatAmount(trading.limits.maxExposure),
    },
    addresses: settings.venues[market.venue].overrides,
  }
}
