import type { RecordingTrigger } from '../../capture/format/manifest.ts'
import type { StreamTape } from '../../capture/format/stream.ts'
import type { LiveStream } from '../../capture/format/stream-header.ts'
import { accountIdentity } from '../../clients/index.ts'
import type { ClientOptions } from '../../clients/venue-module.ts'
import { type VenueId, venueIds } from '../../domain/market.ts'
import { isoTime } from '../../runtime/clock.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { formatLimits } from '../../safeguards/limits.ts'
import type { Ledger } from '../../store/ledger.ts'
import type { Settings } from '../config/settings.ts'
import { encodeState } from '../replay/state.ts'
import { toolVersion } from '../version.ts'
import { TapedOperations } from './taped-operations.ts'
import { connectionOf, secretsOf, type VenueAccessOptions } from './venue-access.ts'

export interface TapeSession {
  readonly directory: string
  readonly operations: TapedOperations
  /** What the venues' clients must be given so that they are recorded. */
  readonly hooks: {
    readonly attachTape: NonNullable<ClientOptions['attachTape']>
    readonly onSecrets: (values: readonly string[]) => void
    /** To be called right before a socket's handshake is sent. */
    readonly openStream: (stream: LiveStream) => StreamTape
  }
  close(outcome: string): Promise<void>
}

/**
 * Opens the recording of a session and notes what a replay starts from: the account's state and the limits in force.
 * Loaded only while capture is on, since it brings the recorder with it.
 */
export async function openTapeSession(options: {
  readonly settings: Settings
  readonly captureDir: string
  readonly command: string
  /** How the session came about, when that is more than its command. */
  readonly trigger?: RecordingTrigger
  readonly runtime: Runtime
  readonly ledger: Ledger
  readonly access: VenueAccessOptions
}): Promise<TapeSession> {
  const { settings, runtime, ledger, access } = options
  const { openTape } = await import('../../capture/record/tape.ts')
  const venues = await Promise.all(venueIds.map((venue) => describeVenue(venue, access)))
  const tape = await openTape({
    captureDir: options.captureDir,
    ...(settings.session === null ? {} : { session: settings.session }),
    environment: settings.environment,
    toolVersion,
    filter: settings.captureFilter,
    clock: runtime.clock,
    seed: runtime.seed,
    trigger: options.trigger ?? { kind: 'command', argv: options.command.split(' ') },
    accounts: Object.fromEntries(venues.map(({ venue, identity }) => [venue, identity])),
    secrets: venues.flatMap(({ secrets }) => secrets),
  })
  const operations = new TapedOperations(tape, runtime.clock)
  const input = { state: encodeState(ledger.state), limits: formatLimits(settings.limits) }
  await tape.recordOperation({ op: 'begin', input, outcome: null, at: isoTime(runtime.clock.nowMs()) })
  return {
    directory: tape.directory,
    operations,
    hooks: {
      attachTape: (instance, alias) => tape.attach(instance, alias),
      onSecrets: (values) => tape.addSecrets(values),
      openStream: (stream) => tape.openStream(stream),
    },
    close: async (outcome) => {
      const { problems } = await tape.close(outcome)
      for (const { file, what } of problems) access.onWarning(`the recording lacks ${file}: ${what}`)
    },
  }
}

async function describeVenue(
  venue: VenueId,
  access: VenueAccessOptions,
): Promise<{ venue: VenueId; identity: Readonly<Record<string, string>>; secrets: readonly string[] }> {
  const { credentials } = await connectionOf(venue, access)
  return { venue, identity: await accountIdentity(venue, credentials), secrets: secretsOf(venue, credentials) }
}
