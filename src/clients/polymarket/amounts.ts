import { divideRounded, formatAmount, type Money, type Price, type Quantity, SCALE } from '../../domain/amounts.ts'
import type { Side } from '../../domain/side.ts'
import { isOnLadder, uniformLadder } from '../../domain/tick-ladder.ts'

/** Orders are whole multiples of this many shares. */
export const SHARE_STEP = 10_000n as Quantity
/** FAK and FOK buys spend whole multiples of this many dollars. */
export const CENT = 10_000n as Money

/** Ticks that the venue uses. A market with another one is not traded until its rounding rules are known. */
const KNOWN_TICKS: ReadonlySet<string> = new Set(['0.1', '0.01', '0.005', '0.0025', '0.001', '0.0001'])

export function isKnownTick(tick: Price): boolean {
  return KNOWN_TICKS.has(formatAmount(tick))
}

/** What an order gives and asks, in millionths of a dollar or share: the integers that are signed. */
export interface OrderAmounts {
  readonly makerAmount: bigint
  readonly takerAmount: bigint
}

export type AmountsOrRefusal = OrderAmounts | { readonly refused: string }

/** The smallest unit of the computed side: two decimals more than the tick has. Source: SDK rounding table, 2026-10. */
function computedUnit(tick: Price): bigint {
  const decimals = formatAmount(tick).split('.')[1]?.length ?? 0
  return 10n ** BigInt(6 - Math.min(6, decimals + 2))
}

function offGrid(price: Price, tick: Price): string | null {
  if (!isKnownTick(tick)) return `tick size ${formatAmount(tick)} is not one of the venue's`
  if (!isOnLadder(uniformLadder(tick), price)) {
    return `price ${formatAmount(price)} is not a multiple of the tick ${formatAmount(tick)}`
  }
  return null
}

/**
 * Amounts of a resting order (GTC, GTD): shares floored to 0.01, dollars exact. On the tick grid price times size never
 * needs rounding; off the grid the order is refused, since rounding either side would change its price.
 */
export function limitAmounts(order: {
  readonly side: Side
  readonly price: Price
  readonly size: Quantity
  readonly tick: Price
}): AmountsOrRefusal {
  const refused = offGrid(order.price, order.tick)
  if (refused !== null) return { refused }
  const shares = order.size - (order.size % SHARE_STEP)
  const dollars = (order.price * shares) / SCALE
  return order.side === 'buy'
    ? { makerAmount: dollars, takerAmount: shares }
    : { makerAmount: shares, takerAmount: dollars }
}

/**
 * Amounts of an immediate order (FAK, FOK). A buy is an amount of dollars, floored to whole cents, and the shares it asks
 * for are rounded down; a sale is an amount of shares. Rounding the shares up could not match at exactly the limit.
 */
export function immediateAmounts(order: {
  readonly side: Side
  readonly price: Price
  /** Millionths: dollars for a buy, shares for a sale. */
  readonly amount: bigint
  readonly tick: Price
}): AmountsOrRefusal {
  const refused = offGrid(order.price, order.tick)
  if (refused !== null) return { refused }
  const makerAmount = order.amount - (order.amount % CENT)
  if (order.side === 'sell') return { makerAmount, takerAmount: (makerAmount * order.price) / SCALE }
  const unit = computedUnit(order.tick)
  const takerAmount = divideRounded(makerAmount * SCALE, order.price * unit, 'down') * unit
  return { makerAmount, takerAmount }
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}

/** Quantities that cost whole cents at this price are the multiples of this many shares, e.g. 0.2 at 0.35. */
export function wholeCentStep(price: Price): Quantity {
  const parts = SCALE / greatestCommonDivisor(price, SCALE)
  return (parts * SHARE_STEP) as Quantity
}
