import * as v from 'valibot'
import { venueIds } from '../../domain/market.ts'
import type { TapeAlias } from '../format/endpoints.ts'
import { type ExchangeFailure, headerValue, type LiveResponse } from '../format/exchange.ts'
import { wireSchema } from '../format/manifest.ts'
import type { TravelledBody } from '../format/packed-body.ts'
import type { NameValue } from '../redact/redact.ts'
import { failureFromText } from './failure-text.ts'
import type { ForeignExchange, ForeignSession, ForeignSocket } from './foreign.ts'
import { archivedBody } from './foreign-body.ts'
import { plausibleMs } from './plausible.ts'

// Browsers and proxies each leave out something that HAR 1.2 requires, so only what is used is asked for.
const named = v.object({ name: v.string(), value: v.fallback(v.string(), '') })
const contentSchema = v.object({
  size: v.fallback(v.number(), 0),
  text: v.nullish(v.string()),
  encoding: v.nullish(v.string()),
  // Of an export of ours.
  _wire: v.fallback(v.optional(wireSchema), undefined),
})
const responseSchema = v.object({
  status: v.number(),
  statusText: v.optional(v.fallback(v.string(), ''), ''),
  headers: v.optional(v.fallback(v.array(named), []), []),
  content: v.optional(v.fallback(contentSchema, { size: 0 }), { size: 0 }),
  _error: v.fallback(v.nullish(v.string()), null),
})
const entrySchema = v.object({
  startedDateTime: v.fallback(v.nullable(v.string()), null),
  time: v.fallback(v.nullable(v.number()), null),
  request: v.object({
    method: v.string(),
    url: v.pipe(
      v.string(),
      v.check((url) => URL.canParse(url), 'not a URL'),
    ),
    headers: v.fallback(v.array(named), []),
    postData: v.nullish(v.object({ ...contentSchema.entries, params: v.fallback(v.array(named), []) })),
    bodySize: v.fallback(v.number(), -1),
  }),
  // A request without an answer is one that may have arrived.
  response: v.nullish(responseSchema, { status: 0 }),
  _webSocketMessages: v.fallback(
    v.nullable(
      v.array(
        v.object({
          type: v.string(),
          time: v.fallback(v.nullable(v.number()), null),
          opcode: v.fallback(v.number(), 1),
          data: v.fallback(v.string(), ''),
        }),
      ),
    ),
    null,
  ),
  // An export of ours says which service it was, whatever its host.
  _venue: v.fallback(v.nullable(v.picklist(venueIds)), null),
  _service: v.fallback(v.string(), ''),
  _basePath: v.fallback(v.string(), ''),
})
const logSchema = v.object({
  log: v.object({
    creator: v.fallback(v.nullable(v.object({ name: v.string(), version: v.fallback(v.string(), '') })), null),
    entries: v.array(v.unknown()),
  }),
})

type HarEntry = v.InferOutput<typeof entrySchema>

/** Whether a parsed file is an HTTP archive. */
export function isHar(value: unknown): boolean {
  return v.is(logSchema, value)
}

/** Reads the log of a browser or a proxy: Chrome, Firefox, Safari, mitmproxy. Source: HAR 1.2 and their own exports. */
export function readHar(value: unknown): ForeignSession {
  const { log } = v.parse(logSchema, value)
  const exchanges: ForeignExchange[] = []
  const sockets: ForeignSocket[] = []
  const notes: string[] = []
  for (const [index, item] of log.entries.entries()) {
    const place = `entry ${index + 1}`
    const parsed = v.safeParse(entrySchema, item)
    if (!parsed.success) {
      notes.push(`${place} is not a HAR entry (${v.getDotPath(parsed.issues[0]) ?? 'whole'}): it was left out.`)
    } else if (isSocket(parsed.output)) {
      sockets.push(socketOf(place, parsed.output))
      if (parsed.output._webSocketMessages !== null) continue
      notes.push(`${place} is a socket: its messages are not in the archive.`)
    } else exchanges.push(exchangeOf(place, parsed.output))
  }
  const creator = log.creator === null ? null : `${log.creator.name} ${log.creator.version}`.trim()
  return { format: 'har', creator, exchanges, sockets, notes }
}

/** Only some exporters write messages. */
function isSocket({ request, response, _webSocketMessages }: HarEntry): boolean {
  return _webSocketMessages !== null || response.status === 101 || /^wss?:/i.test(request.url)
}

/** Messages carry their time in seconds, as Chrome and mitmproxy write it. */
function socketOf(place: string, entry: HarEntry): ForeignSocket {
  const { request, response, _webSocketMessages } = entry
  return {
    place,
    service: ownService(entry),
    startedAtMs: startOf(entry),
    url: new URL(request.url),
    headers: plainHeaders(request.headers),
    opened: response.status === 101 ? { status: 101, headers: plainHeaders(response.headers) } : null,
    messages: (_webSocketMessages ?? []).map(({ type, time, opcode, data }) => ({
      atMs: plausibleMs(time === null ? null : time * 1000),
      type: type === 'send' ? 'send' : 'receive',
      data: opcode === 1 ? data : Buffer.from(data, 'base64'),
    })),
  }
}

function startOf({ startedDateTime }: HarEntry): number | null {
  return plausibleMs(Date.parse(startedDateTime ?? ''))
}

function exchangeOf(place: string, entry: HarEntry): ForeignExchange {
  const { request } = entry
  const headers = plainHeaders(request.headers)
  const asked = postedIn(request)
  return {
    place,
    service: ownService(entry),
    startedAtMs: startOf(entry),
    latencyMs: plausibleMs(entry.time),
    method: request.method.toUpperCase(),
    url: new URL(request.url),
    headers,
    ...(asked?.text ? bodyIn(asked, headers) : { body: null }),
    result: resultOf(entry),
    isBodyMissing: (request.bodySize > 0 && !asked?.text) || isAnswerMissing(entry),
  }
}

/** An error beside a status: the answer broke off after its headers. */
function isAnswerMissing({ response: { status, content, _error } }: HarEntry): boolean {
  return !content.text && (content.size > 0 || (status > 0 && Boolean(_error)))
}

/** Fiddler writes a form as its parameters alone. */
function postedIn({ postData }: HarEntry['request']): HarEntry['request']['postData'] {
  if (!postData || postData.text || postData.params.length === 0) return postData
  const pairs = postData.params.map(({ name, value }): [string, string] => [name, value])
  return { ...postData, text: new URLSearchParams(pairs).toString(), encoding: null }
}

function ownService({ request, _venue, _service, _basePath }: HarEntry): TapeAlias | null {
  if (_venue === null || _service === '') return null
  const baseUrl = `${new URL(request.url).origin}${_basePath}`
  return /^(?:\/.*)?$/.test(_basePath) && URL.canParse(baseUrl) ? { venue: _venue, service: _service, baseUrl } : null
}

/** HTTP/2 writes the request line as headers, whose names begin with a colon. */
function plainHeaders(headers: readonly NameValue[]): readonly NameValue[] {
  return headers.filter(({ name }) => !name.startsWith(':'))
}

function bodyIn(
  { text, encoding, _wire }: Pick<v.InferOutput<typeof contentSchema>, 'text' | 'encoding' | '_wire'>,
  headers: readonly NameValue[],
): TravelledBody {
  const coding = headerValue(headers, 'content-encoding')
  return archivedBody({ text: text ?? '', encoding, ...(_wire === undefined ? {} : { _wire }) }, coding)
}

function resultOf({ response }: HarEntry): LiveResponse | ExchangeFailure {
  // Status 0 is how every exporter writes that there was no answer.
  if (response.status === 0) return failureFromText(response._error ?? '')
  const { status, statusText, content } = response
  const headers = plainHeaders(response.headers)
  return { status, statusText, headers, ...bodyIn(content, headers) }
}
