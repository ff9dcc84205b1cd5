import { type Money, ONE_DOLLAR, type Price, type Quantity, roundDownToStep, SCALE } from '../domain/amounts.ts'
import type { Market } from '../domain/market.ts'

/** Dollars of a purchase that spends are whole multiples of this. Source: Polymarket precision rule, read 2026-09. */
const SPEND_STEP = 10_000n
/** And no less than this when it takes. Source: Polymarket refusal "min size: $1", read 2026-09. */
export const SPEND_MINIMUM = ONE_DOLLAR

/** Immediate purchases in this market at this limit are whole multiples of it. */
export function purchaseLot({ quantityStep }: Pick<Market, 'quantityStep'>, spends: boolean, limit: Price): Quantity {
  if (!spends) return quantityStep
  // Quantity times limit must be whole cents.
  const unit = SPEND_STEP * SCALE
  const cents = unit / greatestCommonDivisor(limit, unit)
  return ((quantityStep * cents) / greatestCommonDivisor(quantityStep, cents)) as Quantity
}

/** The largest purchase at this limit that spends no more than so many dollars. */
export function quantityForDollars(market: Pick<Market, 'quantityStep'>, limit: Price, dollars: Money): Quantity {
  return roundDownToStep(((dollars * SCALE) / limit) as Quantity, purchaseLot(market, true, limit))
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}
