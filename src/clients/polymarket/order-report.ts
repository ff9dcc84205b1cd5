import { addQuantity, type Quantity, subtractQuantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import { type Fill, sumFills } from '../../domain/fill.ts'
import type { OrderIntent, OrderReport } from '../../domain/order.ts'
import { SHARE_STEP } from './amounts.ts'
import type { WireOrder } from './decode.ts'

/** What is known of an order: the venue's record of it and the executions found for it. */
export interface OrderFacts {
  readonly intent: OrderIntent
  readonly order: WireOrder
  readonly fills: readonly Fill[]
  readonly nowMs: number
}

/** True for orders whose sizes the venue keeps in dollars, or may: `size_matched` is not to be trusted for them. */
function isDollarOrder(intent: OrderIntent): boolean {
  return intent.side === 'buy' && isImmediate(intent)
}

function isImmediate(intent: OrderIntent): boolean {
  return intent.timeInForce === 'ioc' || intent.timeInForce === 'fok'
}

/**
 * An order's state out of the venue's record and its executions, which are read apart and may be of different moments:
 * what they do not agree on is unknown. Executions that failed to settle are taken off the matched size.
 */
export function reportOf(facts: OrderFacts): OrderReport {
  const { intent, order, fills } = facts
  const live = fills.filter((fill) => fill.finality !== 'failed')
  const failed = totalOf(fills.filter((fill) => fill.finality === 'failed'))
  const booked = totalOf(live)
  const stated = isDollarOrder(intent) ? booked : remainder(order.sizeMatched, failed)
  const filled = stated > booked ? stated : booked
  const covered = booked >= filled && allTradesSeen(facts)
  const status = statusOf(facts, filled, covered, failed)
  const sum = sumFills(live)
  return {
    venueOrderId: order.id,
    clientOrderId: null,
    status,
    filledQuantity: filled,
    reversedQuantity: failed,
    remainingQuantity: remainingOf(status, facts, filled),
    averagePrice: covered ? sum.averagePrice : null,
    fees: covered ? sum.fees : null,
    provisional: filled > 0n && !(covered && live.every((fill) => fill.finality === 'final')),
  }
}

/** What executions alone prove, for an order that the venue does not show (any more). Null when there are none. */
export function reportOfFills(venueOrderId: string, intent: OrderIntent, fills: readonly Fill[]): OrderReport | null {
  const live = fills.filter((fill) => fill.finality !== 'failed')
  if (live.length === 0) return null
  const { quantity, averagePrice, fees } = sumFills(live)
  const complete = quantity >= intent.quantity
  // Part of a resting order may still rest; an immediate order has ended with what it took, as far as trades have come.
  return {
    venueOrderId,
    clientOrderId: null,
    status: complete ? 'filled' : 'unknown',
    filledQuantity: quantity,
    remainingQuantity: complete ? ZERO_QUANTITY : null,
    averagePrice,
    fees,
    provisional: live.some((fill) => fill.finality !== 'final'),
  }
}

function totalOf(fills: readonly Fill[]): Quantity {
  return addQuantity(...fills.map((fill) => fill.quantity))
}

function remainder(total: Quantity, part: Quantity): Quantity {
  return part >= total ? ZERO_QUANTITY : subtractQuantity(total, part)
}

/** Every trade that the order names was found: its fills carry `<trade>:<order>`. */
function allTradesSeen({ order, fills }: OrderFacts): boolean {
  const seen = new Set(fills.map((fill) => fill.id.split(':')[0]))
  return order.associateTrades.every((id) => seen.has(id))
}

function statusOf(facts: OrderFacts, filled: Quantity, covered: boolean, failed: Quantity): OrderReport['status'] {
  const { intent, order } = facts
  const ended = order.status === 'MATCHED' || order.status === 'INVALID' || order.status.startsWith('CANCEL')
  if (order.status === 'LIVE') return isImmediate(intent) ? 'unknown' : 'resting'
  if (!ended || (isDollarOrder(intent) && !covered)) return 'unknown'
  if (filled >= intent.quantity) return 'filled'
  if (order.status === 'MATCHED' && !isPlausibleMatch(facts, filled, failed)) return 'unknown'
  if (filled > 0n) return 'partially_filled'
  return hasExpired(facts) ? 'expired' : 'cancelled'
}

/** The venue has no word for expiry: an order that is gone after its time is taken to have reached it. */
function hasExpired({ intent, order, nowMs }: OrderFacts): boolean {
  const { timeInForce, expiresAt } = intent
  if (timeInForce !== 'gtd' || expiresAt === null || !order.status.startsWith('CANCEL')) return false
  return order.status !== 'CANCELED_MARKET_RESOLVED' && nowMs >= Date.parse(expiresAt)
}

/** MATCHED means complete. Less is believable where trades failed, dust is left, or the order was immediate and took part. */
function isPlausibleMatch({ intent, order }: OrderFacts, filled: Quantity, failed: Quantity): boolean {
  if (failed > 0n) return true
  if (filled === 0n) return false
  return isImmediate(intent) || order.originalSize - order.sizeMatched < SHARE_STEP
}

/** What the venue matched does not rest any more, even if its settlement failed. */
function remainingOf(status: OrderReport['status'], { intent, order }: OrderFacts, filled: Quantity): Quantity | null {
  if (status === 'unknown') return null
  if (status !== 'resting') return ZERO_QUANTITY
  return remainder(intent.quantity, order.sizeMatched > filled ? order.sizeMatched : filled)
}
