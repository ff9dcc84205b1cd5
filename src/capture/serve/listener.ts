import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { ToolkitError } from '../../domain/errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import { basePathOf, endpointFinder, type TapeAlias } from '../format/endpoints.ts'
import type { LiveRequest } from '../format/exchange.ts'
import { travelledBody } from '../format/packed-body.ts'
import { headersOf } from '../record/axios-shapes.ts'
import { isKeepAliveText, type SocketScript } from './socket-script.ts'
import type { Served, ServedAnswer, TapeServer } from './tape-server.ts'

// No venue takes a request this large.
const BODY_BYTES_MAX = 16_000_000

export interface ListenerOptions {
  readonly service: Omit<TapeAlias, 'baseUrl'>
  /** Under which the service lives, e.g. `/trade-api/v2`; empty for the whole host. */
  readonly basePath: string
  /** 0 for any. */
  readonly port: number
  readonly clock: Clock
  readonly tapes: TapeServer
}

export interface Listener {
  /** Port that it got. */
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves one of a venue's services on 127.0.0.1 from tapes.
 * @throws ToolkitError PORT_IN_USE when the port is taken.
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const closing = new AbortController()
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer()
  const port = await startListening(server, options.port)
  const alias: TapeAlias = { ...options.service, baseUrl: `http://127.0.0.1:${port}${options.basePath}` }
  const serving: Serving = { ...options, alias, endpointOf: endpointFinder(alias), closing: closing.signal }
  server.on('request', (request, response) => {
    answer(serving, request, response).catch((error: unknown) => {
      // The client is gone, or a bug: either way it must not look like an answer of a venue.
      if (!request.destroyed) process.emitWarning(error instanceof Error ? error : String(error))
      response.destroy()
    })
  })
  server.on('upgrade', (request, socket, head) => upgrade(serving, sockets, { request, socket, head }))
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        closing.abort()
        for (const socket of sockets.clients) socket.terminate()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Serving extends ListenerOptions {
  readonly alias: TapeAlias
  readonly endpointOf: ReturnType<typeof endpointFinder>
  readonly closing: AbortSignal
}

function startListening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new ToolkitError({
          code: 'PORT_IN_USE',
          category: 'usage',
          message: `The tape cannot be served on 127.0.0.1:${port}: ${cause.message}.`,
          suggestions: ['Choose another port, or 0 for any free one.'],
          cause,
        }),
      )
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

async function answer(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { tapes, clock, closing } = serving
  const served = await tapes.answer(liveRequest(serving, request, await readBody(request)))
  if (served.kind === 'silence') return
  if (served.delayMs > 0) await clock.sleep(served.delayMs, closing)
  send(served, response)
}

function liveRequest({ alias, endpointOf }: Serving, request: IncomingMessage, body: Buffer): LiveRequest {
  const url = new URL(request.url ?? '/', alias.baseUrl)
  const method = (request.method ?? 'GET').toUpperCase()
  return {
    alias,
    basePath: basePathOf(alias),
    endpoint: endpointOf(method, url),
    method,
    url,
    headers: headersOf(request.headers),
    body: body.length === 0 ? null : travelledBody(body, request.headers['content-encoding'] ?? null).body,
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    const bytes: Buffer = Buffer.isBuffer(part) ? part : Buffer.from(part)
    size += bytes.length
    if (size > BODY_BYTES_MAX) throw new Error(`a request of more than ${BODY_BYTES_MAX} bytes`)
    parts.push(bytes)
  }
  return Buffer.concat(parts)
}

function send(served: Exclude<Served, { kind: 'silence' }>, response: ServerResponse): void {
  if (served.kind === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  const { answer } = served
  response.writeHead(answer.status, ...headOf(answer))
  if (served.kind === 'answer') {
    response.end(answer.body)
    return
  }
  const bytes = Buffer.from(answer.body)
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}

function headOf({ statusText, headers, body, status }: ServedAnswer): [string, string[]] {
  const pairs = headers.flatMap(({ name, value }) => [name, value])
  const hasLength = status !== 204 && status !== 304
  return [statusText, hasLength ? [...pairs, 'content-length', String(Buffer.byteLength(body))] : pairs]
}

function upgrade(
  { tapes, alias, clock, closing }: Serving,
  sockets: WebSocketServer,
  { request, socket, head }: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
): void {
  const script = tapes.openSocket(alias, new URL(request.url ?? '/', alias.baseUrl))
  if (!('refused' in script)) {
    sockets.handleUpgrade(request, socket, head, (client) => play(script, client, clock, closing))
    return
  }
  if (script.refused === 0) socket.destroy()
  else {
    const length = Buffer.byteLength(script.body)
    socket.end(
      `HTTP/1.1 ${script.refused} Refused\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n${script.body}`,
    )
  }
}

function play(script: SocketScript, client: WebSocket, clock: Clock, closing: AbortSignal): void {
  let isPlaying = false
  const go = async (): Promise<void> => {
    if (isPlaying) return
    isPlaying = true
    for (let step = script.next(); step.kind !== 'wait' && client.readyState === client.OPEN; step = script.next()) {
      if (step.delayMs > 0) await clock.sleep(step.delayMs, closing)
      if (step.kind === 'close') {
        finish(client, step.end)
        break
      }
      client.send(step.data, { binary: step.opcode === 2 })
    }
    isPlaying = false
  }
  const goOn = (): void => {
    go().catch(() => client.terminate())
  }
  script.onNews = goOn
  client.on('message', (data, isBinary) => {
    const text = Buffer.isBuffer(data) ? data.toString(isBinary ? 'base64' : 'utf8') : ''
    if (isKeepAliveText(text)) {
      if (text === 'PING') client.send('PONG')
      return
    }
    const explanation = script.take(text)
    // A reason has room for 123 bytes. Source: RFC 6455, 5.5.
    if (explanation !== null) client.close(1008, explanation.slice(0, 120))
    else goOn()
  })
  client.on('close', () => script.ended())
  client.on('error', () => client.terminate())
  goOn()
}

function finish(
  client: WebSocket,
  { code, reason, by }: { readonly code: number | null; readonly reason: string; readonly by: string },
): void {
  if (by === 'network' || code === null || code === 1005 || code === 1006) client.terminate()
  else client.close(code, reason)
}
