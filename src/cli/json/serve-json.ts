import type { ServeReport } from '../../capture/serve/tape-server.ts'
import { type DriftJson, driftJson } from './recording-json.ts'

export interface ServeReportJson {
  readonly sessions: readonly string[]
  readonly verdict: 'same' | 'drift'
  /** Exchanges and sockets that were asked for as on the tape. */
  readonly served: number
  readonly drifts: readonly DriftJson[]
  /** What is on the tape and nobody asked for. */
  readonly unused: readonly {
    readonly session: string
    readonly seq: number
    readonly file: string
    readonly venue: string
    readonly method: string
    readonly target: string
  }[]
}

export function serveReportJson({ sessions, served, drifts, unused }: ServeReport): ServeReportJson {
  const verdict = drifts.length === 0 && unused.length === 0 ? 'same' : 'drift'
  return { sessions, verdict, served, drifts: drifts.map(driftJson), unused }
}
