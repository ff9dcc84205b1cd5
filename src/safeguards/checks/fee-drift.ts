import { deny } from '../denials.ts'
import { isUnwind, tiedUp } from '../risk.ts'
import type { Check } from '../snapshot.ts'

/** Where an order was charged more than limits had counted, nothing new is opened until a person has looked at it. */
export const feeDrift: Check = (intent, snapshot) => {
  if (isUnwind(intent) || tiedUp(intent, snapshot) === 0n) return []
  const { market, state } = snapshot
  const series = (market.fees.kind === 'quadratic' ? market.fees.series : null) ?? market.id
  const drift = state.feeDrifts.get(series)
  return drift === undefined ? [] : [deny('FEE_DRIFT', { series, orderId: drift.orderId })]
}
