import { createServer, Agent as HttpAgent, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import axios, { AxiosHeaders, type InternalAxiosRequestConfig } from 'axios'
import { expect } from 'chai'
import { directAdapter } from '../../../src/clients/http/direct.ts'
import { createTransport } from '../../../src/clients/http/transport.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'

const packed: readonly [coding: string, pack: (text: string) => Buffer][] = [
  ['gzip', gzipSync],
  ['X-GZIP', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['gzip', (text) => gzipSync(text).subarray(0, -8)],
  ['identity', (text) => Buffer.from(text)],
]

/** Held against axios' own adapter: what the two make of one answer must be the same. */
describe('the direct adapter', () => {
  const agent = new HttpAgent({ keepAlive: true })
  const servers: (Server | TcpServer)[] = []

  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
    agent.destroy()
  })

  async function listen(server: Server | TcpServer): Promise<string> {
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v2/orders?a=1`
  }

  function answering(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    return listen(createServer(answer))
  }

  function call(url: string, more: Partial<InternalAxiosRequestConfig> = {}): InternalAxiosRequestConfig {
    const headers = new AxiosHeaders({ Accept: 'application/json' })
    return {
      url,
      method: 'get',
      headers,
      timeout: 300,
      maxRedirects: 0,
      responseType: 'text',
      httpAgent: agent,
      ...more,
    }
  }

  /** Of both adapters: what the caller is given, or the code of the error. */
  async function both(config: InternalAxiosRequestConfig): Promise<readonly unknown[]> {
    const adapters = [directAdapter(agent, new URL(config.url ?? '')), axios.getAdapter('http')]
    return Promise.all(
      adapters.map((adapter) =>
        adapter({ ...config, validateStatus: null }).then(
          ({ status, statusText, headers, data }) => {
            const { date: _date, ...kept } = { ...headers }
            return { status, statusText, headers: kept, data }
          },
          (error: unknown) => (axios.isAxiosError(error) ? { code: error.code, message: error.message } : error),
        ),
      ),
    )
  }

  async function expectSame(config: InternalAxiosRequestConfig): Promise<unknown> {
    const [ours, theirs] = await both(config)
    expect(ours).to.deep.equal(theirs)
    return ours
  }

  for (const [coding, pack] of packed) {
    it(`reads ${pack('{"a":"é"}').length} bytes in the coding ${coding} as axios does`, async () => {
      const url = await answering((_request, response) => {
        response.writeHead(203, { 'content-encoding': coding }).end(pack('{"a":"é"}'))
      })
      expect(await expectSame(call(url))).to.include({ status: 203, data: '{"a":"é"}' })
    })
  }

  it('leaves the bytes as they travelled where it is told to', async () => {
    const bytes = gzipSync('{}')
    const url = await answering((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes)
    })
    const given = await expectSame(call(url, { responseType: 'arraybuffer', decompress: false }))
    expect(given).to.deep.include({ data: bytes })
  })

  it('takes off a byte order mark, and reads an answer without a body', async () => {
    const url = await answering((_request, response) => response.end('\uFEFF{}'))
    expect(await expectSame(call(url))).to.include({ data: '{}' })
    const empty = await answering((_request, response) => response.writeHead(204, { 'content-encoding': 'gzip' }).end())
    expect(await expectSame(call(empty))).to.include({ status: 204, data: '' })
  })

  it('fails as axios does on a body that is no such coding', async () => {
    const url = await answering((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not packed')
    })
    expect(await expectSame(call(url))).to.include({ code: 'Z_DATA_ERROR' })
  })

  it('takes no more than it may, packed or not', async () => {
    const plain = await answering((_request, response) => response.end('x'.repeat(2_000)))
    expect(await expectSame(call(plain, { maxContentLength: 1_000 }))).to.include({ code: 'ERR_BAD_RESPONSE' })
    const bomb = await answering((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)))
    })
    expect(await expectSame(call(bomb, { maxContentLength: 1_000 }))).to.include({ code: 'ERR_BAD_RESPONSE' })
  })

  it('names the same failure when an answer does not come, stops, or breaks off', async () => {
    const silent = await answering(() => undefined)
    expect(await expectSame(call(silent, { timeout: 60 }))).to.include({ code: 'ECONNABORTED' })
    const stopping = await answering((_request, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half')
    })
    expect(await expectSame(call(stopping, { timeout: 60 }))).to.include({ code: 'ECONNABORTED' })
    const breaking = await answering((_request, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await expectSame(call(breaking))).to.include({ code: 'ERR_BAD_RESPONSE' })
    const hangingUp = await listen(createTcpServer((socket) => socket.on('data', () => socket.resetAndDestroy())))
    expect(await expectSame(call(hangingUp))).to.include({ code: 'ECONNRESET' })
  })

  it('reads an answer that takes longer than the time limit as long as it goes on', async () => {
    const url = await answering(async (_request, response) => {
      for (let part = 0; part < 4; part++) {
        response.write('x')
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      response.end()
    })
    expect(await expectSame(call(url, { timeout: 120 }))).to.include({ data: 'xxxx' })
  })

  it('is given up before and after it was sent', async () => {
    const url = await answering(() => undefined)
    expect(await expectSame(call(url, { signal: AbortSignal.abort() }))).to.include({ code: 'ERR_CANCELED' })
    expect(await expectSame(call(url, { signal: AbortSignal.timeout(40) }))).to.include({ code: 'ERR_CANCELED' })
  })

  it('writes headers and body of an order in one piece, byte for byte', async () => {
    const pieces: string[] = []
    const answer = (socket: Socket): void => {
      socket.on('data', (piece) => {
        pieces.push(piece.toString())
        socket.end('HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}')
      })
    }
    const url = await listen(createTcpServer(answer))
    const body = '{ "client": "é" }'
    const reply = await directAdapter(agent, new URL(url))(call(url, { method: 'delete', data: body }))
    expect([reply.status, reply.data]).to.deep.equal([201, '{}'])
    expect(pieces).to.have.length(1)
    expect(pieces[0]).to.match(/^DELETE \/v2\/orders\?a=1 HTTP\/1\.1\r\nAccept: application\/json\r\n/)
    expect(pieces[0]).to.match(/\r\nContent-Length: 18\r\n/)
    expect(pieces[0]?.endsWith(`\r\n\r\n${body}`)).to.equal(true)
  })

  it('is not used where the environment names a proxy, and for a venue on this machine all the same', async () => {
    const asked: string[] = []
    const proxy = await answering((request, response) => {
      asked.push(request.url ?? '')
      response.end('{}')
    })
    process.env.HTTP_PROXY = new URL(proxy).origin
    try {
      for (const baseUrl of ['http://venue.invalid/v2', new URL(proxy).origin]) {
        const clock = new VirtualClock(0)
        const transport = createTransport({
          venue: 'kalshi',
          service: 'rest',
          baseUrl,
          timeoutMs: 300,
          clock,
          userAgent: 'a',
        })
        await transport.send({ method: 'POST', path: '/orders', body: '{}', safe: false, endpoint: 'place_order' })
        transport.close()
      }
    } finally {
      delete process.env.HTTP_PROXY
    }
    expect(asked).to.deep.equal(['http://venue.invalid/v2/orders', '/orders'])
  })
})
