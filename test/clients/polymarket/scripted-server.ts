import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** `drop` takes the request and breaks the connection without an answer. */
type Answer =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status?: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> }
  | 'drop'
export type Script = Readonly<Record<string, (request: SeenRequest) => Answer>>

export interface ScriptedServer {
  readonly url: string
  readonly seen: SeenRequest[]
  /** Answers by `METHOD /path`; a key that ends in `*` matches by prefix. */
  script: Script
  count(key: string): number
  close(): Promise<void>
}

/** Literal answers over real HTTP. What is not scripted answers 404 without a body. */
export async function startScriptedServer(script: Script = {}): Promise<ScriptedServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1')
      const seen: SeenRequest = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      scripted.seen.push(seen)
      const answer = findAnswer(scripted.script, seen)
      if (answer === 'drop') return request.socket.destroy()
      const text = answer === undefined ? '' : 'text' in answer ? answer.text : JSON.stringify(answer.json)
      const headers = answer !== undefined && 'headers' in answer ? answer.headers : {}
      response.writeHead(answer === undefined ? 404 : (answer.status ?? 200), {
        'content-type': 'application/json',
        ...headers,
      })
      response.end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${port}`,
    seen: [],
    script,
    count: (key) => scripted.seen.filter((one) => `${one.method} ${one.path}` === key).length,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return scripted
}

function findAnswer(script: Script, seen: SeenRequest): Answer | undefined {
  const key = `${seen.method} ${seen.path}`
  const exact = script[key]
  if (exact !== undefined) return exact(seen)
  const prefix = Object.keys(script).find((one) => one.endsWith('*') && key.startsWith(one.slice(0, -1)))
  return prefix === undefined ? undefined : script[prefix]?.(seen)
}
