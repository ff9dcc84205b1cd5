import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { parseFaultOverride } from '../../../src/capture/serve/fault-overrides.ts'
import { parseLatency } from '../../../src/capture/serve/latency.ts'
import { exchanges } from '../../../src/clients/polymarket/contracts.ts'
import { orderId } from '../../../src/clients/polymarket/order-hash.ts'
import { exchangeDomain, ZERO_BYTES32 } from '../../../src/clients/polymarket/typed-data.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { json, kalshiOrder } from '../harness.ts'
import { ask, counting, makeTapes, serving, type Tapes } from './tapes.ts'

const orders = '/portfolio/events/orders'

describe('a served tape', () => {
  let tapes: Tapes

  beforeEach(() => {
    tapes = makeTapes()
  })
  afterEach(() => tapes.remove())

  const recordTwoOrders = (): Promise<void> =>
    tapes.record('two', counting(), async ({ send }) => {
      await send('kalshi', 'POST', orders, kalshiOrder)
      await send('kalshi', 'GET', '/portfolio/orders?ticker=A&limit=5')
      await send('kalshi', 'POST', orders, { ...kalshiOrder, count: '7.00', client_order_id: 'second' })
    })

  it('answers what was recorded, in sequence, whatever the order of parameters and members', async () => {
    await recordTwoOrders()
    const { client_order_id, ...rest } = kalshiOrder
    const report = await serving(tapes, ['two'], async ({ kalshi }) => {
      const first = await ask('POST', `${kalshi.rest}${orders}`, { client_order_id, ...rest })
      expect(first).to.deep.equal({ status: 200, body: { order_id: 'o-1', status: `/trade-api/v2${orders}` } })
      const second = await ask('GET', `${kalshi.rest}/portfolio/orders?limit=5&ticker=A`)
      expect(second.body).to.include({ order_id: 'o-2' })
      const third = { ...kalshiOrder, count: '7.00', client_order_id: 'second' }
      expect((await ask('POST', `${kalshi.rest}${orders}`, third)).body).to.include({ order_id: 'o-3' })
    })
    expect(report).to.deep.equal({ sessions: ['two'], served: 3, drifts: [], unused: [] })
  })

  it('explains a request that says something else, field by field, money first', async () => {
    await recordTwoOrders()
    const report = await serving(tapes, ['two'], async ({ kalshi }) => {
      const { status, body } = await ask('POST', `${kalshi.rest}${orders}`, { ...kalshiOrder, price: '0.9900' })
      expect(status).to.equal(421)
      expect(body).to.deep.include({
        code: 'TAPE_DRIFT',
        drift: {
          kind: 'different_request',
          expected: {
            session: 'two',
            seq: 1,
            file: '001_POST_kalshi_orders.json',
            venue: 'kalshi',
            method: 'POST',
            target: orders,
          },
          differences: [{ field: 'body.price', recorded: '"0.4500"', actual: '"0.9900"' }],
          note: null,
        },
      })
    })
    expect(report.drifts.map(({ kind }) => kind)).to.deep.equal(['different_request'])
    expect(report.unused.map(({ seq }) => seq)).to.deep.equal([2, 3])
  })

  it('refuses what comes too early and says what is next', async () => {
    await recordTwoOrders()
    await serving(tapes, ['two'], async ({ kalshi }) => {
      const { status, body } = await ask('GET', `${kalshi.rest}/portfolio/orders?ticker=A&limit=5`)
      expect(status).to.equal(421)
      expect(body).to.have.nested.property('drift.note', 'Next on the tape is 001_POST_kalshi_orders.json.')
    })
  })

  it('by endpoint lets other things come between, and repeats the last answer to a read', async () => {
    await recordTwoOrders()
    const url = '/portfolio/orders?ticker=A&limit=5'
    const report = await serving(
      tapes,
      ['two'],
      async ({ kalshi }) => {
        for (let poll = 0; poll < 3; poll += 1) {
          expect((await ask('GET', `${kalshi.rest}${url}`)).body).to.include({ order_id: 'o-2' })
        }
        expect((await ask('POST', `${kalshi.rest}${orders}`, kalshiOrder)).body).to.include({ order_id: 'o-1' })
        // An order is never answered twice.
        await ask('POST', `${kalshi.rest}${orders}`, { ...kalshiOrder, count: '7.00', client_order_id: 'second' })
        expect((await ask('POST', `${kalshi.rest}${orders}`, kalshiOrder)).status).to.equal(421)
      },
      { mode: 'by-endpoint' },
    )
    expect(report.unused).to.deep.equal([])
  })

  it('plays several sessions, each venue from its own', async () => {
    await tapes.record('a', counting(), ({ send }) => send('kalshi', 'POST', orders, kalshiOrder))
    await tapes.record('b', counting(), ({ send }) => send('polymarket', 'GET', '/data/orders'))
    const report = await serving(tapes, ['a', 'b'], async ({ kalshi, polymarket }) => {
      expect((await ask('GET', `${polymarket.clob}/data/orders`)).status).to.equal(200)
      expect((await ask('POST', `${kalshi.rest}${orders}`, kalshiOrder)).status).to.equal(200)
    })
    expect(report).to.deep.include({ served: 2, drifts: [], unused: [] })
  })

  it('puts the ids that this run chose into the answers, and finds its own in later requests', async () => {
    await tapes.record(
      'echo',
      (request, response, body) => {
        const id = body === '' ? 'recorded-id' : JSON.parse(body).client_order_id
        json(response, 200, request.method === 'GET' ? { order: { client_order_id: id } } : { client_order_id: id })
      },
      async ({ send }) => {
        await send('kalshi', 'POST', orders, { ...kalshiOrder, client_order_id: 'recorded-id' })
        await send('kalshi', 'GET', '/portfolio/orders/o-1')
        await send('kalshi', 'POST', `${orders}/o-1/amend`, { client_order_id: 'recorded-id', price: '0.5000' })
      },
    )
    const report = await serving(tapes, ['echo'], async ({ kalshi }) => {
      const placed = await ask('POST', `${kalshi.rest}${orders}`, { ...kalshiOrder, client_order_id: 'of-this-run' })
      expect(placed.body).to.deep.equal({ client_order_id: 'of-this-run' })
      const read = await ask('GET', `${kalshi.rest}/portfolio/orders/o-1`)
      expect(read.body).to.deep.equal({ order: { client_order_id: 'of-this-run' } })
      await ask('POST', `${kalshi.rest}${orders}/o-1/amend`, { client_order_id: 'of-this-run', price: '0.5000' })
    })
    expect(report.drifts).to.deep.equal([])
  })

  it('does not compare what a wallet draws anew, but does compare what the order is', async () => {
    const order = { salt: 1, timestamp: '1', expiration: '0', signature: '0x1', makerAmount: '4500000', side: 'BUY' }
    await tapes.record('salted', counting(), async ({ send }) => {
      await send('polymarket', 'POST', '/order', { order, owner: 'key', orderType: 'GTC' })
      await send('polymarket', 'POST', '/order', { order, owner: 'key', orderType: 'GTC' })
      await send('polymarket', 'POST', '/order', { order, owner: 'key', orderType: 'GTC' })
    })
    const fresh = { ...order, salt: 2, timestamp: '2', signature: '0x2' }
    const report = await serving(tapes, ['salted'], async ({ polymarket }) => {
      const post = async (changed: object): Promise<number> =>
        (await ask('POST', `${polymarket.clob}/order`, { order: changed, owner: 'other', orderType: 'GTC' })).status
      expect(await post(fresh)).to.equal(200)
      expect(await post({ ...fresh, makerAmount: '4600000' })).to.equal(421)
      // To expire is another order than to stay.
      expect(await post({ ...fresh, expiration: '1800000000' })).to.equal(421)
    })
    expect(report.drifts.flatMap(({ differences }) => differences.map(({ field }) => field))).to.deep.equal([
      'body.order.makerAmount',
      'body.order.expiration',
    ])
  })

  it("knows an order by the id that follows from this run's own, in answers and in later requests", async () => {
    const order = {
      salt: 1,
      maker: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
      signer: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
      tokenId: '1234567890',
      makerAmount: '4500000',
      takerAmount: '10000000',
      side: 'BUY',
      signatureType: 0,
      timestamp: '1781159370164',
      metadata: ZERO_BYTES32,
      builder: ZERO_BYTES32,
    } as const
    const idOf = (salt: string): Promise<string> =>
      orderId({ ...order, salt, side: 0 }, exchangeDomain('2', exchanges.v2NegRisk))
    const [recordedId, ownId] = [await idOf('1'), await idOf('2')]
    await tapes.record(
      'hashed',
      (request, response) =>
        json(response, 200, request.method === 'POST' ? { orderID: recordedId } : { canceled: [recordedId] }),
      async ({ send }) => {
        await send('polymarket', 'POST', '/order', { order: { ...order, signature: '0x1' }, owner: 'key' })
        await send('polymarket', 'GET', `/data/order/${recordedId}`)
        await send('polymarket', 'DELETE', '/order', { orderID: recordedId })
      },
    )
    const report = await serving(tapes, ['hashed'], async ({ polymarket }) => {
      const own = { order: { ...order, salt: 2, signature: '0x2' }, owner: 'key' }
      expect((await ask('POST', `${polymarket.clob}/order`, own)).body).to.deep.equal({ orderID: ownId })
      expect((await ask('GET', `${polymarket.clob}/data/order/${ownId}`)).status).to.equal(200)
      const cancelled = await ask('DELETE', `${polymarket.clob}/order`, { orderID: ownId })
      expect(cancelled.body).to.deep.equal({ canceled: [ownId] })
    })
    expect(report).to.deep.include({ drifts: [], unused: [] })
  })

  it('gives out stand-in API keys, which are never on a tape, and its caller finds its own key in the answers', async () => {
    await tapes.record(
      'keys',
      (_request, response) => json(response, 200, [{ owner: 'the-real-key' }]),
      ({ send }) => send('polymarket', 'GET', '/data/orders'),
    )
    const report = await serving(tapes, ['keys'], async ({ polymarket }) => {
      const { status, body } = await ask('GET', `${polymarket.clob}/auth/derive-api-key`)
      expect(status).to.equal(200)
      expect(body).to.have.all.keys('apiKey', 'secret', 'passphrase')
      const open = await ask('GET', `${polymarket.clob}/data/orders`, undefined, { POLY_API_KEY: 'key-of-this-run' })
      expect(open.body).to.deep.equal([{ owner: 'key-of-this-run' }])
    })
    expect(report.drifts).to.deep.equal([])
  })

  it('waits as long as the venue did, or a part of it', async () => {
    await recordTwoOrders()
    for (const latency of [1, 0.5]) {
      const clock = new VirtualClock(0)
      await serving(
        tapes,
        ['two'],
        async ({ kalshi }) => void (await ask('POST', `${kalshi.rest}${orders}`, kalshiOrder)),
        {
          latency,
          clock,
          faults: [parseFaultOverride('1:delay=1000')],
        },
      )
      expect(clock.nowMs()).to.be.greaterThan(1_000).and.lessThan(2_000)
    }
  })

  it('spoils the exchanges that it is told to, and no others', async () => {
    await recordTwoOrders()
    const faults = ['1:reset', '2:429', '3:truncated'].map(parseFaultOverride)
    const report = await serving(
      tapes,
      ['two'],
      async ({ kalshi }) => {
        const failure = async (asked: Promise<unknown>): Promise<unknown> =>
          asked.then(
            () => null,
            (error: Error) =>
              error.cause instanceof Error && 'code' in error.cause ? error.cause.code : error.message,
          )
        expect(await failure(ask('POST', `${kalshi.rest}${orders}`, kalshiOrder))).to.equal('ECONNRESET')
        expect((await ask('GET', `${kalshi.rest}/portfolio/orders?ticker=A&limit=5`)).status).to.equal(429)
        const third = { ...kalshiOrder, count: '7.00', client_order_id: 'second' }
        expect(await failure(ask('POST', `${kalshi.rest}${orders}`, third))).to.equal('UND_ERR_SOCKET')
      },
      { faults },
    )
    expect(report).to.deep.include({ served: 3, drifts: [], unused: [] })
  })

  it('stays silent for an exchange that timed out, until the client gives up', async () => {
    await recordTwoOrders()
    await serving(
      tapes,
      ['two'],
      async ({ kalshi }) => {
        const asked = fetch(`${kalshi.rest}${orders}`, {
          method: 'POST',
          body: JSON.stringify(kalshiOrder),
          signal: AbortSignal.timeout(100),
        })
        expect(await asked.catch((error: Error) => error.name)).to.equal('TimeoutError')
      },
      { faults: [parseFaultOverride('two/1:timeout')] },
    )
  })

  it('refuses a fault on an exchange that is not there, or that may be one of several', async () => {
    await recordTwoOrders()
    await tapes.record('one', counting(), ({ send }) => send('kalshi', 'POST', orders, kalshiOrder))
    for (const [sessions, fault] of [
      [['two'], '9:reset'],
      [['two', 'one'], '1:reset'],
    ] as const) {
      const served = serving(tapes, sessions, () => Promise.resolve(), { faults: [parseFaultOverride(fault)] })
      expect(await served.catch((error: unknown) => error)).to.include({ code: 'FAULT_INVALID' })
    }
  })

  it('is there for programs in any language', async function () {
    const curl = findProgram('curl')
    if (curl === null) this.skip()
    await recordTwoOrders()
    const { spawn } = await import('node:child_process')
    const report = await serving(tapes, ['two'], async ({ kalshi }) => {
      const child = spawn(curl, ['--silent', '--data', JSON.stringify(kalshiOrder), `${kalshi.rest}${orders}`])
      let text = ''
      for await (const part of child.stdout) text += String(part)
      expect(JSON.parse(text)).to.include({ order_id: 'o-1' })
    })
    expect(report.drifts).to.deep.equal([])
  })
})

function findProgram(name: string): string | null {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}

describe('what a served tape is told', () => {
  it('of faults and latency is understood as it is written, or refused', () => {
    expect(parseFaultOverride('a/b/3:delay=5')).to.deep.equal({
      session: 'a/b',
      seq: 3,
      fault: { kind: 'delay', ms: 5 },
    })
    expect(['none', 'recorded', 'x0.5'].map(parseLatency)).to.deep.equal([0, 1, 0.5])
    for (const wrong of ['3', '3:', 'x:reset', '3:200', '3:delay=']) {
      expect(() => parseFaultOverride(wrong), wrong).to.throw(ToolkitError, wrong)
    }
    expect(() => parseLatency('fast')).to.throw(ToolkitError, 'fast')
  })
})
