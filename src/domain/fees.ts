import {
  divideRounded,
  type Money,
  type Price,
  type Quantity,
  type Rate,
  type Rounding,
  SCALE,
  ZERO_MONEY,
} from './amounts.ts'

/**
 * How a market charges. Both venues' published schedules are
 * `rate * multiplier * contracts * (p * (1 - p)) ^ exponent`; they differ in how the charge is rounded.
 * Sources: Kalshi fee schedule and rounding page, read 2026-10; Polymarket fee documentation, read 2026-09-30.
 */
export type FeeSchedule =
  | { readonly kind: 'free' }
  | {
      readonly kind: 'quadratic'
      readonly takerRate: Rate
      readonly makerRate: Rate
      /** Kept apart from the rates: their product can have more decimals than an amount. */
      readonly multiplier: Rate
      readonly exponent: number
      readonly rounding: FeeRounding
      /** RFC 3339: until then the venue may charge nothing. Limits count the fee all the same. */
      readonly waivedUntil: string | null
      /** What the venue sets this fee for (Kalshi's series), so that a wrong one can be named. Null: the market alone. */
      readonly series: string | null
    }
  /** The venue does not say enough to compute a fee: orders are denied rather than assumed free. */
  | { readonly kind: 'unknown'; readonly reason: string }

export type Quadratic = Extract<FeeSchedule, { kind: 'quadratic' }>

/**
 * `balance` (Kalshi): the trade fee goes up to a millionth, then the change of the balance down to the account's step;
 * what that takes gathers over the fills of the order, and a cent of it is paid back when more than a cent has gathered.
 * `five_decimals` (Polymarket): to the nearest 0.00001, and nothing below that. The venue does not say which way it
 * rounds, so this is an expectation, and limits take the other way.
 */
export const feeRoundings = ['balance', 'five_decimals'] as const
export type FeeRounding = (typeof feeRoundings)[number]

export type Liquidity = 'taker' | 'maker'

/** What of a fill its fee depends on. */
export interface FeeBasis {
  readonly side: 'buy' | 'sell'
  /** Dollars per contract of the outcome that was bought or sold. */
  readonly price: Price
  readonly quantity: Quantity
  readonly liquidity: Liquidity
  /** Within a waiver that is taken to hold: no trade fee, and rounding as ever. */
  readonly waived?: boolean
}

/**
 * The steps that balances of Kalshi accounts move in: members of their own have the finer one, customers of brokers the
 * coarser one. The venue does not tell an account which it is.
 */
export const accountSteps = { direct: 100n as Money, brokered: 10_000n as Money } as const
export type AccountStep = keyof typeof accountSteps

/** What rounding has taken beyond this is paid back, by this amount. */
export const FEE_REFUND = 10_000n
const FIVE_DECIMALS = 10n
const CENT = 10_000n
/** No fill is smaller: both venues take quantities in hundredths. */
const SMALLEST_FILL = SCALE / 100n

/**
 * The fees of the fills of one order, in dollars, in the order in which they happened: what rounding took from one is
 * carried to the next. Null when the schedule is unknown.
 */
export function predictFees(
  schedule: FeeSchedule,
  fills: readonly FeeBasis[],
  account: AccountStep = 'direct',
): readonly Money[] | null {
  switch (schedule.kind) {
    case 'free':
      return fills.map(() => ZERO_MONEY)
    case 'unknown':
      return null
    case 'quadratic':
      return schedule.rounding === 'balance'
        ? balanceFees(schedule, fills, accountSteps[account])
        : fills.map((fill) => nearestFee(schedule, fill))
  }
}

/** Predicted fee of the first fill of an order in dollars, on a direct account. Null when the schedule is unknown. */
export function predictFee(schedule: FeeSchedule, fill: FeeBasis): Money | null {
  return predictFees(schedule, [fill])?.[0] ?? null
}

/** The exact fee as a fraction of millionths of a dollar. */
interface ExactFee {
  readonly numerator: bigint
  readonly denominator: bigint
}

function exactFee({ exponent, multiplier }: Quadratic, rate: Rate, price: Price, quantity: Quantity): ExactFee {
  let numerator = rate * multiplier * quantity
  let denominator = SCALE * SCALE
  for (let power = 0; power < exponent; power++) {
    numerator *= price * (SCALE - price)
    denominator *= SCALE * SCALE
  }
  return { numerator, denominator }
}

function inSteps({ numerator, denominator }: ExactFee, step: bigint, rounding: Rounding): bigint {
  return divideRounded(numerator, denominator * step, rounding) * step
}

function rateOf(schedule: Quadratic, { liquidity, waived = false }: FeeBasis): Rate {
  if (waived) return 0n as Rate
  return liquidity === 'taker' ? schedule.takerRate : schedule.makerRate
}

/** What one fill is charged, and the rounding that its order carries on to the next. */
export interface BalanceCharge {
  readonly fee: Money
  readonly gathered: Money
}

/**
 * One fill by Kalshi's rule, after `gathered` dollars of rounding on the order's earlier fills. Whether a fill opens or
 * closes does not matter: both change the balance by the same, but for whole contracts' dollars.
 *
 * Source: Kalshi fee rounding page, read 2026-10. The page says that a fee is never below zero, and not what becomes of a
 * cent that a fill is too small to be paid back; by an order recorded in May 2026 it waits for one that is large enough.
 */
export function chargeOnBalance(schedule: Quadratic, fill: FeeBasis, step: Money, gathered: Money): BalanceCharge {
  const { price, quantity, side } = fill
  const tradeFee = inSteps(exactFee(schedule, rateOf(schedule, fill), price, quantity), 1n, 'up')
  const value = divideRounded(price * quantity, SCALE, side === 'buy' ? 'up' : 'down')
  const change = (side === 'buy' ? -value : value) - tradeFee
  const rounding = change - divideRounded(change, step, 'down') * step
  const charged = tradeFee + rounding
  const refund = gathered + rounding > FEE_REFUND && charged >= FEE_REFUND ? FEE_REFUND : 0n
  return { fee: (charged - refund) as Money, gathered: (gathered + rounding - refund) as Money }
}

function balanceFees(schedule: Quadratic, fills: readonly FeeBasis[], step: Money): readonly Money[] {
  let gathered = ZERO_MONEY
  return fills.map((fill) => {
    const charge = chargeOnBalance(schedule, fill, step, gathered)
    gathered = charge.gathered
    return charge.fee
  })
}

function nearestFee(schedule: Quadratic, fill: FeeBasis): Money {
  const { numerator, denominator } = exactFee(schedule, rateOf(schedule, fill), fill.price, fill.quantity)
  if (numerator < FIVE_DECIMALS * denominator) return ZERO_MONEY
  return inSteps(
    { numerator: 2n * numerator + FIVE_DECIMALS * denominator, denominator: 2n * denominator },
    10n,
    'down',
  ) as Money
}

/**
 * What limits count as an order's fee, in dollars: the most that it can be charged at whatever prices no worse than its
 * limit, in however many parts it fills. p(1-p) peaks at 0.50, so a limit that allows 0.50 counts as if all of it filled
 * there. Null when the schedule is unknown.
 *
 * Kalshi: every part can add a millionth to the trade fee, and a cent of rounding stays; the sum goes up to the cent. Parts
 * that are charged less than a cent get no cent back: each can add one step of the account on top of that, of which one
 * step of a direct account for each contract is counted. A brokered account can be charged up to a cent more for each
 * further part of that kind. Polymarket: every part that is charged adds less than 0.00001, and less than its own fee again.
 */
export function worstTakerFee(
  schedule: FeeSchedule,
  order: { readonly side: 'buy' | 'sell'; readonly price: Price; readonly quantity: Quantity },
): Money | null {
  switch (schedule.kind) {
    case 'free':
      return ZERO_MONEY
    case 'unknown':
      return null
    case 'quadratic': {
      const rate = schedule.takerRate > schedule.makerRate ? schedule.takerRate : schedule.makerRate
      const exact = exactFee(schedule, rate, worstPrice(order), order.quantity)
      const fills = divideRounded(order.quantity, SMALLEST_FILL, 'up')
      if (schedule.rounding === 'balance') {
        const tradeFees = exact.numerator === 0n ? 0n : inSteps(exact, 1n, 'up') + fills
        const small = divideRounded(order.quantity, SCALE, 'up') * accountSteps.direct
        return (divideRounded(tradeFees + FEE_REFUND + small, CENT, 'up') * CENT) as Money
      }
      const fee = inSteps(exact, FIVE_DECIMALS, 'up')
      const rounding = fills * FIVE_DECIMALS
      return (fee + (rounding < fee ? rounding : fee)) as Money
    }
  }
}

function worstPrice(order: { readonly side: 'buy' | 'sell'; readonly price: Price }): Price {
  const half = (SCALE / 2n) as Price
  const reachesHalf = order.side === 'buy' ? order.price >= half : order.price <= half
  return reachesHalf ? half : order.price
}

/** For a fill whose fee nobody tells: the highest rate that either venue has published, as Kalshi would round it. */
const highestPublished: Quadratic = {
  kind: 'quadratic',
  takerRate: 70_000n as Rate,
  makerRate: 70_000n as Rate,
  multiplier: SCALE as Rate,
  exponent: 1,
  rounding: 'balance',
  waivedUntil: null,
  series: null,
}

/**
 * What a fill is assumed to have cost while its venue does not say, in dollars: for limits, which must not take an unknown
 * fee for none. Source of the rate: Kalshi (multiplier 1) and Polymarket (crypto), read 2026-10.
 */
export function assumedFee({ price, quantity }: Pick<FeeBasis, 'price' | 'quantity'>): Money {
  // As one fill at its own price: unlike an order's limit, this is where it traded.
  const fee = inSteps(exactFee(highestPublished, highestPublished.takerRate, price, quantity), 1n, 'up')
  return (divideRounded(fee + FEE_REFUND, CENT, 'up') * CENT) as Money
}
