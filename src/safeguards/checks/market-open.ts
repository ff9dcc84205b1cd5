import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

/** The venue's status decides, not the times: closing times of some markets pass while they go on trading. */
export const marketOpen: Check = (_intent, { market }) => {
  if (market.status !== 'open') return [deny('MARKET_NOT_OPEN', market)]
  const reason = market.untradableReason
  return reason === null ? [] : [deny('MARKET_UNTRADABLE', { market, reason })]
}
