import { expect } from 'chai'
import { codeOf, createBody, type KalshiBench, kalshiBench } from '../support/kalshi-http.ts'
import { originMs } from '../support/small-catalogue.ts'

const orders = '/portfolio/events/orders'

describe('Kalshi face: orders', () => {
  let bench: KalshiBench

  beforeEach(async () => {
    bench = await kalshiBench()
  })
  afterEach(() => bench.close())

  const quote = (bids: readonly (readonly string[])[], asks: readonly (readonly string[])[], market = 'kalshi:KXA') =>
    bench.control('POST', '/books', { market, bids, asks })

  async function statusOf(orderId: unknown): Promise<unknown> {
    const { body } = await bench.call('GET', `/portfolio/orders/${orderId}`)
    return (body.order as Record<string, unknown>).status
  }

  it('rests an order that meets nothing', async () => {
    const answer = await bench.call('POST', orders, createBody({ client_order_id: 'c-1' }))
    expect(answer.status).to.equal(201)
    const { order_id, ...rest } = answer.body
    expect(order_id).to.match(/^[0-9a-f-]{36}$/)
    expect(rest).to.deep.equal({
      client_order_id: 'c-1',
      fill_count: '0.00',
      remaining_count: '10.00',
      ts_ms: originMs,
    })
  })

  it('fills at the resting price and reports per-contract averages', async () => {
    await quote([], [['0.52', '3']])
    const answer = await bench.call(
      'POST',
      orders,
      createBody({ price: '0.99', count: '1.00', time_in_force: 'immediate_or_cancel' }),
    )
    expect(answer.body.fill_count).to.equal('1.00')
    expect(answer.body.remaining_count).to.equal('0.00')
    expect(answer.body.average_fill_price).to.equal('0.5200')
    // The recorded demo fill: model fee 0.017472.
    expect(answer.body.average_fee_paid).to.equal('0.0175')
  })

  it('fills part of an immediate order and cancels the rest', async () => {
    await quote([], [['0.45', '4']])
    const answer = await bench.call('POST', orders, createBody({ time_in_force: 'immediate_or_cancel' }))
    expect([answer.body.fill_count, answer.body.remaining_count]).to.deep.equal(['4.00', '0.00'])
    const { body } = await bench.call('GET', `/portfolio/orders/${answer.body.order_id}`)
    const order = body.order as Record<string, unknown>
    expect([order.status, order.fill_count_fp, order.remaining_count_fp, order.initial_count_fp]).to.deep.equal([
      'canceled',
      '4.00',
      '0.00',
      '10.00',
    ])
  })

  it('answers an immediate order without liquidity with 201 and no fill', async () => {
    const answer = await bench.call('POST', orders, createBody({ time_in_force: 'immediate_or_cancel' }))
    expect([answer.status, answer.body.fill_count, answer.body.remaining_count]).to.deep.equal([201, '0.00', '0.00'])
    expect(answer.body).not.to.have.property('average_fill_price')
  })

  it('kills a fill-or-kill order whole and burns its id', async () => {
    await quote([], [['0.45', '4']])
    const body = createBody({ time_in_force: 'fill_or_kill', client_order_id: 'fok-1' })
    const killed = await bench.call('POST', orders, body)
    expect([killed.status, codeOf(killed)]).to.deep.equal([409, 'fill_or_kill_insufficient_resting_volume'])
    const again = await bench.call('POST', orders, createBody({ client_order_id: 'fok-1' }))
    expect([again.status, codeOf(again)]).to.deep.equal([409, 'order_already_exists'])
    const positions = await bench.call('GET', '/portfolio/positions')
    expect(positions.body.market_positions).to.deep.equal([])
  })

  it('refuses a client order id for ever, also after the order was cancelled', async () => {
    const first = await bench.call('POST', orders, createBody({ client_order_id: 'once' }))
    await bench.call('DELETE', `${orders}/${first.body.order_id}?market_ticker=KXA`)
    const second = await bench.call('POST', orders, createBody({ client_order_id: 'once' }))
    expect([second.status, codeOf(second)]).to.deep.equal([409, 'order_already_exists'])
  })

  it('refuses a post-only order that would cross, without an order', async () => {
    await quote([], [['0.45', '4']])
    const answer = await bench.call('POST', orders, createBody({ post_only: true }))
    expect(answer.status).to.equal(400)
    expect(answer.body.error).to.deep.equal({
      code: 'invalid_order',
      message: 'invalid order',
      details: 'post only cross',
    })
    const list = await bench.call('GET', '/portfolio/orders')
    expect(list.body.orders).to.deep.equal([])
  })

  it('lets reduce-only sell no more than is held', async () => {
    await quote([['0.40', '100']], [['0.45', '3']])
    await bench.call('POST', orders, createBody({ time_in_force: 'immediate_or_cancel' }))
    const sale = createBody({ side: 'ask', price: '0.40', reduce_only: true, time_in_force: 'immediate_or_cancel' })
    const answer = await bench.call('POST', orders, sale)
    expect(answer.body.fill_count).to.equal('3.00')
    const again = await bench.call('POST', orders, sale)
    expect([again.status, again.body.fill_count]).to.deep.equal([201, '0.00'])
  })

  it('stops an incoming order at its own resting order', async () => {
    await bench.call('POST', orders, createBody())
    const answer = await bench.call('POST', orders, createBody({ side: 'ask', price: '0.4500' }))
    expect([answer.status, answer.body.fill_count, answer.body.remaining_count]).to.deep.equal([201, '0.00', '0.00'])
  })

  const refusals: readonly (readonly [string, Record<string, unknown>, number, string])[] = [
    ['a price as a number', { price: 0.45 }, 400, 'bad_request'],
    ['a count as a number', { count: 10 }, 400, 'bad_request'],
    ['a price off the tick', { price: '0.455' }, 400, 'invalid_price'],
    ['a price of one', { price: '1.00' }, 400, 'invalid_price'],
    ['a price with an exponent', { price: '1e-2' }, 400, 'invalid_price'],
    ['a count of nothing', { count: '0.00' }, 400, 'invalid_order_size'],
    ['a count with three decimals', { count: '1.001' }, 400, 'invalid_order_size'],
    ['a missing side', { side: undefined }, 400, 'invalid_parameters'],
    ['a missing time in force', { time_in_force: undefined }, 400, 'invalid_parameters'],
    ['a missing self-trade rule', { self_trade_prevention_type: undefined }, 400, 'invalid_parameters'],
    ['a client id with a dot', { client_order_id: 'a.b' }, 400, 'invalid_parameters'],
    ['reduce-only that would rest', { reduce_only: true }, 400, 'invalid_order'],
    [
      'an immediate order with an expiry',
      { time_in_force: 'immediate_or_cancel', expiration_time: 4_000_000_000 },
      400,
      'invalid_order',
    ],
    ['an expiry in the past', { expiration_time: 1_000_000_000 }, 400, 'invalid_order'],
    ['an unknown ticker', { ticker: 'KXNONE' }, 404, 'market_not_found'],
    ['the wrong shard', { exchange_index: 1 }, 404, 'market_not_found'],
    ['an unknown order group', { order_group_id: 'g' }, 404, 'order_group_not_found'],
    ['another subaccount', { subaccount: 3 }, 404, 'user_not_found'],
    ['a market that is not open yet', { ticker: 'KXSOON' }, 409, 'market_closed'],
    ['more than the cash on its shard', { ticker: 'KXSHARD', count: '9000.00' }, 400, 'insufficient_balance'],
  ]
  for (const [what, change, status, code] of refusals) {
    it(`refuses ${what} with ${code}`, async () => {
      const answer = await bench.call('POST', orders, createBody(change))
      expect([answer.status, codeOf(answer)]).to.deep.equal([status, code])
    })
  }

  it('answers decoding errors flat and all others nested', async () => {
    const flat = await bench.call('POST', orders, createBody({ price: 0.45 }))
    expect(flat.body.code).to.equal('bad_request')
    expect(flat.body.details).to.contain('cannot unmarshal number into Go struct field')
    const nested = await bench.call('POST', orders, createBody({ price: '0.455' }))
    expect(nested.body).to.have.property('error')
  })

  it('wants a JSON content type', async () => {
    const answer = await bench.raw('POST', orders, { headers: bench.headers('POST', orders), body: '{}' })
    expect([answer.status, codeOf(answer)]).to.deep.equal([400, 'invalid_content_type'])
  })

  it('answers mutations of the first generation with 410', async () => {
    const answer = await bench.call('POST', '/portfolio/orders', createBody())
    expect([answer.status, codeOf(answer)]).to.deep.equal([410, 'deprecated_v1_order_endpoint'])
  })

  it('cancels with what was taken off, then says not found', async () => {
    const { body } = await bench.call('POST', orders, createBody())
    const first = await bench.call('DELETE', `${orders}/${body.order_id}?market_ticker=KXA`)
    expect(first.body).to.deep.equal({ order_id: body.order_id, reduced_by: '10.00', ts_ms: originMs })
    const second = await bench.call('DELETE', `${orders}/${body.order_id}?market_ticker=KXA`)
    expect([second.status, codeOf(second)]).to.deep.equal([404, 'not_found'])
  })

  it('looks for an order on shard 0 when the cancel names no market', async () => {
    const { body } = await bench.call('POST', orders, createBody({ ticker: 'KXSHARD' }))
    const lost = await bench.call('DELETE', `${orders}/${body.order_id}`)
    expect([lost.status, codeOf(lost)]).to.deep.equal([404, 'not_found'])
    const found = await bench.call('DELETE', `${orders}/${body.order_id}?market_ticker=KXSHARD`)
    expect(found.status).to.equal(200)
  })

  it('cancels all with an empty 204', async () => {
    await bench.call('POST', orders, createBody())
    await bench.call('POST', orders, createBody({ ticker: 'KXSHARD' }))
    const answer = await bench.call('DELETE', orders)
    expect([answer.status, answer.text]).to.deep.equal([204, ''])
    const list = await bench.call('GET', '/portfolio/orders?status=resting')
    expect(list.body.orders).to.deep.equal([])
  })

  it('accepts orders in the minute after cancel-all and takes them a moment later', async () => {
    await bench.call('DELETE', orders)
    bench.clock.advanceTo(originMs + 59_000)
    const during = await bench.call('POST', orders, createBody())
    expect(during.body.remaining_count).to.equal('10.00')
    bench.clock.advanceTo(originMs + 60_000)
    const after = await bench.call('POST', orders, createBody())
    bench.clock.advanceTo(originMs + 120_000)
    expect(await statusOf(during.body.order_id)).to.equal('canceled')
    expect(await statusOf(after.body.order_id)).to.equal('resting')
  })

  it('decreases by and to, keeping the rest', async () => {
    const { body } = await bench.call('POST', orders, createBody())
    const by = await bench.call('POST', `${orders}/${body.order_id}/decrease`, { reduce_by: '4.00' })
    expect(by.body.remaining_count).to.equal('6.00')
    const to = await bench.call('POST', `${orders}/${body.order_id}/decrease`, { reduce_to: '1.50' })
    expect(to.body.remaining_count).to.equal('1.50')
    const both = await bench.call('POST', `${orders}/${body.order_id}/decrease`, { reduce_to: '1', reduce_by: '1' })
    expect(both.status).to.equal(400)
  })

  it('amends price and size, counting what is filled', async () => {
    await quote([], [['0.45', '4']])
    const { body } = await bench.call('POST', orders, createBody())
    const amended = await bench.call('POST', `${orders}/${body.order_id}/amend`, {
      ticker: 'KXA',
      side: 'bid',
      price: '0.4400',
      count: '12.00',
    })
    expect([amended.status, amended.body.fill_count, amended.body.remaining_count]).to.deep.equal([200, '4.00', '8.00'])
    const wrongSide = await bench.call('POST', `${orders}/${body.order_id}/amend`, {
      ticker: 'KXA',
      side: 'ask',
      price: '0.4400',
      count: '12.00',
    })
    expect(codeOf(wrongSide)).to.equal('order_side_mismatch')
  })

  it('answers a batch item by item', async () => {
    const batch = {
      orders: [createBody({ client_order_id: 'b-1' }), createBody({ client_order_id: 'b-2', price: '0.455' })],
    }
    const answer = await bench.call('POST', `${orders}/batched`, batch)
    expect(answer.status).to.equal(201)
    const [good, bad] = answer.body.orders as Record<string, unknown>[]
    expect([good?.client_order_id, good?.remaining_count]).to.deep.equal(['b-1', '10.00'])
    expect(bad).to.deep.equal({ client_order_id: 'b-2', error: { code: 'invalid_price', message: 'invalid price' } })
    const cancelled = await bench.call('DELETE', `${orders}/batched`, {
      orders: [
        { order_id: good?.order_id, market_ticker: 'KXA' },
        { order_id: 'nobody', market_ticker: 'KXA' },
      ],
    })
    const [one, two] = cancelled.body.orders as Record<string, unknown>[]
    expect([one?.reduced_by, two?.reduced_by]).to.deep.equal(['10.00', '0.00'])
    expect(two).to.have.property('error')
  })

  it('cancels resting orders at the close and refuses new ones', async () => {
    const { body } = await bench.call('POST', orders, createBody({ ticker: 'KXBRIEF' }))
    bench.clock.advanceTo(originMs + 60_000)
    const cancel = await bench.call('DELETE', `${orders}/${body.order_id}?market_ticker=KXBRIEF`)
    expect([cancel.status, codeOf(cancel)]).to.deep.equal([409, 'market_closed'])
    expect(await statusOf(body.order_id)).to.equal('resting')
    bench.clock.advanceTo(originMs + 62_000)
    expect(await statusOf(body.order_id)).to.equal('canceled')
    const late = await bench.call('POST', orders, createBody({ ticker: 'KXBRIEF' }))
    expect([late.status, codeOf(late)]).to.deep.equal([409, 'market_closed'])
  })

  it('removes an order at its expiry', async () => {
    const expiration_time = Math.floor(originMs / 1_000) + 30
    const { body } = await bench.call('POST', orders, createBody({ expiration_time }))
    bench.clock.advanceTo(originMs + 30_000)
    const { body: read } = await bench.call('GET', `/portfolio/orders/${body.order_id}`)
    const order = read.order as Record<string, unknown>
    expect([order.status, order.fill_count_fp, order.last_update_time]).to.deep.equal([
      'canceled',
      '0.00',
      order.expiration_time,
    ])
  })

  it('refuses to place but still cancels while trading is paused', async () => {
    const { body } = await bench.call('POST', orders, createBody())
    await bench.control('POST', '/exchange', { tradingActive: false })
    const placed = await bench.call('POST', orders, createBody())
    expect([placed.status, codeOf(placed)]).to.deep.equal([409, 'trading_is_paused'])
    const cancelled = await bench.call('DELETE', `${orders}/${body.order_id}?market_ticker=KXA`)
    expect(cancelled.status).to.equal(200)
  })

  it('takes the orders that asked for it when a pause begins', async () => {
    const wary = await bench.call('POST', orders, createBody({ cancel_order_on_pause: true }))
    const plain = await bench.call('POST', orders, createBody())
    await bench.control('POST', '/exchange', { tradingActive: false })
    const { body } = await bench.call('GET', '/portfolio/orders?status=resting')
    const resting = (body.orders as { order_id: unknown }[]).map((order) => order.order_id)
    expect(resting).to.deep.equal([plain.body.order_id])
    expect(resting).not.to.include(wary.body.order_id)
  })

  it('does nothing at all while the exchange is paused', async () => {
    const { body } = await bench.call('POST', orders, createBody())
    await bench.control('POST', '/exchange', { exchangeActive: false })
    const cancelled = await bench.call('DELETE', `${orders}/${body.order_id}?market_ticker=KXA`)
    expect([cancelled.status, codeOf(cancelled)]).to.deep.equal([409, 'exchange_is_paused'])
  })
})
