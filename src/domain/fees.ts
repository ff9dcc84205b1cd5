import { divideRounded, type Money, type Price, type Quantity, type Rate, SCALE, ZERO_MONEY } from './amounts.ts'

/**
 * How a market charges. Both venues' published schedules are `rate * contracts * (p * (1 - p)) ^ exponent`.
 * Sources: Kalshi fee schedule, read 2026-10; Polymarket fee documentation, read 2026-10.
 */
export type FeeSchedule =
  | { readonly kind: 'free' }
  | {
      readonly kind: 'quadratic'
      readonly takerRate: Rate
      readonly makerRate: Rate
      readonly exponent: number
      /** Each fill's fee is rounded to whole multiples of this many dollars; we predict upwards. */
      readonly quantum: Money
    }
  /** The venue does not say enough to compute a fee: orders are denied rather than assumed free. */
  | { readonly kind: 'unknown'; readonly reason: string }

export type Liquidity = 'taker' | 'maker'

/**
 * Predicted fee of one fill in dollars, rounded up to the schedule's quantum. Null when the schedule is unknown.
 */
export function predictFee(
  schedule: FeeSchedule,
  fill: { readonly price: Price; readonly quantity: Quantity; readonly liquidity: Liquidity },
): Money | null {
  switch (schedule.kind) {
    case 'free':
      return ZERO_MONEY
    case 'unknown':
      return null
    case 'quadratic': {
      const rate = fill.liquidity === 'taker' ? schedule.takerRate : schedule.makerRate
      let numerator = rate * fill.quantity
      let denominator = SCALE
      for (let power = 0; power < schedule.exponent; power++) {
        numerator *= fill.price * (SCALE - fill.price)
        denominator *= SCALE * SCALE
      }
      return (divideRounded(numerator, denominator * schedule.quantum, 'up') * schedule.quantum) as Money
    }
  }
}

/**
 * The most that an order can be charged as a taker, wherever at or better than its limit it fills.
 * p(1-p) peaks at 0.50, so a limit that allows 0.50 is charged as if it filled there.
 */
export function worstTakerFee(
  schedule: FeeSchedule,
  order: { readonly side: 'buy' | 'sell'; readonly price: Price; readonly quantity: Quantity },
): Money | null {
  const half = (SCALE / 2n) as Price
  const reachesHalf = order.side === 'buy' ? order.price >= half : order.price <= half
  return predictFee(schedule, {
    price: reachesHalf ? half : order.price,
    quantity: order.quantity,
    liquidity: 'taker',
  })
}
