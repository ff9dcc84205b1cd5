import type { DiffPlace, ExchangeDiff } from '../../capture/diff/diff-sessions.ts'
import type { ShapeDifference } from '../../capture/diff/shapes.ts'
import type { Difference } from '../../capture/replay/compare.ts'
import type { Drift } from '../../capture/replay/drift.ts'
import { type DiffReport, isDifferent } from '../recordings/diff-recordings.ts'

export interface DiffPlaceJson {
  readonly seq: number | null
  readonly file: string | null
  readonly venue: string
  readonly method: string
  readonly target: string
}

export interface DifferenceJson {
  readonly field: string
  readonly a: string | null
  readonly b: string | null
}

export interface CaptureDiffJson {
  readonly mode: string
  readonly a: string
  /** Null: today's code. */
  readonly b: string | null
  readonly verdict: 'same' | 'different'
  /** Exchanges that are the same but for ids, times, salts and signatures. */
  readonly same: number
  readonly different: readonly {
    readonly a: DiffPlaceJson | null
    readonly b: DiffPlaceJson | null
    /** Those about money first. Values are JSON; null: not there. */
    readonly differences: readonly DifferenceJson[]
    /** For a person, a line each. */
    readonly explanation: readonly string[]
  }[]
  /** Null unless shapes were compared. */
  readonly shapes: {
    readonly compared: number
    readonly differences: readonly ShapeDifference[]
    readonly onlyA: readonly string[]
    readonly onlyB: readonly string[]
    /** Exchanges of dead API versions, which were not compared. */
    readonly leftOut: number
    /** One of the two is a venue and the other its simulation: where the venue's messages differ, the simulation is wrong. */
    readonly sandboxDefects: boolean
  } | null
  /** What the venues' APIs no longer do. */
  readonly stale: readonly {
    readonly session: string
    readonly venue: string
    readonly reason: string
    readonly since: string
    readonly exchanges: readonly number[]
  }[]
  readonly notes: readonly string[]
}

export function captureDiffJson(report: DiffReport): CaptureDiffJson {
  const { mode, a, b, same, different, shapes, stale, notes } = report
  const environments = [a.manifest.environment, b?.manifest.environment]
  const sandboxDefects = environments.filter((environment) => environment === 'sandbox').length === 1
  return {
    mode,
    a: a.session,
    b: b?.session ?? null,
    verdict: isDifferent(report) ? 'different' : 'same',
    same,
    different: different.map((each) => ('kind' in each ? driftDiffJson(each) : exchangeDiffJson(each))),
    shapes: shapes === null ? null : { ...shapes, sandboxDefects },
    stale: stale.flatMap(({ session, parts }) => parts.map((part) => ({ session, ...part }))),
    notes,
  }
}

function exchangeDiffJson({ a, b, differences }: ExchangeDiff): CaptureDiffJson['different'][number] {
  return { a, b, differences: differences.map(differenceJson), explanation: explain(a, b, differences) }
}

function explain(a: DiffPlace | null, b: DiffPlace | null, differences: readonly Difference[]): readonly string[] {
  const text = ({ file, method, target }: DiffPlace): string => `${file} (${method} ${target})`
  if (a === null) return [`Only in b: ${b === null ? '' : text(b)}`]
  if (b === null) return [`Only in a: ${text(a)}`]
  return [
    `${text(a)} against ${b.file}:`,
    ...differences.map(
      ({ field, recorded, actual }) => `  ${field}: a ${recorded ?? '(not there)'}, b ${actual ?? '(not there)'}`,
    ),
  ]
}

function driftDiffJson(drift: Drift): CaptureDiffJson['different'][number] {
  const { recorded, request, differences } = drift
  const a =
    recorded === null
      ? null
      : {
          seq: recorded.seq,
          file: recorded.file,
          venue: recorded.venue,
          method: recorded.method,
          target: recorded.target,
        }
  const b =
    request === null
      ? null
      : { seq: null, file: null, venue: request.venue, method: request.method, target: request.target }
  return { a, b, differences: differences.map(differenceJson), explanation: drift.describe() }
}

function differenceJson({ field, recorded, actual }: Difference): DifferenceJson {
  return { field, a: recorded, b: actual }
}
