import * as zlib from 'node:zlib'

/** Text, or bytes that are not UTF-8. */
export type Body = string | Buffer

/** Why the bytes of a compressed body are not on the tape. */
export const wireLosses = [
  /** They hold what may not be kept. The text is there without it. */
  'redacted',
  /** Whoever recorded it was given the unpacked body only, as `fetch` gives it. */
  'unseen',
  /** Nobody can undo their coding, so that nobody can judge what is in them: the text is not there either. */
  'unreadable',
  /** More than a tape holds. The text is not there either. */
  'too_large',
  /** The exchange was put into a scene under other ids, sizes or times. */
  'rewritten',
] as const
export type WireLoss = (typeof wireLosses)[number]

/** A body that came or went, as it is read; and when it was compressed, how it travelled. */
export interface TravelledBody {
  readonly body: Body
  /** The compressed bytes, or why they are not known. Left out when the body was not compressed. */
  readonly wire?: Buffer | WireLoss
}

/** The most that a body may hold, unpacked: as much as our own clients read of an answer. */
export const BODY_BYTES_MAX = 64 * 1024 * 1024

/** Text where the bytes are UTF-8; otherwise the bytes. */
export function textOrBytes(bytes: Buffer): Body {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : bytes
}

/**
 * A body from its bytes on the wire. It is unpacked, since a field can only be redacted, and a secret only be found, in the
 * text itself; the bytes stay beside it.
 */
export function travelledBody(
  bytes: Buffer,
  contentEncoding: string | null,
  bytesMax: number = BODY_BYTES_MAX,
): TravelledBody {
  const codings = codingsIn(contentEncoding)
  if (bytes.length === 0) return { body: '' }
  if (bytes.length > bytesMax) return { body: '', wire: 'too_large' }
  if (codings.length === 0) return { body: textOrBytes(bytes) }
  try {
    const plain = codings.reduceRight(
      (packed, coding) => unpacked(packed, coding, { maxOutputLength: bytesMax }),
      bytes,
    )
    return { body: textOrBytes(plain), wire: bytes }
  } catch (error) {
    if (isTooLarge(error)) return { body: '', wire: 'too_large' }
    // A header that is wrong: `utf-8` is sent as a coding, and plain text as gzip.
    const body = textOrBytes(bytes)
    return typeof body === 'string' ? { body } : { body, wire: 'unreadable' }
  }
}

/** A body that was unpacked before we saw it, by the headers that came with it. */
export function unpackedBody(body: Body, contentEncoding: string | null): TravelledBody {
  return codingsIn(contentEncoding).length === 0 || body.length === 0 ? { body } : { body, wire: 'unseen' }
}

/** Whether it names a coding that compresses. */
export function isPacked(contentEncoding: string | null): boolean {
  return codingsIn(contentEncoding).length > 0
}

/** Whether a client that sent this `Accept-Encoding` can read the codings. Source: RFC 9110, 12.5.3. */
export function accepts(acceptEncoding: string | null, contentEncoding: string): boolean {
  const refused = /;\s*q=0(?:\.0*)?\s*$/i
  const words = (acceptEncoding ?? '').toLowerCase().split(',')
  const named = new Map(words.map((word) => [word.split(';')[0]?.trim() ?? '', !refused.test(word)]))
  return codingsIn(contentEncoding).every((coding) => named.get(coding) ?? named.get('*') ?? false)
}

/** Those that change the bytes, in the order in which they were applied. */
function codingsIn(contentEncoding: string | null): readonly string[] {
  return (contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
}

/** @throws when the bytes are not in the coding, or it is none that can be undone here, or there is more than may be. */
export function unpacked(bytes: Buffer, coding: string, options: zlib.ZlibOptions & zlib.BrotliOptions): Buffer {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.gunzipSync(bytes, options)
    case 'br':
      return zlib.brotliDecompressSync(bytes, options)
    case 'deflate':
      return inflated(bytes, options)
    default:
      throw new RangeError(`there is no way to undo the coding ${coding}`)
  }
}

/** Servers disagree on whether `deflate` has a header. Source: RFC 9110, 8.4.1.2. */
function inflated(bytes: Buffer, options: zlib.ZlibOptions): Buffer {
  const hasHeader = ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.length > 1 && bytes.readUInt16BE(0) % 31 === 0
  return hasHeader ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options)
}

export function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}
