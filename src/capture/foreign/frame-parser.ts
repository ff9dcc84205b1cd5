import { constants, inflateRawSync } from 'node:zlib'

/** A whole message, or a control frame, as it went over a socket. */
export interface ParsedFrame {
  readonly opcode: number
  readonly payload: Buffer
}

interface Head {
  readonly isFinal: boolean
  readonly isCompressed: boolean
  readonly opcode: number
  readonly mask: Buffer | null
  readonly start: number
  readonly end: number
}

// No venue sends or takes a message anywhere near this long; bytes that say so are not frames.
const PAYLOAD_MAX = 64 * 1024 * 1024
// What a sender may refer back to. Source: RFC 7692, 7.1.2.1.
const WINDOW_BYTES = 32 * 1024
const OPCODES = new Set([0, 1, 2, 8, 9, 10])
const SYNC_TAIL = Buffer.from([0, 0, 0xff, 0xff])

/**
 * Reads one direction of a socket from its bytes, whoever reads it as well: RFC 6455 frames, put together to messages, and
 * with the compression of RFC 7692 undone.
 */
export class FrameParser {
  #bytes: Buffer = Buffer.alloc(0)
  #fragments: { readonly opcode: number; readonly isCompressed: boolean; readonly parts: Buffer[] } | null = null
  #window: Buffer = Buffer.alloc(0)

  /** The messages that these bytes complete. @throws Error when they are no frames. */
  read(bytes: Uint8Array): readonly ParsedFrame[] {
    // A copy: the bytes belong to somebody who may be about to send them.
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    const frames: ParsedFrame[] = []
    for (let head = headOf(this.#bytes); head !== null; head = headOf(this.#bytes)) {
      const payload = unmasked(this.#bytes.subarray(head.start, head.end), head.mask)
      this.#bytes = this.#bytes.subarray(head.end)
      const frame = this.#take(head, payload)
      if (frame !== null) frames.push(frame)
    }
    return frames
  }

  #take(head: Head, payload: Buffer): ParsedFrame | null {
    const { opcode, isCompressed, isFinal } = head
    if (opcode >= 8) return { opcode, payload }
    const message = opcode === 0 ? this.#fragments : { opcode, isCompressed, parts: [] }
    if (message === null) throw new Error('a continuation of nothing')
    message.parts.push(payload)
    this.#fragments = isFinal ? null : message
    if (!isFinal) return null
    const whole = Buffer.concat(message.parts)
    return { opcode: message.opcode, payload: message.isCompressed ? this.#inflated(whole) : whole }
  }

  #inflated(compressed: Buffer): Buffer {
    const plain = inflateRawSync(Buffer.concat([compressed, SYNC_TAIL]), {
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#window.length === 0 ? {} : { dictionary: this.#window }),
    })
    this.#window = Buffer.concat([this.#window, plain]).subarray(-WINDOW_BYTES)
    return plain
  }
}

/** The first frame's head, or null when the frame is not all there yet. Source: RFC 6455, 5.2. */
function headOf(bytes: Buffer): Head | null {
  if (bytes.length < 2) return null
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)]
  const opcode = first & 0x0f
  const isCompressed = (first & 0x40) !== 0
  if ((first & 0x30) !== 0 || !OPCODES.has(opcode) || (isCompressed && opcode >= 8)) throw new Error('not a frame')
  const short = second & 0x7f
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  const isMasked = (second & 0x80) !== 0
  const start = 2 + lengthBytes + (isMasked ? 4 : 0)
  if (bytes.length < start) return null
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (length > PAYLOAD_MAX) throw new Error('not a frame')
  if (bytes.length < start + length) return null
  return {
    isFinal: (first & 0x80) !== 0,
    isCompressed,
    opcode,
    mask: isMasked ? bytes.subarray(start - 4, start) : null,
    start,
    end: start + length,
  }
}

function unmasked(payload: Buffer, mask: Buffer | null): Buffer {
  const plain = Buffer.from(payload)
  if (mask !== null) for (let i = 0; i < plain.length; i += 1) plain[i] = (plain[i] ?? 0) ^ (mask[i % 4] ?? 0)
  return plain
}
