import fc from 'fast-check'
import {
  formatAmount,
  type Money,
  type Price,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Quantity,
} from '../../src/domain/amounts.ts'

/** Millionths as a decimal string, by plain digits: independent of the code under test. */
export function decimal(millionths: bigint): string {
  const digits = (millionths < 0n ? -millionths : millionths).toString().padStart(7, '0')
  return `${millionths < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}

/** Any order price, down to the millionth. */
export const prices: fc.Arbitrary<Price> = fc.bigInt(1n, 999_999n).map((value) => parsePrice(decimal(value)))
/** Prices of 0.0001 dollar: the finest that a venue quotes. */
export const quotedPrices: fc.Arbitrary<Price> = fc.bigInt(1n, 9_999n).map((value) => parsePrice(decimal(value * 100n)))
export const quantities: fc.Arbitrary<Quantity> = fc
  .bigInt(1n, 10n ** 12n)
  .map((value) => parseQuantity(decimal(value)))
/** Hundredths of a contract: what both venues trade in. */
export const lots: fc.Arbitrary<Quantity> = fc
  .bigInt(1n, 100_000n)
  .map((value) => parseQuantity(decimal(value * 10_000n)))
export const moneys: fc.Arbitrary<Money> = fc
  .bigInt(-(10n ** 15n), 10n ** 15n)
  .map((value) => parseMoney(decimal(value)))

export const shown = (value: Price | Quantity | Money | null): string | null =>
  value === null ? null : formatAmount(value)
