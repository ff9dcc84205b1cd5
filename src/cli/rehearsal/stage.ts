import type { Market, VenueId } from '../../domain/market.ts'
import type { Session } from '../session/session.ts'
import type { SandboxControl } from './sandbox-control.ts'

/** What every step of a rehearsal works with. */
export interface Stage {
  readonly session: Session
  readonly control: SandboxControl
  readonly signal: AbortSignal
  /** The market on which a venue's single orders are rehearsed. */
  market(venue: VenueId): Market
}

/** What a step found. The rehearsal fails when it is not what was expected. */
export interface Finding {
  readonly ok: boolean
  readonly observed: string
}

export interface Step {
  readonly name: string
  /** What must come out, for a person. */
  readonly expected: string
  run(stage: Stage): Promise<Finding>
}
