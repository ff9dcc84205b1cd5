/**
 * Exact amounts. One scale serves prices, quantities and money: a bigint of millionths.
 * It holds Kalshi's dollars (up to 6 decimals) and counts (2), Polymarket's ticks (4) and token units (6) exactly.
 */

declare const priceBrand: unique symbol
declare const quantityBrand: unique symbol
declare const moneyBrand: unique symbol
declare const rateBrand: unique symbol

/** Dollars per contract, in millionths. */
export type Price = bigint & { readonly [priceBrand]: true }
/** Contracts (or outcome shares), in millionths. */
export type Quantity = bigint & { readonly [quantityBrand]: true }
/** Dollars, in millionths. May be negative. */
export type Money = bigint & { readonly [moneyBrand]: true }
/** A dimensionless factor such as a fee rate, in millionths. */
export type Rate = bigint & { readonly [rateBrand]: true }

/** `up` is toward plus infinity and `down` toward minus infinity, also below zero. */
export type Rounding = 'up' | 'down'

export const SCALE = 1_000_000n
const DECIMALS = 6

/** Why a text is not an amount. The caller adds which flag or field it came from. */
export type AmountProblem =
  | { readonly kind: 'not_a_decimal'; readonly text: string }
  | { readonly kind: 'too_many_decimals'; readonly text: string }
  | { readonly kind: 'out_of_range'; readonly text: string; readonly range: string }

export class AmountError extends Error {
  override readonly name = 'AmountError'
  constructor(readonly problem: AmountProblem) {
    super(describeAmountProblem(problem))
  }
}

function describeAmountProblem(problem: AmountProblem): string {
  switch (problem.kind) {
    case 'not_a_decimal':
      return `${JSON.stringify(problem.text.slice(0, 80))} is not a plain decimal number such as 0.45`
    case 'too_many_decimals':
      return `${problem.text} has more than ${DECIMALS} decimals`
    case 'out_of_range':
      return `${problem.text} is not ${problem.range}`
  }
}

// Bounded so that a hostile payload cannot make us build a huge bigint.
const PLAIN_DECIMAL = /^(-?)(\d{1,24})(?:\.(\d{1,24}))?$/

function parseMillionths(text: string): bigint {
  const match = PLAIN_DECIMAL.exec(text)
  if (match === null) throw new AmountError({ kind: 'not_a_decimal', text })
  const [, sign, whole, fraction = ''] = match as unknown as [string, string, string, string?]
  const kept = fraction.slice(0, DECIMALS)
  if (/[1-9]/.test(fraction.slice(DECIMALS))) throw new AmountError({ kind: 'too_many_decimals', text })
  const value = BigInt(whole) * SCALE + BigInt(kept.padEnd(DECIMALS, '0'))
  return sign === '-' ? -value : value
}

/**
 * An order price: strictly between 0 and 1 dollar. Accepts plain decimal strings only and never rounds.
 * @throws AmountError on exponents, blanks, surplus digits, or a value outside (0, 1).
 */
export function parsePrice(text: string): Price {
  const value = parseMillionths(text)
  if (value <= 0n || value >= SCALE) {
    throw new AmountError({ kind: 'out_of_range', text, range: 'between 0 and 1 dollar (both excluded)' })
  }
  return value as Price
}

/** A price as a venue may print it: 0 to 1 dollar with both ends, since empty sides and settled markets show them. */
export function parseQuotedPrice(text: string): Price {
  const value = parseMillionths(text)
  if (value < 0n || value > SCALE) {
    throw new AmountError({ kind: 'out_of_range', text, range: 'between 0 and 1 dollar' })
  }
  return value as Price
}

/** Contracts, zero or more. */
export function parseQuantity(text: string): Quantity {
  const value = parseMillionths(text)
  if (value < 0n) throw new AmountError({ kind: 'out_of_range', text, range: 'zero or more' })
  return value as Quantity
}

/** Contracts with a sign, as venues report net positions. */
export function parseSignedQuantity(text: string): Quantity {
  return parseMillionths(text) as Quantity
}

/** Dollars, of either sign. */
export function parseMoney(text: string): Money {
  return parseMillionths(text) as Money
}

/** A factor such as a fee rate, zero or more. */
export function parseRate(text: string): Rate {
  const value = parseMillionths(text)
  if (value < 0n) throw new AmountError({ kind: 'out_of_range', text, range: 'zero or more' })
  return value as Rate
}

/** Canonical decimal string: no exponent, no trailing zeros, `0.45`, `-3`, `0`. Inverse of the parsers. */
export function formatAmount(value: Price | Quantity | Money | Rate): string {
  const negative = value < 0n
  const digits = (negative ? -value : value).toString().padStart(DECIMALS + 1, '0')
  const whole = digits.slice(0, -DECIMALS)
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '')
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** Decimal string with at least `decimals` places (more when the value needs them), for tables and venue wire formats. */
export function formatAmountFixed(value: Price | Quantity | Money, decimals: number): string {
  const text = formatAmount(value)
  const [whole = '0', fraction = ''] = text.split('.')
  const padded = fraction.padEnd(decimals, '0')
  return padded === '' ? whole : `${whole}.${padded}`
}

/** `5 %` for a rate of 0.05. */
export function formatPercent(rate: Rate): string {
  return `${formatAmount((rate * 100n) as Rate)} %`
}

/** The numerator divided by the denominator (which must be positive), rounded as told. */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator
  const remainder = numerator % denominator
  if (remainder === 0n) return quotient
  if (rounding === 'up') return numerator > 0n ? quotient + 1n : quotient
  return numerator < 0n ? quotient - 1n : quotient
}

/** Dollars that `quantity` contracts cost at `price`. Round costs up and proceeds down. */
export function cost(price: Price, quantity: Quantity, rounding: Rounding): Money {
  return divideRounded(price * quantity, SCALE, rounding) as Money
}

/** The average price of `quantity` contracts that cost `total`. Null when nothing was traded. */
export function averagePrice(total: Money, quantity: Quantity, rounding: Rounding): Price | null {
  return quantity === 0n ? null : (divideRounded(total * SCALE, quantity, rounding) as Price)
}

/** Contracts that `budget` dollars buy at `price`, rounded down to whole multiples of `step`. */
export function affordableQuantity(budget: Money, price: Price, step: Quantity): Quantity {
  if (price <= 0n || budget <= 0n) return ZERO_QUANTITY
  return roundDownToStep(((budget * SCALE) / price) as Quantity, step)
}

/** The greatest whole multiple of `step` that is not above `value`. */
export function roundDownToStep(value: Quantity, step: Quantity): Quantity {
  return (divideRounded(value, step, 'down') * step) as Quantity
}

/** The same claim seen from the other outcome: 1 dollar minus the price. */
export function complement(price: Price): Price {
  return (SCALE - price) as Price
}

/** The price that is worse than `price` by `rate` of it and no more, in the direction told: the last one still inside. */
export function priceWithin(price: Price, rate: Rate, direction: 'above' | 'below'): Price {
  const margin = (price * rate) / SCALE
  return (direction === 'above' ? price + margin : price - margin) as Price
}

export function isMultipleOf(value: Quantity, step: Quantity): boolean {
  return step > 0n && value % step === 0n
}

/** Millionths of a dollar from a ledger's total. */
export function moneyOf(millionths: bigint): Money {
  return millionths as Money
}

export const ZERO_MONEY = 0n as Money
export const ZERO_QUANTITY = 0n as Quantity
export const ONE_DOLLAR = SCALE as Money
/** The payout of a winning contract, as a price. */
export const PAR = SCALE as Price

export function addMoney(...parts: readonly Money[]): Money {
  return parts.reduce<bigint>((sum, part) => sum + part, 0n) as Money
}

export function subtractMoney(from: Money, part: Money): Money {
  return (from - part) as Money
}

export function negateMoney(value: Money): Money {
  return -value as Money
}

export function maxMoney(a: Money, b: Money): Money {
  return a > b ? a : b
}

export function addQuantity(...parts: readonly Quantity[]): Quantity {
  return parts.reduce<bigint>((sum, part) => sum + part, 0n) as Quantity
}

export function subtractQuantity(from: Quantity, part: Quantity): Quantity {
  return (from - part) as Quantity
}

export function minQuantity(a: Quantity, b: Quantity): Quantity {
  return a < b ? a : b
}

export function maxQuantity(a: Quantity, b: Quantity): Quantity {
  return a > b ? a : b
}

/** `value * part / whole`, rounded as told: for taking a share of a cost when part of a position is sold. */
export function proportion(value: Money, part: Quantity, whole: Quantity, rounding: Rounding): Money {
  return divideRounded(value * part, whole, rounding) as Money
}

/** `value` scaled by a dimensionless rate. */
export function scaleMoney(value: Money, rate: Rate, rounding: Rounding): Money {
  return divideRounded(value * rate, SCALE, rounding) as Money
}
