import { JsonNumber } from '../json.ts'
import type { HttpReply } from './request.ts'

/** No venue asks for longer; a larger figure is a misprint and not worth showing. */
const LONGEST_MS = 24 * 60 * 60_000

/**
 * How long a venue asks to be left alone, in ms; null when it does not say. Read from `Retry-After` (seconds or an HTTP
 * date, held against the reply's own `Date`, since our clock may differ), from `retry_after_seconds` in the body, and
 * from Polymarket's `Poly-RateLimit-Reset` (Unix seconds).
 */
export function retryHintMs(reply: Pick<HttpReply, 'headers' | 'json'>): number | null {
  const { headers } = reply
  const hints = [
    inSeconds(headers['retry-after']),
    fromNow(headers, Date.parse(headers['retry-after'] ?? '')),
    inSeconds(secondsInBody(reply.json)),
    fromNow(headers, Number(headers['poly-ratelimit-reset'] ?? Number.NaN) * 1000),
  ]
  return hints.find((hint) => hint !== null) ?? null
}

function inSeconds(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,7}(\.\d{1,3})?$/.test(text.trim()) ? within(Number(text) * 1000) : null
}

function fromNow(headers: HttpReply['headers'], atMs: number): number | null {
  return within(atMs - Date.parse(headers.date ?? ''))
}

/** NaN, from whatever could not be read, is no hint. */
function within(ms: number): number | null {
  return ms >= 0 && ms <= LONGEST_MS ? Math.ceil(ms) : null
}

function secondsInBody(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('retry_after_seconds' in json)) return undefined
  const { retry_after_seconds: seconds } = json
  if (seconds instanceof JsonNumber) return seconds.text
  return typeof seconds === 'string' ? seconds : undefined
}
