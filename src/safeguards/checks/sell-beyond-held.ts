import { deny } from '../denials.ts'
import { freeToSell } from '../risk.ts'
import type { Check } from '../snapshot.ts'

/** Where outcomes are held apart, what is not held cannot be sold. */
export const sellBeyondHeld: Check = (intent, { state, capabilities }) => {
  if (intent.side === 'buy' || capabilities.netting === 'net') return []
  const free = freeToSell(intent, state)
  return intent.quantity <= free ? [] : [deny('SELL_BEYOND_HELD', { intent, free })]
}
