import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import axios from 'axios'
import { expect } from 'chai'
import { WebSocket, WebSocketServer } from 'ws'
import { loadRecording } from '../../src/capture/read/recording.ts'
import { verifyRecording } from '../../src/capture/read/verify.ts'
import { bindInstance, type TapeSession } from '../../src/capture/record/axios-adapter.ts'
import { openTape } from '../../src/capture/record/tape.ts'
import { TapeCall } from '../../src/capture/record/tape-call.ts'
import { ToolkitError } from '../../src/domain/errors.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { builtChild } from '../support/built.ts'
import {
  type Answer,
  exchangeFiles,
  json,
  kalshiOrder,
  kalshiReply,
  makeInstance,
  openTestTape,
  readEntry,
  sendOrder,
  temporaryFolder,
  Venue,
} from './harness.ts'

const answers: Readonly<Record<string, Answer>> = {
  accept: (_request, response) => json(response, 201, kalshiReply),
  reject: (_request, response) => json(response, 400, { error: { code: 'insufficient_balance', message: 'no' } }),
  fail: (_request, response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>down</h1>'),
  reset: (request) => request.socket.resetAndDestroy(),
  silence: () => undefined,
}

describe('tape', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let venue: Venue
  let answer: Answer

  beforeEach(async () => {
    folder = temporaryFolder()
    answer = answers.accept as Answer
    venue = await Venue.start((request, response, body) => answer(request, response, body))
  })

  afterEach(async () => {
    await venue.stop()
    folder.remove()
  })

  async function recordOne(kind: keyof typeof answers, timeout = 5000): Promise<ReturnType<typeof readEntry>> {
    answer = answers[kind] as Answer
    const tape = await openTestTape(folder.path)
    const instance = makeInstance({ timeout })
    tape.attach(instance, venue.kalshi)
    await sendOrder(instance, venue.kalshi).catch(() => undefined)
    const summary = await tape.close('done')
    expect(summary.problems).to.deep.equal([])
    return readEntry(tape.directory, '001_POST_kalshi_orders.json')
  }

  it('writes an exchange as a HAR entry with what was sent and what came', async () => {
    const entry = await recordOne('accept')
    expect(entry.request.postData?.text).to.equal(JSON.stringify(kalshiOrder))
    expect(entry.response.content.text).to.equal(JSON.stringify(kalshiReply))
    expect(entry.response.status).to.equal(201)
    expect(entry._requestBody).to.deep.equal(kalshiOrder)
    expect(entry._responseBody).to.deep.equal(kalshiReply)
    expect(entry).to.include({ _seq: 1, _venue: 'kalshi', _endpoint: 'orders', _outcome: 'response' })
    expect(entry).to.have.all.keys(
      ...['startedDateTime', 'time', 'request', 'response', 'cache', 'timings', '_requestBody', '_responseBody'],
      ...['_seq', '_inFlight', '_venue', '_service', '_basePath', '_endpoint', '_outcome'],
    )
  })

  it('keeps the names of the signed headers and none of their values', async () => {
    const { headers } = (await recordOne('accept')).request
    expect(headers).to.deep.include({ name: 'kalshi-access-key', value: '{{kalshi.key}}' })
    expect(headers).to.deep.include({ name: 'kalshi-access-signature', value: '{{kalshi.signature}}' })
    expect(headers).to.deep.include({ name: 'content-type', value: 'application/json' })
  })

  it('keeps a refusal like any response', async () => {
    const entry = await recordOne('reject')
    expect(entry.response.status).to.equal(400)
    expect(entry._responseBody).to.deep.equal({ error: { code: 'insufficient_balance', message: 'no' } })
  })

  it('keeps a failing venue that answers HTML', async () => {
    const entry = await recordOne('fail')
    expect(entry.response.content).to.include({ mimeType: 'text/html', text: '<h1>down</h1>' })
    expect(entry).not.to.have.property('_responseBody')
  })

  it('keeps an exchange without an answer as a time-out', async () => {
    const entry = await recordOne('silence', 50)
    expect(entry._outcome).to.equal('timeout')
    expect(entry._error?.code).to.equal('ECONNABORTED')
    expect(entry.response.status).to.equal(0)
  })

  it('keeps a connection that broke as a reset', async () => {
    const entry = await recordOne('reset')
    expect(entry._outcome).to.equal('reset')
    expect(entry._error?.code).to.equal('ECONNRESET')
  })

  it('keeps a refused connection', async () => {
    await venue.stop()
    const entry = await recordOne('accept')
    expect(entry._outcome).to.equal('refused')
    expect(entry._error).to.deep.equal({ code: 'ECONNREFUSED', syscall: 'connect' })
  })

  it('keeps a request that its caller gave up', async () => {
    answer = answers.silence as Answer
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    const url = `${venue.kalshi.baseUrl}/portfolio/orders`
    await instance.get(url, { signal: AbortSignal.timeout(30) }).catch(() => undefined)
    await tape.close('done')
    expect(readEntry(tape.directory, '001_GET_kalshi_orders.json')._outcome).to.equal('aborted')
  })

  it('hands the caller the very response and the very error of an untaped instance', async () => {
    const tape = await openTestTape(folder.path)
    const [plain, taped] = [makeInstance({ timeout: 500 }), makeInstance({ timeout: 500 })]
    tape.attach(taped, venue.kalshi)
    const outcomes = async (instance: typeof plain): Promise<unknown> => {
      const found: unknown[] = []
      for (const kind of ['accept', 'reject', 'reset', 'silence'] as const) {
        answer = answers[kind] as Answer
        found.push(
          await sendOrder(instance, venue.kalshi).then(
            ({ status, data }) => ({ status, data }),
            (error: unknown) => axios.isAxiosError(error) && { code: error.code, message: error.message },
          ),
        )
      }
      return found
    }
    expect(await outcomes(taped)).to.deep.equal(await outcomes(plain))
    await tape.close('done')
  })

  it('hands on a rejected status as the error that the instance makes of it', async () => {
    answer = answers.reject as Answer
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    instance.defaults.validateStatus = (status) => status < 300
    tape.attach(instance, venue.kalshi)
    const error: unknown = await sendOrder(instance, venue.kalshi).catch((reason: unknown) => reason)
    await tape.close('done')
    expect(axios.isAxiosError(error) && error.response?.status).to.equal(400)
    expect(readEntry(tape.directory, '001_POST_kalshi_orders.json')._outcome).to.equal('response')
  })

  it('numbers by request start, across venues, also when the answers come in another order', async () => {
    answer = (_request, response, body) => {
      const delay = body.includes('"slow"') ? 60 : 5
      setTimeout(() => json(response, 201, kalshiReply), delay)
    }
    const tape = await openTestTape(folder.path)
    const [kalshi, polymarket] = [makeInstance(), makeInstance()]
    tape.attach(kalshi, venue.kalshi)
    tape.attach(polymarket, venue.polymarket)
    await Promise.all([
      sendOrder(kalshi, venue.kalshi, { ticker: 'slow' }),
      polymarket.post(`${venue.origin}/order`, JSON.stringify({ orderType: 'GTC' })),
      sendOrder(kalshi, venue.kalshi, { ticker: 'quick' }),
    ])
    await tape.close('done')
    expect(exchangeFiles(tape.directory)).to.deep.equal([
      '001_POST_kalshi_orders.json',
      '002_POST_polymarket_order.json',
      '003_POST_kalshi_orders.json',
    ])
    expect(readEntry(tape.directory, '001_POST_kalshi_orders.json').request.postData?.text).to.contain('slow')
  })

  it('keeps its numbers gapless and its files whole under many requests at once', async () => {
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => sendOrder(instance, venue.kalshi, { client_order_id: `c${i}` })),
    )
    const summary = await tape.close('done')
    expect(summary.exchanges).to.equal(60)
    expect(verifyRecording(tape.directory)).to.deep.include({ status: 'whole', exchanges: 60, problems: [] })
  })

  it('leaves requests that the filter leaves out entirely alone', async () => {
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    await instance.get(`${venue.kalshi.baseUrl}/markets/KXFED/orderbook`)
    const summary = await tape.close('done')
    expect(summary.exchanges).to.equal(0)
    expect(venue.received).to.have.length(1)
  })

  it('never tapes an exchange that carries API keys, whatever the filter', async () => {
    const tape = await openTestTape(folder.path, { filter: 'all' })
    const instance = makeInstance()
    tape.attach(instance, venue.polymarket)
    await instance.get(`${venue.origin}/auth/derive-api-key`)
    await instance.get(`${venue.origin}/book?token_id=1`)
    await tape.close('done')
    expect(exchangeFiles(tape.directory)).to.deep.equal(['001_GET_polymarket_book.json'])
  })

  it('notes operations in order, with what was asked and what came of it', async () => {
    const tape = await openTestTape(folder.path)
    await tape.recordOperation({
      op: 'place',
      input: { price: '0.45' },
      outcome: undefined,
      at: '2026-11-20T10:00:00.000Z',
    })
    await tape.recordOperation({
      op: 'cancel',
      input: {},
      outcome: { kind: 'not_live' },
      at: '2026-11-20T10:00:01.000Z',
    })
    await tape.close('done')
    expect(loadRecording('test', folder.path).operations).to.deep.equal([
      { n: 1, op: 'place', input: { price: '0.45' }, outcome: null, at: '2026-11-20T10:00:00.000Z' },
      { n: 2, op: 'cancel', input: {}, outcome: { kind: 'not_live' }, at: '2026-11-20T10:00:01.000Z' },
    ])
  })

  it('seals the manifest with counts, venues, checksums and what the replay needs', async () => {
    const accounts = { polymarket: { signer: '0xabc', signatureType: '3' } }
    const tape = await openTestTape(folder.path, { accounts, seed: 'the seed', session: 'sealed' })
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    await sendOrder(instance, venue.kalshi)
    await tape.close('done')
    const { manifest } = loadRecording('sealed', folder.path)
    expect(manifest).to.deep.include({ format: 2, session: 'sealed', outcome: 'done', seed: 'the seed', accounts })
    expect(manifest).to.deep.include({
      venues: ['kalshi'],
      counts: { exchanges: 1, operations: 0, streams: 0, frames: 0 },
    })
    expect(Object.keys(manifest.files)).to.deep.equal(['001_POST_kalshi_orders.json', 'operations.jsonl'])
    expect(readdirSync(tape.directory).sort()).to.deep.equal([
      '001_POST_kalshi_orders.json',
      'manifest.json',
      'operations.jsonl',
    ])
  })

  it('patches nothing global, and gives the instance its own adapter back', async () => {
    const globals = [http.request, http.get, http.Agent.prototype.destroy, globalThis.fetch]
    const instance = makeInstance()
    const { adapter } = instance.defaults
    const tape = await openTestTape(folder.path)
    tape.attach(instance, venue.kalshi)
    expect(instance.defaults.adapter).not.to.equal(adapter)
    expect([http.request, http.get, http.Agent.prototype.destroy, globalThis.fetch]).to.deep.equal(globals)
    await tape.close('done')
    expect(instance.defaults.adapter).to.equal(adapter)
  })

  it('does not get into the way of sockets', async () => {
    const sockets = new WebSocketServer({ server: venue.httpServer })
    sockets.on('connection', (socket) => socket.send('hello'))
    const tape = await openTestTape(folder.path, { filter: 'all' })
    tape.attach(makeInstance(), venue.kalshi)
    const socket = new WebSocket(venue.origin.replace('http', 'ws'))
    const message = await new Promise((resolve) => socket.once('message', (data) => resolve(String(data))))
    socket.terminate()
    await tape.close('done')
    expect(message).to.equal('hello')
  })

  it('waits for what is in flight before it seals', async () => {
    answer = (_request, response) => setTimeout(() => json(response, 201, kalshiReply), 50)
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    const sent = sendOrder(instance, venue.kalshi)
    await new Promise((resolve) => setTimeout(resolve, 20))
    const summary = await tape.close('done')
    expect(summary.exchanges).to.equal(1)
    expect((await sent).status).to.equal(201)
  })

  it('gives a second session of one name a folder of its own', async () => {
    const tapes = await Promise.all([1, 2, 3].map(() => openTestTape(folder.path, { session: 'same' })))
    expect(tapes.map(({ session }) => session)).to.deep.equal(['same', 'same-2', 'same-3'])
    await Promise.all(tapes.map((tape) => tape.close('done')))
  })

  it('names a session after its day and environment', async () => {
    const tape = await openTape({
      captureDir: folder.path,
      environment: 'demo',
      toolVersion: '0.0.0-test',
      filter: 'orders',
      clock: new VirtualClock(Date.parse('2026-11-20T23:59:59Z')),
      seed: 'seed',
      trigger: { kind: 'command', argv: [] },
      accounts: {},
      secrets: [],
    })
    expect(tape.session).to.equal('session_2026-11-20_demo')
    await tape.close('done')
  })

  for (const session of ['../escape', 'a/b', '', '.hidden']) {
    it(`refuses the session name ${JSON.stringify(session)}`, async () => {
      const error: unknown = await openTestTape(folder.path, { session }).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(ToolkitError).with.property('code', 'SESSION_NAME_INVALID')
    })
  }

  it('says so when the capture folder cannot be made', async () => {
    await openTestTape(folder.path).then((tape) => tape.close('done'))
    const blocked = join(folder.path, 'test', 'manifest.json')
    const error: unknown = await openTestTape(join(blocked, 'x')).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(ToolkitError).with.property('code', 'CAPTURE_DIR_UNUSABLE')
  })

  it('survives kill -9 with everything that had ended, and tells what was in flight', async () => {
    answer = (request, response, body) =>
      body.includes('"never"') ? undefined : answers.accept?.(request, response, body)
    const child = spawn(process.execPath, [builtChild(join(import.meta.dirname, 'recording-child.ts'))], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TAPE_DIR: folder.path, TAPE_BASE: venue.kalshi.baseUrl },
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    const check = verifyRecording(join(folder.path, 'killed'))
    expect(check).to.deep.include({ status: 'ended_early', exchanges: 3, problems: [], operations: 1 })
    expect(check.notes.join('\n')).to.match(/ended early.*3 exchanges intact/)
    expect(check.notes.join('\n')).to.match(/Exchange 4 was in flight: POST .*orders to kalshi/)
    expect(loadRecording('killed', folder.path).exchanges.map(({ seq }) => seq)).to.deep.equal([1, 2, 3])
  })

  it('lets two processes record into one folder', async () => {
    const run = (): Promise<number | null> =>
      new Promise((resolve) => {
        spawn(process.execPath, [builtChild(join(import.meta.dirname, 'recording-child.ts'))], {
          stdio: 'ignore',
          env: { ...process.env, TAPE_DIR: folder.path, TAPE_BASE: venue.kalshi.baseUrl, TAPE_ENDS: '1' },
        }).once('exit', resolve)
      })
    expect(await Promise.all([run(), run()])).to.deep.equal([0, 0])
    for (const session of ['killed', 'killed-2']) {
      expect(verifyRecording(join(folder.path, session))).to.include({ status: 'whole', exchanges: 3 })
    }
  })

  it('keeps no request in Polly, which would hold them for the life of the session', async () => {
    const instance = makeInstance()
    const polly = bindInstance('flat', { kind: 'record' }, { instance, alias: venue.kalshi, session: keepNothing })
    for (let i = 0; i < 5; i += 1) await sendOrder(instance, venue.kalshi)
    expect(Reflect.get(polly, '_requests')).to.deep.equal([])
    await polly.stop()
  })

  it('lets a request go before Polly makes anything of it', async () => {
    const instance = makeInstance()
    const steps: string[] = []
    const { adapter } = instance.defaults
    if (typeof adapter !== 'function') throw new Error('the adapter is not a function')
    instance.defaults.adapter = (config) => {
      steps.push('sent')
      return adapter(config)
    }
    const polly = bindInstance('late', { kind: 'record' }, { instance, alias: venue.kalshi, session: keepNothing })
    polly.server.any().on('request', () => {
      steps.push('with Polly')
    })
    await sendOrder(instance, venue.kalshi)
    expect(steps).to.deep.equal(['sent', 'with Polly'])
    await polly.stop()
  })
})

/** Takes every request through Polly and writes nothing. */
const keepNothing: TapeSession = {
  begin: (live, config, send) => new TapeCall(live, config, send, null),
  record: () => undefined,
  find: () => null,
  replayed: () => undefined,
}
