import { ToolkitError } from '../../domain/errors.ts'
import { type Clock, isoTime } from '../../runtime/clock.ts'
import type { RecordingTrigger } from '../format/manifest.ts'
import { RECORDING_FORMAT } from '../format/session-files.ts'
import { redactionRules } from '../redact/redaction-rules.ts'
import { SecretScanner } from '../redact/secrets.ts'
import { type CaptureFilter, parseCaptureFilter } from './filter.ts'
import { createSessionFolder, defaultSessionName } from './session-folder.ts'
import { SessionWriter } from './session-writer.ts'

export interface TapeOptions {
  /** Folder that sessions go to; made when it is missing. */
  readonly captureDir: string
  /** Name of the session's folder; `session_<date>_<environment>` when left out. A taken name gets `-2`, `-3`, … */
  readonly session?: string
  readonly environment: string
  readonly toolVersion: string
  /** `orders`, `all`, or a regular expression on `METHOD url`. */
  readonly filter: string
  readonly clock: Clock
  readonly seed: string
  /** How the session came about. Must not hold secrets: it is checked. */
  readonly trigger: RecordingTrigger
  /** Public facts per venue that a replay needs, e.g. signer, funder and signature type. */
  readonly accounts: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Values that must never be written. */
  readonly secrets: readonly string[]
}

/** A session's folder and what writes into it. */
export interface BegunSession {
  readonly session: string
  readonly directory: string
  readonly filter: CaptureFilter
  readonly writer: SessionWriter
}

/**
 * Makes the folder of a session and opens it for writing.
 * @throws ToolkitError of category `usage` when the filter, the name or the folder will not do.
 */
export function beginSession(options: TapeOptions): BegunSession {
  const filter = parseCaptureFilter(options.filter)
  const startedAtMs = options.clock.nowMs()
  const startedAt = isoTime(startedAtMs)
  const start = {
    format: RECORDING_FORMAT,
    environment: options.environment,
    toolVersion: options.toolVersion,
    startedAt,
    clockOriginMs: Math.trunc(startedAtMs),
    seed: options.seed,
    filter: filter.text,
    redaction: Object.values(redactionRules).flatMap((rules) => rules.names),
    trigger: options.trigger,
    accounts: { ...options.accounts },
  } as const
  const secrets = new SecretScanner(options.secrets)
  refuseSecrets(secrets, start)
  const { session, directory } = createSessionFolder(
    options.captureDir,
    options.session ?? defaultSessionName(options.environment, startedAt),
  )
  return {
    session,
    directory,
    filter,
    writer: new SessionWriter(directory, { ...start, session }, options.clock, secrets),
  }
}

function refuseSecrets(
  secrets: SecretScanner,
  start: { readonly trigger: RecordingTrigger; readonly accounts: object },
): void {
  for (const field of ['trigger', 'accounts'] as const) {
    if (!secrets.finds(JSON.stringify(start[field]))) continue
    throw new ToolkitError({
      code: 'SECRET_IN_RECORDING',
      category: 'usage',
      message: `A secret stands in ${field} of manifest.json, so the recording was not begun. Nothing was sent.`,
      suggestions: ['Give secrets by environment variable or key file, not on the command line.'],
    })
  }
}
