import type { VenueId } from '../../domain/market.ts'
import type { Difference } from './compare.ts'

type DriftKind =
  /** The request has its place on the tape, but says something else. */
  | 'different_request'
  /** Nothing on the tape is like this request. */
  | 'unexpected_request'
  /** The tape has this request, but others come before it. */
  | 'out_of_order'
  /** The tape has a request that was not made. */
  | 'unused_exchange'
  | 'different_outcome'
  | 'operation_failed'

/** The request that was about to be sent, redacted. */
export interface RequestSummary {
  readonly venue: VenueId
  readonly service: string
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly body: string | null
}

/** An exchange on a tape. */
export interface ExchangePlace {
  readonly session: string
  readonly seq: number
  readonly file: string
  readonly venue: VenueId
  readonly method: string
  readonly target: string
}

export interface OperationPlace {
  readonly n: number
  readonly op: string
}

export interface DriftFacts {
  readonly kind: DriftKind
  readonly request: RequestSummary | null
  /** The recorded exchange it should have been, or the nearest one. */
  readonly recorded: ExchangePlace | null
  /** The operation during which it happened, when the replay knows. */
  readonly operation: OperationPlace | null
  /** Fields that are not the same, those about money first. */
  readonly differences: readonly Difference[]
  /** What else helps to understand it, or null. */
  readonly note: string | null
}

/** Something that did not go as on the tape: a value, since finding it is what a replay is for. */
export interface Drift extends DriftFacts {
  /** The explanation, a line each. */
  describe(): readonly string[]
}

export function drift(facts: DriftFacts): Drift {
  return { ...facts, describe: () => describeDrift(facts) }
}

function describeDrift(facts: DriftFacts): readonly string[] {
  const lines = [headline(facts)]
  if (facts.operation !== null) lines.push(`  during: operation ${facts.operation.n} (${facts.operation.op})`)
  if (facts.recorded !== null && facts.kind !== 'unused_exchange') {
    const label = facts.kind === 'unexpected_request' ? 'nearest on the tape' : 'on the tape'
    lines.push(`  ${label}: ${placeText(facts.recorded)}`)
  }
  for (const { field, recorded, actual } of facts.differences) {
    lines.push(`  ${field}: recorded ${recorded ?? '(not there)'}, now ${actual ?? '(not there)'}`)
  }
  if (facts.request !== null && facts.request.body !== null) lines.push(`  request body: ${facts.request.body}`)
  if (facts.note !== null) lines.push(`  ${facts.note}`)
  return lines
}

function headline(facts: DriftFacts): string {
  const request =
    facts.request === null ? '' : `${facts.request.method} ${facts.request.target} to ${facts.request.venue}`
  const operation = facts.operation === null ? 'an operation' : `operation ${facts.operation.n} (${facts.operation.op})`
  switch (facts.kind) {
    case 'different_request':
      return `Different request: ${request} is not what the tape has. It was not sent.`
    case 'unexpected_request':
      return `Unexpected request: ${request} is not on the tape. It was not sent.`
    case 'out_of_order':
      return `Request out of order: ${request} comes later on the tape. It was not sent.`
    case 'unused_exchange':
      return `Missing request: ${facts.recorded === null ? 'a recorded request' : placeText(facts.recorded)} was not made.`
    case 'different_outcome':
      return `Different outcome: ${operation} ended otherwise than on the tape.`
    case 'operation_failed':
      return `Operation failed: ${operation} threw instead of ending as on the tape.`
  }
}

function placeText(place: ExchangePlace): string {
  return `${place.session}/${place.file} (${place.method} ${place.target})`
}
