import { ToolkitError } from '../../domain/errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import { basePathOf, type Endpoint, endpointFinder, socketEndpoint } from '../format/endpoints.ts'
import type { ExchangeFailure, LiveRequest, LiveResponse } from '../format/exchange.ts'
import { BODY_BYTES_MAX } from '../format/packed-body.ts'
import type { StreamHeaders, StreamTape } from '../format/stream.ts'
import { headersOf } from '../record/axios-shapes.ts'
import { type BegunSession, beginSession, type TapeOptions } from '../record/begin-session.ts'
import { type CaptureFilter, parseCaptureFilter } from '../record/filter.ts'
import type { ExchangeStore } from '../record/session-persister.ts'
import type { TapeProblem } from '../record/session-writer.ts'
import { silentStream } from '../record/stream-file.ts'
import type { NameValue } from '../redact/redact.ts'
import type { EnvironmentSecrets } from './environment-secrets.ts'
import { ForeignCall } from './foreign-call.ts'
import { type ForeignService, findService } from './services.ts'

export interface ForeignTapeOptions {
  readonly services: readonly ForeignService[]
  /** Everything but what the first request decides. */
  readonly session: Omit<TapeOptions, 'environment' | 'secrets'>
  readonly secrets: EnvironmentSecrets
  /** Told once, when the session's folder has been made. */
  readonly onOpened: (directory: string) => void
  /** A longer answer passes through, and the tape says that it was too long. 64 MiB when absent. */
  readonly answerBytesMax?: number
}

export type ForeignRequest = Pick<LiveRequest, 'method' | 'url' | 'headers' | 'body' | 'wire'>

interface Kept {
  readonly service: ForeignService
  readonly endpoint: Endpoint
}

/** Headers whose values are keys: whoever sends them has told us what must never be written. */
const KEY_HEADERS = new Set(['authorization', 'poly_api_key', 'poly_passphrase'])

/**
 * The recording of a program that knows nothing of it. The session is begun by the first request that is kept, so that
 * programs that never call a venue, such as a package runner on the way to the bot, leave no empty ones behind.
 */
export class ForeignTape implements ExchangeStore<ForeignCall> {
  readonly #filter: CaptureFilter
  #begun: BegunSession | null = null
  #refusal: ToolkitError | null = null
  #inFlight = new Set<ForeignCall>()
  #isClosed = false
  #notes: TapeProblem[] = []
  #endpoints = new Map<ForeignService, (method: string, url: URL) => Endpoint>()

  /** @throws ToolkitError of category `usage` for a filter that is none. */
  constructor(private readonly options: ForeignTapeOptions) {
    this.#filter = parseCaptureFilter(options.session.filter)
  }

  get clock(): Clock {
    return this.options.session.clock
  }

  get answerBytesMax(): number {
    return this.options.answerBytesMax ?? BODY_BYTES_MAX
  }

  /** Whether a request belongs on the tape. Only venues have rules for what may be written, so only they are taped. */
  keeps(method: string, url: URL): boolean {
    return this.#kept(method, url) !== null
  }

  #kept(method: string, url: URL): Kept | null {
    if (this.#isClosed) return null
    const service = findService(this.options.services, url)
    if (service === null) return null
    const endpoint = this.#endpointOf(service)(method, url)
    return this.#filter.keeps({ method, url: url.href, endpoint }) ? { service, endpoint } : null
  }

  #endpointOf(service: ForeignService): (method: string, url: URL) => Endpoint {
    const known = this.#endpoints.get(service) ?? endpointFinder(service)
    this.#endpoints.set(service, known)
    return known
  }

  /** Takes a request on the tape before it leaves. `pass`: send it untaped. An error: it must not be sent. */
  begin(request: ForeignRequest): ForeignCall | 'pass' | ToolkitError {
    const kept = this.#kept(request.method, request.url)
    if (kept === null) return 'pass'
    const { service, endpoint } = kept
    const live: LiveRequest = { ...request, alias: service, basePath: basePathOf(service), endpoint }
    const session = this.#session(service.environment)
    if (session === null) return endpoint.places ? this.#unrecordable(live, this.#refusal?.message ?? '') : 'pass'
    session.writer.secrets.add([...this.options.secrets.fresh(), ...keysIn(request.headers)])
    const ticket = session.writer.reserve(live)
    if (ticket === null) {
      // As for our own commands: only what could create an unrecorded order stays behind.
      const problem = session.writer.problems.at(-1)
      return endpoint.places ? this.#unrecordable(live, problem?.what ?? 'unknown reason') : 'pass'
    }
    const call = new ForeignCall(live, ticket)
    this.#inFlight.add(call)
    return call
  }

  #session(environment: string): BegunSession | null {
    if (this.#begun !== null || this.#refusal !== null) return this.#begun
    try {
      const secrets = this.options.secrets.fresh()
      this.#begun = beginSession({ ...this.options.session, environment, secrets })
      this.options.onOpened(this.#begun.directory)
    } catch (error) {
      // Whatever it is, it must not come out of the program's own call.
      this.#refusal = error instanceof ToolkitError ? error : cannotBegin(this.options.session.captureDir, error)
    }
    return this.#begun
  }

  #unrecordable({ alias, endpoint }: LiveRequest, why: string): ToolkitError {
    return new ToolkitError({
      code: 'TAPE_CANNOT_RECORD',
      category: 'usage',
      message: `Order not sent to ${alias.venue} (${endpoint.name}): it cannot be recorded: ${why}`,
      suggestions: ['Mend what is said above, or run the program without capture.'],
    })
  }

  keepsSocket(url: URL): boolean {
    const isOpen = !this.#isClosed && findService(this.options.services, url) !== null
    return isOpen && this.#filter.keeps({ method: 'WS', url: url.href, endpoint: socketEndpoint(url) })
  }

  /** To be called right before the handshake is sent. A socket that cannot be recorded goes on without. */
  openStream(url: URL, headers: StreamHeaders): StreamTape {
    const service = findService(this.options.services, url)
    const session = service === null || !this.keepsSocket(url) ? null : this.#session(service.environment)
    if (service === null || session === null) return silentStream
    session.writer.secrets.add([...this.options.secrets.fresh(), ...keysIn(headersOf(headers))])
    return session.writer.stream({ alias: service, url, headers })
  }

  /** Notes what is missing from the tape. */
  note(file: string, what: string): void {
    this.#notes.push({ file, what })
  }

  record(call: ForeignCall): void {
    if (call.isRecorded || call.ticket === null || call.result === null) return
    call.isRecorded = true
    this.#inFlight.delete(call)
    if (!this.#isClosed) this.#begun?.writer.finish(call.ticket, call.result)
  }

  /** Notes how a call ended and puts it on the tape. The first end counts. */
  ended(call: ForeignCall, result: LiveResponse | ExchangeFailure): void {
    call.result ??= result
    this.record(call)
  }

  find(): null {
    return null
  }

  /** What is missing from the tape, or why there is none. */
  problems(): readonly TapeProblem[] {
    const refused = this.#refusal === null ? [] : [{ file: 'the whole recording', what: this.#refusal.message }]
    return [...refused, ...(this.#begun?.writer.problems ?? []), ...this.#notes]
  }

  /** Seals the session while the process ends. What is in flight now is cut off by the end of the process. */
  closeNow(outcome: string): { readonly directory: string; readonly exchanges: number } | null {
    if (this.#begun === null || this.#isClosed) return null
    for (const call of this.#inFlight) this.ended(call, { outcome: 'aborted', code: 'PROCESS_EXIT', syscall: null })
    this.#isClosed = true
    const { exchanges } = this.#begun.writer.closeNow(outcome)
    return { directory: this.#begun.directory, exchanges }
  }
}

function cannotBegin(captureDir: string, cause: unknown): ToolkitError {
  return new ToolkitError({
    code: 'CAPTURE_DIR_UNUSABLE',
    category: 'usage',
    message: `Cannot record into ${captureDir}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    facts: { captureDir },
    cause,
  })
}

function keysIn(headers: readonly NameValue[]): readonly string[] {
  return headers.filter(({ name }) => KEY_HEADERS.has(name.toLowerCase())).map(({ value }) => value)
}
