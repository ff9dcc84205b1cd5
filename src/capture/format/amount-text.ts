import { AmountError } from '../../domain/amounts.ts'

/** An amount that a venue or a stranger wrote. Null when there is no text, or it is no such amount. */
export function amountOf<T>(text: string | null, parse: (text: string) => T): T | null {
  if (text === null) return null
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof AmountError) return null
    throw error
  }
}
