import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

export const breakers: Check = (_intent, snapshot) =>
  snapshot.breakers.filter((admission) => !admission.admitted).map((admission) => deny('BREAKER_OPEN', admission))
