import { formatAmount, type Money, type Price, parsePrice, type Quantity, SCALE } from '../../domain/amounts.ts'
import { isOnLadder } from '../../domain/tick-ladder.ts'
import type { OrderAmount } from '../model.ts'
import type { AssetView } from './context.ts'
import type { OrderBody, WireOrder } from './order-body.ts'

/** What an order's amounts mean: a limit and either shares or, for an immediate purchase, dollars to spend. */
export interface OrderTerms {
  readonly price: Price
  /** Shares that the amounts name; an immediate purchase may get more. */
  readonly size: Quantity
  readonly amount: OrderAmount
  readonly expiresAtMs: number | null
}

/** Decimals of the computed side at each tick. Source: polymarket.md §3.4. */
const AMOUNT_DECIMALS: Readonly<Record<string, number>> = {
  '0.1': 3,
  '0.01': 4,
  '0.005': 5,
  '0.0025': 6,
  '0.001': 5,
  '0.0001': 6,
}

const MIN_GTD_MS = 180_000
/** The venue takes a GTD order off this long before the time it states. */
const EARLY_REMOVAL_S = 60
/** An immediate purchase rounds its shares down, which lifts its price by less than this. */
const PRICE_TOLERANCE = 100n

function isImmediate(body: OrderBody): boolean {
  return body.orderType === 'FAK' || body.orderType === 'FOK'
}

/** The terms, or the venue's refusal. Source of the rules: polymarket.md §3.4, §3.6; of the texts: §6. */
export function readTerms(
  body: OrderBody,
  asset: AssetView,
  facts: { readonly orderId: string; readonly nowMs: number },
): OrderTerms | { readonly refused: string } {
  const { order } = body
  if (order.makerAmount === 0n || order.takerAmount === 0n) return { refused: 'Invalid order payload' }
  const expiry = readExpiry(body, facts.nowMs)
  if (expiry === 'invalid') return { refused: 'invalid expiration' }
  if (body.postOnly && isImmediate(body)) {
    return { refused: 'invalid post-only order: only GTC and GTD orders can be post-only' }
  }
  const tick = asset.details.tickSize
  if (isImmediate(body)) {
    const inaccurate = refuseAccuracy(order, AMOUNT_DECIMALS[tick] ?? 4)
    if (inaccurate !== null) return { refused: inaccurate }
  }
  const price = limitOf(body, asset, parsePrice(tick))
  if (price === null) {
    const shown = formatAmount(rawPrice(order) as Price)
    return { refused: `order ${facts.orderId} is invalid. Price (${shown}) breaks minimum tick size rule: ${tick}` }
  }
  const size = (order.side === 'BUY' ? order.takerAmount : order.makerAmount) as Quantity
  const minimum = asset.market.minimumQuantity
  if (minimum !== null && size < minimum) {
    return {
      refused: `order ${facts.orderId} is invalid. Size (${formatAmount(size)}) lower than the minimum: ${formatAmount(minimum)}`,
    }
  }
  const amount: OrderAmount =
    isImmediate(body) && order.side === 'BUY'
      ? { kind: 'budget', budget: order.makerAmount as Money }
      : { kind: 'quantity', quantity: size }
  return { price, size, amount, expiresAtMs: expiry }
}

function readExpiry(body: OrderBody, nowMs: number): number | null | 'invalid' {
  const { expiration } = body.order
  if (body.orderType !== 'GTD') return expiration === 0 ? null : 'invalid'
  return expiration * 1000 < nowMs + MIN_GTD_MS ? 'invalid' : (expiration - EARLY_REMOVAL_S) * 1000
}

/** Immediate orders must have whole cents (or hundredths of a share) on the given side. */
function refuseAccuracy(order: WireOrder, decimals: number): string | null {
  const cent = 10_000n
  const quantum = 10n ** BigInt(6 - decimals)
  if (order.makerAmount % cent === 0n && order.takerAmount % quantum === 0n) return null
  const kind = order.side === 'BUY' ? 'the market buy orders' : 'the sell orders'
  return `invalid amounts, ${kind} maker amount supports a max accuracy of 2 decimals, taker amount a max of ${decimals} decimals`
}

/** Millionths of a dollar a share, rounded down. */
function rawPrice(order: WireOrder): bigint {
  return order.side === 'BUY'
    ? (order.makerAmount * SCALE) / order.takerAmount
    : (order.takerAmount * SCALE) / order.makerAmount
}

/** The limit on the market's grid that the amounts express, or null when they express none. */
function limitOf(body: OrderBody, asset: AssetView, tick: Price): Price | null {
  const { order } = body
  const raw = rawPrice(order)
  const onGrid = (raw - (raw % tick)) as Price
  const [dollars, shares] =
    order.side === 'BUY' ? [order.makerAmount, order.takerAmount] : [order.takerAmount, order.makerAmount]
  const exact = raw === onGrid && dollars * SCALE === raw * shares
  const within = isImmediate(body) && order.side === 'BUY' && raw - onGrid < PRICE_TOLERANCE
  if (!exact && !within) return null
  return isOnLadder(asset.market.ladder, onGrid) ? onGrid : null
}
