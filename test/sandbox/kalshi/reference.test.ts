import { expect } from 'chai'
import { createCatalogue } from '../../../src/sandbox/catalogue/catalogue.ts'
import { createBody, type KalshiBench, kalshiBench } from '../support/kalshi-http.ts'
import { originMs } from '../support/small-catalogue.ts'

const hourS = 3_600
const startS = originMs / 1_000

describe('Kalshi face: candlesticks', () => {
  let bench: KalshiBench

  beforeEach(async () => {
    bench = await kalshiBench()
    await trade('0.40', '2.00')
    bench.clock.advanceTo(bench.clock.nowMs() + 600_000)
    await trade('0.60', '1.00')
    await trade('0.50', '3.00')
    bench.clock.advanceTo(bench.clock.nowMs() + 2 * hourS * 1_000)
    await trade('0.45', '1.00')
  })
  afterEach(() => bench.close())

  async function trade(price: string, count: string): Promise<void> {
    await bench.control('POST', '/books', { market: 'kalshi:KXA', bids: [['0.10', '9']], asks: [[price, '100']] })
    const body = createBody({ price: `${price}00`, count, time_in_force: 'immediate_or_cancel' })
    expect((await bench.call('POST', '/portfolio/events/orders', body)).status).to.equal(201)
  }

  const candles = (query: string, path = '/series/KXTEST/markets/KXA/candlesticks') =>
    bench.raw('GET', `${path}?${query}`, {})

  it('sums up the trades of each period that had some', async () => {
    const { body } = await candles(`start_ts=${startS}&end_ts=${startS + 24 * hourS}&period_interval=60`)
    expect(body.ticker).to.equal('KXA')
    expect(body.candlesticks).to.have.length(3)
    expect(body.candlesticks).to.have.nested.property('1.end_period_ts', startS + hourS)
    expect(body.candlesticks).to.have.nested.property('1.volume_fp', '4.00')
    expect(body.candlesticks).to.have.deep.nested.property('1.price', {
      open_dollars: '0.6000',
      low_dollars: '0.5000',
      high_dollars: '0.6000',
      close_dollars: '0.5000',
      mean_dollars: '0.5250',
      previous_dollars: '0.4000',
    })
  })

  it('carries the last price before the range forward when asked to', async () => {
    const range = `start_ts=${startS + hourS + 60}&end_ts=${startS + 24 * hourS}&period_interval=60`
    const without = await candles(range)
    expect(without.body.candlesticks).to.have.length(1)
    const { body } = await candles(`${range}&include_latest_before_start=true`)
    expect(body.candlesticks).to.have.length(2)
    expect(body.candlesticks).to.have.nested.property('0.end_period_ts', startS + 2 * hourS)
    expect(body.candlesticks).to.have.deep.nested.property('0.price', {
      open_dollars: null,
      low_dollars: null,
      high_dollars: null,
      close_dollars: null,
      mean_dollars: null,
      previous_dollars: '0.5000',
    })
    expect(body.candlesticks).to.have.nested.property('0.volume_fp', '0.00')
  })

  it('serves several markets and whole events', async () => {
    const range = `start_ts=${startS}&end_ts=${startS + 24 * hourS}&period_interval=1440`
    const several = await candles(`market_tickers=KXA,KXNONE,KXSHARD&${range}`, '/markets/candlesticks')
    expect(several.body.markets).to.have.length(2)
    expect(several.body.markets).to.have.nested.property('0.candlesticks.1.volume_fp', '5.00')
    const event = await candles(range, '/series/KXTEST/events/KXA-EVENT/candlesticks')
    expect(event.body.market_tickers).to.deep.equal(['KXA'])
    expect(event.body.market_candlesticks).to.have.nested.property('0.1.volume_fp', '5.00')
  })

  it('serves settled markets from the archive, with the archive’s names', async () => {
    await bench.control('POST', '/markets', { market: 'kalshi:KXA', status: 'settled', result: 'yes' })
    const range = `start_ts=${startS}&end_ts=${startS + 24 * hourS}&period_interval=60`
    const { body } = await candles(range, '/historical/markets/KXA/candlesticks')
    expect(body.candlesticks).to.have.nested.property('1.price.mean', '0.5250')
    expect(body.candlesticks).to.have.nested.property('1.volume', '4.00')
  })

  it('moves trades to the archive after three months', async () => {
    const ids = (answer: { body: Record<string, unknown> }) => (answer.body.trades as { trade_id: string }[]).length
    expect(ids(await candles('ticker=KXA', '/markets/trades'))).to.equal(4)
    expect(ids(await candles('ticker=KXA', '/historical/trades'))).to.equal(0)
    await bench.control('POST', '/clock', { advanceMs: 91 * 86_400_000 })
    expect(ids(await candles('ticker=KXA', '/markets/trades'))).to.equal(0)
    expect(ids(await candles('ticker=KXA', '/historical/trades'))).to.equal(4)
  })

  for (const [what, query] of [
    ['no start', 'end_ts=5&period_interval=60'],
    ['an end before its start', 'start_ts=10&end_ts=5&period_interval=60'],
    ['a period of two minutes', 'start_ts=1&end_ts=5&period_interval=2'],
  ] as const) {
    it(`refuses a range with ${what}`, async () => {
      const answer = await candles(query)
      expect(answer.status).to.equal(400)
      expect(answer.body).to.have.property('msg')
    })
  }
})

describe('Kalshi face: combos', () => {
  let bench: KalshiBench

  before(async () => {
    bench = await kalshiBench({ createCatalogue })
  })
  after(() => bench.close())

  const read = async (path: string) => (await bench.raw('GET', path, {})).body

  it('lists the events of combos apart, by series and by collection', async () => {
    const all = await read('/events/multivariate?with_nested_markets=true')
    expect(all.events).to.have.length(1)
    expect(all.events).to.have.nested.property('0.series_ticker', 'KXMVENFLSINGLEGAME')
    expect((await read('/events/multivariate?series_ticker=KXNONE')).events).to.deep.equal([])
    const some = await read('/events/multivariate?collection_ticker=KXMVENFLSINGLEGAME-R')
    expect(some.events).to.have.length(1)
    expect((await bench.raw('GET', '/events/multivariate?collection_ticker=A&series_ticker=B', {})).status).to.equal(
      400,
    )
  })

  it('shows a collection with the events that its combos draw on', async () => {
    const { multivariate_contracts: rows } = await read('/multivariate_event_collections?status=open')
    expect(rows).to.have.nested.property('0.collection_ticker', 'KXMVENFLSINGLEGAME-R')
    const one = await read('/multivariate_event_collections/KXMVENFLSINGLEGAME-R')
    expect(one).to.have.deep.nested.property('multivariate_contract', (rows as unknown[])[0])
    expect(one).to.have.nested.property('multivariate_contract.associated_event_tickers').that.has.length(5)
    expect((await bench.raw('GET', '/multivariate_event_collections/KXNONE', {})).status).to.equal(404)
  })
})
