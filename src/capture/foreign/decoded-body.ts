import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import type { Body } from '../exchange.ts'

/**
 * A body as it goes on the tape: without its content coding, since a field can only be redacted, and a secret only be
 * found, in the text itself. What is not UTF-8, or in a coding that we cannot undo, stays as its bytes.
 */
export function decodedBody(bytes: Buffer, contentEncoding: string | null): Body {
  const plain = (contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .reverse()
    .reduce<Buffer>(withoutCoding, bytes)
  const text = plain.toString('utf8')
  return Buffer.from(text, 'utf8').equals(plain) ? text : plain
}

function withoutCoding(bytes: Buffer, coding: string): Buffer {
  if (bytes.length === 0) return bytes
  try {
    switch (coding) {
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(bytes)
      case 'br':
        return brotliDecompressSync(bytes)
      case 'deflate':
        return inflated(bytes)
      default:
        return bytes
    }
  } catch {
    return bytes
  }
}

/** Servers disagree on whether `deflate` has a header. */
function inflated(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes)
  } catch {
    return inflateRawSync(bytes)
  }
}
