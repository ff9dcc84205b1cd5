import { promisify } from 'node:util'
import { brotliDecompress, constants, unzip } from 'node:zlib'

const unzipSoon = promisify(unzip)
const brotliSoon = promisify(brotliDecompress)

/** The first byte of what RFC 1950 wraps, and a header for what comes without its wrapping. */
const ZLIB_MARK = 0x78
const ZLIB_HEADER = Uint8Array.of(0x78, 0x9c)

/**
 * A body without its coding, with the leniency of axios: one that breaks off early is taken for the whole. Null for a coding
 * that nobody asked for. @throws what zlib throws; with the code ERR_BUFFER_TOO_LARGE beyond `bytesMax`, unless that is negative.
 */
export async function unpack(bytes: Buffer, coding: string, bytesMax: number): Promise<Buffer | null> {
  if (bytes.length === 0) return bytes
  const limit = bytesMax > 0 ? { maxOutputLength: bytesMax } : {}
  switch (coding.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
    case 'compress':
    case 'x-compress':
      return unzipSoon(bytes, { ...lenientZlib, ...limit })
    case 'deflate':
      return unzipSoon(bytes[0] === ZLIB_MARK ? bytes : Buffer.concat([ZLIB_HEADER, bytes]), {
        ...lenientZlib,
        ...limit,
      })
    case 'br':
      return brotliSoon(bytes, { ...lenientBrotli, ...limit })
    default:
      return null
  }
}

const lenientZlib = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }
const lenientBrotli = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH }
