import { expect } from 'chai'
import { parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import type { SandboxMarket } from '../../../src/sandbox/model.ts'
import { depositWallet, detailsOf, tokenOf, Venue } from './support.ts'

describe('polymarket sandbox: reading the account', () => {
  let venue: Venue
  let market: SandboxMarket
  beforeEach(async () => {
    venue = await Venue.open()
    market = venue.find(
      (each, { version, tickSize }) => version === 'v1' && tickSize === '0.01' && each.yesLabel === 'Yes',
    )
    venue.setBook(market, [['0.40', '100']], [['0.45', '20']])
  })
  afterEach(() => venue.close())

  const rest = (salt: number, price = 10n) =>
    venue.place({ market, salt, makerAmount: (price * 100_000n).toString(), takerAmount: '10000000' })

  /** Without the signature, which is what takes time. */
  function restDirectly(place: number): void {
    venue.host.exchange.execute({
      kind: 'place',
      account: 'polymarket-main',
      market: market.id,
      orderId: `0x${place.toString(16).padStart(64, '0')}`,
      clientOrderId: null,
      outcome: 'yes',
      side: 'buy',
      ownPrice: parsePrice('0.1'),
      amount: { kind: 'quantity', quantity: parseQuantity('5') },
      timeInForce: 'gtc',
      expiresAtMs: null,
      postOnly: false,
      reduceOnly: false,
      selfTrade: 'allow',
      cancelOnPause: false,
      refuseUnmatched: false,
      delayMs: 0,
      doomed: false,
    })
  }

  it('shows an order in decimal shares', async () => {
    const { orderId } = await rest(1)
    const { json } = await venue.call('GET', `/data/order/${orderId}`)
    expect(json).to.deep.equal({
      id: orderId,
      status: 'LIVE',
      owner: venue.credentials.apiKey,
      maker_address: venue.wallet.address,
      market: detailsOf(market).conditionId,
      asset_id: tokenOf(market, 'yes'),
      side: 'BUY',
      original_size: '10',
      size_matched: '0',
      price: '0.1',
      outcome: 'Yes',
      expiration: '0',
      order_type: 'GTC',
      associate_trades: [],
      created_at: venue.clock.nowMs() / 1000,
    })
  })

  it('answers null for an order that it does not know', async () => {
    const { status, text } = await venue.call('GET', `/data/order/0x${'0'.repeat(64)}`)
    expect([status, text]).to.deep.equal([200, 'null'])
  })

  it('pages through open orders from MA== to LTE=', async () => {
    for (let place = 1; place <= 103; place++) restDirectly(place)
    const first = await venue.call('GET', '/data/orders?next_cursor=MA==')
    expect([first.json.limit, first.json.count, first.json.data.length]).to.deep.equal([100, 100, 100])
    const second = await venue.call('GET', `/data/orders?next_cursor=${encodeURIComponent(first.json.next_cursor)}`)
    expect([second.json.count, second.json.next_cursor]).to.deep.equal([3, 'LTE='])
    const ids = new Set([...first.json.data, ...second.json.data].map((order: { id: string }) => order.id))
    expect(ids.size).to.equal(103)
  })

  it('lists open orders only, but any order by its id', async () => {
    const open = await rest(1)
    const gone = await rest(2)
    await venue.call('DELETE', '/order', { orderID: gone.orderId })
    const list = await venue.call('GET', '/data/orders')
    expect(list.json.data.map((order: { id: string }) => order.id)).to.deep.equal([open.orderId])
    const one = await venue.call('GET', `/data/orders?id=${gone.orderId}`)
    expect(one.json.data[0].status).to.equal('CANCELED')
  })

  it('shows a taker its trade, and lets it settle with the clock', async () => {
    const placed = await venue.place({ market, makerAmount: '4500000', takerAmount: '10000000' })
    const [tradeId] = placed.json.tradeIDs
    const read = async () => (await venue.call('GET', `/data/trades?id=${tradeId}`)).json.data[0]
    const trade = await read()
    expect(trade).to.include({
      id: tradeId,
      taker_order_id: placed.orderId,
      market: detailsOf(market).conditionId,
      asset_id: tokenOf(market, 'yes'),
      side: 'BUY',
      size: '10',
      price: '0.45',
      status: 'MATCHED',
      trader_side: 'TAKER',
      maker_address: venue.wallet.address,
      owner: venue.credentials.apiKey,
      transaction_hash: '',
      match_time: String(venue.clock.nowMs() / 1000),
      bucket_index: 0,
    })
    expect(trade.maker_orders[0]).to.include({ matched_amount: '10', price: '0.45', side: 'SELL', outcome: 'Yes' })
    venue.clock.advanceTo(venue.clock.nowMs() + 2_000)
    const mined = await read()
    expect([mined.status, mined.transaction_hash.length]).to.deep.equal(['MINED', 66])
    venue.clock.advanceTo(venue.clock.nowMs() + 5_000)
    expect((await read()).status).to.equal('CONFIRMED')
  })

  it('shows a maker the taker at the top and itself among the makers', async () => {
    const resting = await venue.place({ market, makerAmount: '4400000', takerAmount: '10000000' })
    // The deposit wallet buys NO, which meets the bid for YES.
    await venue.place({
      market,
      outcome: 'no',
      signatureType: 3,
      salt: 2,
      makerAmount: '5600000',
      takerAmount: '10000000',
    })
    const { json } = await venue.call('GET', `/data/trades?maker_address=${venue.wallet.address}`)
    const [trade] = json.data
    expect([trade.trader_side, trade.asset_id, trade.price, trade.side]).to.deep.equal([
      'MAKER',
      tokenOf(market, 'no'),
      '0.56',
      'BUY',
    ])
    expect(trade.maker_orders[0]).to.include({
      order_id: resting.orderId,
      maker_address: venue.wallet.address,
      asset_id: tokenOf(market, 'yes'),
      price: '0.44',
      matched_amount: '10',
      side: 'BUY',
    })
  })

  it('numbers the executions of one order', async () => {
    venue.setBook(
      market,
      [],
      [
        ['0.44', '20'],
        ['0.45', '30'],
      ],
    )
    await venue.place({ market, makerAmount: '22500000', takerAmount: '50000000' })
    const { json } = await venue.call('GET', '/data/trades')
    expect(json.data.map((trade: { bucket_index: number }) => trade.bucket_index)).to.deep.equal([1, 0])
  })

  it('fails a trade that was told to fail, and nothing has moved', async () => {
    venue.host.faults.add({
      venue: 'polymarket',
      endpoint: 'place_order',
      skip: 0,
      times: 1,
      percent: 100,
      fault: { kind: 'settlement_failed' },
    })
    const before = venue.cash()
    const { json } = await venue.place({ market, makerAmount: '4500000', takerAmount: '10000000' })
    expect(json.status).to.equal('matched')
    venue.clock.advanceTo(venue.clock.nowMs() + 3_000)
    expect((await venue.call('GET', '/data/trades')).json.data[0].status).to.equal('RETRYING')
    venue.clock.advanceTo(venue.clock.nowMs() + 10_000)
    expect((await venue.call('GET', '/data/trades')).json.data[0].status).to.equal('FAILED')
    expect(venue.cash()).to.equal(before)
  })

  it('can lag behind: a young order is not seen, nor its trades', async () => {
    venue.host.faults.add({
      venue: 'polymarket',
      endpoint: '*',
      skip: 0,
      times: null,
      percent: 100,
      fault: { kind: 'stale_reads', ms: 1_000 },
    })
    const { orderId } = await venue.place({ market, makerAmount: '4500000', takerAmount: '10000000' })
    expect((await venue.call('GET', `/data/order/${orderId}`)).text).to.equal('null')
    expect((await venue.call('GET', '/data/trades')).json.data).to.deep.equal([])
    venue.clock.advanceTo(venue.clock.nowMs() + 1_000)
    expect((await venue.call('GET', `/data/order/${orderId}`)).json.status).to.equal('MATCHED')
  })

  it('shows balances in millionths by signature type', async () => {
    await venue.place({ market, makerAmount: '4500000', takerAmount: '10000000' })
    const cash = await venue.call('GET', '/balance-allowance?asset_type=COLLATERAL&signature_type=0')
    expect(cash.json.balance).to.equal(venue.cash().toString())
    expect(Object.keys(cash.json.allowances)).to.have.length(4)
    const deposit = await venue.call('GET', '/balance-allowance?asset_type=COLLATERAL&signature_type=3')
    expect(deposit.json.balance).to.equal('500000000')
    const wrong = await venue.call('GET', '/balance-allowance?asset_type=COLLATERAL&signature_type=1')
    expect(wrong.json.balance).to.equal('0')
    const tokens = await venue.call(
      'GET',
      `/balance-allowance?asset_type=CONDITIONAL&token_id=${tokenOf(market, 'yes')}&signature_type=0`,
    )
    expect(tokens.json.balance).to.equal('10000000')
    expect((await venue.call('GET', '/balance-allowance?asset_type=GOLD')).json).to.deep.equal({
      error: 'Invalid asset type',
    })
    expect((await venue.call('GET', '/balance-allowance/update?asset_type=COLLATERAL')).status).to.equal(200)
  })

  it('shows positions by wallet in the data service', async () => {
    await venue.place({ market, outcome: 'no', makerAmount: '6000000', takerAmount: '10000000' })
    const { json } = await venue.get('data', `/v2/positions?user=${venue.wallet.address.toLowerCase()}`)
    expect(json.pagination).to.deep.equal({ limit: 100, offset: 0, has_more: false, next_cursor: null })
    expect(json.data[0]).to.include({
      proxy_wallet: venue.wallet.address,
      token_id: tokenOf(market, 'no'),
      condition_id: detailsOf(market).conditionId,
      current_size: 10,
      avg_price: 0.6,
      status: 'OPEN',
      outcome: 'No',
      outcome_index: 1,
      opposite_token_id: tokenOf(market, 'yes'),
    })
    expect((await venue.get('data', `/v2/positions?user=${depositWallet}`)).json.data).to.deep.equal([])
    const trades = await venue.get('data', `/v2/trades?user=${venue.wallet.address}`)
    expect(trades.json.data[0]).to.include({ side: 'BUY', size: 10, price: 0.6, outcome_index: 1 })
    const value = await venue.get('data', `/v2/value?user=${venue.wallet.address}`)
    expect(value.json.data.value).to.be.greaterThan(0)
  })

  it('refuses a question without a wallet in its own envelope', async () => {
    const { status, json } = await venue.get('data', '/v2/positions')
    expect(status).to.equal(400)
    expect(json).to.include({ code: 'invalid_parameter', retryable: false, parameter: 'user' })
  })

  it('knows how markets were resolved', async () => {
    const settled = venue.host.catalogue
      .list('polymarket')
      .find((each) => venue.host.exchange.market(each.id)?.status === 'settled')
    if (settled === undefined) throw new Error('no settled market')
    const { json } = await venue.get('data', `/v2/resolutions?condition=${detailsOf(settled).conditionId}`)
    const won = settled.schedule.yesPayout === 1_000_000n
    expect(json.data[0]).to.include({ status: 'resolved' })
    expect(json.data[0].payouts).to.deep.equal(won ? [1_000_000, 0] : [0, 1_000_000])
  })

  it('scores no order and pays no rewards, as its markets say', async () => {
    const { orderId } = await rest(1)
    const scoring = await venue.call('POST', '/orders-scoring', [orderId])
    expect(scoring.json).to.deep.equal({ [orderId]: false })
    expect((await venue.call('POST', '/orders-scoring', { orderId })).status).to.equal(400)
    const none = { limit: 100, count: 0, next_cursor: 'LTE=', data: [] }
    for (const path of ['/rewards/user', '/rewards/user/markets', '/rewards/markets/current', '/rewards/markets/0x1']) {
      expect((await venue.call('GET', path)).json, path).to.deep.equal(none)
    }
    expect((await venue.call('GET', '/rewards/user/total')).json).to.deep.equal([])
    expect((await venue.call('GET', '/rewards/user/percentages')).json).to.deep.equal({})
  })
})
