import { expect } from 'chai'
import { codeOf, type KalshiBench, kalshiBench } from '../support/kalshi-http.ts'

describe('Kalshi face: market data', () => {
  let bench: KalshiBench

  before(async () => {
    bench = await kalshiBench()
    await bench.control('POST', '/books', {
      market: 'kalshi:KXA',
      bids: [
        ['0.46', '10'],
        ['0.47', '3'],
      ],
      asks: [['0.52', '3']],
    })
  })
  after(() => bench.close())

  const get = (path: string) => bench.raw('GET', path, {})
  const tickersIn = (body: Record<string, unknown>) =>
    (body.markets as { ticker: string }[]).map((market) => market.ticker)

  it('shows both ladders in their own prices, best last', async () => {
    const { body } = await get('/markets/KXA/orderbook')
    expect(body).to.deep.equal({
      orderbook_fp: {
        yes_dollars: [
          ['0.4600', '10.00'],
          ['0.4700', '3.00'],
        ],
        no_dollars: [['0.4800', '3.00']],
      },
    })
  })

  it('cuts a book to the best levels', async () => {
    const { body } = await get('/markets/KXA/orderbook?depth=1')
    expect((body.orderbook_fp as { yes_dollars: unknown }).yes_dollars).to.deep.equal([['0.4700', '3.00']])
  })

  it('answers an unknown ticker with an empty book', async () => {
    const { status, body } = await get('/markets/KXNONE/orderbook')
    expect([status, body]).to.deep.equal([200, { orderbook_fp: { yes_dollars: [], no_dollars: [] } }])
  })

  it('takes a comma list of tickers as one bogus ticker', async () => {
    const { body } = await get('/markets/orderbooks?tickers=KXA,KXSEEDED')
    expect((body.orderbooks as { ticker: string }[]).map((book) => book.ticker)).to.deep.equal(['KXA,KXSEEDED'])
    const repeated = await get('/markets/orderbooks?tickers=KXA&tickers=KXSEEDED')
    expect(repeated.body.orderbooks).to.have.length(2)
  })

  it('shows a market with its quote, grid and payload status', async () => {
    const { body } = await get('/markets/KXA')
    expect(body.market).to.include({
      ticker: 'KXA',
      event_ticker: 'KXA-EVENT',
      status: 'active',
      result: '',
      yes_bid_dollars: '0.4700',
      yes_ask_dollars: '0.5200',
      no_bid_dollars: '0.4800',
      no_ask_dollars: '0.5300',
      yes_bid_size_fp: '3.00',
      yes_ask_size_fp: '3.00',
      open_time: '2026-11-19T23:00:00Z',
      notional_value_dollars: '1.0000',
    })
    expect((body.market as Record<string, unknown>).price_ranges).to.deep.equal([
      { start: '0.0000', end: '1.0000', step: '0.0100' },
    ])
  })

  it('shows an empty side with a size of zero', async () => {
    const { body } = await get('/markets/KXSOON')
    expect(body.market).to.include({ status: 'initialized', yes_bid_size_fp: '0.00', yes_ask_size_fp: '0.00' })
  })

  it('filters by the words of the filter, not of the payload', async () => {
    expect(tickersIn((await get('/markets?status=unopened')).body)).to.deep.equal(['KXSOON'])
    const wrong = await get('/markets?status=active')
    expect(wrong.status).to.equal(400)
    expect(wrong.body.msg).to.contain("'oneof' tag")
  })

  it('pages through all markets and ends with an empty cursor', async () => {
    const seen: string[] = []
    let cursor = ''
    for (let page = 0; page < 10; page++) {
      const { body } = await get(`/markets?limit=2&cursor=${cursor}`)
      seen.push(...tickersIn(body))
      cursor = String(body.cursor)
      if (cursor === '') break
    }
    expect(seen).to.deep.equal(['KXA', 'KXSHARD', 'KXSEEDED', 'KXSOON', 'KXBRIEF'])
  })

  it('starts again at page one on a garbage cursor', async () => {
    const { status, body } = await get('/markets?limit=1&cursor=garbage')
    expect([status, tickersIn(body)]).to.deep.equal([200, ['KXA']])
  })

  it('refuses a page that is too large in the validation shape', async () => {
    const { status, body } = await get('/markets?limit=1001')
    expect(status).to.equal(400)
    expect(body.msg).to.equal(
      "Parameter validation failed for GetMarkets: Key: 'GetMarketsParams.Limit' Error:Field validation for 'Limit' failed on the 'lte' tag",
    )
  })

  it('nests markets inside an event and leaves the outer list empty', async () => {
    const nested = await get('/events/KXA-EVENT?with_nested_markets=true')
    expect(nested.body.markets).to.deep.equal([])
    expect(tickersIn(nested.body.event as Record<string, unknown>)).to.deep.equal(['KXA'])
    const flat = await get('/events/KXA-EVENT')
    expect(tickersIn(flat.body)).to.deep.equal(['KXA'])
    expect(flat.body.event).not.to.have.property('markets')
  })

  it('lists events and the series that fees come from', async () => {
    const { body } = await get('/events?status=open&limit=200')
    expect((body.events as { series_ticker: string }[]).map((event) => event.series_ticker)).to.deep.equal(
      Array(4).fill('KXTEST'),
    )
    const series = await get('/series/KXTEST')
    expect(series.body.series).to.include({ fee_type: 'quadratic', fee_multiplier: 1, category: 'Science' })
  })

  it('says not found in the nested shape', async () => {
    for (const path of ['/markets/KXNONE', '/events/KXNONE', '/series/KXNONE', '/nowhere']) {
      const answer = await get(path)
      expect([answer.status, codeOf(answer)], path).to.deep.equal([404, 'not_found'])
    }
  })

  it('reports status by shard and how fresh reads are', async () => {
    const status = await get('/exchange/status')
    expect(status.body).to.include({ exchange_active: true, trading_active: true })
    expect(status.body.exchange_index_statuses).to.have.length(4)
    const fresh = await get('/exchange/user_data_timestamp')
    expect(fresh.body).to.deep.equal({ as_of_time: '2026-11-20T00:00:00Z' })
  })

  it('shows the synthetic quotes of a market nobody touched, and the same ones when trading starts', async () => {
    const before = await get('/markets/KXSEEDED/orderbook')
    const rows = before.body.orderbook_fp as { yes_dollars: unknown[]; no_dollars: unknown[] }
    expect([rows.yes_dollars.length, rows.no_dollars.length]).to.deep.equal([5, 5])
    await bench.control('POST', '/markets', { market: 'kalshi:KXSEEDED', closeMs: 2_000_000_000_000 })
    const after = await get('/markets/KXSEEDED/orderbook')
    expect(after.body).to.deep.equal(before.body)
  })

  it('goes through determination and settlement when told', async () => {
    await bench.control('POST', '/markets', { market: 'kalshi:KXBRIEF', status: 'determined', result: 'no' })
    expect((await get('/markets/KXBRIEF')).body.market).to.include({ status: 'determined', result: 'no' })
    await bench.control('POST', '/markets', { market: 'kalshi:KXBRIEF', status: 'settled' })
    expect((await get('/markets/KXBRIEF')).body.market).to.include({
      status: 'finalized',
      settlement_value_dollars: '0.0000',
    })
  })
})
