import { divideRounded, type Money, type Price, type Quantity, SCALE, ZERO_MONEY } from '../domain/amounts.ts'
import type { KalshiFeeType, SandboxFees } from './model.ts'

/** What one execution costs, and the rounding that the order carries on to its next one. */
export interface FeeCharge {
  readonly fee: Money
  readonly accumulator: Money
}

export interface FeeInput {
  readonly yesPrice: Price
  readonly quantity: Quantity
  /** Dollars in (positive) or out (negative) for the contracts, before the fee. */
  readonly revenue: Money
  readonly taker: boolean
  /** Rounding fees of this order so far, not yet refunded. */
  readonly accumulator: Money
  /** Kalshi: what the account's balance moves in. */
  readonly balanceStep: Money
}

/** Fee of one execution in dollars, by the venue's own rule. */
export function chargeFee(fees: SandboxFees, input: FeeInput): FeeCharge {
  switch (fees.kind) {
    case 'kalshi':
      return chargeKalshi(fees.type, fees.multiplier, input)
    case 'polymarket':
      return { fee: chargePolymarket(fees.rate, fees.exponent, input), accumulator: ZERO_MONEY }
  }
}

/** Numerators over a million of the factor before contracts and p(1-p). Source: Kalshi fee rounding page, read 2026-10. */
const kalshiTakerRate = 70_000n
const kalshiMakerRates: Readonly<Record<KalshiFeeType, bigint>> = {
  quadratic: 0n,
  quadratic_with_maker_fees: 17_500n,
  quadratic_with_combo_maker_fees: 35_000n,
  flat: 0n,
}

/** Rounding fees beyond one cent are paid back by the cent. */
const refund = 10_000n

/**
 * The model fee rounded up to a millionth, then whatever brings the balance change down to the account's step, less the
 * cent that is refunded once an order's rounding exceeds it. A fee below a cent is left as it is, and the refund waits.
 */
function chargeKalshi(type: KalshiFeeType, multiplier: bigint, input: FeeInput): FeeCharge {
  const rate = input.taker ? kalshiTakerRate : kalshiMakerRates[type]
  const numerator = rate * multiplier * input.quantity * input.yesPrice * (SCALE - input.yesPrice)
  const tradeFee = divideRounded(numerator, SCALE ** 4n, 'up')
  const exact = input.revenue - tradeFee
  const change = divideRounded(exact, input.balanceStep, 'down') * input.balanceStep
  const rounding = exact - change
  const charged = tradeFee + rounding
  const accumulated = input.accumulator + rounding
  const paidBack = accumulated > refund && charged >= refund ? refund : 0n
  return { fee: (charged - paidBack) as Money, accumulator: (accumulated - paidBack) as Money }
}

/** Smallest fee that is charged at all, and the step of all others: five decimals. */
const polymarketStep = 10n

/**
 * Takers only, to five decimals, nothing below 0.00001. The venue does not say which way it rounds (fee page, read
 * 2026-09-30); the sandbox rounds to the nearest.
 */
function chargePolymarket(rate: bigint, exponent: number, input: FeeInput): Money {
  if (!input.taker || rate === 0n) return ZERO_MONEY
  let numerator = rate * input.quantity
  let denominator = SCALE
  for (let power = 0; power < exponent; power++) {
    numerator *= input.yesPrice * (SCALE - input.yesPrice)
    denominator *= SCALE * SCALE
  }
  if (numerator < polymarketStep * denominator) return ZERO_MONEY
  const unit = polymarketStep * denominator
  return (((numerator + unit / 2n) / unit) * polymarketStep) as Money
}
