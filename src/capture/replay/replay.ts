import { ToolkitError } from '../../domain/errors.ts'
import type { VirtualClock } from '../../runtime/clock.ts'
import { isOrderEndpoint } from '../format/endpoints.ts'
import type { RecordedOperation } from '../format/manifest.ts'
import type { Recording } from '../read/recording.ts'
import { compareTexts } from './compare.ts'
import { type Drift, drift, type ExchangePlace } from './drift.ts'
import { openReplay, type ReplayOptions, type ReplayTape } from './replay-tape.ts'

/** What a replay needs from the session it drives. The session is composed above; this module depends on nothing there. */
export interface ReplaySession {
  /** Performs an operation again. Returns its outcome as JSON, as it was given to the tape. */
  perform(op: string, input: unknown): Promise<unknown>
  close(): Promise<void>
}

/** Everything nondeterministic, as it was: with it, today's code must make the same requests. */
export interface ReplaySetting {
  readonly tape: ReplayTape
  readonly clock: VirtualClock
  readonly seed: string
  readonly environment: string
  readonly accounts: Recording['manifest']['accounts']
}

export interface ReplayReport {
  readonly session: string
  readonly operations: { readonly ok: number; readonly different: number }
  readonly exchanges: { readonly recorded: number; readonly replayed: number }
  /** Everything that was not as on the tape, requests first within each operation. */
  readonly drifts: readonly Drift[]
  readonly unused: readonly ExchangePlace[]
  readonly verdict: 'same' | 'drift'
}

/**
 * Members of outcomes that tell when and how long, not what: the replay's clock stands still between the recorded
 * moments.
 */
const volatileOutcomeFields: readonly string[] = [
  'at',
  'createdAt',
  'updatedAt',
  'resentAt',
  'durationMs',
  'elapsedMs',
  'capturedAtMs',
  'tailUntil',
]

/**
 * Asks the session for every recorded operation again, in order, and compares the requests it makes and the outcomes it
 * gives with the recording. Nothing leaves the process. Of a tape with all traffic, only what belongs to orders is
 * played: market data comes with the operations that saw it.
 */
export async function replayRecording(
  recording: Recording,
  openSession: (setting: ReplaySetting) => Promise<ReplaySession>,
  options: ReplayOptions & { readonly volatileFields?: readonly string[] } = {},
): Promise<ReplayReport> {
  const exchanges = recording.exchanges.filter(
    ({ venue, endpoint, isObserved }) => isOrderEndpoint(venue, endpoint) && !isObserved,
  )
  const tape = openReplay([{ ...recording, exchanges }], options)
  const { seed, environment, accounts } = recording.manifest
  const volatile = new Set([...volatileOutcomeFields, ...(options.volatileFields ?? [])])
  const drifts: Drift[] = []
  let different = 0
  try {
    const session = await openSession({ tape, clock: tape.clock, seed, environment, accounts })
    try {
      for (const operation of recording.operations) {
        const before = tape.drifts().length
        const found = await repeat(operation, session, tape, volatile)
        drifts.push(...tape.drifts().slice(before), ...found)
        if (found.length > 0 || tape.drifts().length > before) different += 1
      }
    } finally {
      await session.close()
    }
    // A session may make requests of its own when it opens and closes.
    drifts.push(...tape.drifts().filter((one) => !drifts.includes(one)))
  } finally {
    await tape.close()
  }
  const unused = tape.unused()
  drifts.push(...unused.map(missing))
  return {
    session: recording.session,
    operations: { ok: recording.operations.length - different, different },
    exchanges: { recorded: exchanges.length, replayed: exchanges.length - unused.length },
    drifts,
    unused,
    verdict: drifts.length === 0 ? 'same' : 'drift',
  }
}

async function repeat(
  operation: RecordedOperation,
  session: ReplaySession,
  tape: ReplayTape,
  volatile: ReadonlySet<string>,
): Promise<readonly Drift[]> {
  const place = { n: operation.n, op: operation.op }
  tape.during(place)
  tape.clock.advanceTo(Date.parse(operation.at))
  const base = { request: null, recorded: null, operation: place } as const
  try {
    const outcome = await session.perform(operation.op, operation.input)
    const text = (value: unknown): string => tape.hideHosts(JSON.stringify(value) ?? 'null')
    const differences = compareTexts(text(operation.outcome), text(outcome), { at: 'outcome', volatile })
    return differences.length === 0 ? [] : [drift({ ...base, kind: 'different_outcome', differences, note: null })]
  } catch (error) {
    return [drift({ ...base, kind: 'operation_failed', differences: [], note: errorText(error) })]
  } finally {
    tape.during(null)
  }
}

function errorText(error: unknown): string {
  if (error instanceof ToolkitError) return `${error.code}: ${error.message}`
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

function missing(place: ExchangePlace): Drift {
  return drift({
    kind: 'unused_exchange',
    request: null,
    recorded: place,
    operation: null,
    differences: [],
    note: null,
  })
}
