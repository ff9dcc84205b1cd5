import { expect } from 'chai'
import { WebSocket } from 'ws'
import type { StreamTape } from '../../../src/capture/format/stream.ts'
import type { ServeReport } from '../../../src/capture/serve/tape-server.ts'
import { systemClock, VirtualClock } from '../../../src/runtime/clock.ts'
import { counting, makeTapes, serving, type Tapes } from './tapes.ts'

const kalshi = { venue: 'kalshi', service: 'ws', baseUrl: 'wss://kalshi.test/trade-api/ws/v2' } as const
const polymarket = { venue: 'polymarket', service: 'ws', baseUrl: 'wss://polymarket.test/ws' } as const
const subscribe = (id: number, ticker = 'KX-1'): string =>
  JSON.stringify({ id, cmd: 'subscribe', params: { channels: ['ticker'], market_tickers: [ticker] } })

/** What a client heard on a socket, and how it ended. */
interface Heard {
  readonly messages: readonly string[]
  readonly code: number
  readonly reason: string
}

/** Sends each message when the one before has been answered, or at once when it is the first. */
function talk(url: string, messages: readonly string[], options: { readonly last?: number } = {}): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const heard: string[] = []
    const left = [...messages]
    const socket = new WebSocket(url)
    const sendNext = (): void => {
      const next = left.shift()
      if (next !== undefined) socket.send(next)
    }
    socket.on('open', sendNext)
    socket.on('message', (data) => {
      heard.push(String(data))
      if (heard.length === options.last) socket.close(1000, 'enough')
      else sendNext()
    })
    socket.on('close', (code, reason) => resolve({ messages: heard, code, reason: String(reason) }))
    socket.on('error', reject)
  })
}

describe('a served socket', () => {
  let tapes: Tapes

  beforeEach(() => {
    tapes = makeTapes()
  })
  afterEach(() => tapes.remove())

  const record = (
    alias: typeof kalshi | typeof polymarket,
    path: string,
    act: (socket: StreamTape) => void,
  ): Promise<void> =>
    tapes.record('socket', counting(), ({ tape }) => {
      act(tape.openStream({ alias, url: `${alias.baseUrl}${path}`, headers: {} }))
      return Promise.resolve()
    })

  const recordSubscription = (): Promise<void> =>
    record(kalshi, '', (socket) => {
      socket.opened({ status: 101, headers: {} })
      socket.sent(subscribe(1))
      socket.received('{"id":1,"type":"subscribed","msg":{"channel":"ticker","sid":1}}')
      socket.received('{"type":"ticker","sid":1,"msg":{"market_ticker":"KX-1","price_dollars":"0.4500"}}')
      socket.received(Buffer.from('heartbeat'), 9)
      socket.closed({ code: 4001, reason: 'maintenance', by: 'venue' })
    })

  it('sends what was received once the client has sent what came before, and closes as the venue did', async () => {
    await recordSubscription()
    let heard: Heard | null = null
    const report = await serving(tapes, ['socket'], async (ready) => {
      heard = await talk(ready.kalshi.ws ?? '', [subscribe(1)])
    })
    expect(heard).to.deep.equal({
      messages: [
        '{"id":1,"type":"subscribed","msg":{"channel":"ticker","sid":1}}',
        '{"type":"ticker","sid":1,"msg":{"market_ticker":"KX-1","price_dollars":"0.4500"}}',
      ],
      code: 4001,
      reason: 'maintenance',
    })
    expect(report).to.deep.include({ served: 1, drifts: [], unused: [] })
  })

  it('keeps back what an order brought about until that order is asked for', async () => {
    const order = { ticker: 'KX-1', side: 'bid', count: '1.00', price: '0.4600', client_order_id: 'c-1' }
    await tapes.record('socket', counting(), async ({ tape, send }) => {
      const socket = tape.openStream({ alias: kalshi, url: kalshi.baseUrl, headers: {} })
      socket.opened({ status: 101, headers: {} })
      socket.received('{"type":"orderbook_snapshot"}')
      await systemClock.sleep(5)
      await send('kalshi', 'POST', '/portfolio/events/orders', order)
      socket.received('{"type":"fill"}')
      socket.closed({ code: 1000, reason: '', by: 'us' })
    })
    const heard: string[] = []
    const report = await serving(tapes, ['socket'], async ({ kalshi: { rest, ws } }) => {
      const socket = new WebSocket(ws ?? '')
      const told = (): Promise<void> =>
        new Promise((resolve) => socket.once('message', (data) => resolve(void heard.push(String(data)))))
      await told()
      const next = told()
      await systemClock.sleep(50)
      heard.push('ordered')
      await fetch(`${rest}/portfolio/events/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      })
      await next
      socket.close(1000)
    })
    expect(heard).to.deep.equal(['{"type":"orderbook_snapshot"}', 'ordered', '{"type":"fill"}'])
    expect(report.drifts).to.deep.equal([])
  })

  it('answers commands under the numbers that the client gave them', async () => {
    await recordSubscription()
    const report = await serving(tapes, ['socket'], async (ready) => {
      const { messages } = await talk(ready.kalshi.ws ?? '', [subscribe(40)])
      expect(messages[0]).to.equal('{"id":40,"type":"subscribed","msg":{"channel":"ticker","sid":1}}')
    })
    expect(report.drifts).to.deep.equal([])
  })

  it('ends with an explanation when the client says something else', async () => {
    await recordSubscription()
    const report = await serving(tapes, ['socket'], async (ready) => {
      const { code, reason } = await talk(ready.kalshi.ws ?? '', [subscribe(1, 'KX-2')])
      expect({ code, reason }).to.deep.equal({
        code: 1008,
        reason: 'Not as on the tape: message.params.market_tickers.0.',
      })
    })
    expect(report.drifts.map(({ kind, recorded, differences }) => [kind, recorded?.seq, differences])).to.deep.equal([
      ['different_request', 1, [{ field: 'message.params.market_tickers.0', recorded: '"KX-1"', actual: '"KX-2"' }]],
    ])
  })

  it('says what the client left unsaid, and which sockets nobody opened', async () => {
    const report = async (use: (url: string) => Promise<unknown>): Promise<ServeReport> =>
      serving(tapes, ['socket'], async (ready) => void (await use(ready.kalshi.ws ?? '')))
    await record(kalshi, '', (socket) => {
      socket.opened({ status: 101, headers: {} })
      socket.sent(subscribe(1))
      socket.received('{"id":1,"type":"subscribed"}')
      socket.sent(subscribe(2, 'KX-3'))
    })
    const left = await report((url) => talk(url, [subscribe(1)], { last: 1 }))
    expect(left.drifts.map(({ kind }) => kind)).to.deep.equal(['unused_exchange'])
    expect(left.drifts[0]?.note).to.contain('KX-3')
    const unopened = await report(() => Promise.resolve())
    expect(unopened.unused.map(({ seq, method }) => [seq, method])).to.deep.equal([[1, 'WS']])
  })

  it('counts no keep-alives: how many there are is a matter of time', async () => {
    await record(polymarket, '/market', (socket) => {
      socket.opened({ status: 101, headers: {} })
      socket.sent('{"type":"market","assets_ids":["1"]}')
      socket.received('[{"event_type":"book","asset_id":"1"}]')
      socket.sent('PING')
      socket.received('PONG')
      socket.received('[{"event_type":"book","asset_id":"1","hash":"b"}]')
    })
    const report = await serving(tapes, ['socket'], async (ready) => {
      const url = `${ready.polymarket.ws}/market`
      const { messages } = await talk(url, ['{"type":"market","assets_ids":["1"]}', 'PING', 'PING'], { last: 4 })
      expect(messages).to.have.members([
        '[{"event_type":"book","asset_id":"1"}]',
        '[{"event_type":"book","asset_id":"1","hash":"b"}]',
        'PONG',
        'PONG',
      ])
    })
    expect(report.drifts).to.deep.equal([])
  })

  it('is refused as it was refused, and when the tape has no further one', async () => {
    await record(kalshi, '', (socket) => socket.failed({ outcome: 'response', code: 'HTTP_401', status: 401 }))
    const report = await serving(tapes, ['socket'], async (ready) => {
      const refusal = (): Promise<string> =>
        talk(ready.kalshi.ws ?? '', []).then(
          () => 'open',
          (error: Error) => error.message,
        )
      expect(await refusal()).to.equal('Unexpected server response: 401')
      expect(await refusal()).to.equal('Unexpected server response: 421')
    })
    expect(report.drifts.map(({ kind }) => kind)).to.deep.equal(['unexpected_request'])
  })

  it('takes its time when it is told to', async () => {
    const clock = new VirtualClock(0)
    const recorded = new VirtualClock(Date.parse('2026-11-20T10:00:00Z'))
    await tapes.record(
      'socket',
      counting(),
      async ({ tape }) => {
        const socket = tape.openStream({ alias: kalshi, url: kalshi.baseUrl, headers: {} })
        socket.opened({ status: 101, headers: {} })
        await recorded.sleep(3_000)
        socket.received('{"type":"ticker"}')
        socket.closed({ code: 1000, reason: '', by: 'venue' })
      },
      recorded,
    )
    await serving(tapes, ['socket'], async (ready) => void (await talk(ready.kalshi.ws ?? '', [])), {
      clock,
      latency: 2,
    })
    expect(clock.nowMs()).to.equal(6_000)
  })
})
