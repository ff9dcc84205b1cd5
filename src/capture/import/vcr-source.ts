import * as v from 'valibot'
import { headerValue } from '../format/exchange.ts'
import type { Body } from '../format/packed-body.ts'
import { type TravelledBody, textOrBytes, unpackedBody } from '../format/packed-body.ts'
import type { NameValue } from '../redact/redact.ts'
import { headersOfRecord } from './exchange-file-source.ts'
import type { ForeignExchange, ForeignSession } from './foreign.ts'
import { storedBody } from './foreign-body.ts'
import { plausibleMs } from './plausible.ts'

const bytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array)
const words = v.union([v.string(), bytes])
const bodySchema = v.nullish(
  v.union([words, v.object({ string: v.nullish(words), base64_string: v.nullish(v.string()) })]),
)
const headersSchema = v.fallback(v.record(v.string(), v.union([v.string(), v.array(v.string())])), {})
const interactionSchema = v.object({
  request: v.object({
    method: v.string(),
    uri: v.pipe(
      v.string(),
      v.check((url) => URL.canParse(url), 'not a URL'),
    ),
    headers: headersSchema,
    body: bodySchema,
  }),
  response: v.object({
    status: v.object({ code: v.number(), message: v.fallback(v.nullish(v.string()), '') }),
    headers: headersSchema,
    body: bodySchema,
  }),
  recorded_at: v.fallback(v.nullish(v.string()), null),
})
const cassetteSchema = v.union([
  v.object({ interactions: v.array(v.unknown()) }),
  v.object({ http_interactions: v.array(v.unknown()), recorded_with: v.fallback(v.nullish(v.string()), null) }),
])

/** Whether a parsed file is a cassette: of vcrpy (`interactions`) or of Ruby's VCR (`http_interactions`). */
export function isCassette(value: unknown): boolean {
  return v.is(cassetteSchema, value)
}

/**
 * Reads a cassette. Cassettes say no latency, and only Ruby's say when: the answer's `Date` header is the better clock,
 * being the venue's.
 */
export function readCassette(value: unknown): ForeignSession {
  const cassette = v.parse(cassetteSchema, value)
  const isRuby = 'http_interactions' in cassette
  const interactions = isRuby ? cassette.http_interactions : cassette.interactions
  const exchanges: ForeignExchange[] = []
  const notes: string[] = []
  for (const [index, item] of interactions.entries()) {
    const place = `interaction ${index + 1}`
    const parsed = v.safeParse(interactionSchema, item)
    if (parsed.success) exchanges.push(exchangeOf(place, parsed.output))
    else notes.push(`${place} is not one of VCR (${v.getDotPath(parsed.issues[0]) ?? 'whole'}): it was left out.`)
  }
  const creator = isRuby ? (cassette.recorded_with ?? 'VCR') : 'vcrpy'
  return { format: 'vcr', creator, exchanges, sockets: [], notes }
}

function exchangeOf(
  place: string,
  { request, response, recorded_at }: v.InferOutput<typeof interactionSchema>,
): ForeignExchange {
  const headers = headersOfRecord(response.headers)
  const date = headers.find(({ name }) => name.toLowerCase() === 'date')?.value
  const startedAtMs = [date, recorded_at].map((text) => plausibleMs(Date.parse(text ?? ''))).find((ms) => ms !== null)
  const asked = headersOfRecord(request.headers)
  const body = textOf(request.body)
  return {
    place,
    service: null,
    startedAtMs: startedAtMs ?? null,
    latencyMs: null,
    // Ruby writes it as a symbol of its own.
    method: request.method.replace(/^:/, '').toUpperCase(),
    url: new URL(request.uri),
    headers: asked,
    ...(body === '' ? { body: null } : travelled(body, asked)),
    result: {
      status: response.status.code,
      statusText: response.status.message ?? '',
      headers,
      ...travelled(textOf(response.body), headers),
    },
    isBodyMissing: response.body == null,
  }
}

/** Cassettes keep a compressed body as it came, unless they were told to unpack it. */
function travelled(body: Body, headers: readonly NameValue[]): TravelledBody {
  const coding = headerValue(headers, 'content-encoding')
  return typeof body === 'string' ? unpackedBody(body, coding) : storedBody(body, coding)
}

function textOf(body: v.InferOutput<typeof bodySchema>): Body {
  if (body === null || body === undefined) return ''
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return textOrBytes(Buffer.from(body))
  if (body.base64_string) return textOrBytes(Buffer.from(body.base64_string, 'base64'))
  return textOf(body.string)
}
