import { formatAmount } from '../../domain/amounts.ts'
import type { Expected } from '../scenarios/expected.ts'
import type { RecordedInSandbox } from '../scenarios/in-sandbox.ts'

export interface RecordedScenarioJson {
  readonly scenario: string
  readonly environment: string
  readonly session: string
  readonly directory: string
  readonly how: string
  /** Dollars that its orders could have cost at worst. */
  readonly atRisk: string
  readonly expected: Expected
  /** Where the exchange's own books say something else than our journal. */
  readonly contradictions: readonly string[]
}

export function recordedScenarioJson(
  scenario: string,
  environment: string,
  { session, directory, how, atRisk, expected, contradictions }: RecordedInSandbox,
): RecordedScenarioJson {
  return { scenario, environment, session, directory, how, atRisk: formatAmount(atRisk), expected, contradictions }
}
