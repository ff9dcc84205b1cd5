import type { VenueId } from '../domain/market.ts'
import { isoTime } from '../runtime/clock.ts'
import type { Endpoint, TapeAlias } from './endpoints.ts'
import { parseJsonOrUndefined } from './json-text.ts'
import { type NameValue, redactBody, redactHeaders, redactUrl } from './redact.ts'

/** How an exchange ended. `response` is any HTTP status; the others are the ways to get none. */
export const exchangeOutcomes = ['response', 'timeout', 'reset', 'refused', 'aborted'] as const
export type ExchangeOutcome = (typeof exchangeOutcomes)[number]

/** A request as a client is about to send it. Held in memory only. */
export interface LiveRequest {
  readonly alias: TapeAlias
  readonly endpoint: Endpoint
  /** Upper case. */
  readonly method: string
  readonly url: URL
  readonly headers: readonly NameValue[]
  readonly body: Body | null
}

/** Text, or bytes that are not UTF-8. */
export type Body = string | Buffer

export interface LiveResponse {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly NameValue[]
  readonly body: Body
}

/** Why no response came, in the words of the socket. */
export interface ExchangeFailure {
  readonly outcome: Exclude<ExchangeOutcome, 'response'>
  /** E.g. `ECONNRESET`. */
  readonly code: string
  /** The system call that failed, e.g. `connect`, or null when it is not known. */
  readonly syscall: string | null
}

/** A HAR 1.2 entry with our custom fields. http://www.softwareishard.com/blog/har-12-spec/ */
export interface ExchangeEntry {
  readonly startedDateTime: string
  /** Milliseconds. */
  readonly time: number
  readonly request: HarRequest
  readonly response: HarResponse
  readonly cache: Readonly<Record<string, never>>
  readonly timings: Readonly<Record<'blocked' | 'dns' | 'connect' | 'send' | 'wait' | 'receive' | 'ssl', number>>
  readonly _seq: number
  readonly _venue: VenueId
  readonly _service: string
  readonly _endpoint: string
  readonly _outcome: ExchangeOutcome
  readonly _error?: { readonly code: string; readonly syscall: string | null }
  /** The parsed bodies, for people and diffs. The texts inside request and response are the authority. */
  readonly _requestBody?: unknown
  readonly _responseBody?: unknown
}

export interface HarRequest {
  readonly method: string
  readonly url: string
  readonly httpVersion: string
  readonly cookies: readonly NameValue[]
  readonly headers: readonly NameValue[]
  readonly queryString: readonly NameValue[]
  readonly postData?: { readonly mimeType: string; readonly text: string; readonly encoding?: 'base64' }
  readonly headersSize: number
  readonly bodySize: number
}

export interface HarResponse {
  readonly status: number
  readonly statusText: string
  readonly httpVersion: string
  readonly cookies: readonly NameValue[]
  readonly headers: readonly NameValue[]
  readonly content: HarContent
  readonly redirectURL: string
  readonly headersSize: number
  readonly bodySize: number
}

export interface HarContent {
  /** Bytes of the body as it came, before redaction. */
  readonly size: number
  readonly mimeType: string
  readonly text?: string
  readonly encoding?: 'base64'
}

/** The request part of an entry, redacted: made before sending, so that a secret is found before anything moves. */
export function describeRequest(request: LiveRequest): HarRequest {
  const { venue } = request.alias
  const url = redactUrl(venue, request.url)
  const base = {
    method: request.method,
    url: url.href,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: redactHeaders(venue, request.headers),
    queryString: [...url.searchParams].map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: request.body === null ? 0 : Buffer.byteLength(request.body),
  }
  if (request.body === null) return base
  const mimeType = headerValue(request.headers, 'content-type') ?? 'application/octet-stream'
  return { ...base, postData: { mimeType, ...bodyText(request, request.body) } }
}

export interface FinishedExchange {
  readonly seq: number
  readonly live: LiveRequest
  readonly request: HarRequest
  /** Unix ms. */
  readonly startedAtMs: number
  readonly durationMs: number
  readonly result: LiveResponse | ExchangeFailure
}

/** The whole entry, redacted. */
export function describeExchange(exchange: FinishedExchange): ExchangeEntry {
  const { live, request, result } = exchange
  const failure = 'outcome' in result ? result : null
  const response = 'outcome' in result ? noResponse : describeResponse(live, result)
  const time = Math.round(Math.max(0, exchange.durationMs) * 1000) / 1000
  return {
    startedDateTime: isoTime(exchange.startedAtMs),
    time,
    request,
    response,
    cache: {},
    timings: { blocked: -1, dns: -1, connect: -1, send: 0, wait: time, receive: 0, ssl: -1 },
    _seq: exchange.seq,
    _venue: live.alias.venue,
    _service: live.alias.service,
    _endpoint: live.endpoint.name,
    _outcome: failure?.outcome ?? 'response',
    ...(failure === null ? {} : { _error: { code: failure.code, syscall: failure.syscall } }),
    ...parsed('_requestBody', request.postData),
    ...parsed('_responseBody', response.content),
  }
}

const noResponse: HarResponse = {
  status: 0,
  statusText: '',
  httpVersion: 'HTTP/1.1',
  cookies: [],
  headers: [],
  content: { size: 0, mimeType: 'x-unknown' },
  redirectURL: '',
  headersSize: -1,
  bodySize: -1,
}

function describeResponse(live: LiveRequest, response: LiveResponse): HarResponse {
  const size = Buffer.byteLength(response.body)
  return {
    status: response.status,
    statusText: response.statusText,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: redactHeaders(live.alias.venue, response.headers),
    content: {
      size,
      mimeType: headerValue(response.headers, 'content-type') ?? 'x-unknown',
      ...bodyText(live, response.body),
    },
    redirectURL: '',
    headersSize: -1,
    bodySize: size,
  }
}

function bodyText(live: LiveRequest, body: Body): { readonly text: string; readonly encoding?: 'base64' } {
  if (typeof body !== 'string') return { text: body.toString('base64'), encoding: 'base64' }
  return { text: redactBody(live.alias.venue, live.endpoint.content, body) }
}

/** The body of a recorded message as it was, but for what redaction replaced. */
export function recordedBody(content: { readonly text?: string; readonly encoding?: 'base64' }): Body {
  const text = content.text ?? ''
  return content.encoding === 'base64' ? Buffer.from(text, 'base64') : text
}

function parsed(
  field: '_requestBody' | '_responseBody',
  content: { readonly text?: string; readonly encoding?: 'base64' } | undefined,
): Partial<Record<typeof field, unknown>> {
  if (content?.text === undefined || content.text === '' || content.encoding !== undefined) return {}
  const value = parseJsonOrUndefined(content.text)
  return value === undefined ? {} : { [field]: value }
}

export function headerValue(headers: readonly NameValue[], name: string): string | null {
  return headers.find((header) => header.name.toLowerCase() === name)?.value ?? null
}

/** `007_POST_kalshi_orders.json`: sorts by request start, and tells what it is. */
export function exchangeFileName(entry: {
  readonly seq: number
  readonly method: string
  readonly venue: VenueId
  readonly endpoint: string
}): string {
  return `${String(entry.seq).padStart(3, '0')}_${entry.method}_${entry.venue}_${entry.endpoint}.json`
}

const FILE_NAME = /^(\d{3,})_([A-Z]+)_([a-z]+)_([a-z0-9_]+)\.json$/

/** The sequence number in a file name, or null when the file is not an exchange. */
export function seqOfFileName(file: string): number | null {
  const seq = FILE_NAME.exec(file)?.[1]
  return seq === undefined ? null : Number(seq)
}
