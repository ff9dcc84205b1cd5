import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

/** An unknown fee is not a free trade. */
export const feeKnown: Check = (_intent, { market }) =>
  market.fees.kind === 'unknown' ? [deny('FEE_UNKNOWN', { market, reason: market.fees.reason })] : []
