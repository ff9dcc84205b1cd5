import type { Promotion } from '../recordings/promote-recording.ts'
import type { Decision } from '../replay/decisions.ts'
import { type DriftJson, replayJson } from './recording-json.ts'

export interface PromotionJson {
  readonly session: string
  readonly from: string
  readonly directory: string
  readonly verdict: string
  readonly decisions: readonly Decision[]
  readonly changes: readonly DecisionChangeJson[]
  readonly drifts: readonly DriftJson[]
}

export interface DecisionChangeJson {
  /** Null when today's code decides something that the session did not. */
  readonly recorded: Decision | null
  /** Null when today's code does not come to it. */
  readonly today: Decision | null
  readonly differences: DriftJson['differences']
}

export function promotionJson({ session, from, directory, report, decisions, changes }: Promotion): PromotionJson {
  const { verdict, drifts } = replayJson(report)
  return { session, from, directory, verdict, decisions, changes, drifts }
}
