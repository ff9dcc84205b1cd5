import { UNKNOWN } from './document.ts'

/** `$4.50`, `-$0.25`, `$0.4175`: at least two decimals, never fewer than the amount has. `-` when unknown. */
export function dollars(amount: string | null): string {
  if (amount === null) return UNKNOWN
  const negative = amount.startsWith('-')
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.')
  return `${negative ? '-' : ''}$${whole}.${fraction.padEnd(2, '0')}`
}
