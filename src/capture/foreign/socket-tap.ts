import { errorMonitor } from 'node:events'
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import type { StreamEnd, StreamHeaders, StreamTape } from '../format/stream.ts'
import { failureOfError } from './failures.ts'
import type { ForeignTape } from './foreign-tape.ts'
import { FrameParser, type ParsedFrame } from './frame-parser.ts'

type Direction = 'sent' | 'received'

/**
 * Puts a socket on the tape that a program opens with `http.request`, as `ws` does. Nothing is given to the program but
 * what Node gives it: the bytes are read as they pass.
 */
export function tapHandshake(tape: ForeignTape, target: URL, request: ClientRequest): void {
  const url = new URL(target.href.replace(/^http/, 'ws'))
  const stream = tape.openStream(url, asText(request.getHeaders()))
  request.once(errorMonitor, (error) => stream.failed(failureOfError(error)))
  request.prependOnceListener('upgrade', (response, socket) => {
    stream.opened({ status: response.statusCode ?? 101, headers: response.headers })
    tapSocket(stream, socket, (what) => tape.note(url.pathname, what))
    // What Node does when nobody listens.
    if (request.listenerCount('upgrade') === 0) socket.destroy()
  })
  request.prependOnceListener('response', (response: IncomingMessage) => {
    const status = response.statusCode ?? 0
    stream.failed({ outcome: 'response', code: `HTTP_${status}`, status })
    if (request.listenerCount('response') === 0) response.resume()
  })
}

function tapSocket(stream: StreamTape, socket: Duplex, onBroken: (what: string) => void): void {
  let end: StreamEnd | null = null
  const reading = (direction: Direction): ((chunk: unknown, encoding?: unknown) => void) => {
    let parser: FrameParser | null = new FrameParser()
    return (chunk, encoding) => {
      const bytes = bytesOf(chunk, encoding)
      if (parser === null || bytes === null) return
      try {
        for (const frame of parser.read(bytes)) {
          if (frame.opcode === 8) end ??= closeOf(frame, direction)
          else put(stream, direction, frame)
        }
      } catch (error) {
        // From here on the bytes of this direction mean nothing to us. They still reach the program.
        parser = null
        onBroken(`what was ${direction} on a socket cannot be read: ${error instanceof Error ? error.message : ''}`)
      }
    }
  }
  passing(socket, 'write', reading('sent'))
  received(socket, reading('received'))
  socket.once('close', () => stream.closed(end ?? { code: null, reason: '', by: 'network' }))
}

function put(stream: StreamTape, direction: Direction, { opcode, payload }: ParsedFrame): void {
  switch (opcode) {
    case 1:
      stream[direction](payload.toString('utf8'), 1)
      break
    case 2:
    case 9:
    case 10:
      stream[direction](payload, opcode)
      break
    default:
      throw new Error(`there is no frame of kind ${opcode}`)
  }
}

function closeOf({ payload }: ParsedFrame, direction: Direction): StreamEnd {
  const by = direction === 'sent' ? 'us' : 'venue'
  if (payload.length < 2) return { code: null, reason: '', by }
  return { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString('utf8'), by }
}

/** Looks at what is written before it is. */
function passing(socket: Duplex, name: 'write', look: (chunk: unknown, encoding: unknown) => void): void {
  const own = socket[name]
  Reflect.set(socket, name, (...args: readonly unknown[]): unknown => {
    look(args[0], args[1])
    return Reflect.apply(own, socket, args)
  })
}

/** Looks at what comes before the program does. A listener of ours would set the socket flowing before the program listens. */
function received(socket: Duplex, look: (chunk: unknown) => void): void {
  const own = socket.emit
  Reflect.set(socket, 'emit', (...args: readonly unknown[]): unknown => {
    if (args[0] === 'data') look(args[1])
    return Reflect.apply(own, socket, args)
  })
}

function bytesOf(chunk: unknown, encoding: unknown): Uint8Array | null {
  if (chunk instanceof Uint8Array) return chunk
  if (typeof chunk !== 'string') return null
  return Buffer.from(chunk, typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8')
}

function asText(headers: OutgoingHttpHeaders): StreamHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  )
}
