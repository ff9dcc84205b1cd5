import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket, WebSocketServer } from 'ws'
import { type Clock, systemClock } from '../runtime/clock.ts'
import type { FaceReply, FaceRequest } from './face.ts'
import type { Fault } from './faults.ts'
import { type Carrier, FaultyWire } from './faulty-wire.ts'
import type { Host } from './host.ts'
import type { SocketFace, SocketSession } from './socket-face.ts'

/** Sockets are real also where the exchange's time stands still or jumps: waits on them are in real time. */
const realTime: Clock = systemClock

/** How often time-driven news is looked for while somebody is connected. */
const TICK_MS = 50

/** What fault rules call the opening of a socket. */
const CONNECT = 'connect'

export interface SocketServerOptions {
  readonly venue: string
  readonly host: () => Host
  readonly face: () => Promise<SocketFace> | SocketFace
}

/** The sockets of one listener: handshakes, faults, and the news of the exchange to whoever is connected. */
export class SocketServer {
  private readonly open = new Map<SocketSession, WebSocket>()
  private readonly closing = new AbortController()
  private server: Promise<WebSocketServer> | null = null
  private listening: { readonly host: Host; readonly end: () => void } | null = null
  private isTicking = false

  constructor(private readonly options: SocketServerOptions) {}

  /** The exchange was replaced: everybody must come anew. */
  reset(): void {
    this.listening?.end()
    this.listening = null
    for (const socket of this.open.values()) socket.terminate()
  }

  close(): void {
    this.closing.abort()
    this.reset()
  }

  async upgrade(request: IncomingMessage, call: FaceRequest, stream: Duplex, head: Buffer): Promise<void> {
    stream.on('error', () => stream.destroy())
    const fault = this.options.host().faults.takeTransport(this.options.venue, CONNECT)
    if (fault !== null && (await this.spoilHandshake(fault, stream))) return
    const face = await this.options.face()
    const answer = face.accept(call)
    if (answer === null) return refuse(stream, { status: 404, body: '{"error":"not found"}' })
    if (answer.kind === 'refuse') return refuse(stream, answer.reply)
    this.server ??= startServer()
    const server = await this.server
    server.handleUpgrade(request, stream, head, (socket) => this.connect(socket, answer.start))
  }

  /** True when nothing more is to be done with the connection. */
  private async spoilHandshake(fault: Fault, stream: Duplex): Promise<boolean> {
    switch (fault.kind) {
      case 'status':
        refuse(stream, { status: fault.status, body: fault.body, headers: fault.headers })
        return true
      case 'html':
        refuse(stream, { status: fault.status, body: '<html></html>', contentType: 'text/html' })
        return true
      case 'delay':
        await realTime.sleep(fault.ms, this.closing.signal)
        return false
      case 'timeout':
        await realTime.sleep(fault.ms, this.closing.signal)
        stream.destroy()
        return true
      default:
        stream.destroy()
        return true
    }
  }

  private connect(socket: WebSocket, start: (wire: FaultyWire) => SocketSession): void {
    const wire = new FaultyWire(carrierOf(socket), {
      venue: this.options.venue,
      faults: () => this.options.host().faults,
      clock: realTime,
    })
    this.listen()
    const session = start(wire)
    this.open.set(session, socket)
    socket.on('error', () => socket.terminate())
    socket.on('close', () => this.open.delete(session))
    socket.on('ping', (body: Buffer) => {
      if (!wire.isMute) socket.pong(body)
    })
    socket.on('message', (data) => {
      if (!wire.isMute) session.received(String(data))
    })
    void this.tickWhileOpen()
  }

  /** A listener of the exchange for as long as somebody is connected. */
  private listen(): void {
    const host = this.options.host()
    if (this.listening?.host === host) return
    this.listening?.end()
    const end = host.onChange((changes) => {
      for (const session of this.open.keys()) session.changed(changes)
    })
    this.listening = { host, end }
  }

  private async tickWhileOpen(): Promise<void> {
    if (this.isTicking) return
    this.isTicking = true
    while (this.open.size > 0 && !this.closing.signal.aborted) {
      await realTime.sleep(TICK_MS, this.closing.signal)
      this.options.host().settleTime()
      for (const session of this.open.keys()) session.tick()
    }
    this.isTicking = false
    this.listening?.end()
    this.listening = null
  }
}

/** Loaded when the first socket comes. Pongs are ours to send: a half-open connection sends none. */
async function startServer(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import('ws')
  return new WebSocketServer({ noServer: true, autoPong: false, clientTracking: false })
}

function carrierOf(socket: WebSocket): Carrier {
  return {
    send: (_type, text) => socket.send(text),
    ping: (body) => socket.ping(body),
    close: (code, reason) => socket.close(code, reason),
    destroy: () => socket.terminate(),
  }
}

/** An ordinary answer on a connection that is to become no socket. */
function refuse(stream: Duplex, reply: FaceReply): void {
  const body = reply.body ?? ''
  const headers = {
    'content-type': reply.contentType ?? 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    date: new Date(realTime.nowMs()).toUTCString(),
    ...reply.headers,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  stream.end([`HTTP/1.1 ${reply.status} Refused`, ...lines, '', body].join('\r\n'))
}
