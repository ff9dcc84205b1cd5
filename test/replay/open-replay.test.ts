import { request } from 'node:http'
import axios, { type AxiosInstance } from 'axios'
import { expect } from 'chai'
import { openReplay } from '../../src/replay/replay.ts'
import type { Replay, ReplayOptions } from '../../src/replay/types.ts'
import { json, openTestTape, temporaryFolder, Venue } from '../capture/harness.ts'

const baseURL = 'https://venue.invalid/trade-api/v2'

/** A program that talks through axios as it comes: no adapter, no transformation, no status of its own. */
function program(): AxiosInstance {
  return axios.create({ baseURL })
}

describe('a replay for another program', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let venue: Venue
  let replay: Replay

  before(async () => {
    folder = temporaryFolder()
    venue = await Venue.start((call, response, body) => {
      if (body.includes('"refused"')) json(response, 400, { error: { code: 'invalid_order' } })
      else if (call.method === 'GET') json(response, 200, { fills: [], cursor: '' })
      else json(response, 201, { order_id: 'order-1', fill_count: '5.00', remaining_count: '0.00' })
    })
    for (const [session, tickers] of [
      ['monday', ['A', 'refused']],
      ['tuesday', ['B', 'C']],
    ] as const) {
      const tape = await openTestTape(folder.path, { session, filter: 'all', seed: `seed of ${session}` })
      const http = axios.create({ baseURL: venue.kalshi.baseUrl, adapter: axios.getAdapter('http'), proxy: false })
      tape.attach(http, venue.kalshi)
      for (const ticker of tickers) await http.post('/portfolio/events/orders', { ticker }).catch(() => undefined)
      await http.get('/portfolio/fills')
      await tape.close('done')
    }
  })
  after(async () => {
    await venue.stop()
    folder.remove()
  })
  afterEach(() => replay.close())

  function open(sessions: ReplayOptions['sessions'], options: Partial<ReplayOptions> = {}): AxiosInstance {
    replay = openReplay({ sessions, captureDir: folder.path, ...options })
    const http = program()
    replay.attach(http, { venue: 'kalshi', baseUrl: baseURL })
    return http
  }
  const order = (http: AxiosInstance, ticker: string) => http.post('/portfolio/events/orders', { ticker })
  const fills = (http: AxiosInstance) => http.get('/portfolio/fills')

  it('answers as axios would: parsed bodies, and an error for a status that the program rejects', async () => {
    const http = open('monday')
    expect((await order(http, 'A')).data).to.include({ order_id: 'order-1' })
    const error: unknown = await order(http, 'refused').catch((thrown: unknown) => thrown)
    expect(axios.isAxiosError(error) && [error.code, error.response?.status, error.response?.data]).to.deep.equal([
      'ERR_BAD_REQUEST',
      400,
      { error: { code: 'invalid_order' } },
    ])
    await fills(http)
    replay.expectNoDrift()
    replay.expectNothingUnused()
  })

  it('names what nobody asked for', async () => {
    await order(open('monday'), 'A')
    expect(() => replay.expectNothingUnused()).to.throw(
      'monday/002_POST_kalshi_orders.json\nmonday/003_GET_kalshi_fills.json',
    )
  })

  it('is strict about the order of requests unless it is told otherwise', async () => {
    await order(open('tuesday'), 'C').catch(() => undefined)
    expect(replay.drifts()).to.have.length(1)
    await replay.close()
    const http = open('tuesday', { mode: 'by-endpoint' })
    await fills(http)
    await order(http, 'C')
    await order(http, 'B')
    replay.expectNoDrift()
    replay.expectNothingUnused()
  })

  it('answers a read by endpoint as often as it is asked, and an order once', async () => {
    const http = open('tuesday', { mode: 'by-endpoint' })
    for (let i = 0; i < 3; i += 1) expect((await fills(http)).status).to.equal(200)
    await order(http, 'B')
    expect(replay.drifts()).to.deep.equal([])
    await order(http, 'B').catch(() => undefined)
    expect(replay.drifts()).to.have.length(1)
  })

  it('plays one session after the other when it is told to', async () => {
    const http = open(['monday', 'tuesday'], { by: 'sequence', mode: 'strict' })
    await order(http, 'B').catch(() => undefined)
    expect(replay.drifts()).to.have.length(1)
    await replay.close()
    const again = open(['monday', 'tuesday'], { by: 'sequence' })
    await order(again, 'A')
    await order(again, 'refused').catch(() => undefined)
    await fills(again)
    await order(again, 'B')
    replay.expectNoDrift()
  })

  it('draws the ids of the recording, and tells its time', async () => {
    const http = open('monday')
    const [first, began] = [replay.ids.uuid(), replay.clock.nowMs()]
    await order(http, 'A')
    expect(replay.clock.nowMs()).to.be.at.least(began)
    await replay.close()
    open('monday')
    expect(replay.ids.uuid()).to.equal(first)
    expect(replay.seed).to.equal('seed of monday')
  })

  it('takes as long as the venue took when it is told to, or a part of it', async () => {
    const took = async (latency: ReplayOptions['latency']): Promise<number> => {
      const http = open('slow', latency === undefined ? {} : { latency })
      const began = performance.now()
      await order(http, 'A')
      await replay.close()
      return performance.now() - began
    }
    const tape = await openTestTape(folder.path, { session: 'slow' })
    const http = axios.create({
      baseURL: venue.kalshi.baseUrl,
      adapter: () => new Promise(() => undefined),
      timeout: 0,
    })
    Object.assign(http.defaults, {
      adapter: async (config: object) => {
        await new Promise((resolve) => setTimeout(resolve, 300))
        return { status: 201, statusText: '', headers: {}, config, data: '{}' }
      },
    })
    tape.attach(http, venue.kalshi)
    await order(http, 'A')
    await tape.close('done')
    expect(await took(undefined)).to.be.below(250)
    expect(await took(0.2)).to.be.within(50, 290)
    expect(await took('recorded')).to.be.at.least(290)
  })

  it('stops what else wants to leave the process, and says so', async () => {
    open('monday')
    const stranger = request('http://127.0.0.1:9/').end()
    const error: unknown = await new Promise((resolve) => stranger.once('error', resolve))
    expect(error).to.include({ code: 'REPLAY_SEALED' })
    expect(() => replay.expectNoDrift()).to.throw('Something tried to connect to 127.0.0.1:9.')
  })

  it('gives the instance back its own adapter when it is closed', async () => {
    const before = program().defaults.adapter
    const http = open('monday')
    expect(http.defaults.adapter).to.be.a('function')
    await replay.close()
    expect(http.defaults.adapter).to.deep.equal(before)
  })

  it('refuses what is no instance of axios', () => {
    open('monday')
    const attach = () =>
      replay.attach({ defaults: {}, request: () => Promise.resolve() }, { venue: 'kalshi', baseUrl: baseURL })
    expect(attach).to.throw('instances of axios')
  })
})
