import * as v from 'valibot'
import { headerValue } from '../format/exchange.ts'
import { unpackedBody } from '../format/packed-body.ts'
import type { NameValue } from '../redact/redact.ts'
import type { ForeignExchange } from './foreign.ts'
import { compacted, sliceOf } from './json-slice.ts'
import { plausibleMs } from './plausible.ts'

const headersSchema = v.fallback(v.record(v.string(), v.union([v.string(), v.array(v.string())])), {})
const fileSchema = v.object({
  captured_at: v.string(),
  latency_ms: v.fallback(v.nullable(v.number()), null),
  sequence: v.fallback(v.nullable(v.number()), null),
  request: v.object({
    method: v.string(),
    url: v.pipe(
      v.string(),
      v.check((url) => URL.canParse(url), 'not a URL'),
    ),
    headers: headersSchema,
    body: v.unknown(),
  }),
  response: v.object({ status: v.number(), headers: headersSchema, body_raw: v.nullish(v.string()) }),
})

/** Whether a parsed file holds one exchange: `captured_at`, `latency_ms`, `request`, `response` with `body_raw`. */
export function isExchangeFile(value: unknown): boolean {
  return v.is(fileSchema, value)
}

/** Reads one such file. `body_raw` is the answer's text; the request's body stands parsed, and is taken as it is written. */
export function readExchangeFile(place: string, text: string, value: unknown): ForeignExchange {
  const file = v.parse(fileSchema, value)
  const headers = headersOfRecord(file.response.headers).filter(({ name }) => name.toLowerCase() !== 'content-length')
  return {
    place,
    service: null,
    startedAtMs: plausibleMs(Date.parse(file.captured_at)),
    latencyMs: plausibleMs(file.latency_ms),
    method: file.request.method.toUpperCase(),
    url: new URL(file.request.url),
    headers: headersOfRecord(file.request.headers),
    body: requestBody(text),
    result: {
      status: file.response.status,
      statusText: '',
      headers,
      ...unpackedBody(file.response.body_raw ?? '', headerValue(headers, 'content-encoding')),
    },
    isBodyMissing: file.response.body_raw == null,
  }
}

function requestBody(text: string): string | null {
  const slice = sliceOf(text, ['request', 'body'])
  if (slice === null || slice === 'null') return null
  return slice.startsWith('"') ? String(JSON.parse(slice)) : compacted(slice)
}

export function headersOfRecord(headers: Readonly<Record<string, string | readonly string[]>>): readonly NameValue[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    (typeof values === 'string' ? [values] : values).map((value) => ({ name, value })),
  )
}
