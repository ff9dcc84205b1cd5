import type { StreamTape } from '../format/stream.ts'
import type { ForeignTape } from './foreign-tape.ts'

/**
 * Puts sockets of the global `WebSocket` on the tape, which Node has from version 22 on. The class stays Node's own: its
 * instances are watched as the program makes them.
 */
export function tapGlobalSocket(tape: ForeignTape): void {
  const Native: unknown = Reflect.get(globalThis, 'WebSocket')
  if (typeof Native !== 'function') return
  const taped = new Proxy(Native, {
    construct: (target, args, newTarget) => {
      const socket: unknown = Reflect.construct(target, args, newTarget)
      const url = String(args[0])
      if (socket instanceof EventTarget && URL.canParse(url) && tape.keepsSocket(new URL(url))) {
        watch(socket, tape.openStream(new URL(url), {}))
      }
      return socket instanceof Object ? socket : {}
    },
  })
  Object.defineProperty(globalThis, 'WebSocket', {
    value: taped,
    writable: true,
    enumerable: false,
    configurable: true,
  })
}

function watch(socket: EventTarget, stream: StreamTape): void {
  let isOpen = false
  let closedByUs = false
  before(socket, 'send', (data) => put(data, (body) => stream.sent(body)))
  before(socket, 'close', () => {
    closedByUs = true
  })
  socket.addEventListener('open', () => {
    isOpen = true
    stream.opened({ status: 101, headers: {} })
  })
  socket.addEventListener('message', (event) => put(Reflect.get(event, 'data'), (body) => stream.received(body)))
  socket.addEventListener('close', (event) => {
    const [code, reason]: readonly unknown[] = [Reflect.get(event, 'code'), Reflect.get(event, 'reason')]
    // Its events do not tell a handshake that was refused from one that nobody answered.
    if (!isOpen) {
      stream.failed({ outcome: 'reset', code: 'UNKNOWN' })
      return
    }
    // 1006 stands for no close frame at all. Source: RFC 6455, 7.1.5.
    const brokeOff = code === 1006
    stream.closed({
      code: typeof code === 'number' && !brokeOff ? code : null,
      reason: typeof reason === 'string' ? reason : '',
      by: brokeOff ? 'network' : closedByUs ? 'us' : 'venue',
    })
  })
}

/** Looks at the arguments of a method before it is called. */
function before(target: object, name: string, look: (argument: unknown) => void): void {
  const own: unknown = Reflect.get(target, name)
  if (typeof own !== 'function') return
  Object.defineProperty(target, name, {
    configurable: true,
    value: (...args: readonly unknown[]): unknown => {
      look(args[0])
      return Reflect.apply(own, target, args)
    },
  })
}

function put(data: unknown, write: (body: string | Buffer) => void): void {
  if (typeof data === 'string') write(data)
  else if (data instanceof ArrayBuffer) write(Buffer.from(data))
  else if (ArrayBuffer.isView(data)) write(Buffer.from(data.buffer, data.byteOffset, data.byteLength))
  // Its bytes come later. No venue sends any: they speak text.
  else if (data instanceof Blob) data.arrayBuffer().then((bytes) => write(Buffer.from(bytes)), ignore)
}

function ignore(): void {}
