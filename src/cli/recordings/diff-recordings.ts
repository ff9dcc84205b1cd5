import { type Stale, staleParts } from '../../capture/diff/age.ts'
import { diffSessions, type ExchangeDiff } from '../../capture/diff/diff-sessions.ts'
import { diffShapes, type ShapeDiff } from '../../capture/diff/shapes.ts'
import { loadRecording, type Recording } from '../../capture/read/recording.ts'
import type { Drift } from '../../capture/replay/drift.ts'

export interface DiffReport {
  readonly mode: 'sessions' | 'shapes' | 'today'
  readonly a: Recording
  /** Null: today's code. */
  readonly b: Recording | null
  readonly same: number
  readonly different: readonly (ExchangeDiff | Drift)[]
  /** Of `shapes` only. */
  readonly shapes: ShapeDiff | null
  readonly stale: readonly { readonly session: string; readonly parts: readonly Stale[] }[]
  readonly notes: readonly string[]
}

interface DiffOptions {
  readonly captureDir: string | null
  readonly shapes: boolean
}

/** Compares two recordings, in what they say or in what it looks like. */
export function diffRecordings(nameA: string, nameB: string, { captureDir, shapes }: DiffOptions): DiffReport {
  const [a, b] = [loadRecording(nameA, captureDir), loadRecording(nameB, captureDir)]
  const { same, different } = shapes ? { same: 0, different: [] } : diffSessions(a, b)
  return {
    mode: shapes ? 'shapes' : 'sessions',
    a,
    b,
    same,
    different,
    shapes: shapes ? diffShapes(a, b) : null,
    stale: [a, b].map(ageOf),
    notes: [],
  }
}

/** Compares a recording with what today's code would send, by asking it for the recorded operations again. */
export async function diffWithToday(name: string, captureDir: string | null): Promise<DiffReport> {
  const a = loadRecording(name, captureDir)
  const report = { mode: 'today', a, b: null, shapes: null, stale: [ageOf(a)] } as const
  if (a.operations.length === 0) {
    const note = 'It holds no operations, so today’s code cannot be asked for them again: only its age was looked at.'
    return { ...report, same: 0, different: [], notes: [note] }
  }
  const { replayRecordingFolder } = await import('../replay/replay-session.ts')
  const { drifts, exchanges } = await replayRecordingFolder(a.directory, { captureDir: null })
  const changed = drifts.filter(({ kind }) => kind === 'different_request').length
  return { ...report, same: exchanges.replayed - changed, different: drifts, notes: [] }
}

function ageOf(recording: Recording): DiffReport['stale'][number] {
  return { session: recording.session, parts: staleParts(recording) }
}

/** Whether anything differs. Of one recording alone, its age counts too. */
export function isDifferent({ mode, different, shapes, stale }: DiffReport): boolean {
  if (mode === 'shapes') return (shapes?.differences.length ?? 0) > 0
  return different.length > 0 || (mode === 'today' && stale.some(({ parts }) => parts.length > 0))
}
