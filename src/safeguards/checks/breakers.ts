import { deny } from '../denials.ts'
import { isUnwind } from '../risk.ts'
import type { Check } from '../snapshot.ts'

/**
 * An unwind waits for an open breaker alone. While a venue is being tried it has just answered the trade's legs, and a leg
 * without its other half is worse than one order more.
 */
export const breakers: Check = (intent, snapshot) =>
  snapshot.breakers
    .filter(({ admitted, state }) => !admitted && (state === 'open' || !isUnwind(intent)))
    .map((admission) => deny('BREAKER_OPEN', admission))
