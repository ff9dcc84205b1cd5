import type { Polly } from '@pollyjs/core'
import type { AxiosInstance } from 'axios'
import { ToolkitError } from '../domain/errors.ts'
import { type Clock, isoTime } from '../runtime/clock.ts'
import { bindInstance, type TapeSession } from './axios-adapter.ts'
import { socketEndpoint, type TapeAlias } from './endpoints.ts'
import { type CaptureFilter, parseCaptureFilter } from './filter.ts'
import type { RecordingTrigger } from './manifest.ts'
import { redactionRules } from './redaction-rules.ts'
import { SecretScanner } from './secrets.ts'
import { RECORDING_FORMAT } from './session-files.ts'
import { createSessionFolder, defaultSessionName } from './session-folder.ts'
import { SessionWriter, type TapeProblem } from './session-writer.ts'
import type { StreamTape } from './stream.ts'
import { silentStream } from './stream-file.ts'
import type { LiveStream } from './stream-header.ts'
import { TapeCall } from './tape-call.ts'

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

/** An open recording. */
export interface Tape {
  readonly session: string
  readonly directory: string
  /** Records what this axios instance sends from now on, as far as the filter keeps it. Once per instance. */
  attach(instance: AxiosInstance, alias: TapeAlias): void
  /**
   * Records a socket from its handshake on, as far as the filter keeps it; to the filter its method is `WS`. To be called
   * right before the handshake is sent.
   */
  openStream(stream: LiveStream): StreamTape
  /** Notes an operation of the engine, for replays. Input and outcome are JSON; amounts are decimal strings. */
  recordOperation(operation: {
    readonly op: string
    readonly input: unknown
    readonly outcome: unknown
    /** RFC 3339: when it began. */
    readonly at: string
  }): Promise<void>
  /** More values that must never be written, e.g. credentials derived during the session. */
  addSecrets(values: readonly string[]): void
  /** Lets go of the instances, waits for what is in flight, and seals the manifest. */
  close(outcome: string): Promise<RecordingSummary>
}

interface RecordingSummary {
  readonly session: string
  readonly directory: string
  readonly exchanges: number
  readonly operations: number
  readonly streams: number
  /** Messages of all sockets. */
  readonly frames: number
  readonly endedAt: string
  /** What is missing from the tape and why; empty when it is complete. */
  readonly problems: readonly TapeProblem[]
}

/**
 * Opens a session for writing. Import this module only when capture is on: it loads Polly.
 * @throws ToolkitError of category `usage` when the filter, the name or the folder will not do.
 */
export async function openTape(options: TapeOptions): Promise<Tape> {
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
  const folder = createSessionFolder(
    options.captureDir,
    options.session ?? defaultSessionName(options.environment, startedAt),
  )
  const writer = new SessionWriter(folder.directory, { ...start, session: folder.session }, options.clock, secrets)
  return new RecordingTape(folder.session, folder.directory, filter, writer)
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

class RecordingTape implements Tape, TapeSession {
  #bindings: Polly[] = []
  #inFlight = new Set<TapeCall>()
  #settled: (() => void) | null = null
  #closing: Promise<RecordingSummary> | null = null

  constructor(
    readonly session: string,
    readonly directory: string,
    private readonly filter: CaptureFilter,
    private readonly writer: SessionWriter,
  ) {}

  attach(instance: AxiosInstance, alias: TapeAlias): void {
    this.#bindings.push(bindInstance(this.session, { kind: 'record' }, { instance, alias, session: this }))
  }

  begin(...[live, config, send]: Parameters<TapeSession['begin']>): ReturnType<TapeSession['begin']> {
    const { method, endpoint } = live
    if (this.#closing !== null || !this.filter.keeps({ method, url: live.url.href, endpoint })) return 'pass'
    const ticket = this.writer.reserve(live)
    // Cancels and reads go on when the tape cannot: only what could create an unrecorded order stays behind.
    if (ticket === null) return endpoint.places ? this.#unrecordable(live.alias.venue, endpoint.name) : 'pass'
    const call = new TapeCall(live, config, send, ticket)
    this.#inFlight.add(call)
    return call
  }

  #unrecordable(venue: string, endpoint: string): ToolkitError {
    const what = this.writer.problems.at(-1)
    return new ToolkitError({
      code: 'TAPE_CANNOT_RECORD',
      category: 'usage',
      message: `Order not sent to ${venue} (${endpoint}): it cannot be recorded in ${what?.file ?? this.directory}: ${what?.what ?? 'unknown reason'}.`,
      facts: { session: this.session, directory: this.directory },
      suggestions: ['Free disk space or name another --capture-dir, then send it again.'],
    })
  }

  openStream(stream: LiveStream): StreamTape {
    const url = new URL(stream.url)
    const endpoint = socketEndpoint(url)
    if (this.#closing !== null || !this.filter.keeps({ method: 'WS', url: url.href, endpoint })) return silentStream
    return this.writer.stream(stream)
  }

  record(call: TapeCall): void {
    if (call.ticket !== null && call.result !== null) this.writer.finish(call.ticket, call.result)
    this.#inFlight.delete(call)
    if (this.#inFlight.size === 0) this.#settled?.()
  }

  find(): null {
    return null
  }

  replayed(): void {
    throw new Error('a recording tape does not replay')
  }

  recordOperation(operation: Parameters<Tape['recordOperation']>[0]): Promise<void> {
    this.writer.operation(operation)
    return Promise.resolve()
  }

  addSecrets(values: readonly string[]): void {
    this.writer.secrets.add(values)
  }

  close(outcome: string): Promise<RecordingSummary> {
    this.#closing ??= this.#close(outcome)
    return this.#closing
  }

  async #close(outcome: string): Promise<RecordingSummary> {
    // Bounded by the clients' own time limits: a request without an answer ends as a timeout.
    if (this.#inFlight.size > 0) await new Promise<void>((resolve) => (this.#settled = resolve))
    for (const polly of this.#bindings) await polly.stop()
    const { session, directory } = this
    return { session, directory, ...(await this.writer.close(outcome)), problems: [...this.writer.problems] }
  }
}
