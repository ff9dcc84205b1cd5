import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/**
 * `forward` passes calls on to the sandbox. The others answer with everything that the request carried, as a careless
 * gateway does: as a refusal of the login, or as a success that cannot be read. `reset` cuts the line.
 */
export type MirrorMode = 'forward' | 'refuse' | 'echo' | 'reset'

/** Stands between a client and a service of the sandbox, and sees what only the venue should see. */
export interface Mirror {
  readonly url: string
  mode: MirrorMode
  /** Signatures, keys and passphrases that went by, by what they are. */
  readonly seen: ReadonlyMap<string, string>
  close(): Promise<void>
}

const secretHeaders = ['kalshi-access-signature', 'poly_signature', 'poly_api_key', 'poly_passphrase']

export async function startMirror(upstream: string): Promise<Mirror> {
  const { origin, pathname } = new URL(upstream)
  const seen = new Map<string, string>()
  const note = (name: string, value: unknown): void => {
    if (typeof value === 'string' && value.length >= 12) seen.set(`${name} ${seen.size}`, value)
  }
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    for (const name of secretHeaders) note(name, request.headers[name])
    for (const match of body.matchAll(/"signature":"([^"]+)"/g)) note('order signature', match[1])
    const told = await answer(mirror.mode, request, body, origin)
    if (told === null) return void request.socket.destroy()
    for (const [, name = '', value] of told.text.matchAll(/"(secret|passphrase|apiKey)":"([^"]+)"/g)) note(name, value)
    reply(response, told)
  })
  const port = await listen(server)
  const mirror: Mirror = {
    url: `http://127.0.0.1:${port}${pathname === '/' ? '' : pathname}`,
    mode: 'forward',
    seen,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return mirror
}

interface Told {
  readonly status: number
  readonly type: string
  readonly text: string
}

async function answer(mode: MirrorMode, request: IncomingMessage, body: string, origin: string): Promise<Told | null> {
  const { method = 'GET', url = '/', headers } = request
  switch (mode) {
    case 'reset':
      return null
    case 'refuse':
    case 'echo': {
      const everything = JSON.stringify({
        error: { code: 'unauthorized', message: JSON.stringify({ headers, body, url }) },
      })
      return { status: mode === 'refuse' ? 401 : 200, type: 'application/json', text: everything }
    }
    case 'forward': {
      const { host: _host, connection: _connection, 'content-length': _length, ...passed } = headers
      const sent = { method, headers: passed as Record<string, string> }
      const upstream = await fetch(`${origin}${url}`, method === 'GET' ? sent : { ...sent, body })
      const type = upstream.headers.get('content-type') ?? 'application/json'
      return { status: upstream.status, type, text: await upstream.text() }
    }
  }
}

function reply(response: ServerResponse, { status, type, text }: Told): void {
  response.writeHead(status, { 'content-type': type, date: new Date().toUTCString() }).end(text)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(Buffer.from(part))
  return Buffer.concat(parts).toString('utf8')
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
