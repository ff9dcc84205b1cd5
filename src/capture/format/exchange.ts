import type { VenueId } from '../../domain/market.ts'
import { isoTime } from '../../runtime/clock.ts'
import { type NameValue, redactBody, redactHeaders, redactUrl, withheldBody } from '../redact/redact.ts'
import type { Endpoint, TapeAlias } from './endpoints.ts'
import type { Body, TravelledBody, WireLoss } from './packed-body.ts'

/** How an exchange ended. `response` is any HTTP status; the others are the ways to get none. */
export const exchangeOutcomes = ['response', 'timeout', 'reset', 'refused', 'aborted'] as const
export type ExchangeOutcome = (typeof exchangeOutcomes)[number]

/** A request as a client is about to send it. Held in memory only. */
export interface LiveRequest {
  readonly alias: TapeAlias
  /** Of the service on this host. */
  readonly basePath: string
  readonly endpoint: Endpoint
  /** Upper case. */
  readonly method: string
  readonly url: URL
  readonly headers: readonly NameValue[]
  readonly body: Body | null
  /** How the body travels, when it is compressed. */
  readonly wire?: NonNullable<TravelledBody['wire']>
  /** How long it had to wait for a rate limit before it could leave, in ms. 0 when absent. */
  readonly waitedMs?: number
}

export interface LiveResponse extends TravelledBody {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly NameValue[]
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
  /** Numbers of the exchanges that had begun before this one and had not ended when it was asked for: before any wait. */
  readonly _inFlight: readonly number[]
  readonly _venue: VenueId
  readonly _service: string
  /** What the service's base URL adds to the path, so that a replay can do without it. */
  readonly _basePath: string
  readonly _endpoint: string
  readonly _outcome: ExchangeOutcome
  /** Its result stands with the operation that made it, as an observation: a replay does not make it again. */
  readonly _observed?: true
  readonly _error?: { readonly code: string; readonly syscall: string | null }
  /** The parsed bodies, for people and diffs; left out when they are large. The texts inside request and response are the authority. */
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
  readonly postData?: RecordedBody & { readonly mimeType: string; readonly text: string }
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

/** A body as it stands on the tape. The text is the authority; bytes that are not UTF-8 stand there as base64. */
export interface RecordedBody {
  readonly text?: string
  readonly encoding?: 'base64'
  /** Of a body that travelled compressed: the bytes on the wire, which unpack to the text, or why they are not kept. */
  readonly _wire?: { readonly text: string; readonly encoding: 'base64' } | { readonly missing: WireLoss }
}

interface HarContent extends RecordedBody {
  /** Bytes of the body as it came, unpacked and before redaction. */
  readonly size: number
  /** Bytes that compression saved on the wire. */
  readonly compression?: number
  readonly mimeType: string
}

export interface DescribedRequest {
  readonly request: HarRequest
  /** The redacted body parsed; undefined when it is not JSON. */
  readonly requestJson: unknown
}

/** The request part of an entry, redacted: made before sending, so that a secret is found before anything moves. */
export function describeRequest(live: LiveRequest): DescribedRequest {
  const { venue } = live.alias
  const url = redactUrl(venue, live.url)
  const request: HarRequest = {
    method: live.method,
    url: url.href,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: redactHeaders(venue, live.headers),
    queryString: url.search === '' ? [] : [...url.searchParams].map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: live.body === null ? 0 : Buffer.byteLength(Buffer.isBuffer(live.wire) ? live.wire : live.body),
  }
  if (live.body === null) return { request, requestJson: undefined }
  const mimeType = headerValue(live.headers, 'content-type') ?? 'application/octet-stream'
  const { content, json } = describeBody(live, { ...live, body: live.body })
  return { request: { ...request, postData: { mimeType, ...content } }, requestJson: json }
}

export interface FinishedExchange {
  readonly seq: number
  readonly live: LiveRequest
  readonly described: DescribedRequest
  readonly inFlight: readonly number[]
  readonly isObserved: boolean
  /** Unix ms. */
  readonly startedAtMs: number
  readonly durationMs: number
  readonly result: LiveResponse | ExchangeFailure
}

/** The whole entry, redacted. */
export function describeExchange(exchange: FinishedExchange): ExchangeEntry {
  const { live, described, result } = exchange
  const failure = 'outcome' in result ? result : null
  const { response, json } = 'outcome' in result ? noResponse : describeResponse(live, result)
  const time = Math.round(Math.max(0, exchange.durationMs) * 1000) / 1000
  return {
    startedDateTime: isoTime(exchange.startedAtMs),
    time,
    request: described.request,
    response,
    cache: {},
    timings: { blocked: -1, dns: -1, connect: -1, send: 0, wait: time, receive: 0, ssl: -1 },
    _seq: exchange.seq,
    _inFlight: exchange.inFlight,
    _venue: live.alias.venue,
    _service: live.alias.service,
    _basePath: live.basePath,
    _endpoint: live.endpoint.name,
    _outcome: failure?.outcome ?? 'response',
    ...(exchange.isObserved ? { _observed: true } : {}),
    ...(failure === null ? {} : { _error: { code: failure.code, syscall: failure.syscall } }),
    ...(described.requestJson === undefined ? {} : { _requestBody: described.requestJson }),
    ...(json === undefined ? {} : { _responseBody: json }),
  }
}

/** What HAR has for an exchange without an answer. */
export const emptyResponse: HarResponse = {
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

const noResponse: { readonly response: HarResponse; readonly json: unknown } = {
  response: emptyResponse,
  json: undefined,
}

function describeResponse(live: LiveRequest, reply: LiveResponse): typeof noResponse {
  // Of a body that was not read to its end, only what the venue said of its length is known.
  const size = reply.wire === 'too_large' ? declaredLength(reply.headers) : Buffer.byteLength(reply.body)
  const mimeType = headerValue(reply.headers, 'content-type') ?? 'x-unknown'
  const { content, json } = describeBody(live, reply)
  const onWire = Buffer.isBuffer(reply.wire) ? reply.wire.length : (bytesOnWire(reply.headers) ?? size)
  const compression = onWire === size ? {} : { compression: size - onWire }
  const response: HarResponse = {
    status: reply.status,
    statusText: reply.statusText,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: redactHeaders(live.alias.venue, reply.headers),
    content: { size, ...compression, mimeType, ...content },
    redirectURL: '',
    headersSize: -1,
    bodySize: onWire,
  }
  return { response, json }
}

/** Of a compressed body, when its length was told. */
function bytesOnWire(headers: readonly NameValue[]): number | null {
  const length = headerValue(headers, 'content-encoding') === null ? -1 : declaredLength(headers)
  return length === -1 ? null : length
}

/** -1 when it was not told. */
function declaredLength(headers: readonly NameValue[]): number {
  const length = Number(headerValue(headers, 'content-length') ?? Number.NaN)
  return Number.isSafeInteger(length) ? length : -1
}

// A parsed copy of more than this is for nobody to read.
const PARSED_TEXT_MAX = 1_000_000

interface DescribedBody {
  readonly content: RecordedBody & { readonly text: string }
  readonly json: unknown
}

function describeBody({ alias, endpoint }: LiveRequest, { body, wire }: TravelledBody): DescribedBody {
  // What is public has nothing to hide, whatever its bytes mean.
  const isUnjudged = wire === 'too_large' || (wire === 'unreadable' && endpoint.content !== 'public')
  if (isUnjudged)
    return { content: { text: withheldBody(alias.venue, wire), _wire: { missing: wire } }, json: undefined }
  if (typeof body !== 'string') {
    const bytes = inBase64(body)
    // Nobody could unpack it, so that its bytes are those on the wire.
    const kept = wire === undefined ? {} : { _wire: wire === 'unreadable' ? bytes : wireOf(wire) }
    return { content: { ...bytes, ...kept }, json: undefined }
  }
  const { text, json } = redactBody(alias.venue, endpoint.content, body)
  const kept = wire === undefined ? {} : { _wire: text === body ? wireOf(wire) : ({ missing: 'redacted' } as const) }
  return { content: { text, ...kept }, json: text.length > PARSED_TEXT_MAX ? undefined : json }
}

function wireOf(wire: NonNullable<TravelledBody['wire']>): NonNullable<RecordedBody['_wire']> {
  return Buffer.isBuffer(wire) ? inBase64(wire) : { missing: wire }
}

function inBase64(bytes: Buffer): { readonly text: string; readonly encoding: 'base64' } {
  return { text: bytes.toString('base64'), encoding: 'base64' }
}

/** The body of a recorded message as it was, but for what redaction replaced. */
export function recordedBody(content: Pick<RecordedBody, 'text' | 'encoding'>): Body {
  const text = content.text ?? ''
  return content.encoding === 'base64' ? Buffer.from(text, 'base64') : text
}

/** Why the compressed bytes of a recorded body are not kept; null when they are, or it was not compressed. */
export function wireLoss({ _wire }: RecordedBody): WireLoss | null {
  return _wire !== undefined && 'missing' in _wire ? _wire.missing : null
}

/** Characters that a recorded body takes, in whichever forms it is kept. */
export function bodyLength(content: RecordedBody | undefined): number {
  const { text = '', _wire } = content ?? {}
  return text.length + (_wire !== undefined && 'text' in _wire ? _wire.text.length : 0)
}

/** The compressed bytes in which a recorded body travelled; null when it was not compressed, or they are not kept. */
export function recordedWire({ _wire }: RecordedBody): Buffer | null {
  return _wire !== undefined && 'text' in _wire ? Buffer.from(_wire.text, 'base64') : null
}

/** The value of a header of this name in lower case, or null. */
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
