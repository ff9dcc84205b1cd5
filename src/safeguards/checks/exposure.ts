import { deny } from '../denials.ts'
import { isUnwind, tiedUp } from '../risk.ts'
import type { Check } from '../snapshot.ts'

export const exposure: Check = (intent, snapshot, { maxExposure: limit }) => {
  const order = tiedUp(intent, snapshot)
  if (order === 0n || isUnwind(intent)) return []
  const { exposure: used } = snapshot
  return used.total + order <= limit ? [] : [deny('EXPOSURE_ABOVE_MAX', { exposure: used, order, limit })]
}
