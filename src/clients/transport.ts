import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import axios, { AxiosError, type AxiosInstance, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios'
import axiosRetry from 'axios-retry'
import type { VenueId } from '../domain/market.ts'
import type { Clock } from '../runtime/clock.ts'
import { parseJson } from './json.ts'
import { ConnectionWatch } from './transport-connections.ts'
import { abortedBeforeSending, blamesVenue, translateFailure } from './transport-errors.ts'
import { isRetryable, retryDelayMs, TEMPORARY_REPLY } from './transport-retry.ts'

type HttpMethod = 'GET' | 'POST' | 'DELETE' | 'PUT'

/** What a signature may cover. */
interface Attempt {
  readonly method: HttpMethod
  /** Full path from the host root, without the query. */
  readonly path: string
  /** Exactly what is sent; empty when there is no body. */
  readonly body: string
}

export type Headers = Readonly<Record<string, string>>

export interface HttpRequest {
  readonly method: HttpMethod
  /** From the base URL, e.g. `/markets/KXFED`. Parts that come from outside are encoded by the caller. */
  readonly path: string
  /** A list repeats its key. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string
  /** Sending it again cannot do anything twice: it may be retried. Never set for an order. */
  readonly safe: boolean
  /** Called for every attempt, so that no signature is sent twice. */
  readonly auth?: (attempt: Attempt) => Promise<Headers> | Headers
  readonly signal?: AbortSignal
  /** Short name for tapes and messages, e.g. `place_order`. */
  readonly endpoint: string
}

export interface HttpReply {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Headers
  readonly text: string
  /** The text parsed by `parseJson`; undefined when it is not JSON. */
  readonly json: unknown
}

export interface TransportOptions {
  readonly venue: VenueId
  /** Which of the venue's services, e.g. `rest`, `gamma`. */
  readonly service: string
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly clock: Clock
  readonly userAgent: string
  /** Told once per request: whether the venue is there. Not told when an answer says nothing about that. */
  readonly onAvailability?: (ok: boolean) => void
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
    crosstape?: Pick<HttpRequest, 'safe' | 'auth' | 'endpoint'>
  }
}

/** Kalshi's list of all series is 2.3 MB; nothing we ask for comes near this. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024
const RETRIES = 2
/** Shorter than any server's keep-alive, so that an order is not written to a connection the server just closed. */
const IDLE_CONNECTION_MS = 4_000

/** One venue service over HTTP. The only place that knows axios; no axios error leaves it. */
export function createTransport(options: TransportOptions): Transport {
  const connections = new ConnectionWatch()
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
    adapter: connections.wrap(axios.getAdapter('http')),
    timeout: options.timeoutMs,
    maxRedirects: 0,
    maxContentLength: MAX_REPLY_BYTES,
    responseType: 'text',
    transformResponse: [(body: unknown) => body],
    // The body goes out as the string that was signed: axios would parse and trim it.
    transformRequest: [(body: unknown) => body],
    validateStatus: () => true,
    ...(base.protocol === 'https:' ? { httpsAgent: agent } : { httpAgent: agent }),
    ...(isLoopback(base.hostname) ? { proxy: false as const } : {}),
    headers: { common: { Accept: 'application/json', 'User-Agent': options.userAgent } },
  })
  instance.interceptors.request.use(signAttempt)
  // Before axios-retry's own interceptor, which only sees errors.
  instance.interceptors.response.use(failRetryableReply)
  axiosRetry(instance, {
    retries: RETRIES,
    shouldResetTimeout: true,
    retryCondition: isRetryable,
    // The wait is ours, on the session's clock: replays do not wait.
    retryDelay: () => 0,
    onRetry: (attempt, error, config) =>
      options.clock.sleep(retryDelayMs(attempt, error, options.clock), signalOf(config)),
  })
  return instance
}

function signalOf(config: { readonly signal?: unknown }): AbortSignal | undefined {
  return config.signal instanceof AbortSignal ? config.signal : undefined
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** Runs for every attempt, retries included. Headers of the attempt before are overwritten by name. */
async function signAttempt(config: InternalAxiosRequestConfig): Promise<InternalAxiosRequestConfig> {
  const auth = config.crosstape?.auth
  if (auth === undefined) return config
  const { pathname } = new URL(config.url ?? '')
  const body: unknown = config.data
  const signed = await auth({
    method: methodOf(config.method),
    path: pathname,
    body: typeof body === 'string' ? body : '',
  })
  for (const [name, value] of Object.entries(signed)) config.headers.set(name, value, true)
  return config
}

function methodOf(method: string | undefined): HttpMethod {
  const upper = method?.toUpperCase()
  if (upper === 'POST' || upper === 'DELETE' || upper === 'PUT') return upper
  return 'GET'
}

function failRetryableReply(reply: AxiosResponse): AxiosResponse {
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
  try {
    const response = await instance.request<unknown>({
      method: request.method,
      url: urlOf(base, request),
      crosstape: { safe: request.safe, endpoint: request.endpoint, ...(request.auth ? { auth: request.auth } : {}) },
      ...(request.body === undefined ? {} : { data: request.body, headers: { 'Content-Type': 'application/json' } }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    })
    return settle(options, response)
  } catch (error) {
    if (!axios.isAxiosError<unknown>(error)) throw error
    // Out of retries: a reply after all, whatever its status.
    if (error.code === TEMPORARY_REPLY && error.response !== undefined) return settle(options, error.response)
    if (blamesVenue(error)) options.onAvailability?.(false)
    throw translateFailure(options, request, error)
  }
}

function settle(options: TransportOptions, response: AxiosResponse<unknown>): HttpReply {
  const text = typeof response.data === 'string' ? response.data : ''
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) headers[name.toLowerCase()] = String(value)
  const reply = { status: response.status, headers, text, json: text === '' ? undefined : parseJson(text) }
  const available = options.availabilityOf === undefined ? reply.status < 500 : options.availabilityOf(reply)
  if (available !== null) options.onAvailability?.(available)
  return reply
}

function urlOf(base: URL, request: HttpRequest): string {
  const url = new URL(base.pathname.replace(/\/$/, '') + request.path, base.origin)
  for (const [key, value] of Object.entries(request.query ?? {})) {
    for (const one of typeof value === 'string' ? [value] : value) url.searchParams.append(key, one)
  }
  return url.href
}
