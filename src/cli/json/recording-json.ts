import type { RecordedStream } from '../../capture/format/stream.ts'
import { describeProblem } from '../../capture/read/problems.ts'
import type { ExchangeIndex, Recording, RecordingSummaryLine } from '../../capture/read/recording.ts'
import type { RecordingCheck } from '../../capture/read/verify.ts'
import type { Drift } from '../../capture/replay/drift.ts'
import type { ReplayReport } from '../../capture/replay/replay.ts'
import type { Story, StoryRow } from '../../capture/story/story.ts'
import { isoTime } from '../../runtime/clock.ts'

export interface RecordingJson {
  readonly session: string
  readonly directory: string
  /** Null when the manifest cannot be read: `problem` says why. */
  readonly environment: string | null
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly exchanges: number
  /** Sockets. */
  readonly streams: number
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
  /** Null when it was taken in from a source that did not say. */
  readonly latencyMs: number | null
  /** HTTP status, or null when there was no answer. */
  readonly status: number | null
  /** Ids of the orders that it is about, as the venue tells them. */
  readonly orders: readonly string[]
  /** The market that it names, or null. */
  readonly market: string | null
  /** What it meant, in words. */
  readonly meaning: string
}

export interface StreamJson {
  readonly seq: number
  readonly file: string
  readonly venue: string
  readonly url: string
  readonly startedAt: string
  /** Status of the handshake's answer, or null when none came. */
  readonly status: number | null
  readonly sent: number
  readonly received: number
  /** How it ended, e.g. `venue 1000`, `refused`; null when it was still open. */
  readonly ended: string | null
  /** What it carried, in words. */
  readonly meaning: string
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
  readonly streams: readonly StreamJson[]
  readonly operations: readonly { readonly n: number; readonly at: string; readonly op: string }[]
  /** The page that was written, or null. */
  readonly html: string | null
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
  readonly streams: number
  readonly frames: number
  readonly problems: readonly string[]
  readonly notes: readonly string[]
}

export function recordingListJson(captureDir: string, lines: readonly RecordingSummaryLine[]): RecordingListJson {
  return { captureDir, recordings: lines.map(recordingJson) }
}

function recordingJson(line: RecordingSummaryLine): RecordingJson {
  const { session, directory, manifest, problem, exchanges, streams } = line
  return {
    session,
    directory,
    environment: manifest?.environment ?? null,
    startedAt: manifest?.startedAt ?? null,
    endedAt: manifest?.endedAt ?? null,
    exchanges,
    streams,
    problem: problem === null ? null : describeProblem(problem),
  }
}

export function recordingDetailJson(recording: Recording, story: Story, html: string | null): RecordingDetailJson {
  const { session, directory, manifest, exchanges, streams, operations } = recording
  const { environment, toolVersion, filter, startedAt, endedAt, trigger } = manifest
  const rows = new Map(story.rows.map((row) => [row.seq, row]))
  const latencyUnknown = trigger.kind === 'import' && trigger.unknown.includes('latencies')
  return {
    session,
    directory,
    environment,
    toolVersion,
    filter,
    startedAt,
    endedAt,
    exchanges: exchanges.map((exchange) => exchangeJson(exchange, rows.get(exchange.seq), latencyUnknown)),
    streams: streams.map((stream) => streamJson(stream, rows.get(stream.seq))),
    operations: operations.map(({ n, at, op }) => ({ n, at, op })),
    html,
  }
}

function exchangeJson(exchange: ExchangeIndex, row: StoryRow | undefined, latencyUnknown: boolean): ExchangeJson {
  const { seq, file, venue, method, target, endpoint, outcome, startedAtMs, endedAtMs } = exchange
  const latencyMs = Math.round(endedAtMs - startedAtMs)
  return {
    seq,
    file,
    venue,
    method,
    target,
    endpoint,
    outcome,
    startedAt: isoTime(startedAtMs),
    latencyMs: latencyUnknown && latencyMs === 0 ? null : latencyMs,
    status: outcome === 'response' ? Number(row?.status) : null,
    orders: row?.orders ?? [],
    market: row?.market ?? null,
    meaning: row?.words ?? '',
  }
}

function streamJson(stream: RecordedStream, row: StoryRow | undefined): StreamJson {
  const { seq, file, venue, request, startedAtMs, opened, failed, frames, closed } = stream
  const sent = frames.filter(({ type }) => type === 'send').length
  return {
    seq,
    file,
    venue,
    url: request.url,
    startedAt: isoTime(startedAtMs),
    status: opened?.status ?? failed?.status ?? null,
    sent,
    received: frames.length - sent,
    ended:
      failed?.outcome ??
      (closed === null ? null : [closed.by, ...(closed.code === null ? [] : [closed.code])].join(' ')),
    meaning: row?.words ?? '',
  }
}

export function replayJson({ session, verdict, operations, exchanges, drifts }: ReplayReport): ReplayJson {
  return { session, verdict, operations, exchanges, drifts: drifts.map(driftJson) }
}

export function driftJson(one: Drift): DriftJson {
  const differences = one.differences.map(({ field, recorded, actual }) => ({ field, recorded, actual }))
  return { kind: one.kind, differences, explanation: one.describe() }
}

export function verifyJson({ problems, ...check }: RecordingCheck): VerifyJson {
  return { ...check, problems: problems.map(describeProblem) }
}
