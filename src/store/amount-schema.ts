import * as v from 'valibot'
import {
  AmountError,
  formatAmount,
  type Money,
  parseMoney,
  parseQuantity,
  parseQuotedPrice,
  parseRate,
  parseSignedQuantity,
} from '../domain/amounts.ts'
import { type MarketId, parseMarketId, venueIds } from '../domain/market.ts'

/** The parts that the stored shapes have in common. Decoding never rounds, and never fills in what is missing. */

function amount<T>(parse: (text: string) => T) {
  return v.pipe(
    v.string(),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      try {
        return parse(dataset.value)
      } catch (error) {
        if (!(error instanceof AmountError)) throw error
        addIssue({ message: error.message })
        return NEVER
      }
    }),
  )
}

/** 0 and 1 dollar included: an outcome that has been decided trades and pays there. */
export const price = amount(parseQuotedPrice)
export const quantity = amount(parseQuantity)
/** Negative when more was sold than is known to have been held. */
export const signedQuantity = amount(parseSignedQuantity)
export const money = amount(parseMoney)
export const rate = amount(parseRate)
export const optionalText = v.nullable(v.string())
/** Counts, positions in files and Unix ms. */
export const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
export const venue = v.picklist(venueIds)
export const outcome = v.picklist(['yes', 'no'])
export const marketId = v.custom<MarketId>(
  (value) => typeof value === 'string' && parseMarketId(value) !== null,
  'Not a market id such as kalshi:TICKER',
)

/** JSON text in which amounts are canonical decimal strings. */
export function stringifyAmounts(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? formatStored(part) : part))
}

/** Every bigint of a stored shape is an amount: they share one scale, so one formatter serves all. */
export function formatStored(amount: bigint): string {
  return formatAmount(amount as Money)
}

/** Where and why a value does not fit, e.g. `event.fill.price: 2 is not between 0 and 1 dollar`. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  const [first] = issues
  if (first === undefined) return 'it does not have the expected shape'
  const path = v.getDotPath(first)
  return path === null ? first.message : `${path}: ${first.message}`
}
