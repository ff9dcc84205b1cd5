import { addMoney, formatAmount, subtractQuantity } from '../../domain/amounts.ts'
import { exposureOf } from '../../domain/exposure.ts'
import type { AmendPlan } from '../../engine/amend/plan-amend.ts'
import type { OrderPlan } from '../../engine/place/plan-order.ts'
import type { Trading } from '../../engine/trading.ts'
import { soldBeforeFinal } from '../../safeguards/risk.ts'
import type { Settings, UrlOverride } from '../config/settings.ts'
import { amountText } from './amount-text.ts'
import { type OrderJson, orderJson } from './order-json.ts'

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

/** What a person agrees to when an order is to be changed. */
export interface AmendPreviewJson {
  readonly environment: string
  readonly title: string
  readonly order: OrderJson
  readonly kind: 'amend' | 'decrease'
  /** The quantity counts what is filled. */
  readonly terms: { readonly price: string; readonly quantity: string }
  readonly remaining: string
  /** Of what is left, fee included. Null when the change is denied. */
  readonly worstCost: string | null
  readonly expected: { readonly quantity: string; readonly averagePrice: string | null }
  readonly queue: 'kept' | 'lost'
  readonly addresses: readonly UrlOverride[]
}

export function amendPreviewJson(settings: Settings, plan: AmendPlan): AmendPreviewJson {
  const { order, market, kind, terms, verdict, expected } = plan
  return {
    environment: settings.environment,
    title: market.title,
    order: orderJson(order),
    kind,
    terms: { price: formatAmount(terms.price), quantity: formatAmount(terms.quantity) },
    remaining: formatAmount(subtractQuantity(terms.quantity, order.filledQuantity)),
    worstCost: verdict.kind === 'approved' ? formatAmount(addMoney(verdict.worstCost, verdict.worstFee)) : null,
    expected: { quantity: formatAmount(expected.quantity), averagePrice: amountText(expected.averagePrice) },
    queue: kind === 'decrease' ? 'kept' : 'lost',
    addresses: settings.venues[market.venue].overrides,
  }
}
