import { existsSync } from 'node:fs'
import type { AxiosInstance } from 'axios'
import { expect } from 'chai'
import { loadRecording } from '../../src/capture/read/recording.ts'
import type { Tape } from '../../src/capture/record/tape.ts'
import type { Drift } from '../../src/capture/replay/drift.ts'
import { openReplay, type ReplayTape } from '../../src/capture/replay/replay-tape.ts'
import { RequestState } from '../../src/clients/http/rates.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import {
  json,
  kalshiOrder,
  kalshiReply,
  makeInstance,
  openTestTape,
  sendOrder,
  temporaryFolder,
  Venue,
} from './harness.ts'

/** A host that cannot exist: a request that left the tape would fail by another name. */
const nowhere = { venue: 'kalshi', service: 'rest', baseUrl: 'http://tape.invalid/elsewhere' } as const

describe('replay tape', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let venue: Venue
  let answered: number

  beforeEach(async () => {
    folder = temporaryFolder()
    answered = 0
    venue = await Venue.start((request, response, body) => {
      answered += 1
      if (body.includes('"reset"')) request.socket.resetAndDestroy()
      else if (body.includes('"silence"')) return
      else if (body.includes('"reject"')) json(response, 400, { error: { code: 'invalid_price', message: 'no' } })
      else json(response, 201, { ...kalshiReply, order_id: `order-${answered}` })
    })
  })

  afterEach(async () => {
    await venue.stop()
    folder.remove()
  })

  async function record(
    session: string,
    use: (instance: AxiosInstance, tape: Tape) => Promise<unknown>,
  ): Promise<void> {
    const tape = await openTestTape(folder.path, { session, filter: 'all' })
    const instance = makeInstance({ timeout: 500 })
    tape.attach(instance, venue.kalshi)
    await use(instance, tape)
    const { problems } = await tape.close('done')
    expect(problems).to.deep.equal([])
    answered = 0
  }

  function play(...sessions: readonly string[]): { readonly tape: ReplayTape; readonly instance: AxiosInstance } {
    const tape = openReplay(sessions.map((session) => loadRecording(session, folder.path)))
    const instance = makeInstance()
    tape.attach(instance, nowhere)
    return { tape, instance }
  }

  const outcome = (sent: Promise<{ status: number; data: string }>): Promise<unknown> =>
    sent.then(
      ({ status, data }) => ({ status, data }),
      (error: unknown) => Reflect.get(Object(error), 'code'),
    )

  function onlyDrift(tape: ReplayTape): Drift {
    expect(tape.drifts()).to.have.length(1)
    return tape.drifts()[0] as Drift
  }

  it('answers as the venue did, status, body and failures alike, without any network', async () => {
    const tickers = ['accept', 'reject', 'reset', 'silence', 'accept']
    const recorded: unknown[] = []
    await record('all-ends', async (instance) => {
      for (const ticker of tickers) recorded.push(await outcome(sendOrder(instance, venue.kalshi, { ticker })))
    })
    const { tape, instance } = play('all-ends')
    const replayed: unknown[] = []
    for (const ticker of tickers) replayed.push(await outcome(sendOrder(instance, nowhere, { ticker })))
    expect(replayed).to.deep.equal(recorded)
    expect(recorded.slice(2, 4)).to.deep.equal(['ECONNRESET', 'ECONNABORTED'])
    expect({ drifts: tape.drifts(), unused: tape.unused(), answered }).to.deep.equal({
      drifts: [],
      unused: [],
      answered: 0,
    })
  })

  it('replays a refused connection as one that was never made', async () => {
    await venue.stop()
    await record('refused', (instance) => outcome(sendOrder(instance, venue.kalshi)))
    const { instance } = play('refused')
    expect(await outcome(sendOrder(instance, nowhere))).to.equal('ECONNREFUSED')
    venue = await Venue.start(() => undefined)
  })

  it('does not mind another signature, another time stamp or another order of parameters', async () => {
    await record('headers', (instance) =>
      instance.get(`${venue.kalshi.baseUrl}/portfolio/orders?ticker=A&status=resting`, {
        headers: { 'KALSHI-ACCESS-SIGNATURE': 'one' },
      }),
    )
    const { tape, instance } = play('headers')
    const url = `${nowhere.baseUrl}/portfolio/orders?status=resting&ticker=A`
    await instance.get(url, { headers: { 'KALSHI-ACCESS-SIGNATURE': 'two' } })
    expect(tape.drifts()).to.deep.equal([])
  })

  it('does not mind another Polymarket signature or API key, which prove nothing in a replay', async () => {
    const order = (signature: string, owner: string): string =>
      JSON.stringify({ order: { makerAmount: '4500000', signature }, owner, orderType: 'FOK' })
    const tape = await openTestTape(folder.path, { session: 'polymarket' })
    const instance = makeInstance()
    tape.attach(instance, venue.polymarket)
    await instance.post(`${venue.origin}/order`, order('0x11', 'key-of-the-account'))
    await tape.close('done')
    const replay = openReplay([loadRecording('polymarket', folder.path)])
    const player = makeInstance()
    replay.attach(player, { venue: 'polymarket', service: 'clob', baseUrl: 'http://tape.invalid' })
    await player.post('http://tape.invalid/order', order('0x22', 'key-of-nobody'))
    expect(replay.drifts()).to.deep.equal([])
  })

  it('explains a different request field by field, money first, and never sends it', async () => {
    await record('one', (instance) => sendOrder(instance, venue.kalshi))
    const { tape, instance } = play('one')
    const changes = { client_order_id: 'another', price: '0.4600', post_only: true }
    expect(await outcome(sendOrder(instance, nowhere, changes))).to.equal('ECONNREFUSED')
    const found = onlyDrift(tape)
    expect(found.kind).to.equal('different_request')
    expect(found.differences).to.deep.equal([
      { field: 'body.price', recorded: '"0.4500"', actual: '"0.4600"' },
      { field: 'body.post_only', recorded: null, actual: 'true' },
      { field: 'body.client_order_id', recorded: JSON.stringify(kalshiOrder.client_order_id), actual: '"another"' },
    ])
    expect(found.describe().join('\n')).to.match(/price: recorded "0.4500", now "0.4600"/)
    expect(tape.unused()).to.deep.equal([])
    expect(answered).to.equal(0)
  })

  it('tells large numbers apart that a double cannot hold', async () => {
    const body = (time: string): string => `{"expiration_time":${time}}`
    const url = '/portfolio/events/orders'
    await record('numbers', (instance) => instance.post(`${venue.kalshi.baseUrl}${url}`, body('9007199254740993')))
    const { tape, instance } = play('numbers')
    await instance.post(`${nowhere.baseUrl}${url}`, body('9007199254740992')).catch(() => undefined)
    expect(onlyDrift(tape).kind).to.equal('different_request')
  })

  it('names the nearest exchange when a request has no place on the tape', async () => {
    await record('one', (instance) => instance.get(`${venue.kalshi.baseUrl}/portfolio/orders?ticker=A`))
    const { tape, instance } = play('one')
    await instance.get(`${nowhere.baseUrl}/portfolio/orders?ticker=B`).catch(() => undefined)
    const found = onlyDrift(tape)
    expect(found.kind).to.equal('unexpected_request')
    expect(found.recorded).to.include({ seq: 1, file: '001_GET_kalshi_orders.json' })
    expect(found.differences).to.deep.equal([{ field: 'query.ticker', recorded: 'A', actual: 'B' }])
  })

  it('says that nothing is left when a request comes after the end of the tape', async () => {
    await record('one', (instance) => sendOrder(instance, venue.kalshi))
    const { tape, instance } = play('one')
    await sendOrder(instance, nowhere)
    await outcome(sendOrder(instance, nowhere))
    expect(onlyDrift(tape).describe().join('\n')).to.match(/Unexpected request.*\n.*\n.*no further request to kalshi/)
    expect(answered).to.equal(0)
  })

  it('says so when the recording’s filter left the endpoint out', async () => {
    const recorder = await openTestTape(folder.path, { session: 'orders-only' })
    await recorder.close('done')
    const { tape, instance } = play('orders-only')
    await instance.get(`${nowhere.baseUrl}/markets/KX`).catch(() => undefined)
    expect(onlyDrift(tape).note).to.contain('filter "orders"')
  })

  it('lets a replay ask first for what had to wait for a rate limit while others went', async () => {
    await record('waited', async (instance) => {
      await instance.get(`${venue.kalshi.baseUrl}/portfolio/orders?ticker=OVERTAKES`)
      const crosstape = new RequestState({ method: 'GET', path: '/', safe: true, endpoint: 'list_orders' }, '/')
      crosstape.waitedMs = 60_000
      await instance.get(`${venue.kalshi.baseUrl}/portfolio/orders?ticker=WAITED`, { crosstape })
      await instance.get(`${venue.kalshi.baseUrl}/portfolio/orders?ticker=LAST`)
    })
    const { tape, instance } = play('waited')
    for (const ticker of ['WAITED', 'OVERTAKES', 'LAST']) {
      await instance.get(`${nowhere.baseUrl}/portfolio/orders?ticker=${ticker}`)
    }
    expect(tape.drifts()).to.deep.equal([])
  })

  it('calls a later exchange out of order', async () => {
    await record('two', async (instance) => {
      await sendOrder(instance, venue.kalshi, { ticker: 'first' })
      await instance.get(`${venue.kalshi.baseUrl}/portfolio/orders`)
    })
    const { tape, instance } = play('two')
    await instance.get(`${nowhere.baseUrl}/portfolio/orders`).catch(() => undefined)
    expect(onlyDrift(tape)).to.include({
      kind: 'out_of_order',
      note: 'Next on the tape is 001_POST_kalshi_orders.json.',
    })
  })

  it('takes requests that were in flight together in either order', async () => {
    await record('together', (instance) =>
      Promise.all(['a', 'b', 'c'].map((ticker) => sendOrder(instance, venue.kalshi, { ticker }))),
    )
    const { tape, instance } = play('together')
    await Promise.all(['c', 'a', 'b'].map((ticker) => sendOrder(instance, nowhere, { ticker })))
    expect({ drifts: tape.drifts(), unused: tape.unused() }).to.deep.equal({ drifts: [], unused: [] })
  })

  it('counts a refused request that is tried again once, and uses up nothing more', async () => {
    await record('two', async (instance) => {
      await sendOrder(instance, venue.kalshi, { ticker: 'first' })
      await sendOrder(instance, venue.kalshi, { ticker: 'second' })
    })
    const { tape, instance } = play('two')
    for (let attempt = 0; attempt < 3; attempt += 1) await outcome(sendOrder(instance, nowhere, { ticker: 'other' }))
    expect(await outcome(sendOrder(instance, nowhere, { ticker: 'second' }))).to.have.property('status', 201)
    expect(tape.drifts()).to.have.length(1)
  })

  it('lists what nobody asked for', async () => {
    await record('one', (instance) => sendOrder(instance, venue.kalshi))
    const { tape } = play('one')
    expect(tape.unused()).to.deep.equal([
      {
        session: 'one',
        seq: 1,
        file: '001_POST_kalshi_orders.json',
        venue: 'kalshi',
        method: 'POST',
        target: '/portfolio/events/orders',
      },
    ])
  })

  it('plays the tapes of two days as one, each venue in its own order', async () => {
    await record('monday', (instance) => sendOrder(instance, venue.kalshi, { ticker: 'monday' }))
    await record('tuesday', (instance) => sendOrder(instance, venue.kalshi, { ticker: 'tuesday' }))
    const { tape, instance } = play('monday', 'tuesday')
    await sendOrder(instance, nowhere, { ticker: 'monday' })
    await sendOrder(instance, nowhere, { ticker: 'tuesday' })
    expect({ drifts: tape.drifts(), unused: tape.unused() }).to.deep.equal({ drifts: [], unused: [] })
  })

  it('moves its clock along the recorded times', async () => {
    await record('one', (instance) => sendOrder(instance, venue.kalshi, { ticker: 'silence' }).catch(() => undefined))
    const { manifest, exchanges } = loadRecording('one', folder.path)
    const { tape, instance } = play('one')
    expect(tape.clock.nowMs()).to.equal(manifest.clockOriginMs)
    await outcome(sendOrder(instance, nowhere, { ticker: 'silence' }))
    expect(tape.clock.nowMs()).to.be.closeTo(exchanges[0]?.endedAtMs ?? 0, 1)
    expect(tape.clock.nowMs() - manifest.clockOriginMs).to.be.at.least(50)
  })

  it('can give the recorded latency on a clock', async () => {
    await record('one', (instance) => sendOrder(instance, venue.kalshi, { ticker: 'silence' }).catch(() => undefined))
    const clock = new VirtualClock(0)
    const tape = openReplay([loadRecording('one', folder.path)], { latency: { clock, factor: 2 } })
    const instance = makeInstance()
    tape.attach(instance, nowhere)
    await outcome(sendOrder(instance, nowhere, { ticker: 'silence' }))
    expect(clock.nowMs()).to.be.at.least(100)
  })

  it('lets go of the instance', async () => {
    await record('one', (instance) => sendOrder(instance, venue.kalshi))
    const { tape, instance } = play('one')
    await tape.close()
    expect((await sendOrder(instance, venue.kalshi)).status).to.equal(201)
    expect(existsSync(folder.path)).to.equal(true)
  })
})
