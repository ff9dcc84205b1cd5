import { channel } from 'node:diagnostics_channel'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { ToolkitError } from '../domain/errors.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Face, FaceReply, FaceRequest } from './face.ts'
import type { Fault, Faults } from './faults.ts'
import type { SocketServer } from './socket-server.ts'

const BODY_LIMIT_BYTES = 1_000_000

/** Told for each request of a venue's face whether a fault spoils the answer: only then are its bytes not the face's own. */
const answering = channel('crosstape:sandbox:answer')

/** One listener on loopback. */
export interface FaceServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string
  close(): Promise<void>
}

export interface FaceServerOptions {
  readonly venue: string
  readonly port: number
  readonly clock: Clock
  /** The rules in force now: a reset replaces them. */
  readonly faults: () => Faults
  /** Made on the first request: a venue that is not called costs nothing. */
  readonly face: () => Face | Promise<Face>
  readonly sockets?: SocketServer
  /** Requests whose path begins with `prefix` go to another face, without faults. */
  readonly aside?: { readonly prefix: string; readonly face: Face }
  /** Called after each answer. */
  readonly afterReply: () => void
}

/**
 * Serves a face on 127.0.0.1, with the faults in force around it.
 * @throws ToolkitError PORT_IN_USE when the port is taken.
 */
export async function listen(options: FaceServerOptions): Promise<FaceServer> {
  const closing = new AbortController()
  const server = createServer((request, response) => {
    answer(options, request, response, closing.signal).catch((error: unknown) => {
      // A bug in a face must look like a broken venue to the client, and like a bug to whoever runs the sandbox.
      process.emitWarning(error instanceof Error ? error : String(error))
      if (response.headersSent) response.destroy()
      else send(response, { status: 500, body: '{"error":"sandbox failure"}' }, options.clock)
    })
  })
  const { sockets } = options
  if (sockets !== undefined) {
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      sockets.upgrade(request, toFaceRequest(request, ''), stream, head).catch((error: unknown) => {
        process.emitWarning(error instanceof Error ? error : String(error))
        stream.destroy()
      })
    })
  }
  server.keepAliveTimeout = 60_000
  await startListening(server, options.port)
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        closing.abort()
        sockets?.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function startListening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(port, error)))
    server.listen(port, '127.0.0.1', () => resolve())
  })
}

function cannotListen(port: number, cause: Error): ToolkitError {
  return new ToolkitError({
    code: 'PORT_IN_USE',
    message: `The sandbox cannot listen on 127.0.0.1:${port}: ${cause.message}.`,
    category: 'usage',
    suggestions: ['Choose another port, or 0 for any free one.'],
    cause,
  })
}

async function answer(
  options: FaceServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const body = await readBody(request)
  if (body === null) return send(response, { status: 413, body: '{"error":"request too large"}' }, options.clock)
  const call = toFaceRequest(request, body)
  if (options.aside !== undefined && call.path.startsWith(options.aside.prefix)) {
    send(response, await options.aside.face.handle(call), options.clock)
    return options.afterReply()
  }
  const face = await options.face()
  const fault = options.faults().takeTransport(options.venue, face.endpoint(call))
  answering.publish({ venue: options.venue, request, fault: fault?.kind ?? null })
  if (fault === null) send(response, await face.handle(call), options.clock)
  else await spoil(fault, { face, call, response, clock: options.clock, closing })
  options.afterReply()
}

interface Spoiling {
  readonly face: Face
  readonly call: FaceRequest
  readonly response: ServerResponse
  readonly clock: Clock
  readonly closing: AbortSignal
}

async function spoil(fault: Fault, on: Spoiling): Promise<void> {
  const { face, call, response, clock, closing } = on
  const executed = 'executed' in fault ? fault.executed : fault.kind !== 'drop_request'
  const reply = executed ? await face.handle(call) : null
  switch (fault.kind) {
    case 'drop_request':
    case 'drop_response':
      response.destroy()
      return
    case 'timeout':
      await clock.sleep(fault.ms, closing)
      response.destroy()
      return
    case 'delay':
      await clock.sleep(fault.ms, closing)
      if (reply !== null) send(response, reply, clock)
      return
    case 'status':
      return send(response, { status: fault.status, body: fault.body, headers: fault.headers }, clock)
    case 'html':
      return send(response, { status: fault.status, body: gatewayPage(fault.status), contentType: 'text/html' }, clock)
    case 'truncate':
      if (reply !== null) sendHalf(response, reply, clock)
      return
    default:
      // Faults that faces carry out are not handed to the server.
      if (reply !== null) send(response, reply, clock)
  }
}

function gatewayPage(status: number): string {
  return `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr></body></html>`
}

function headersOf(reply: FaceReply, clock: Clock): Record<string, string> {
  return {
    date: new Date(clock.nowMs()).toUTCString(),
    ...(reply.body === null ? {} : { 'content-type': reply.contentType ?? 'application/json' }),
    ...reply.headers,
  }
}

function send(response: ServerResponse, reply: FaceReply, clock: Clock): void {
  response.writeHead(reply.status, {
    ...headersOf(reply, clock),
    ...(reply.body === null ? {} : { 'content-length': String(Buffer.byteLength(reply.body)) }),
  })
  response.end(reply.body ?? undefined)
}

function sendHalf(response: ServerResponse, reply: FaceReply, clock: Clock): void {
  const body = reply.body ?? ''
  response.writeHead(reply.status, {
    ...headersOf(reply, clock),
    'content-length': String(Buffer.byteLength(body)),
  })
  response.write(body.slice(0, body.length >> 1), () => response.destroy())
}

/** Null when the body is larger than any venue takes. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    const bytes: Buffer = Buffer.isBuffer(part) ? part : Buffer.from(part)
    size += bytes.length
    if (size <= BODY_LIMIT_BYTES) parts.push(bytes)
  }
  return size > BODY_LIMIT_BYTES ? null : Buffer.concat(parts).toString('utf8')
}

function toFaceRequest(request: IncomingMessage, body: string): FaceRequest {
  const target = request.url ?? '/'
  const mark = target.indexOf('?')
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers,
    body,
  }
}
