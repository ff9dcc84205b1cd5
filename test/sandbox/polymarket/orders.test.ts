import { expect } from 'chai'
import type { SandboxMarket } from '../../../src/sandbox/model.ts'
import { detailsOf, type OrderSketch, Venue } from './support.ts'

describe('polymarket sandbox: orders', () => {
  let venue: Venue
  let market: SandboxMarket
  beforeEach(async () => {
    venue = await Venue.open()
    market = venue.find(
      (each, { version, negRisk, tickSize }) =>
        version === 'v1' && !negRisk && tickSize === '0.01' && each.yesLabel === 'Yes',
    )
    venue.setBook(
      market,
      [['0.40', '100']],
      [
        ['0.45', '20'],
        ['0.46', '30'],
      ],
    )
  })
  afterEach(() => venue.close())

  const buy = (extra: Partial<OrderSketch> = {}): OrderSketch => ({
    market,
    makerAmount: '4500000',
    takerAmount: '10000000',
    ...extra,
  })

  it('fills a crossing order at the resting price and says so in whole units', async () => {
    const { status, json, orderId } = await venue.place(buy({ makerAmount: '11500000', takerAmount: '25000000' }))
    expect(status).to.equal(200)
    expect({ ...json, tradeIDs: json.tradeIDs.length }).to.deep.equal({
      success: true,
      errorMsg: '',
      orderID: orderId,
      status: 'matched',
      makingAmount: '11.3',
      takingAmount: '25',
      transactionsHashes: [],
      tradeIDs: 2,
    })
  })

  it('charges the taker fee on top of what a purchase spends', async () => {
    const free = 10_000_000_000n - venue.cash()
    expect(free).to.equal(0n)
    await venue.place(buy())
    const fees = market.fees.kind === 'polymarket' ? market.fees.rate : 0n
    // rate x shares x p(1-p), to five decimals: 10 shares at 0.45.
    const fee = ((fees * 10n * 450_000n * 550_000n) / 10n ** 12n / 10n) * 10n
    expect(10_000_000_000n - venue.cash()).to.equal(4_500_000n + fee)
  })

  it('rests what does not cross, with empty amounts', async () => {
    const { json } = await venue.place(buy({ makerAmount: '4400000' }))
    expect([json.status, json.makingAmount, json.takingAmount]).to.deep.equal(['live', '', ''])
  })

  it('names the order by its EIP-712 digest under the exchange of the market', async () => {
    const kinds: SandboxMarket[] = [
      venue.find((_m, d) => d.version === 'v1' && d.negRisk),
      venue.find((_m, d) => d.version === 'v2' && !d.negRisk),
      venue.find((_m, d) => d.version === 'v2' && d.negRisk),
    ]
    for (const each of kinds) {
      const { json, orderId } = await venue.place({ market: each, makerAmount: '100000', takerAmount: '10000000' })
      expect(json.orderID, each.symbol).to.equal(orderId)
    }
  })

  it('takes the wrapped signature of a deposit wallet and its own money', async () => {
    const { json, orderId } = await venue.place(buy({ signatureType: 3 }))
    expect([json.orderID, json.status]).to.deep.equal([orderId, 'matched'])
    expect(venue.cash()).to.equal(10_000_000_000n)
    expect(venue.cash('polymarket-deposit') < 500_000_000n).to.equal(true)
  })

  it('matches a purchase of NO against the bids for YES', async () => {
    const { json } = await venue.place(buy({ outcome: 'no', makerAmount: '6000000' }))
    expect([json.status, json.makingAmount, json.takingAmount]).to.deep.equal(['matched', '6', '10'])
  })

  it('spends the whole budget of an immediate purchase, so that a better price gives more shares', async () => {
    venue.setBook(market, [], [['0.40', '100']])
    const { json } = await venue.place(buy({ orderType: 'FAK' }))
    expect([json.makingAmount, json.takingAmount]).to.deep.equal(['4.5', '11.25'])
  })

  it('fills part of a FAK order and forgets the rest', async () => {
    const { json, orderId } = await venue.place(
      buy({ orderType: 'FAK', makerAmount: '45000000', takerAmount: '100000000' }),
    )
    expect([json.status, json.takingAmount]).to.deep.equal(['matched', '20'])
    const order = await venue.call('GET', `/data/order/${orderId}`)
    expect([order.json.status, order.json.size_matched, order.json.original_size]).to.deep.equal([
      'CANCELED',
      '20',
      '45',
    ])
  })

  const refusals: readonly [name: string, sketch: () => OrderSketch, text: string | RegExp][] = [
    [
      'a price off the tick',
      () => buy({ makerAmount: '4550000' }),
      /^order 0x[0-9a-f]{64} is invalid\. Price \(0\.455\) breaks minimum tick size rule: 0\.01$/,
    ],
    [
      'a size below the minimum',
      () => buy({ makerAmount: '1800000', takerAmount: '4000000' }),
      /is invalid\. Size \(4\) lower than the minimum: 5$/,
    ],
    [
      'a FAK purchase that is not in whole cents',
      () => buy({ orderType: 'FAK', makerAmount: '14997500', takerAmount: '42850000' }),
      'invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, taker amount a max of 4 decimals',
    ],
    [
      'a FAK sale of too fine an amount',
      () => buy({ orderType: 'FAK', side: 'SELL', makerAmount: '10005000', takerAmount: '4002000' }),
      /^invalid amounts, the sell orders maker amount/,
    ],
    [
      'a FOK order without enough volume',
      () => buy({ orderType: 'FOK', makerAmount: '45000000', takerAmount: '100000000' }),
      "order couldn't be fully filled. FOK orders are fully filled or killed.",
    ],
    [
      'a FAK order that meets nothing',
      () => buy({ orderType: 'FAK', makerAmount: '4100000' }),
      'no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found.',
    ],
    ['a post-only order that crosses', () => buy({ postOnly: true }), 'invalid post-only order: order crosses book'],
    [
      'a GTD order that ends too soon',
      () => buy({ orderType: 'GTD', expiration: String(venue.clock.nowMs() / 1000 + 179) }),
      'invalid expiration',
    ],
    ['a GTC order with an expiration', () => buy({ expiration: '1900000000' }), 'invalid expiration'],
    [
      'more than the account has',
      () => buy({ makerAmount: '45000000000', takerAmount: '100000000000' }),
      'not enough balance / allowance: the balance is not enough -> balance: 10000000000, order amount: 45000000000',
    ],
    [
      'a sale of what is not held',
      () => buy({ side: 'SELL', makerAmount: '10000000', takerAmount: '4000000' }),
      'not enough balance / allowance: the balance is not enough -> balance: 0, order amount: 10000000',
    ],
    ['the other version of the exchange', () => buy({ exchange: 'v3' }), 'order_version_mismatch'],
    ['the exchange for neg-risk markets', () => buy({ exchange: 'negRisk' }), 'invalid signature'],
    ['a signature of nothing', () => buy({ signature: `0x${'ab'.repeat(65)}` }), 'invalid signature'],
    [
      'the key of another owner',
      () => buy({ owner: '00000000-0000-0000-0000-000000000000' }),
      'the order owner has to be the owner of the API KEY',
    ],
    [
      'a signer that is not the EOA of the key',
      () => buy({ signer: '0x5a4db0c55a4db0c55a4db0c55a4db0c55a4db0c5' }),
      'the order signer address has to be the address of the API KEY',
    ],
    [
      'a proxy wallet that nobody knows',
      () => buy({ signatureType: 1, maker: '0x5a4db0c55a4db0c55a4db0c55a4db0c55a4db0c5' }),
      'maker address not allowed, please use the deposit wallet flow',
    ],
    [
      'an unknown deposit wallet',
      () => buy({ signatureType: 3, maker: '0x5a4db0c55a4db0c55a4db0c55a4db0c55a4db0c5' }),
      'the order signer address has to be the address of the API KEY',
    ],
    ['a token that is none', () => buy({ tokenId: '12345' }), 'Invalid token id'],
  ]
  for (const [name, sketch, text] of refusals) {
    it(`refuses ${name}`, async () => {
      const { status, json } = await venue.place(sketch())
      expect(status).to.equal(400)
      if (typeof text === 'string') expect(json).to.deep.equal({ error: text })
      else expect(json.error).to.match(text)
    })
  }

  it('refuses a marketable purchase of less than a dollar', async () => {
    venue.setBook(market, [], [['0.10', '100']])
    const { json } = await venue.place(buy({ makerAmount: '500000', takerAmount: '5000000' }))
    expect(json).to.deep.equal({ error: 'invalid amount for a marketable BUY order ($0.5), min size: $1' })
  })

  it('recognises an order that it has: the same bytes again', async () => {
    const { body, orderId } = await venue.sign(buy({ makerAmount: '4400000' }))
    await venue.call('POST', '/order', body)
    const again = await venue.call('POST', '/order', body)
    expect([again.status, again.json]).to.deep.equal([400, { error: `order ${orderId} is invalid. Duplicated.` }])
  })

  it('refuses position ids of a market whose version is v1', async () => {
    const both = venue.find((_m, d) => d.version === 'v1' && d.positionIds !== null)
    const { json } = await venue.place({
      market: both,
      tokenId: detailsOf(both).positionIds?.[0] ?? '',
      exchange: 'v3',
      makerAmount: '500000',
      takerAmount: '10000000',
    })
    expect(json).to.deep.equal({ error: 'Invalid token id' })
  })

  it('is not ready for orders in a market that is paused or not open', async () => {
    const slugs = venue.host.catalogue
      .list('polymarket')
      .filter((each) => ['paused', 'unopened'].includes(venue.host.exchange.market(each.id)?.status ?? ''))
    for (const each of [slugs.find((m) => m.schedule.paused), slugs.find((m) => !m.schedule.paused)]) {
      const { json } = await venue.place({
        market: each as SandboxMarket,
        makerAmount: '500000',
        takerAmount: '10000000',
      })
      expect(json).to.deep.equal({ error: 'the market is not yet ready to process new orders' })
    }
  })

  it('takes a GTD order off a minute before its time', async () => {
    const { orderId } = await venue.place(
      buy({ makerAmount: '4400000', orderType: 'GTD', expiration: String(venue.clock.nowMs() / 1000 + 300) }),
    )
    venue.clock.advanceTo(venue.clock.nowMs() + 239_000)
    const before = await venue.call('GET', `/data/order/${orderId}`)
    venue.clock.advanceTo(venue.clock.nowMs() + 1_000)
    const after = await venue.call('GET', `/data/order/${orderId}`)
    expect([before.json.status, after.json.status, after.json.order_type]).to.deep.equal(['LIVE', 'CANCELED', 'GTD'])
  })

  const malformed: readonly [
    name: string,
    body: (good: Record<string, unknown> & { order: Record<string, unknown> }) => unknown,
    text: string,
  ][] = [
    ['no JSON', () => 'salt', 'Invalid order payload'],
    ['a salt that is text', (good) => ({ ...good, order: { ...good.order, salt: '1' } }), 'Invalid order payload'],
    [
      'amounts that are numbers',
      (good) => ({ ...good, order: { ...good.order, makerAmount: 4500000 } }),
      'Invalid order payload',
    ],
    ['a side in the struct form', (good) => ({ ...good, order: { ...good.order, side: 0 } }), 'Invalid side'],
    [
      'an unknown signature type',
      (good) => ({ ...good, order: { ...good.order, signatureType: 4 } }),
      'Invalid signature_type',
    ],
    [
      'an order of the first version',
      ({ order, ...good }) => ({
        ...good,
        order: { ...order, timestamp: undefined, feeRateBps: '0', nonce: '0', taker: order.maker },
      }),
      'invalid order version, please use the latest clob-client',
    ],
  ]
  for (const [name, change, text] of malformed) {
    it(`refuses a body with ${name}`, async () => {
      const { body } = await venue.sign(buy())
      const changed = JSON.parse(JSON.stringify(change(body) ?? null))
      const { status, json } = await venue.call('POST', '/order', changed)
      expect([status, json]).to.deep.equal([400, { error: text }])
    })
  }

  it('judges each order of a batch on its own: success with a message is a refusal', async () => {
    const good = await venue.sign(buy({ salt: 1 }))
    const bad = await venue.sign(buy({ salt: 2, makerAmount: '45000000000', takerAmount: '100000000000' }))
    const { status, json } = await venue.call('POST', '/orders', [good.body, bad.body])
    expect(status).to.equal(200)
    expect([json[0].orderID, json[0].status]).to.deep.equal([good.orderId, 'matched'])
    expect(json[1].success).to.equal(true)
    expect(json[1].errorMsg).to.match(/^not enough balance/)
  })

  it('refuses a batch of sixteen', async () => {
    const { body } = await venue.sign(buy())
    const { json } = await venue.call(
      'POST',
      '/orders',
      Array.from({ length: 16 }, () => body),
    )
    expect(json).to.deep.equal({ error: 'Too many orders in payload: 16, max allowed: 15' })
  })

  it('holds a taker back while a game is on, and lets it be neither filled nor cancelled', async () => {
    const live = venue.find((_m, d) => d.secondsDelay > 0)
    venue.setBook(live, [], [['0.50', '100']])
    const { json, orderId } = await venue.place({ market: live, makerAmount: '5000000', takerAmount: '10000000' })
    expect([json.status, json.makingAmount]).to.deep.equal(['delayed', ''])
    const cancel = await venue.call('DELETE', '/order', { orderID: orderId })
    expect(cancel.json.not_canceled).to.have.property(orderId)
    venue.clock.advanceTo(venue.clock.nowMs() + 3_000)
    expect((await venue.call('GET', `/data/order/${orderId}`)).json.status).to.equal('MATCHED')
  })
})
