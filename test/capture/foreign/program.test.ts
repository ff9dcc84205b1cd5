import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { WebSocketServer } from 'ws'
import { type ExchangeEntry, recordedWire } from '../../../src/capture/format/exchange.ts'
import { loadRecording, type Recording } from '../../../src/capture/read/recording.ts'
import { verifyRecording } from '../../../src/capture/read/verify.ts'
import { type ProgramEnd, runProgram } from '../../../src/cli/foreign/run-program.ts'
import { buildRegister } from './built-register.ts'

type Env = Readonly<Record<string, string>>

const bot = join(import.meta.dirname, 'parity-bot.mjs')
const key = 'a-private-key-that-the-environment-holds'

/** A server that answers, hangs, resets and compresses as its queries say, and echoes sockets. */
async function startVenue(): Promise<{ readonly origin: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    if (url.includes('hang=')) return
    if (url.includes('reset=')) {
      request.socket.destroy()
      return
    }
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      const answer = JSON.stringify({
        order_id: 'o-1',
        status: url,
        fill_count: String(body.length),
        count: request.method,
      })
      const zipped = url.includes('gzip=')
      response.writeHead(201, 'Made', {
        'content-type': 'application/json',
        'x-of': 'the venue',
        ...(zipped ? { 'content-encoding': 'gzip' } : {}),
      })
      response.end(zipped ? gzipSync(answer) : answer)
    })
  })
  new WebSocketServer({ server, perMessageDeflate: true }).on('connection', (socket) => {
    socket.on('message', (data) => socket.send(String(data)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `127.0.0.1:${portOf(server)}`, server }
}

/** The same over TLS, and what a program must trust to call it. Null where no certificate can be made. */
async function startSecureVenue(folder: string): Promise<{ readonly server: Server; readonly env: Env } | null> {
  const [keyFile, certificate] = [join(folder, 'key'), join(folder, 'certificate')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  try {
    const args = ['req', '-x509', ...curve, '-keyout', keyFile, '-out', certificate, ...names]
    execFileSync('openssl', args, { stdio: 'ignore' })
  } catch {
    return null
  }
  const server = createSecureServer(
    { key: readFileSync(keyFile), cert: readFileSync(certificate) },
    (request, response) => response.end(JSON.stringify({ orderID: '0x1', status: request.headers.host })),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${portOf(server)}`
  return { server, env: { POLYMARKET_GAMMA_URL: url, NODE_EXTRA_CA_CERTS: certificate } }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('a program on tape', function () {
  this.timeout(60_000)
  let venue: Awaited<ReturnType<typeof startVenue>>
  let secure: Awaited<ReturnType<typeof startSecureVenue>>
  let nobody: number
  let folder: string
  let registerFile: string
  let plain: unknown
  let taped: unknown
  let end: ProgramEnd
  let recording: Recording

  before(async () => {
    venue = await startVenue()
    nobody = await freePort()
    folder = mkdtempSync(join(tmpdir(), 'crosstape-foreign-'))
    secure = await startSecureVenue(folder)
    registerFile = await buildRegister(folder)
    const untaped = await run('plain', { register: false })
    expect(untaped.code).to.equal(0)
    plain = says('plain')
    end = await run('taped')
    taped = says('taped')
    recording = loadRecording('taped', folder)
  })

  after(() => {
    venue.server.closeAllConnections()
    venue.server.close()
    secure?.server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function run(
    session: string,
    options: { readonly register?: boolean; readonly ends?: string } = {},
  ): Promise<ProgramEnd> {
    const { register = true, ends = '' } = options
    return runProgram({
      program: [process.execPath, bot],
      settings: { environment: 'sandbox', captureDir: folder, captureFilter: 'orders', session },
      // What Node loads before the program: the tape, or nothing to speak of.
      registerFile: register ? registerFile : join(import.meta.dirname, 'nothing-child.cjs'),
      env: {
        PATH: process.env.PATH,
        KALSHI_BASE_URL: `http://${venue.origin}/trade-api/v2`,
        POLYMARKET_WS_URL: `ws://${venue.origin}/ws`,
        POLYMARKET_CLOB_URL: `http://127.0.0.1:${nobody}`,
        BOT_SAYS: join(folder, `${session}.json`),
        BOT_ENDS: ends,
        // Node 20 has the global WebSocket behind this.
        NODE_OPTIONS: '--experimental-websocket',
        MY_SECRET: key,
        ...secure?.env,
      },
      onStarted: () => undefined,
    })
  }

  const says = (session: string): unknown => JSON.parse(readFileSync(join(folder, `${session}.json`), 'utf8'))
  const outcomes = (): readonly string[] =>
    recording.exchanges.map(({ method, target, outcome }) => `${method} ${target} ${outcome}`)

  it('is told exactly what it is told without one', () => {
    expect(taped).to.deep.equal(plain)
  })

  it('has every request of it that the filter keeps, in the order in which they left, and how each ended', () => {
    expect(outcomes().slice(0, 17)).to.deep.equal([
      'POST /portfolio/events/orders response',
      'POST /portfolio/events/orders response',
      'POST /portfolio/events/orders response',
      'POST /portfolio/events/orders response',
      'GET /portfolio/fills?a=x%2By&a=2&ticker=A+B response',
      'GET /portfolio/orders?gzip=1 response',
      'GET /portfolio/orders?gzip=2 response',
      'POST /portfolio/events/orders response',
      'GET /portfolio/orders?hang=1 timeout',
      'GET /portfolio/orders?hang=2 timeout',
      'GET /portfolio/orders?hang=8 timeout',
      'POST /portfolio/events/orders response',
      'GET /portfolio/orders?hang=3 timeout',
      'GET /portfolio/orders?hang=4 aborted',
      'GET /portfolio/orders?reset=1 reset',
      'POST /order refused',
      'GET /data/orders refused',
    ])
  })

  it('has what went over TLS', function () {
    if (secure === null) this.skip()
    expect(outcomes().slice(17)).to.deep.equal([
      'POST /order response',
      'GET /data/orders response',
      'GET /data/orders response',
    ])
  })

  it('ends as the program ends, sealed and whole', () => {
    expect(end).to.include({ code: 0, signal: null })
    expect(verifyRecording(join(folder, 'taped'))).to.deep.include({ status: 'whole', problems: [] })
    expect(recording.manifest.trigger).to.deep.equal({ kind: 'program', name: 'parity-bot.mjs', node: process.version })
    expect(recording.manifest.outcome).to.equal('exit 0')
  })

  it('is one of its own for each thread', () => {
    expect(end.sessions).to.deep.equal(['taped', 'taped-2'].map((session) => join(folder, session)))
    const { exchanges } = loadRecording('taped-2', folder)
    expect(exchanges.map(({ target }) => target)).to.deep.equal(['/portfolio/orders?worker=1'])
    expect(verifyRecording(join(folder, 'taped-2')).status).to.equal('whole')
  })

  it('has compressed bodies as text, so that they are redacted like all others, and as they came where that is known', () => {
    const read = (file: string): ExchangeEntry => JSON.parse(readFileSync(join(folder, 'taped', file), 'utf8'))
    const [ofHttp, ofFetch, sent] = [
      read('006_GET_kalshi_orders.json').response.content,
      read('007_GET_kalshi_orders.json').response.content,
      read('008_POST_kalshi_orders.json').request.postData,
    ]
    expect(ofHttp.text).to.contain('"order_id":"o-1"')
    expect(gunzipSync(recordedWire(ofHttp) ?? '').toString()).to.equal(ofHttp.text)
    expect(ofFetch.text).to.contain('"order_id":"o-1"')
    expect(ofFetch._wire).to.deep.equal({ missing: 'unseen' })
    expect(sent?.text).to.contain('"ticker":"')
    expect(gunzipSync(recordedWire(sent ?? {}) ?? '').toString()).to.equal(sent?.text)
  })

  it('has the messages of its sockets, compression undone, and who closed them', () => {
    expect(recording.streams).to.have.length(2)
    for (const { frames, closed } of recording.streams) {
      expect(frames.map(({ type, data }) => [type, data.length > 10])).to.deep.equal([
        ['send', true],
        ['receive', true],
      ])
      expect(closed).to.include({ code: 1000, reason: 'enough', by: 'us' })
    }
  })

  it('that ends in the middle keeps everything up to there, and what was in flight as cut off', async () => {
    const left = await run('left', { ends: 'exit' })
    expect(left).to.include({ code: 3, signal: null })
    expect(verifyRecording(join(folder, 'left'))).to.include({
      status: 'whole',
      exchanges: recording.exchanges.length + 1,
    })
    const last = loadRecording('left', folder).exchanges.at(-1)
    expect(last).to.include({ target: '/portfolio/orders?hang=6', outcome: 'aborted' })
  })

  it('that is killed keeps everything that had ended, and says that it was cut short', async () => {
    const killed = await run('killed', { ends: 'kill' })
    expect(killed).to.include({ code: null, signal: 'SIGKILL' })
    expect(verifyRecording(join(folder, 'killed'))).to.include({
      status: 'ended_early',
      exchanges: recording.exchanges.length,
    })
  })

  it('leaves no secret of the environment and no signature on the disk', () => {
    const written = readdirSync(join(folder, 'taped')).map((file) => readFileSync(join(folder, 'taped', file), 'utf8'))
    expect(written.join('\n')).to.contain('kalshi-access-signature')
    expect(written.join('\n')).to.not.contain('"signed"')
    expect(written.join('\n')).to.not.contain(key)
  })
})
