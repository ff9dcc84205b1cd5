import type { ArbTrade } from '../../store/events.ts'
import type { Expected } from '../scenarios/expected.ts'
import type { Decision } from './decisions.ts'

/** Beside the exchanges of a recording that is a test. */
export const EXPECTED_FILE = 'expected.json'

/** What a recording must come to: what scenarios promise, and besides it what was decided, and the two-leg trades. */
export interface ExpectedOutcome extends Expected {
  readonly decisions: readonly Decision[]
  readonly trades: readonly ArbTrade[]
}
