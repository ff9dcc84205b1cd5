import { formatAmount, formatAmountFixed, type Money, type Price, type Quantity } from '../domain/amounts.ts'
import { isoTime } from '../runtime/clock.ts'

/** `$67.20`, with more places when the value needs them. */
export function dollars(value: Money | Price): string {
  return value < 0n ? `-$${formatAmountFixed(value, 2).slice(1)}` : `$${formatAmountFixed(value, 2)}`
}

/** `120 @ $0.56` */
export function at(quantity: Quantity, price: Price): string {
  return `${formatAmount(quantity)} @ ${dollars(price)}`
}

/** `10 s`, or milliseconds where seconds are not whole. */
export function duration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${Math.round(ms)} ms`
}

export function time(ms: number): string {
  return isoTime(ms)
}

/** `$0.44 or $0.45`, leaving out what is not there. */
export function either(below: string | null, above: string | null): string {
  return [below, above].filter((text) => text !== null).join(' or ')
}
