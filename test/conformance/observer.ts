import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { BASE } from './find-operation.ts'

/** One request to a Kalshi face and what came back, as both stood on the wire. */
export interface Exchange {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  /** Names in lower case. Of what signs a request, only that it was there. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Null when the sandbox gave none of its own: another server, a fault in its place, a broken connection. */
  readonly answer: Answer | null
}

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

const SANDBOX_ANSWERS = 'crosstape:sandbox:answer'
const HTTP_REQUESTS = 'http.server.request.start'

/** Faults that leave the face's answer as it was. All others put something in its place. */
const harmlessFaults: readonly unknown[] = [null, 'delay']

/**
 * Sees every request that a server in this process takes under Kalshi's path, whoever made the server. Listens to what
 * Node's http module and the sandbox publish, so nothing of either is replaced: the bodies are copied on their way.
 * Returns how to stop.
 */
export function observeServers(take: (exchange: Exchange) => void): () => void {
  const ownAnswers = new WeakSet<object>()
  const onSandboxAnswer = (message: unknown): void => {
    const { request, fault } = message as { readonly request: object; readonly fault: string | null }
    if (harmlessFaults.includes(fault)) ownAnswers.add(request)
  }
  const onRequest = (message: unknown): void => {
    const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse }
    if (request.url?.startsWith(`${BASE}/`) !== true) return
    const body = copyOfRequest(request)
    const answer = copyOfResponse(response)
    response.once('close', () => {
      take({
        method: request.method ?? '',
        target: request.url ?? '',
        headers: withoutSecrets(request.headers),
        body: body(),
        answer: ownAnswers.has(request) && response.writableFinished ? answer() : null,
      })
    })
  }
  subscribe(SANDBOX_ANSWERS, onSandboxAnswer)
  subscribe(HTTP_REQUESTS, onRequest)
  return () => {
    unsubscribe(SANDBOX_ANSWERS, onSandboxAnswer)
    unsubscribe(HTTP_REQUESTS, onRequest)
  }
}

function withoutSecrets(headers: IncomingMessage['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, name.startsWith('kalshi-access-') ? 'there' : String(value)]),
  )
}

/** `push` is how the parser hands a message its bytes; reading them here would take them from the server. */
function copyOfRequest(request: IncomingMessage): () => string {
  const parts: Buffer[] = []
  const push = request.push.bind(request)
  request.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (Buffer.isBuffer(chunk)) parts.push(chunk)
    return push(chunk, encoding)
  }
  return () => Buffer.concat(parts).toString('utf8')
}

function copyOfResponse(response: ServerResponse): () => Answer {
  const parts: Buffer[] = []
  const given: OutgoingHttpHeaders = {}
  const copy = (chunk: unknown): void => {
    if (typeof chunk === 'string') parts.push(Buffer.from(chunk))
    else if (chunk instanceof Uint8Array) parts.push(Buffer.from(chunk))
  }
  // Headers handed to writeHead never show in getHeaders.
  response.writeHead = tapped(response.writeHead, (args) => {
    Object.assign(given, ...args.filter((arg) => typeof arg === 'object'))
  })
  response.write = tapped(response.write, ([chunk]) => copy(chunk))
  response.end = tapped(response.end, ([chunk]) => copy(chunk))
  return () => ({
    status: response.statusCode,
    contentType: String(given['content-type'] ?? response.getHeader('content-type') ?? ''),
    body: Buffer.concat(parts).toString('utf8'),
  })
}

function tapped<Method extends object>(method: Method, see: (args: readonly unknown[]) => void): Method {
  return new Proxy(method, {
    apply: (target, self, args: unknown[]) => {
      see(args)
      return Reflect.apply(target as never, self, args)
    },
  })
}
