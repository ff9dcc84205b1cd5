import { expect } from 'chai'
import { createCatalogue } from '../../../src/sandbox/catalogue/catalogue.ts'
import { type Answer, codeOf, createBody, type KalshiBench, kalshiBench } from '../support/kalshi-http.ts'
import { originMs } from '../support/small-catalogue.ts'

const orders = '/portfolio/events/orders'
const resting = createBody({ price: '0.1000' })
const taking = { time_in_force: 'immediate_or_cancel', price: '0.5000' }

/**
 * Every call that the face serves, in the states that change what it answers. What the answers must look like is not
 * repeated here: a run with Kalshi's document at hand holds each of them against it.
 */
describe('Kalshi face: every call', () => {
  let bench: KalshiBench

  beforeEach(async () => {
    bench = await kalshiBench()
    await bench.control('POST', '/books', { market: 'kalshi:KXA', bids: [['0.40', '9']], asks: [['0.45', '9']] })
  })
  afterEach(() => bench.close())

  const place = (change: Record<string, unknown>): Promise<Answer> => bench.call('POST', orders, createBody(change))
  const idOf = async (answer: Promise<Answer>): Promise<string> => String((await answer).body.order_id)
  const statusesOf = async (...calls: Promise<Answer>[]): Promise<readonly number[]> =>
    (await Promise.all(calls)).map(({ status }) => status)

  async function expectOk(...paths: readonly string[]): Promise<void> {
    for (const path of paths) expect((await bench.call('GET', path)).status, path).to.equal(200)
  }

  it('answers what needs no account', async () => {
    await place({ ...taking, count: '2.00' })
    await expectOk('/markets', '/markets?limit=2&mve_filter=exclude', '/markets/KXA', '/markets/KXA/orderbook?depth=1')
    await expectOk('/markets/orderbooks?tickers=KXA&tickers=KXSEEDED', '/markets/trades?ticker=KXA&limit=1')
    await expectOk('/events', '/events?with_nested_markets=true&limit=1', '/events/KXA-EVENT')
    await expectOk('/events/KXA-EVENT?with_nested_markets=true', '/events/fee_changes')
    await expectOk('/series', '/series/KXTEST', '/series/fee_changes')
    await expectOk('/exchange/status', '/exchange/schedule', '/exchange/user_data_timestamp')
    await expectOk('/historical/cutoff', '/account/endpoint_costs', '/account/limits', '/api_keys')
  })

  it('answers for markets in every state', async () => {
    await expectOk('/markets/KXSOON', '/markets/KXSOON/orderbook', '/markets?status=unopened')
    const states = [
      { status: 'open' },
      { status: 'paused' },
      { status: 'closed' },
      { status: 'determined', result: 'yes' },
      { status: 'settled', result: 'no' },
    ]
    for (const state of states) {
      const { status } = await bench.control('POST', '/markets', { market: 'kalshi:KXSEEDED', ...state })
      expect(status, state.status).to.equal(200)
      await expectOk('/markets/KXSEEDED', '/events/KXSEEDED-EVENT', '/markets/KXSEEDED/orderbook')
    }
    await expectOk('/markets?status=settled')
    await bench.control('POST', '/clock', { advanceMs: 100 * 86_400_000 })
    await expectOk('/historical/markets/KXSEEDED')
  })

  it('answers for markets of every kind in the full catalogue', async () => {
    const full = await kalshiBench({ createCatalogue })
    try {
      let cursor = ''
      do {
        const { status, body } = await full.call('GET', `/markets?limit=1000&cursor=${cursor}`)
        expect(status).to.equal(200)
        cursor = String(body.cursor)
      } while (cursor !== '')
      expect((await full.call('GET', '/events?limit=200')).status).to.equal(200)
      expect((await full.call('GET', '/series')).status).to.equal(200)
    } finally {
      await full.close()
    }
  })

  it('answers for orders in every state', async () => {
    const soon = originMs / 1_000 + 60
    const ids = [
      await idOf(place({ ...resting, client_order_id: 'rests', expiration_time: soon, post_only: true })),
      await idOf(place({ ...taking, client_order_id: 'part', time_in_force: 'good_till_canceled', count: '12.00' })),
      await idOf(place({ ...taking, count: '1.00', self_trade_prevention_type: 'maker' })),
      await idOf(place({ ...taking, side: 'ask', price: '0.4000', count: '1.50', reduce_only: true })),
      await idOf(place({ ...resting, cancel_order_on_pause: true })),
    ]
    const [kept = ''] = ids
    await expectOk(...ids.map((id) => `/portfolio/orders/${id}`), `/portfolio/orders/${kept}/queue_position`)
    await bench.control('POST', '/exchange', { tradingActive: false })
    await bench.control('POST', '/clock', { advanceMs: 120_000 })
    await expectOk('/portfolio/orders', '/portfolio/orders?limit=1', '/portfolio/fills', '/portfolio/fills?limit=1')
    await expectOk('/portfolio/positions', '/portfolio/balance', '/portfolio/balance?exchange_index=0')
    await bench.control('POST', '/clock', { advanceMs: 100 * 86_400_000 })
    await expectOk('/historical/orders', '/historical/fills')
  })

  it('answers for what settled either way, and in between', async () => {
    for (const [ticker, payout] of [
      ['KXA', { result: 'yes' }],
      ['KXSHARD', { result: 'no' }],
      ['KXBRIEF', { result: '0.37' }],
    ] as const) {
      await bench.control('POST', '/books', { market: `kalshi:${ticker}`, asks: [['0.45', '9']] })
      expect((await place({ ...taking, ticker, count: '2.00' })).body.fill_count, ticker).to.equal('2.00')
      await bench.control('POST', '/markets', { market: `kalshi:${ticker}`, status: 'settled', ...payout })
      await expectOk(`/markets/${ticker}`)
    }
    const { body } = await bench.call('GET', '/portfolio/settlements')
    expect(body.settlements).to.have.length(3)
    await expectOk('/portfolio/settlements?limit=1', '/portfolio/positions?settlement_status=all')
  })

  it('answers for cash moved between shards', async () => {
    const transfers = '/portfolio/intra_exchange_instance_transfer'
    const kinds = { source: 'event_contract', destination: 'event_contract' }
    const move = { ...kinds, amount: 10_000, source_exchange_shard: 0, destination_exchange_shard: 2 }
    const { status, body } = await bench.call('POST', transfers, move)
    expect(status).to.be.within(200, 201)
    await expectOk(`${transfers}s`, `${transfers}s/${body.transfer_id}`)
  })

  it('answers changes of orders', async () => {
    const [first, second] = [await idOf(place({ ...resting, client_order_id: 'first' })), await idOf(place(resting))]
    const amend = { ticker: 'KXA', side: 'bid', count: '10.00', price: '0.1100' }
    const change = (what: string, body: unknown) => bench.call('POST', `${orders}/${first}/${what}`, body)
    expect(await statusesOf(change('amend', { ...amend, updated_client_order_id: 'third' }))).to.deep.equal([200])
    expect((await change('amend', { ...amend, price: '0.5000' })).body.fill_count).to.equal('9.00')
    expect((await change('decrease', { reduce_to: '0.00', market_ticker: 'KXA' })).status).to.equal(200)
    const batch = [createBody({ client_order_id: 'in-batch' }), createBody({ price: '0.4567', client_order_id: 'off' })]
    expect((await bench.call('POST', `${orders}/batched`, { orders: batch })).status).to.equal(201)
    const cancels = [{ order_id: second, market_ticker: 'KXA' }, { order_id: 'unknown' }]
    expect((await bench.call('DELETE', `${orders}/batched`, { orders: cancels })).status).to.equal(200)
    expect((await bench.call('DELETE', orders)).status).to.equal(204)
  })

  it('answers in the same words when it does nothing', async () => {
    const amend = { ticker: 'KXA', side: 'bid', count: '1.00', price: '0.1100' }
    const changes = (): Promise<Answer>[] => [
      place(resting),
      bench.call('POST', `${orders}/none/amend`, amend),
      bench.call('POST', `${orders}/none/decrease`, { reduce_by: '1.00' }),
      bench.call('DELETE', `${orders}/none`),
      bench.call('DELETE', orders),
      bench.call('POST', `${orders}/batched`, { orders: [createBody()] }),
      bench.call('DELETE', `${orders}/batched`, { orders: [{ order_id: 'none' }] }),
    ]
    expect(await statusesOf(...changes())).to.deep.equal([201, 404, 404, 404, 204, 201, 200])
    await bench.control('POST', '/exchange', { exchangeActive: false })
    expect(await statusesOf(...changes())).to.deep.equal([409, 409, 409, 409, 409, 201, 200])
  })

  it('sends first-generation orders to their successors', async () => {
    const gone = [
      bench.call('POST', '/portfolio/orders', {}),
      bench.call('POST', '/portfolio/orders/batched', {}),
      bench.call('DELETE', '/portfolio/orders/batched', {}),
      bench.call('DELETE', '/portfolio/orders/x'),
      bench.call('POST', '/portfolio/orders/x/amend', {}),
      bench.call('POST', '/portfolio/orders/x/decrease', {}),
    ]
    expect(await statusesOf(...gone)).to.deep.equal([410, 410, 410, 410, 410, 410])
  })

  it('refuses with 429, and nothing else, once the bucket is empty', async () => {
    const limited = await kalshiBench({ rateLimit: 'basic' })
    try {
      const answers: Answer[] = []
      for (let call = 0; call < 61; call++) answers.push(await limited.call('GET', '/portfolio/balance'))
      expect(answers.filter(({ status }) => status !== 200).map(codeOf)).to.deep.equal(['too_many_requests'])
    } finally {
      await limited.close()
    }
  })
})
