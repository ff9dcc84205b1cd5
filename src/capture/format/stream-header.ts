import type { VenueId } from '../../domain/market.ts'
import { isoTime } from '../../runtime/clock.ts'
import { headersOf } from '../record/axios-shapes.ts'
import { redactHeaders, redactUrl } from '../redact/redact.ts'
import { SOCKET, type TapeAlias } from './endpoints.ts'
import type { HarRequest } from './exchange.ts'
import type { StreamHeaders } from './stream.ts'

/** A socket that is about to be opened. */
export interface LiveStream {
  readonly alias: TapeAlias
  readonly url: string | URL
  /** Of the handshake, as far as the client sets them. */
  readonly headers: StreamHeaders
}

/** The first line of a socket's file: HAR's request, and our custom fields. */
export interface StreamHeader {
  readonly _seq: number
  readonly _inFlight: readonly number[]
  readonly _venue: VenueId
  readonly _service: string
  readonly _endpoint: string
  readonly startedDateTime: string
  readonly request: HarRequest
}

/** The handshake's request, redacted. */
export function describeHandshake({ alias, url, headers }: LiveStream): HarRequest {
  const clean = redactUrl(alias.venue, new URL(url))
  return {
    method: 'GET',
    url: clean.href,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: redactHeaders(alias.venue, headersOf(headers)),
    queryString: [...clean.searchParams].map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: 0,
  }
}

export function describeStream(place: {
  readonly seq: number
  readonly inFlight: readonly number[]
  readonly alias: TapeAlias
  /** Unix ms. */
  readonly startedAtMs: number
  readonly request: HarRequest
}): StreamHeader {
  return {
    _seq: place.seq,
    _inFlight: place.inFlight,
    _venue: place.alias.venue,
    _service: place.alias.service,
    _endpoint: SOCKET,
    startedDateTime: isoTime(place.startedAtMs),
    request: place.request,
  }
}
