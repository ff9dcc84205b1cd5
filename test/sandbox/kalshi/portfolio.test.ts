import { expect } from 'chai'
import { createBody, type KalshiBench, kalshiBench } from '../support/kalshi-http.ts'
import { originMs } from '../support/small-catalogue.ts'

const orders = '/portfolio/events/orders'
type Row = Record<string, unknown>

describe('Kalshi face: portfolio', () => {
  let bench: KalshiBench

  beforeEach(async () => {
    bench = await kalshiBench()
    await bench.control('POST', '/books', {
      market: 'kalshi:KXA',
      bids: [['0.40', '100']],
      asks: [
        ['0.45', '4'],
        ['0.50', '100'],
      ],
    })
  })
  afterEach(() => bench.close())

  const buy = (count: string, price = '0.5000') =>
    bench.call('POST', orders, createBody({ count, price, time_in_force: 'immediate_or_cancel' }))
  const sell = (count: string) =>
    bench.call(
      'POST',
      orders,
      createBody({ side: 'ask', count, price: '0.4000', time_in_force: 'immediate_or_cancel' }),
    )
  const rows = async (path: string, key: string) => (await bench.call('GET', path)).body[key] as Row[]

  it('lists one fill per level, each at its own price and fee', async () => {
    const { body } = await buy('6.00')
    const fills = await rows(`/portfolio/fills?order_id=${body.order_id}`, 'fills')
    expect(fills.map((fill) => [fill.count_fp, fill.yes_price_dollars, fill.fee_cost])).to.deep.equal([
      ['2.00', '0.5000', '0.035000'],
      ['4.00', '0.4500', '0.069300'],
    ])
    expect(fills[0]).to.include({
      ticker: 'KXA',
      outcome_side: 'yes',
      book_side: 'bid',
      no_price_dollars: '0.5000',
      is_taker: true,
      created_time: '2026-11-20T00:00:00Z',
      ts: originMs / 1_000,
    })
    expect(fills[0]).not.to.have.property('client_order_id')
  })

  it('shows an order with its limit, its fill cost and its fees', async () => {
    const { body } = await buy('6.00', '0.5100')
    const [order] = await rows('/portfolio/orders', 'orders')
    expect(order).to.include({
      order_id: body.order_id,
      status: 'executed',
      yes_price_dollars: '0.5100',
      taker_fill_cost_dollars: '2.800000',
      taker_fees_dollars: '0.104300',
      maker_fees_dollars: '0.000000',
      expiration_time: null,
    })
  })

  it('nets a position and books what a sale realises', async () => {
    await buy('4.00')
    await sell('1.00')
    const [position] = await rows('/portfolio/positions', 'market_positions')
    expect(position).to.include({
      ticker: 'KXA',
      position_fp: '3.00',
      market_exposure_dollars: '1.350000',
      realized_pnl_dollars: '-0.050000',
    })
  })

  it('turns a sale beyond the holding into NO', async () => {
    await buy('4.00')
    await sell('10.00')
    const [position] = await rows('/portfolio/positions', 'market_positions')
    expect([position?.position_fp, position?.market_exposure_dollars]).to.deep.equal(['-6.00', '3.600000'])
  })

  it('shows the balance in cents cut off, in dollars and by shard', async () => {
    await buy('1.00', '0.4500')
    const { body } = await bench.call('GET', '/portfolio/balance?exchange_index=0')
    // 10,000 - 0.45 - 0.0174 (0.017325 rounded to the account's step).
    expect(body).to.include({ balance: 999_953, balance_dollars: '9999.5326', portfolio_value: 40 })
    expect(body.balance_breakdown).to.deep.equal([{ exchange_index: 0, balance: '9999.5326' }])
  })

  it('does not reduce the balance by resting orders', async () => {
    await bench.call('POST', orders, createBody({ price: '0.1000' }))
    const { body } = await bench.call('GET', '/portfolio/balance?exchange_index=0')
    expect(body.balance_dollars).to.equal('10000.0000')
  })

  it('filters orders by status and ticker and pages through them', async () => {
    for (const price of ['0.1000', '0.1100', '0.1200']) await bench.call('POST', orders, createBody({ price }))
    await bench.call('POST', orders, createBody({ ticker: 'KXSHARD', price: '0.1000' }))
    const first = await bench.call('GET', '/portfolio/orders?status=resting&ticker=KXA&limit=2')
    const second = await bench.call(
      'GET',
      `/portfolio/orders?status=resting&ticker=KXA&limit=2&cursor=${first.body.cursor}`,
    )
    const prices = [first, second].flatMap(({ body }) => (body.orders as Row[]).map((order) => order.yes_price_dollars))
    expect(prices).to.deep.equal(['0.1200', '0.1100', '0.1000'])
    expect(second.body.cursor).to.equal('')
  })

  it('moves ended orders to the historical list after two weeks', async () => {
    await buy('1.00')
    const day = 86_400_000
    await bench.control('POST', '/clock', { advanceMs: 15 * day })
    expect(await rows('/portfolio/orders', 'orders')).to.deep.equal([])
    expect(await rows('/historical/orders', 'orders')).to.have.length(1)
  })

  it('pays a settled position and lists it in cents', async () => {
    await buy('4.00')
    await bench.control('POST', '/markets', { market: 'kalshi:KXA', status: 'settled', result: 'yes' })
    const [settlement] = await rows('/portfolio/settlements', 'settlements')
    expect(settlement).to.include({
      market_result: 'yes',
      yes_count_fp: '4.00',
      yes_total_cost_dollars: '1.800000',
      revenue: 400,
      value: 100,
    })
    expect(await rows('/portfolio/positions', 'market_positions')).to.deep.equal([])
    expect(await rows('/portfolio/positions?settlement_status=settled', 'market_positions')).to.have.length(1)
  })

  it('shows stale orders while the fault lasts', async () => {
    const { body } = await bench.call('POST', orders, createBody({ price: '0.1000' }))
    await bench.call('DELETE', `${orders}/${body.order_id}?market_ticker=KXA`)
    await bench.control('POST', '/faults', { endpoint: 'get_order', fault: 'stale_reads', ms: 500, times: 1 })
    const stale = await bench.call('GET', `/portfolio/orders/${body.order_id}`)
    expect((stale.body.order as Row).status).to.equal('resting')
    const fresh = await bench.call('GET', `/portfolio/orders/${body.order_id}`)
    expect((fresh.body.order as Row).status).to.equal('canceled')
  })

  it('dates its reads back while they lag, so that nothing is proven absent too soon', async () => {
    await bench.control('POST', '/faults', { endpoint: 'list_orders', fault: 'stale_reads', ms: 500, times: 1 })
    const asOf = async () => (await bench.call('GET', '/exchange/user_data_timestamp')).body.as_of_time
    expect(await asOf()).to.equal('2026-11-19T23:59:59.5Z')
    await bench.call('GET', '/portfolio/orders')
    expect(await asOf()).to.equal('2026-11-20T00:00:00Z')
  })

  it('counts the contracts ahead in the queue', async () => {
    const { body } = await bench.call('POST', orders, createBody({ price: '0.4000' }))
    const { body: position } = await bench.call('GET', `/portfolio/orders/${body.order_id}/queue_position`)
    expect(position).to.deep.equal({ queue_position_fp: '100.00' })
  })
})
