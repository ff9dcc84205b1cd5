import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { type PlainMarket, plainMarket } from '../support/kalshi-markets.ts'
import { type Answer, type KalshiSdk, kalshiApis, refusal } from '../support/kalshi-sdk.ts'
import { ServedSandbox } from '../support/program.ts'
import { at, textAt } from '../support/read.ts'

type Json = Readonly<Record<string, unknown>>

/** Every refusal that the venue is known to give, as the SDK hands it to its caller. */
describe('kalshi-typescript: refusals', () => {
  let sandbox: ServedSandbox
  let sdk: KalshiSdk
  let market: PlainMarket
  let elsewhere: PlainMarket

  before(async () => {
    sandbox = await ServedSandbox.start()
    sdk = await kalshiApis(sandbox)
    market = await plainMarket(sdk)
    elsewhere = await plainMarket(sdk, 2)
    await sandbox.setBook(`kalshi:${market.ticker}`, [['0.40', '10']], [['0.45', '10']])
  })

  after(() => sandbox.stop())

  function order(change: Json = {}): Json {
    return {
      ticker: market.ticker,
      client_order_id: randomUUID(),
      side: 'bid',
      count: '1.00',
      price: '0.2000',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
      ...change,
    }
  }

  const create = (change: Json = {}, options?: Json): Promise<Answer> =>
    sdk.OrdersApi.createOrderV2(order(change), options)

  async function place(change: Json = {}): Promise<string> {
    return textAt((await create(change)).data, 'order_id')
  }

  function nested({ status, data }: Answer): readonly unknown[] {
    return [status, at(data, 'error.code')]
  }

  const soon = () => Math.floor(Date.now() / 1_000) + 3_600

  const refusedOrders: readonly (readonly [what: string, change: () => Json, status: number, code: string])[] = [
    ['more than the cash on its shard', () => ({ count: '99999.00', price: '0.9900' }), 400, 'insufficient_balance'],
    ['a price between two ticks', () => ({ price: '0.4255' }), 400, 'invalid_price'],
    ['a price of nothing', () => ({ price: '0.0000' }), 400, 'invalid_price'],
    ['a price of a whole dollar', () => ({ price: '1.0000' }), 400, 'invalid_price'],
    ['post-only across the book', () => ({ post_only: true, price: '0.4500' }), 400, 'invalid_order'],
    ['reduce-only that would rest', () => ({ reduce_only: true }), 400, 'invalid_order'],
    [
      'an immediate order with an expiry',
      () => ({ time_in_force: 'immediate_or_cancel', expiration_time: soon() }),
      400,
      'invalid_order',
    ],
    ['an expiry in the past', () => ({ expiration_time: 1_000_000_000 }), 400, 'invalid_order'],
    ['no contracts', () => ({ count: '0.00' }), 400, 'invalid_order_size'],
    ['an unknown side', () => ({ side: 'yes' }), 400, 'invalid_parameters'],
    ['an unknown time in force', () => ({ time_in_force: 'day' }), 400, 'invalid_parameters'],
    ['a client order id with a dot', () => ({ client_order_id: 'a.b' }), 400, 'invalid_parameters'],
    ['an unknown ticker', () => ({ ticker: 'KXNOSUCH' }), 404, 'market_not_found'],
    ['the wrong shard', () => ({ exchange_index: 1 }), 404, 'market_not_found'],
    ['an account that is not there', () => ({ subaccount: 9 }), 404, 'user_not_found'],
    ['an unknown order group', () => ({ order_group_id: randomUUID() }), 404, 'order_group_not_found'],
    [
      'fill-or-kill beyond the book',
      () => ({ time_in_force: 'fill_or_kill', price: '0.4500', count: '11.00' }),
      409,
      'fill_or_kill_insufficient_resting_volume',
    ],
  ]
  for (const [what, change, status, code] of refusedOrders) {
    it(`refuses an order with ${what}: ${status} ${code}`, async () => {
      expect(nested(await refusal(create(change())))).to.deep.equal([status, code])
    })
  }

  it('refuses a number where text belongs, with a flat body', async () => {
    const { status, data } = await refusal(create({ price: 0.42 }))
    expect([status, at(data, 'code')]).to.deep.equal([400, 'bad_request'])
    expect(textAt(data, 'details')).to.include('cannot unmarshal number')
  })

  it('refuses a body that is not called JSON, with a flat body', async () => {
    const { status, data } = await refusal(create({}, { headers: { 'Content-Type': 'text/plain' } }))
    expect([status, at(data, 'code')]).to.deep.equal([400, 'invalid_content_type'])
  })

  it('refuses a client order id for ever, even after its order was cancelled', async () => {
    const client_order_id = randomUUID()
    const id = await place({ client_order_id })
    await sdk.OrdersApi.cancelOrderV2(id, undefined, undefined, market.ticker)
    expect(nested(await refusal(create({ client_order_id })))).to.deep.equal([409, 'order_already_exists'])
  })

  it('says of a market that is closed or paused which of the two it is', async () => {
    const id = `kalshi:${elsewhere.ticker}`
    await sandbox.setMarket(id, { status: 'paused' })
    expect(nested(await refusal(create({ ticker: elsewhere.ticker })))).to.deep.equal([409, 'trading_is_paused'])
    await sandbox.setMarket(id, { status: 'closed' })
    expect(nested(await refusal(create({ ticker: elsewhere.ticker })))).to.deep.equal([409, 'market_closed'])
  })

  it('refuses all trading in a trading pause, but cancels', async () => {
    const id = await place()
    await sandbox.control('POST', 'exchange', { tradingActive: false })
    expect(nested(await refusal(create()))).to.deep.equal([409, 'trading_is_paused'])
    const amended = sdk.OrdersApi.amendOrderV2(id, {
      ticker: market.ticker,
      side: 'bid',
      price: '0.2100',
      count: '1.00',
    })
    expect(nested(await refusal(amended))).to.deep.equal([409, 'trading_is_paused'])
    const status = await sdk.ExchangeApi.getExchangeStatus()
    expect(at(status.data, 'trading_active')).to.equal(false)
    expect((await sdk.OrdersApi.cancelOrderV2(id, undefined, undefined, market.ticker)).status).to.equal(200)
    await sandbox.control('POST', 'exchange', { tradingActive: true })
  })

  it('refuses cancels too in an exchange pause', async () => {
    const id = await place()
    await sandbox.control('POST', 'exchange', { exchangeActive: false })
    const cancel = () => sdk.OrdersApi.cancelOrderV2(id, undefined, undefined, market.ticker)
    expect(nested(await refusal(cancel()))).to.deep.equal([409, 'exchange_is_paused'])
    expect(nested(await refusal(create()))).to.deep.equal([409, 'exchange_is_paused'])
    await sandbox.control('POST', 'exchange', { exchangeActive: true })
    expect((await cancel()).status).to.equal(200)
  })

  describe('changing orders', () => {
    const amendments: readonly (readonly [what: string, change: () => Json, code: string])[] = [
      ['another market', () => ({ ticker: elsewhere.ticker }), 'order_ticker_mismatch'],
      ['another side', () => ({ side: 'ask' }), 'order_side_mismatch'],
      ['another client order id', () => ({ client_order_id: randomUUID() }), 'order_id_and_client_order_id_mismatch'],
      ['a price between two ticks', () => ({ price: '0.1234' }), 'invalid_price'],
    ]
    for (const [what, change, code] of amendments) {
      it(`refuses to amend to ${what}: ${code}`, async () => {
        // The other market lives on another shard: the order is named by its own.
        const id = await place()
        const body = {
          ticker: market.ticker,
          side: 'bid',
          price: '0.2100',
          count: '1.00',
          exchange_index: 0,
          ...change(),
        }
        expect(nested(await refusal(sdk.OrdersApi.amendOrderV2(id, body)))).to.deep.equal([400, code])
      })
    }

    it('answers 404 for orders unknown, ended, or sought on the wrong shard', async () => {
      const { OrdersApi } = sdk
      const unknown = randomUUID()
      expect(nested(await refusal(OrdersApi.getOrder(unknown)))).to.deep.equal([404, 'not_found'])
      expect(nested(await refusal(OrdersApi.getOrderQueuePosition(unknown)))).to.deep.equal([404, 'not_found'])
      expect(nested(await refusal(OrdersApi.cancelOrderV2(unknown)))).to.deep.equal([404, 'not_found'])
      const decrease = OrdersApi.decreaseOrderV2(unknown, { reduce_by: '1.00' })
      expect(nested(await refusal(decrease))).to.deep.equal([404, 'not_found'])
      const filled = await place({ price: '0.4500' })
      const cancel = OrdersApi.cancelOrderV2(filled, undefined, undefined, market.ticker)
      expect(nested(await refusal(cancel))).to.deep.equal([404, 'not_found'])
      const resting = await place()
      const wrongShard = OrdersApi.cancelOrderV2(resting, undefined, 2)
      expect(nested(await refusal(wrongShard))).to.deep.equal([404, 'not_found'])
    })

    it('refuses a decrease that says both how much less and how much is left', async () => {
      const id = await place()
      const both = { reduce_by: '0.50', reduce_to: '0.50', market_ticker: market.ticker }
      expect(nested(await refusal(sdk.OrdersApi.decreaseOrderV2(id, both)))).to.deep.equal([400, 'invalid_parameters'])
    })

    it('refuses the mutations of the first generation for good', async () => {
      const calls: readonly (readonly [string, string])[] = [
        ['POST', '/portfolio/orders'],
        ['DELETE', `/portfolio/orders/${randomUUID()}`],
        ['POST', `/portfolio/orders/${randomUUID()}/amend`],
        ['POST', `/portfolio/orders/${randomUUID()}/decrease`],
        ['POST', '/portfolio/orders/batched'],
      ]
      for (const [method, path] of calls) {
        const answer = await refusal(sdk.raw(method, path, {}))
        expect(nested(answer), path).to.deep.equal([410, 'deprecated_v1_order_endpoint'])
      }
    })
  })

  describe('logins', () => {
    const balance = async (login: { apiKey: string; privateKeyPem: string } | null) =>
      refusal((await kalshiApis(sandbox, login)).PortfolioApi.getBalance())

    const stranger = () =>
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()

    it('refuses a signature by another key', async () => {
      const { status, data } = await balance({ apiKey: sandbox.ready.kalshi.apiKeyId, privateKeyPem: stranger() })
      expect([status, at(data, 'error.code'), at(data, 'error.details')]).to.deep.equal([
        401,
        'authentication_error',
        'INCORRECT_API_KEY_SIGNATURE',
      ])
    })

    it('refuses a key id that it does not know', async () => {
      const { status, data } = await balance({ apiKey: randomUUID(), privateKeyPem: stranger() })
      expect([status, at(data, 'error.details')]).to.deep.equal([401, 'NOT_FOUND'])
    })

    it('refuses a call without a login', async () => {
      expect(nested(await balance(null))).to.deep.equal([401, 'signature_is_missing_from_headers'])
    })

    for (const seconds of [-60, 60]) {
      it(`refuses a login of a clock that is ${seconds} s off`, async () => {
        const realNow = Date.now
        Date.now = () => realNow() + seconds * 1_000
        try {
          const answer = await refusal(sdk.PortfolioApi.getBalance())
          expect(nested(answer)).to.deep.equal([401, 'header_timestamp_expired'])
        } finally {
          Date.now = realNow
        }
      })
    }
  })

  describe('too many calls, and venues in trouble', () => {
    afterEach(() => sandbox.clearFaults())

    it('refuses what the bucket does not hold, without a hint when to come back', async () => {
      const hasty = await kalshiApis(sandbox, undefined, 'hasty')
      const calls = Array.from({ length: 130 }, () =>
        hasty.ExchangeApi.getExchangeStatus().then(
          () => null,
          (error: unknown) => error,
        ),
      )
      const refused = (await Promise.all(calls)).filter((one) => one !== null)
      expect(refused.length).to.be.within(1, 129)
      const answer = await refusal(Promise.reject(refused[0]))
      expect(nested(answer)).to.deep.equal([429, 'too_many_requests'])
      expect(at(refused[0], 'response.headers')).to.not.have.property('retry-after')
      // The bucket fills again.
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    })

    it('hands over the documented body of 429 as well', async () => {
      const body = '{"error":"too many requests"}'
      await sandbox.addFault({ endpoint: 'place_order', fault: 'status', status: 429, executed: false, body })
      expect(await refusal(create())).to.deep.equal({ status: 429, data: { error: 'too many requests' } })
    })

    for (const status of [500, 503, 504]) {
      it(`leaves it open with ${status} whether the order was placed; the same id tells`, async () => {
        for (const executed of [true, false]) {
          const client_order_id = randomUUID()
          await sandbox.addFault({ endpoint: 'place_order', fault: 'status', status, executed })
          expect((await refusal(create({ client_order_id }))).status).to.equal(status)
          const again = await create({ client_order_id }).then(
            () => 'placed now',
            (error: unknown) => refusal(Promise.reject(error)).then((answer) => nested(answer)[1]),
          )
          expect(again).to.equal(executed ? 'order_already_exists' : 'placed now')
        }
      })
    }

    it('throws without an answer when the connection breaks after the order was placed', async () => {
      const client_order_id = randomUUID()
      await sandbox.addFault({ endpoint: 'place_order', fault: 'drop_response' })
      const error: unknown = await create({ client_order_id }).catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'ECONNRESET')
      expect(error).to.not.have.property('response')
      expect(nested(await refusal(create({ client_order_id })))).to.deep.equal([409, 'order_already_exists'])
    })

    it('hands a gateway’s page over as text', async () => {
      await sandbox.addFault({ endpoint: 'get_balance', fault: 'html', status: 502, executed: false })
      const { status, data } = await refusal(sdk.PortfolioApi.getBalance())
      expect(status).to.equal(502)
      expect(data).to.be.a('string').that.includes('<html>')
    })
  })
})
