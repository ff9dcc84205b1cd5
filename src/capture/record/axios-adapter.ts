import { Polly, type Request } from '@pollyjs/core'
import type { AxiosAdapter, AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import { ToolkitError } from '../../domain/errors.ts'
import { turn } from '../../runtime/clock.ts'
import { basePathOf, type Endpoint, endpointFinder, type TapeAlias } from '../format/endpoints.ts'
import type { ExchangeEntry, LiveRequest } from '../format/exchange.ts'
import { axiosFailure, bodyOf, headersOf, inBytes, urlOf } from './axios-shapes.ts'
import { handOver, handOverError } from './axios-unpack.ts'
import { PollyAdapter } from './polly.ts'
import { callOf, type ExchangeStore, SessionPersister } from './session-persister.ts'
import { TapeCall } from './tape-call.ts'

/** What a tape does with the requests of the instances that are attached to it. */
export interface TapeSession extends ExchangeStore<TapeCall> {
  /**
   * Takes a request on the tape. `pass`: it is none of the tape's business and goes out untouched. `refuse`: it must not
   * be sent.
   */
  begin(live: LiveRequest, config: InternalAxiosRequestConfig, send: AxiosAdapter): TapeCall | 'pass' | ToolkitError
  /** Puts the recorded end of an exchange on the call that replays it. */
  replayed(call: TapeCall, entry: ExchangeEntry): void
}

interface Binding {
  readonly instance: AxiosInstance
  readonly alias: TapeAlias
  readonly session: TapeSession
}

// Polly parses a request's URL three times and keeps it. It has no use for it here, since it neither routes nor matches.
const POLLY_URL = 'http://tape/'

/**
 * Polly for one axios instance: it wraps the instance's own adapter and nothing else, so that sockets, other clients and
 * other libraries in the process never notice. Polly is told the method only. What it does not hold (URLs, headers,
 * bodies, keys) it cannot keep or log.
 */
class AxiosTapeAdapter extends PollyAdapter<{ readonly context?: Binding }> {
  #restore: (() => void) | null = null

  static override get id(): string {
    return 'axios-tape'
  }

  override onConnect(): void {
    const { context } = this.options
    if (context === undefined) throw new Error('AxiosTapeAdapter needs a binding')
    const { defaults } = context.instance
    const original = defaults.adapter
    if (typeof original !== 'function') throw new Error('a taped axios instance needs its adapter as a function')
    const endpointOf = endpointFinder(context.alias)
    const service = { alias: context.alias, basePath: basePathOf(context.alias) }
    const taped: AxiosAdapter = (config) =>
      this.#handle(context.session, liveRequest(service, endpointOf, config), config, original)
    defaults.adapter = taped
    this.#restore = () => {
      if (defaults.adapter === taped) defaults.adapter = original
    }
  }

  override onDisconnect(): void {
    this.#restore?.()
    this.#restore = null
  }

  async #handle(
    session: TapeSession,
    live: LiveRequest,
    config: InternalAxiosRequestConfig,
    send: AxiosAdapter,
  ): Promise<AxiosResponse> {
    const call = session.begin(live, config, send)
    if (call === 'pass') return send(config)
    if (call instanceof ToolkitError) throw axiosFailure({ outcome: 'refused' }, call.message, config, call)
    if (this.polly.mode === 'record') {
      call.sending = sendAndKeep(call)
      // What Polly makes of a request costs more than making the request, and an order is waiting: first it leaves.
      await turn()
    }
    await this.handleRequest({ url: POLLY_URL, method: live.method, headers: {}, requestArguments: { call } })
    // A response that came is handed on whatever became of the recording.
    await call.sending
    if (call.response !== null) return call.response
    throw call.failure
  }

  /** Polly keeps every request of its life in a list that only its own matching reads; ours must not grow with a session. */
  override onRequest(request: Request): Promise<void> {
    const kept: unknown = Reflect.get(this.polly, '_requests')
    if (Array.isArray(kept)) kept.length = 0
    // Polly rejects this promise when a request fails. The failure reaches the client through the call.
    request.promise.catch(() => undefined)
    return Promise.resolve()
  }

  /** Our matching does not use Polly's ids. */
  override onIdentifyRequest(): Promise<void> {
    return Promise.resolve()
  }

  /** The request is on its way. Polly's own copy of the response, which nobody reads here, is left out. */
  override async onRecord(request: Request): Promise<void> {
    await requireCall(request).sending
    this.persister?.recordRequest(request)
  }

  override onReplay(request: Request): Promise<void> {
    const call = requireCall(request)
    const { context } = this.options
    if (context === undefined || call.recorded === null) throw new Error('a replayed request without its exchange')
    context.session.replayed(call, call.recorded)
    return Promise.resolve()
  }

  override onRequestFailed(request: Request, ...failure: readonly unknown[]): Promise<void> {
    const call = requireCall(request)
    const [error] = failure
    if (call.response === null && call.failure === null) call.failure = error
    return super.onRequestFailed(request)
  }
}

/** Never rejects: how it ended stands with the call. */
async function sendAndKeep(call: TapeCall): Promise<void> {
  try {
    const response = await call.send(inBytes(call.config))
    const given = handOver(response, call.config)
    call.result = given.result
    if (given.error === null) call.response = response
    else call.failure = given.error
  } catch (error) {
    const given = handOverError(error, call.config)
    call.result = given.result
    call.failure = given.error
  }
}

function requireCall(request: Request): TapeCall {
  const call = callOf(request)
  if (!(call instanceof TapeCall)) throw new Error('a Polly request that is not from this adapter')
  return call
}

function liveRequest(
  service: Pick<LiveRequest, 'alias' | 'basePath'>,
  endpointOf: (method: string, url: URL) => Endpoint,
  config: InternalAxiosRequestConfig,
): LiveRequest {
  const method = (config.method ?? 'get').toUpperCase()
  const url = urlOf(config)
  const data: unknown = config.data
  const waitedMs = config.crosstape?.waitedMs ?? 0
  return {
    ...service,
    ...(waitedMs > 0 ? { waitedMs } : {}),
    endpoint: endpointOf(method, url),
    method,
    url,
    headers: headersOf(config.headers),
    body: data === undefined || data === null ? null : bodyOf(data),
  }
}

/** A Polly of its own for every attached instance: modes, adapter and persister, and none of its matching. */
export function bindInstance(
  name: string,
  mode: { readonly kind: 'record' } | { readonly kind: 'replay'; readonly wait: (recordedMs: number) => Promise<void> },
  binding: Binding,
): Polly {
  return new Polly(name, {
    mode: mode.kind,
    ...(mode.kind === 'replay' ? { timing: mode.wait } : {}),
    adapters: [AxiosTapeAdapter],
    adapterOptions: { [AxiosTapeAdapter.id]: { context: binding } },
    persister: SessionPersister,
    persisterOptions: { [SessionPersister.id]: { context: binding.session } },
    // Polly's default sends an unmatched request to the real server.
    recordIfMissing: false,
    // Polly's default throws the recording away when one response is a 4xx.
    recordFailedRequests: true,
    // Its console would print requests.
    logLevel: 'silent',
    // With nothing to identify by, every request has the same id: Polly makes a logger per id and keeps it for ever.
    matchRequestsBy: { method: false, headers: false, body: false, url: false, order: false },
  })
}
