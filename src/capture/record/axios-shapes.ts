import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import { type ExchangeFailure, type ExchangeOutcome, headerValue, type LiveResponse } from '../format/exchange.ts'
import type { Body } from '../format/packed-body.ts'
import { BODY_BYTES_MAX, textOrBytes, travelledBody, unpackedBody } from '../format/packed-body.ts'
import type { NameValue } from '../redact/redact.ts'

/** The absolute URL that axios is about to ask for, parameters included. */
export function urlOf(config: InternalAxiosRequestConfig): URL {
  const url = URL.canParse(config.url ?? '')
    ? new URL(config.url ?? '')
    : joined(config.baseURL ?? '', config.url ?? '')
  const params: unknown = config.params
  if (params === null || typeof params !== 'object') return url
  const pairs: Iterable<[string, unknown]> =
    params instanceof URLSearchParams ? params.entries() : Object.entries(params)
  for (const [name, value] of pairs) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined) url.searchParams.append(name, String(one))
    }
  }
  return url
}

function joined(base: string, path: string): URL {
  return new URL(path === '' ? base : `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`)
}

/** Header names and values of a request or a response. Several values of one name stay several. */
export function headersOf(headers: object): readonly NameValue[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (value === null || value === undefined || value === false || typeof value === 'function') return []
    return (Array.isArray(value) ? value : [value]).map((one) => ({ name, value: String(one) }))
  })
}

/** Text where the bytes are UTF-8; otherwise the bytes. */
export function bodyOf(data: unknown): Body {
  if (typeof data === 'string') return data
  if (data === null || data === undefined) return ''
  if (data instanceof ArrayBuffer) return bodyOf(Buffer.from(data))
  if (Buffer.isBuffer(data)) return textOrBytes(data)
  return JSON.stringify(data)
}

export function responseOf(response: AxiosResponse<unknown>): LiveResponse {
  const { status, statusText, data, config } = response
  const headers = headersOf(response.headers)
  const coding = headerValue(headers, 'content-encoding')
  if (coding !== null && Buffer.isBuffer(data)) {
    return { status, statusText, headers, ...travelledBody(data, coding, bytesMaxOf(config)) }
  }
  const undone = codingUndone(response)
  if (undone === null) return { status, statusText, headers, body: bodyOf(data) }
  const asSent = [...headers, { name: 'content-encoding', value: undone }]
  return { status, statusText, headers: asSent, ...unpackedBody(bodyOf(data), undone) }
}

/** The coding that an adapter undid, which took the header away. Null when there was none, or nobody knows. */
function codingUndone(response: AxiosResponse<unknown>): string | null {
  const incoming: unknown = Reflect.get(Object(response.request), 'res')
  const raw: unknown = Reflect.get(Object(incoming), 'rawHeaders')
  if (!Array.isArray(raw) || 'content-encoding' in response.headers) return null
  const at = raw.findIndex((name, index) => index % 2 === 0 && String(name).toLowerCase() === 'content-encoding')
  return at === -1 ? null : String(raw[at + 1])
}

/**
 * The same request, answered in the bytes on the wire: axios unpacks them and makes text of them, in which what is not
 * UTF-8 is lost.
 */
export function inBytes(config: InternalAxiosRequestConfig): InternalAxiosRequestConfig {
  return config.responseType === 'stream' ? config : { ...config, responseType: 'arraybuffer', decompress: false }
}

/** The most that a caller lets a body hold, unpacked. */
function bytesMaxOf({ maxContentLength = -1 }: Pick<InternalAxiosRequestConfig, 'maxContentLength'>): number {
  return maxContentLength > 0 ? maxContentLength : BODY_BYTES_MAX
}

/** A recorded response as axios' own adapter would have handed it on, before any transformation. */
export function axiosResponse(response: LiveResponse, config: InternalAxiosRequestConfig): AxiosResponse {
  const headers: Record<string, string | string[]> = {}
  const isPacked = config.decompress === false && Buffer.isBuffer(response.wire)
  for (const { name, value } of response.headers) {
    // axios unpacks a body unless it is told not to.
    if (name === 'content-encoding' && !isPacked) continue
    const before = headers[name]
    headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  const { status, statusText, body, wire } = response
  const data = dataFor(config.responseType, isPacked && Buffer.isBuffer(wire) ? wire : body)
  return { status, statusText, headers, config, request: {}, data }
}

/** What a caller of axios gets for a body: bytes or text, as it asked. */
export function dataFor(responseType: string | undefined, body: Body): unknown {
  if (responseType === 'arraybuffer') return typeof body === 'string' ? Buffer.from(body, 'utf8') : body
  const text = typeof body === 'string' ? body : body.toString('utf8')
  // As axios does: a byte order mark is no part of the text.
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** What an instance that rejects some statuses is given instead of the response, as axios' own adapter would: the error holds it. */
export function rejectedStatus(response: AxiosResponse, config: InternalAxiosRequestConfig): Error | null {
  const { status } = response
  if (typeof config.validateStatus !== 'function' || config.validateStatus(status)) return null
  const code = status >= 500 ? 'ERR_BAD_RESPONSE' : 'ERR_BAD_REQUEST'
  const failure = { outcome: 'refused', code } as const
  return Object.assign(axiosFailure(failure, `Request failed with status code ${status}`, config), { status, response })
}

/** The response inside an axios error: what an instance that rejects statuses throws for a 404. */
export function responseInside(error: unknown): AxiosResponse<unknown> | null {
  if (!(error instanceof Error) || !('response' in error)) return null
  const { response } = error
  return isResponse(response) ? response : null
}

function isResponse(value: unknown): value is AxiosResponse<unknown> {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value && 'data' in value
}

const outcomeOfCode: Readonly<Record<string, Exclude<ExchangeOutcome, 'response'>>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'refused',
  EAI_AGAIN: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  // Held back by the client's own count of the venue's rate limits.
  RATE_BUDGET_SPENT: 'refused',
  RATE_BUDGET_QUEUE_FULL: 'refused',
  RATE_BUDGET_BATCH_TOO_LARGE: 'refused',
  // Kept back at the last look.
  HALTED: 'refused',
  APPROVAL_TOO_OLD: 'refused',
  ECONNABORTED: 'timeout',
  ETIMEDOUT: 'timeout',
  ERR_CANCELED: 'aborted',
}

/** Why an attempt got no response. Anything we have no name for is a broken connection: the request may have arrived. */
export function failureOf(error: unknown): ExchangeFailure {
  const code = textMember(error, 'code') ?? 'UNKNOWN'
  const syscall = textMember(error, 'syscall') ?? textMember(error instanceof Error ? error.cause : null, 'syscall')
  return { outcome: outcomeOfCode[code] ?? 'reset', code, syscall }
}

function textMember(from: unknown, name: string): string | null {
  const value: unknown = typeof from === 'object' && from !== null ? Reflect.get(from, name) : null
  return typeof value === 'string' ? value : null
}

const codeOfOutcome: Readonly<Record<Exclude<ExchangeOutcome, 'response'>, string>> = {
  timeout: 'ECONNABORTED',
  reset: 'ECONNRESET',
  refused: 'ECONNREFUSED',
  aborted: 'ERR_CANCELED',
}

/**
 * An error of the shape in which axios reports a failed attempt. It holds no headers of its own; `config` is the
 * caller's, which retries need.
 */
export function axiosFailure(
  failure: {
    readonly outcome: Exclude<ExchangeOutcome, 'response'>
    readonly code?: string
    readonly syscall?: string | null
  },
  message: string,
  config: InternalAxiosRequestConfig,
  cause?: unknown,
): Error {
  const code = failure.code ?? codeOfOutcome[failure.outcome]
  const error = Object.assign(new Error(message, { cause }), {
    name: code === 'ERR_CANCELED' ? 'CanceledError' : 'AxiosError',
    isAxiosError: true,
    code,
    ...(failure.syscall ? { syscall: failure.syscall } : {}),
    ...(code === 'ERR_CANCELED' ? { __CANCEL__: true } : {}),
  })
  // Not enumerable: printing the error must not print the request's headers.
  Object.defineProperty(error, 'config', { value: config, enumerable: false, writable: true, configurable: true })
  return error
}
