import type { Drift } from '../../capture/drift.ts'
import { describeProblem } from '../../capture/problems.ts'
import type { ExchangeIndex, Recording, RecordingSummaryLine } from '../../capture/recording.ts'
import type { ReplayReport } from '../../capture/replay.ts'
import type { RecordingCheck } from '../../capture/verify.ts'
import { isoTime } from '../../runtime/clock.ts'

export interface RecordingJson {
  readonly session: string
  readonly directory: string
  /** Null when the manifest cannot be read: `problem` says why. */
  readonly environment: string | null
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly exchanges: number
  readonly problem: string | null
}

export interface RecordingListJson {
  readonly captureDir: string
  readonly recordings: readonly RecordingJson[]
}

export interface ExchangeJson {
  readonly seq: number
  readonly file: string
  readonly venue: string
  readonly method: string
  readonly target: string
  readonly endpoint: string
  readonly outcome: string
  readonly startedAt: string
  readonly latencyMs: number
}

export interface RecordingDetailJson {
  readonly session: string
  readonly directory: string
  readonly environment: string
  readonly toolVersion: string
  readonly filter: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly exchanges: readonly ExchangeJson[]
  readonly operations: readonly { readonly n: number; readonly at: string; readonly op: string }[]
}

export interface ReplayJson {
  readonly session: string
  readonly verdict: string
  readonly operations: { readonly ok: number; readonly different: number }
  readonly exchanges: { readonly recorded: number; readonly replayed: number }
  readonly drifts: readonly DriftJson[]
}

export interface DriftJson {
  readonly kind: string
  readonly differences: readonly {
    readonly field: string
    readonly recorded: string | null
    readonly actual: string | null
  }[]
  /** For a person, a line each. */
  readonly explanation: readonly string[]
}

export interface VerifyJson {
  readonly session: string
  readonly directory: string
  readonly status: string
  readonly exchanges: number
  readonly operations: number
  readonly problems: readonly string[]
  readonly notes: readonly string[]
}

export function recordingListJson(captureDir: string, lines: readonly RecordingSummaryLine[]): RecordingListJson {
  return { captureDir, recordings: lines.map(recordingJson) }
}

function recordingJson({ session, directory, manifest, problem, exchanges }: RecordingSummaryLine): RecordingJson {
  return {
    session,
    directory,
    environment: manifest?.environment ?? null,
    startedAt: manifest?.startedAt ?? null,
    endedAt: manifest?.endedAt ?? null,
    exchanges,
    problem: problem === null ? null : describeProblem(problem),
  }
}

export function recordingDetailJson({
  session,
  directory,
  manifest,
  exchanges,
  operations,
}: Recording): RecordingDetailJson {
  const { environment, toolVersion, filter, startedAt, endedAt } = manifest
  return {
    session,
    directory,
    environment,
    toolVersion,
    filter,
    startedAt,
    endedAt,
    exchanges: exchanges.map(exchangeJson),
    operations: operations.map(({ n, at, op }) => ({ n, at, op })),
  }
}

function exchangeJson(exchange: ExchangeIndex): ExchangeJson {
  const { seq, file, venue, method, target, endpoint, outcome, startedAtMs, endedAtMs } = exchange
  const latencyMs = Math.round(endedAtMs - startedAtMs)
  return { seq, file, venue, method, target, endpoint, outcome, startedAt: isoTime(startedAtMs), latencyMs }
}

export function replayJson({ session, verdict, operations, exchanges, drifts }: ReplayReport): ReplayJson {
  return { session, verdict, operations, exchanges, drifts: drifts.map(driftJson) }
}

function driftJson(one: Drift): DriftJson {
  const differences = one.differences.map(({ field, recorded, actual }) => ({ field, recorded, actual }))
  return { kind: one.kind, differences, explanation: one.describe() }
}

export function verifyJson({ problems, ...check }: RecordingCheck): VerifyJson {
  return { ...check, problems: problems.map(describeProblem) }
}
