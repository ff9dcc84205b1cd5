import type { Polly } from '@pollyjs/core'
import type { AxiosInstance } from 'axios'
import { ToolkitError } from '../../domain/errors.ts'
import { socketEndpoint, type TapeAlias } from '../format/endpoints.ts'
import type { StreamTape } from '../format/stream.ts'
import type { LiveStream } from '../format/stream-header.ts'
import { bindInstance, type TapeSession } from './axios-adapter.ts'
import { beginSession, type TapeOptions } from './begin-session.ts'
import type { CaptureFilter } from './filter.ts'
import type { SessionWriter, TapeProblem } from './session-writer.ts'
import { silentStream } from './stream-file.ts'
import { TapeCall } from './tape-call.ts'

export type { TapeOptions } from './begin-session.ts'

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
  const { session, directory, filter, writer } = beginSession(options)
  return new RecordingTape(session, directory, filter, writer)
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
