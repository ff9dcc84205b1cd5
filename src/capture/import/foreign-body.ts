import { type RecordedBody, recordedWire } from '../format/exchange.ts'
import { isPacked, type TravelledBody, textOrBytes, travelledBody, unpackedBody } from '../format/packed-body.ts'

const NOT_BASE64 = /[^A-Za-z0-9+/=\s]/

/** A body as an archive holds it. */
export interface ArchivedBody extends Pick<RecordedBody, '_wire'> {
  readonly text: string
  readonly encoding: string | null | undefined
}

/**
 * HAR keeps bodies unpacked. Some exporters write the compressed bytes in base64 all the same, and an archive of ours has
 * both: bytes that unpack are those on the wire.
 */
export function archivedBody({ text, encoding, _wire }: ArchivedBody, contentEncoding: string | null): TravelledBody {
  const kept = _wire === undefined ? null : recordedWire({ _wire })
  if (kept !== null) {
    const again = travelledBody(kept, contentEncoding)
    if (again.body === text) return again
  }
  if (_wire !== undefined && 'missing' in _wire && text !== '') return { body: text, wire: _wire.missing }
  // Firefox called texts base64 that were none. Source: Mozilla's bug 1762313.
  if (encoding !== 'base64' || NOT_BASE64.test(text)) return unpackedBody(text, contentEncoding)
  return storedBody(Buffer.from(text, 'base64'), contentEncoding)
}

/** Bytes of which nobody says whether they are packed still. */
export function storedBody(bytes: Buffer, contentEncoding: string | null): TravelledBody {
  if (isPacked(contentEncoding)) {
    const travelled = travelledBody(bytes, contentEncoding)
    if (Buffer.isBuffer(travelled.wire) || travelled.wire === 'too_large') return travelled
  }
  return unpackedBody(textOrBytes(bytes), contentEncoding)
}
