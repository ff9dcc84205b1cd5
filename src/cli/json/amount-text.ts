import { formatAmount, type Money, type Price, type Quantity } from '../../domain/amounts.ts'

/** Canonical decimal string; null stays null: unknown is not zero. */
export function amountText(value: Price | Quantity | Money | null): string | null {
  return value === null ? null : formatAmount(value)
}
