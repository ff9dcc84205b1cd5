import { formatAmountFixed, type Money, type Price, type Quantity } from '../../domain/amounts.ts'

/** Prices carry four decimals, more where the value needs them. */
export function dollars(value: Price | Money): string {
  return formatAmountFixed(value, 4)
}

/** Costs and fees carry six. */
export function exactDollars(value: Money): string {
  return formatAmountFixed(value, 6)
}

export function contracts(value: Quantity): string {
  return formatAmountFixed(value, 2)
}

/** Whole cents, what is below a cent cut off: the fields that are JSON integers. */
export function cents(value: Money | Price): number {
  return Number(value / 10_000n)
}

/** RFC 3339 in UTC with trailing zeros of the fraction trimmed, as the venue prints times. */
export function time(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z')
}

export function unixSeconds(ms: number): number {
  return Math.floor(ms / 1_000)
}
