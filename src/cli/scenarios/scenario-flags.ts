import { AmountError, type Money, parseMoney } from '../../domain/amounts.ts'
import { type MarketId, marketId, parseMarketId } from '../../domain/market.ts'
import { usageError } from '../usage-error.ts'

/** Dollars from a flag. @throws ToolkitError (usage) */
export function moneyFlag(text: string, flag: string): Money {
  try {
    const amount = parseMoney(text)
    if (amount > 0n) return amount
  } catch (error) {
    if (!(error instanceof AmountError)) throw error
  }
  throw usageError(`${flag} ${JSON.stringify(text)} is not an amount of dollars above 0.`)
}

/** @throws ToolkitError (usage) */
export function marketFlag(text: string): MarketId {
  const parsed = parseMarketId(text)
  if (parsed !== null) return marketId(parsed.venue, parsed.symbol)
  throw usageError(`--market ${JSON.stringify(text)} is not VENUE:SYMBOL.`)
}
