import type { VenueId } from '../../domain/market.ts'
import { contentOfEndpoint, contentOfFrame } from '../format/endpoints.ts'
import type { ExchangeEntry } from '../format/exchange.ts'
import { parseJsonOrUndefined } from '../format/json-text.ts'
import type { RecordedStream } from '../format/stream.ts'
import type { RecordingProblem } from '../read/problems.ts'
import { type NameValue, redactHeaders, redactUrl, unkeptValues } from './redact.ts'

// Built from parts so that the pattern does not look like a key to scanners of this repository.
const ARMOUR = new RegExp(`-----BEGIN [A-Z ]*${'PRIVATE'} ${'KEY'}-----`)
/** 65 bytes in hex: a wallet's signature. */
const WALLET_SIGNATURE = /\b0x[0-9a-f]{130}\b/i

/** What in a text looks like a secret by its form alone, or null. */
export function secretByForm(text: string): string | null {
  if (ARMOUR.test(text)) return 'a private key'
  return WALLET_SIGNATURE.test(text) ? 'a wallet signature' : null
}

/**
 * Places of an exchange that the redaction rules would not have let through: the same rules that recording applied, so
 * that a hand-edited or imported file is held to them too.
 */
export function unredacted(file: string, entry: ExchangeEntry): readonly RecordingProblem[] {
  const problems: RecordingProblem[] = []
  const venue = entry._venue
  if (isUnredactedUrl(venue, entry.request.url)) {
    problems.push({ file, where: 'request.url', what: 'it holds a password or a parameter that may not be kept' })
  }
  for (const side of ['request', 'response'] as const) {
    problems.push(...unredactedHeaders(entry[side].headers, { file, venue, at: `${side}.headers` }))
    problems.push(...unredactedBody(file, entry, side))
  }
  const form = secretByForm(JSON.stringify(entry))
  if (form !== null) problems.push({ file, where: null, what: `it holds ${form}` })
  return problems
}

function isUnredactedUrl(venue: VenueId, text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return redactUrl(venue, url).href !== url.href
}

function unredactedBody(file: string, entry: ExchangeEntry, side: 'request' | 'response'): readonly RecordingProblem[] {
  const found = side === 'request' ? entry.request.postData : entry.response.content
  if (found?.text === undefined || found.encoding === 'base64') return []
  const content = contentOfEndpoint(entry._venue, entry._endpoint)
  const field = side === 'request' ? 'request.postData.text' : 'response.content.text'
  return unkeptValues(entry._venue, content, found.text).map(({ path }) => ({
    file,
    where: `${field}, ${path}`,
    what: 'the value of this member may not be kept',
  }))
}

function unredactedHeaders(
  headers: readonly NameValue[],
  { file, venue, at }: { readonly file: string; readonly venue: VenueId; readonly at: string },
): readonly RecordingProblem[] {
  const clean = redactHeaders(venue, headers)
  return headers.flatMap((header, index) =>
    clean[index]?.value === header.value
      ? []
      : [{ file, where: `${at}.${header.name}`, what: 'the value of this header may not be kept' }],
  )
}

/** The same for a socket: its handshake and every text frame. */
export function unredactedStream(stream: RecordedStream): readonly RecordingProblem[] {
  const { file, venue, request, opened } = stream
  const url = new URL(request.url)
  const problems = [
    ...unredactedHeaders(request.headers, { file, venue, at: 'line 1, request.headers' }),
    ...unredactedHeaders(opened?.headers ?? [], { file, venue, at: 'line 2, opened.headers' }),
  ]
  for (const [index, { data }] of stream.frames.entries()) {
    if (typeof data !== 'string') continue
    // Line 1 is the handshake's request and line 2 its answer.
    const at = `line ${index + 3}`
    const content = contentOfFrame(url, parseJsonOrUndefined(data))
    for (const { path } of unkeptValues(venue, content, data)) {
      problems.push({ file, where: `${at}, data, ${path}`, what: 'the value of this member may not be kept' })
    }
    const form = secretByForm(data)
    if (form !== null) problems.push({ file, where: at, what: `it holds ${form}` })
  }
  return problems
}
