import { RECORDING_FORMAT } from './session-files.ts'

/** The kinds of JSON value that a session's files hold. */
export type RecordedKind = 'manifest' | 'exchange' | 'operation' | 'stream' | 'stream_line'

type Convert = (value: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>

/** From one format to the next. What a step leaves out did not change. */
interface FormatStep {
  readonly from: number
  /** What the newer format brought, for the person who reads this chain. */
  readonly brought: string
  readonly converts: Partial<Readonly<Record<RecordedKind, Convert>>>
}

/** One converter a version, oldest first. A recording passes through all that come after its own format. */
const steps: readonly FormatStep[] = [
  {
    from: 1,
    brought: 'sockets, counted in the manifest, and a seal on the manifest',
    converts: {
      manifest: (manifest) => ({
        ...manifest,
        format: 2,
        counts: { streams: 0, frames: 0, ...recordOf(manifest.counts) },
      }),
    },
  },
]

/** Brings a parsed value of an older recording to the form of today. What is not an object is left for the schema to name. */
export function upgrade(kind: RecordedKind, format: number, value: unknown): unknown {
  if (format === RECORDING_FORMAT || typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return steps
    .filter(({ from }) => from >= format)
    .reduce((converted, { converts }) => converts[kind]?.(converted) ?? converted, recordOf(value))
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
