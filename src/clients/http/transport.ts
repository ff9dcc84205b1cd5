import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import axios, {
  type AxiosAdapter,
  AxiosError,
  AxiosHeaders,
  type AxiosInstance,
  type AxiosResponse,
  CanceledError,
  type InternalAxiosRequestConfig,
} from 'axios'
import axiosRetry from 'axios-retry'
import type { VenueId } from '../../domain/market.ts'
import type { CallKind } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import { reached } from '../../runtime/milestones.ts'
import { freshSeed, type Random, seededRandom } from '../../runtime/random.ts'
import { parseJson } from '../json.ts'
import type { Meter } from '../rates/meter.ts'
import { ConnectionWatch } from './connections.ts'
import { directAdapter } from './direct.ts'
import { abortedBeforeSending, blamesVenue, translateFailure } from './errors.ts'
import { admitAttempt, endAttempt, endFailedAttempt, keepBack, RequestState } from './rates.ts'
import type { HttpMethod, HttpReply, HttpRequest } from './request.ts'
import { isRetryable, MOST_RETRIES, retryDelayMs, TEMPORARY_REPLY, TURNED_AWAY } from './retry.ts'

export interface TransportOptions {
  readonly venue: VenueId
  /** Which of the venue's services, e.g. `rest`, `gamma`. */
  readonly service: string
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly clock: Clock
  /** Spreads the waits before a retry. Freshly seeded when absent. */
  readonly random?: Random
  readonly userAgent: string
  /** The venue's rate limits. Left out, nothing is counted. */
  readonly meter?: Meter
  /** Told once per request: whether the venue is there. Not told when an answer says nothing about that. */
  readonly onAvailability?: (ok: boolean, call: CallKind) => void
  /** What an answer says about the venue being there; null for nothing. Without it: below 500 it is. */
  readonly availabilityOf?: (reply: HttpReply) => boolean | null
  /** Called once, before the first request, so that a tape can wrap the instance's adapter. */
  readonly attachTape?: (instance: AxiosInstance) => void
}

export interface Transport {
  /** Any HTTP status is a reply. @throws VenueError when there is none; its `sent` says whether the venue may have acted. */
  send(request: HttpRequest): Promise<HttpReply>
  /** Drops idle connections. */
  close(): void
}

declare module 'axios' {
  interface AxiosRequestConfig {
    /** What the interceptors need to know of the request that an attempt belongs to. Survives axios' config merges. */
    crosstape?: RequestState
  }
}

/** Kalshi's list of all series is 2.3 MB; nothing we ask for comes near this. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024
/** Shorter than any server's keep-alive, so that an order is not written to a connection the server just closed. */
const IDLE_CONNECTION_MS = 4_000

/** One venue service over HTTP. The only place that knows axios; no axios error leaves it. */
export function createTransport(options: TransportOptions): Transport {
  const connections = new ConnectionWatch(options.venue)
  const base = new URL(options.baseUrl)
  const agent = connections.watch(
    base.protocol === 'https:'
      ? new HttpsAgent({ keepAlive: true, timeout: IDLE_CONNECTION_MS })
      : new HttpAgent({ keepAlive: true, timeout: IDLE_CONNECTION_MS }),
  )
  const instance = createInstance(options, base, agent, connections)
  let attached = false
  return {
    send: async (request) => {
      if (!attached) {
        attached = true
        options.attachTape?.(instance)
      }
      if (request.signal?.aborted === true) throw abortedBeforeSending(options, request)
      return perform(options, instance, base, request)
    },
    close: () => agent.destroy(),
  }
}

function createInstance(
  options: TransportOptions,
  base: URL,
  agent: HttpAgent | HttpsAgent,
  connections: ConnectionWatch,
): AxiosInstance {
  const instance = axios.create({
    adapter: keepBack(connections.wrap(adapterTo(base, agent))),
    timeout: options.timeoutMs,
    maxRedirects: 0,
    maxContentLength: MAX_REPLY_BYTES,
    responseType: 'text',
    transformResponse: [(body: unknown) => body],
    // The body goes out as the string that was signed: axios would parse and trim it.
    transformRequest: [(body: unknown) => body],
    validateStatus: () => true,
    ...(base.protocol === 'https:' ? { httpsAgent: agent } : { httpAgent: agent }),
    headers: { common: { Accept: 'application/json', 'User-Agent': options.userAgent } },
  })
  instance.interceptors.request.use((config) => beginAttempt(options, config))
  // Before axios-retry's own interceptor, which only sees errors.
  instance.interceptors.response.use(
    (reply) => failRetryableReply(reply, options.meter),
    (error: unknown) => {
      if (options.meter !== undefined) endFailedAttempt(options.meter, error)
      return Promise.reject(error)
    },
  )
  const random = options.random ?? seededRandom(freshSeed())
  axiosRetry(instance, {
    retries: MOST_RETRIES,
    shouldResetTimeout: true,
    retryCondition: isRetryable,
    // The wait is ours, on the session's clock: replays do not wait.
    retryDelay: () => 0,
    onRetry: (attempt, error, config) => {
      const delayMs = retryDelayMs(attempt, error, { random, isMetered: options.meter !== undefined })
      return delayMs > 0 ? options.clock.sleep(delayMs, signalOf(config)) : undefined
    },
  })
  return instance
}

function signalOf(config: { readonly signal?: unknown }): AbortSignal | undefined {
  return config.signal instanceof AbortSignal ? config.signal : undefined
}

/** Our own, unless a proxy may stand in between: those are axios' business. */
function adapterTo(base: URL, agent: HttpAgent | HttpsAgent): AxiosAdapter {
  const isDirect = isLoopback(base.hostname) || !mayHaveProxy(process.env)
  return isDirect ? directAdapter(agent, base) : axios.getAdapter('http')
}

/** Whether the environment names a proxy. For which hosts it counts is left to axios. */
function mayHaveProxy(environment: NodeJS.ProcessEnv): boolean {
  return Object.entries(environment).some(([name, value]) => /^(https?|all)_proxy$/i.test(name) && value !== '')
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** Runs for every attempt, retries included: a retry costs the budget again. Signed after waiting, so that nothing is stale. */
async function beginAttempt(
  options: TransportOptions,
  config: InternalAxiosRequestConfig,
): Promise<InternalAxiosRequestConfig> {
  const { meter, clock } = options
  const state = config.crosstape
  if (state === undefined) return config
  if (meter !== undefined) {
    const admitted = await admitAttempt(meter, state, {
      signal: signalOf(config),
      monotonicMs: () => clock.monotonicMs(),
    })
    if (admitted === 'given_up')
      throw abortedBeforeSending(options, { ...state.call, safe: state.safe, endpoint: state.endpoint })
    if (state.refusal !== undefined) return config
  }
  try {
    await signAttempt(config, state)
  } catch (error) {
    state.permit?.end('unseen')
    throw error
  }
  const kept = await state.lastLook?.()
  if (kept !== undefined && kept !== null) {
    state.refusal = kept
    return config
  }
  state.onAttempt?.()
  if (!state.safe) reached(`${options.venue}.${state.endpoint}:before`)
  return config
}

/** Headers of the attempt before are overwritten by name. */
async function signAttempt(config: InternalAxiosRequestConfig, { auth, signedPath }: RequestState): Promise<void> {
  if (auth === undefined) return
  const body: unknown = config.data
  const signed = await auth({
    method: methodOf(config.method),
    path: signedPath,
    body: typeof body === 'string' ? body : '',
  })
  for (const [name, value] of Object.entries(signed)) config.headers.set(name, value, true)
}

function methodOf(method: string | undefined): HttpMethod {
  const upper = method?.toUpperCase()
  if (upper === 'POST' || upper === 'DELETE' || upper === 'PUT') return upper
  return 'GET'
}

/** Turns a reply that is worth another attempt into an error, the only thing that axios-retry looks at. */
function failRetryableReply(reply: AxiosResponse, meter: Meter | undefined): AxiosResponse {
  const verdict = meter === undefined ? 'taken' : endAttempt(meter, reply)
  const isCancel = reply.config.crosstape?.permit?.charge.priority === 'cancel'
  if (isCancel && verdict === 'not_executed') {
    throw new AxiosError('turned away', TURNED_AWAY, reply.config, reply.request, reply)
  }
  const temporary = reply.status === 429 || reply.status >= 500
  if (!temporary || reply.config.crosstape?.safe !== true) return reply
  throw new AxiosError('temporary failure', TEMPORARY_REPLY, reply.config, reply.request, reply)
}

async function perform(
  options: TransportOptions,
  instance: AxiosInstance,
  base: URL,
  request: HttpRequest,
): Promise<HttpReply> {
  const url = urlOf(base, request)
  try {
    const state = new RequestState(request, url.pathname)
    const response = isSentOnce(options, state)
      ? await sendOnce(options, instance, onceConfig(instance, url, request, state))
      : await instance.request<unknown>({
          method: request.method,
          url: url.href,
          crosstape: state,
          ...(request.body === undefined ? {} : { data: request.body, headers: bodyHeaders }),
          ...(request.signal === undefined ? {} : { signal: request.signal }),
        })
    if (!request.safe) reached(`${options.venue}.${request.endpoint}:answered`)
    return settle(options, request, response)
  } catch (error) {
    if (!axios.isAxiosError<unknown>(error)) throw error
    // Out of retries: a reply after all, whatever its status.
    const isReply = error.code === TEMPORARY_REPLY || error.code === TURNED_AWAY
    if (isReply && error.response !== undefined) return settle(options, request, error.response)
    if (blamesVenue(error)) options.onAvailability?.(false, kindOf(request))
    throw translateFailure(options, request, error)
  }
}

const bodyHeaders = { 'Content-Type': 'application/json' }

function isSentOnce({ meter }: TransportOptions, { safe, call }: RequestState): boolean {
  return !safe && meter?.priorityOf(call) !== 'cancel'
}

/** As axios would make it for the adapter, without merging what is the same for every call. */
function onceConfig(
  { defaults }: AxiosInstance,
  url: URL,
  { method, body, signal }: HttpRequest,
  crosstape: RequestState,
): InternalAxiosRequestConfig {
  const headers = new AxiosHeaders()
  Object.assign(headers, defaults.headers.common, body === undefined ? {} : bodyHeaders)
  return {
    ...defaults,
    method: method.toLowerCase(),
    url: url.href,
    headers,
    crosstape,
    ...(body === undefined ? {} : { data: body }),
    ...(signal === undefined ? {} : { signal }),
  }
}

/**
 * What is never sent again has no use for what axios does around an attempt so that it could be: it is one call of the
 * instance's adapter, which a tape may have wrapped. What that saves an order: docs/decisions/0031-decision-to-wire.md.
 */
async function sendOnce(
  options: TransportOptions,
  { defaults }: AxiosInstance,
  config: InternalAxiosRequestConfig,
): Promise<AxiosResponse<unknown>> {
  await beginAttempt(options, config)
  const { adapter } = defaults
  if (typeof adapter !== 'function') throw new Error("a transport's instance needs its adapter as a function")
  const { meter } = options
  try {
    if (config.signal?.aborted === true) throw new CanceledError(undefined, config)
    const reply: AxiosResponse<unknown> = await adapter(config)
    if (meter !== undefined) endAttempt(meter, reply)
    return reply
  } catch (error) {
    if (meter !== undefined) endFailedAttempt(meter, error)
    throw error
  }
}

function kindOf({ safe }: HttpRequest): CallKind {
  return safe ? 'read' : 'write'
}

function settle(options: TransportOptions, request: HttpRequest, response: AxiosResponse<unknown>): HttpReply {
  const text = typeof response.data === 'string' ? response.data : ''
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) headers[name.toLowerCase()] = String(value)
  const reply = { status: response.status, headers, text, json: text === '' ? undefined : parseJson(text) }
  const available = options.availabilityOf === undefined ? reply.status < 500 : options.availabilityOf(reply)
  if (available !== null) options.onAvailability?.(available, kindOf(request))
  return reply
}

function urlOf(base: URL, request: HttpRequest): URL {
  const url = new URL(base.pathname.replace(/\/$/, '') + request.path, base.origin)
  for (const [key, value] of Object.entries(request.query ?? {})) {
    for (const one of typeof value === 'string' ? [value] : value) url.searchParams.append(key, one)
  }
  return url
}
