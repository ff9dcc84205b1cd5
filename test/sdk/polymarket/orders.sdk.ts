import { expect } from 'chai'
import { type ClobMarket, findMarket, setBook, settling } from '../support/polymarket-markets.ts'
import { type Clob, type ClobOptions, loggedIn } from '../support/polymarket-sdk.ts'
import { ServedSandbox } from '../support/program.ts'
import { at, listAt, numberAt, textAt } from '../support/read.ts'

describe('clob-client-v2: orders', () => {
  let sandbox: ServedSandbox
  let clob: Clob
  let market: ClobMarket

  before(async () => {
    sandbox = await ServedSandbox.start()
    clob = await loggedIn(sandbox)
    market = await findMarket(clob)
  })

  beforeEach(async () => {
    await clob.cancelAll()
    // As on Kalshi, what rests soon after a cancel-all may be taken as well.
    await sandbox.advance(61_000)
    await quote(market)
  })

  after(() => sandbox.stop())

  const quote = (where: ClobMarket) =>
    setBook(
      sandbox,
      where,
      [
        ['0.4', '50'],
        ['0.35', '100'],
      ],
      [
        ['0.45', '20'],
        ['0.5', '60'],
      ],
    )

  const buy = (price: number, size: number, more: Readonly<Record<string, unknown>> = {}) => ({
    tokenID: market.yes,
    price,
    size,
    side: 'BUY',
    ...more,
  })

  const post = (order: object, type = 'GTC', postOnly = false): Promise<unknown> =>
    settling(sandbox, clob.createAndPostOrder(order, { tickSize: market.tickSize }, type, postOnly))

  /** Posts an order that must rest, and hands over its id. */
  async function rest(price: number, size = 10): Promise<string> {
    const answer = await post(buy(price, size))
    expect(answer).to.include({ success: true, errorMsg: '', status: 'live' })
    return textAt(answer, 'orderID')
  }

  describe('each kind of order', () => {
    it('good till cancelled rests and is read by its id', async () => {
      const id = await rest(0.3, 25)
      expect(id).to.match(/^0x[0-9a-f]{64}$/)
      const order = await clob.getOrder(id)
      expect(order).to.include({
        id,
        status: 'LIVE',
        side: 'BUY',
        price: '0.3',
        original_size: '25',
        size_matched: '0',
        asset_id: market.yes,
        market: market.conditionId,
        order_type: 'GTC',
      })
    })

    it('good till cancelled trades what it can, and the remainder rests', async () => {
      const answer = await post(buy(0.46, 50))
      expect(answer).to.include({ success: true, status: 'matched', makingAmount: '9', takingAmount: '20' })
      expect(listAt(answer, 'transactionsHashes')).to.have.length(1)
      const order = await clob.getOrder(textAt(answer, 'orderID'))
      expect(order).to.include({ status: 'LIVE', size_matched: '20', original_size: '50' })
      const [tradeId] = listAt(answer, 'tradeIDs')
      const resolved = await clob.waitForResolvedTrades([tradeId])
      expect(at(resolved, '0')).to.include({ id: tradeId, size: '20', price: '0.45', trader_side: 'TAKER' })
      const again = await clob.resolveTransactionsHashes({ tradeIDs: [tradeId] })
      expect(listAt(again, 'transactionsHashes')).to.deep.equal(listAt(answer, 'transactionsHashes'))
    })

    it('a resting order is filled in part by what comes later, and its trade names it as maker', async () => {
      const id = await rest(0.42, 30)
      await setBook(sandbox, market, [], [['0.42', '12']])
      expect(await clob.getOrder(id)).to.include({ status: 'LIVE', size_matched: '12' })
      const [trade] = listAt(await clob.getTrades({ asset_id: market.yes }), '')
      expect(trade).to.include({ trader_side: 'MAKER' })
      expect(at(trade, 'maker_orders.0')).to.include({ order_id: id, matched_amount: '12', price: '0.42' })
    })

    it('good till a time is gone a minute before it', async () => {
      const nowS = Number(await clob.getServerTime())
      const answer = await post(buy(0.3, 10, { expiration: nowS + 600 }), 'GTD')
      const id = textAt(answer, 'orderID')
      expect(await clob.getOrder(id)).to.include({ status: 'LIVE', order_type: 'GTD', expiration: String(nowS + 600) })
      await sandbox.advance(541_000)
      expect(await clob.getOrder(id)).to.include({ status: 'CANCELED' })
    })

    it('fill and kill takes what there is at its limit', async () => {
      // Immediate purchases name whole cents: 20 at 0.45 of 30.
      const order = await clob.createMarketOrder({ tokenID: market.yes, price: 0.45, amount: 13.5, side: 'BUY' })
      const answer = await settling(sandbox, clob.postOrder(order, 'FAK'))
      expect(answer).to.include({ status: 'matched', makingAmount: '9', takingAmount: '20' })
      const stored = await clob.getOrder(textAt(answer, 'orderID'))
      expect(stored).to.include({ status: 'CANCELED', size_matched: '20', order_type: 'FAK' })
    })

    it('fill or kill buys for a sum of money, and gets more for it at a better price', async () => {
      const order = { tokenID: market.yes, amount: 10, price: 0.5, side: 'BUY' }
      const answer = await settling(sandbox, clob.createAndPostMarketOrder(order, { tickSize: '0.01' }, 'FOK'))
      expect(answer).to.include({ success: true, status: 'matched' })
      // 20 at 0.45, and 1 dollar at 0.5.
      expect(textAt(answer, 'takingAmount')).to.equal('22')
    })

    it('fill or kill sells a number of shares', async () => {
      await post(buy(0.45, 20))
      const order = { tokenID: market.yes, amount: 8, side: 'SELL' }
      const answer = await settling(sandbox, clob.createAndPostMarketOrder(order, undefined, 'FOK'))
      expect(answer).to.include({ status: 'matched', makingAmount: '8', takingAmount: '3.2' })
    })

    it('post-only rests, and is refused where it would trade', async () => {
      expect(await post(buy(0.41, 10), 'GTC', true)).to.include({ status: 'live' })
      const refused = await post(buy(0.45, 10), 'GTC', true)
      expect(refused).to.deep.equal({ error: 'invalid post-only order: order crosses book', status: 400 })
    })

    it('a batch judges each order by itself', async () => {
      const orders = await Promise.all([
        clob.createOrder(buy(0.2, 10)),
        clob.createOrder(buy(0.9, 1_000_000)),
        clob.createOrder({ ...buy(0.45, 5), tokenID: market.yes }),
      ])
      const args = orders.map((order) => ({ order, orderType: 'GTC' }))
      const answers = await settling(sandbox, clob.postOrders(args))
      expect(at(answers, '0')).to.include({ success: true, errorMsg: '', status: 'live' })
      expect(at(answers, '1.success')).to.equal(true)
      expect(textAt(answers, '1.errorMsg')).to.include('not enough balance / allowance')
      expect(at(answers, '2')).to.include({ success: true, errorMsg: '', status: 'matched' })
    })
  })

  describe('each kind of market and wallet', () => {
    const funders = {
      1: '0x1111111111111111111111111111111111111111',
      2: '0x2222222222222222222222222222222222222222',
      3: '0x3333333333333333333333333333333333333333',
    } as const

    before(async () => {
      for (const [type, funder] of Object.entries(funders)) {
        await sandbox.control('POST', 'wallets', { signatureType: Number(type), funder, cash: '1000' })
      }
    })

    const wallets: readonly (readonly [what: string, options: ClobOptions])[] = [
      ['the key itself', {}],
      ['the key itself through viem', { signer: 'viem' }],
      ['a proxy', { signatureType: 1, funderAddress: funders[1] }],
      ['a Safe', { signatureType: 2, funderAddress: funders[2] }],
      ['a deposit wallet', { signatureType: 3, funderAddress: funders[3] }],
    ]
    const kinds = [
      ['a plain market', {}],
      ['a neg-risk market', { negRisk: true }],
      ['a market of position ids', { version: 3 }],
    ] as const

    for (const [wallet, options] of wallets) {
      for (const [kind, wish] of kinds) {
        it(`trades in ${kind} with ${wallet}`, async () => {
          const mine = await loggedIn(sandbox, options)
          const where = await findMarket(mine, wish)
          await quote(where)
          const order = await mine.createOrder(
            { tokenID: where.yes, price: 0.45, size: 30, side: 'BUY' },
            { version: where.version },
          )
          const answer = await settling(sandbox, mine.postOrder(order, 'GTC'))
          expect(answer).to.include({ success: true, status: 'matched', takingAmount: '20' })
          const id = textAt(answer, 'orderID')
          const maker = options.funderAddress ?? sandbox.ready.polymarket.funder
          expect(await mine.getOrder(id)).to.include({ size_matched: '20', maker_address: maker })
          expect(await mine.cancelOrder({ orderID: id })).to.deep.equal({ canceled: [id], not_canceled: {} })
          const sale = await mine.createOrder(
            { tokenID: where.yes, price: 0.4, size: 20, side: 'SELL' },
            { version: where.version },
          )
          const sold = await settling(sandbox, mine.postOrder(sale, 'GTC'))
          expect(sold).to.include({ status: 'matched', makingAmount: '20', takingAmount: '8' })
        })
      }
    }

    it('signs exact amounts for a market of position ids', async () => {
      const where = await findMarket(clob, { version: 3 })
      await quote(where)
      const order = await clob.createExchangeV3OrderFromAmounts({
        tokenID: where.yes,
        makerAmount: '3000000',
        takerAmount: '10000000',
        side: 'BUY',
      })
      expect(await clob.postOrder(order, 'GTC')).to.include({ success: true, status: 'live' })
    })

    it('takes the venue’s clock when asked to', async () => {
      const punctual = await loggedIn(sandbox, { useServerTime: true })
      expect(await punctual.getClosedOnlyMode()).to.deep.equal({ closed_only: false })
    })
  })

  describe('cancelling', () => {
    it('cancels one order, and says why it cannot a second time', async () => {
      const id = await rest(0.3)
      expect(await clob.cancelOrder({ orderID: id })).to.deep.equal({ canceled: [id], not_canceled: {} })
      const again = await clob.cancelOrder({ orderID: id })
      expect(listAt(again, 'canceled')).to.deep.equal([])
      expect(Object.keys(Object(at(again, 'not_canceled')))).to.deep.equal([id])
    })

    it('cancels several, those that it can', async () => {
      const [first, second] = [await rest(0.3), await rest(0.31)]
      const filled = textAt(await post(buy(0.45, 10)), 'orderID')
      const answer = await clob.cancelOrders([first, second, filled])
      expect(listAt(answer, 'canceled')).to.have.members([first, second])
      expect(at(answer, `not_canceled.${filled}`)).to.equal('Order already matched')
    })

    it('cancels those of one market and of one token', async () => {
      const other = await findMarket(clob, { negRisk: true })
      await quote(other)
      const here = await rest(0.3)
      const opposite = textAt(await post(buy(0.3, 10, { tokenID: market.no })), 'orderID')
      const elsewhere = await clob.createOrder({ tokenID: other.yes, price: 0.3, size: 10, side: 'BUY' })
      const there = textAt(await clob.postOrder(elsewhere), 'orderID')
      const one = await clob.cancelMarketOrders({ asset_id: market.no })
      expect(listAt(one, 'canceled')).to.deep.equal([opposite])
      const rest_ = await clob.cancelMarketOrders({ market: market.conditionId })
      expect(listAt(rest_, 'canceled')).to.deep.equal([here])
      expect(await clob.getOrder(there)).to.include({ status: 'LIVE' })
    })

    it('cancels all', async () => {
      const ids = [await rest(0.3), await rest(0.31), await rest(0.32)]
      expect(listAt(await clob.cancelAll(), 'canceled')).to.have.members(ids)
      expect(await clob.getOpenOrders()).to.deep.equal([])
    })
  })

  describe('reading', () => {
    it('lists open orders over all pages, of one market and by id', async () => {
      const ids: string[] = []
      for (let batch = 0; batch < 8; batch++) {
        const orders = await Promise.all(Array.from({ length: 15 }, () => clob.createOrder(buy(0.1, 5))))
        const answers = await clob.postOrders(orders.map((order) => ({ order, orderType: 'GTC' })))
        ids.push(...listAt(answers, '').map((answer) => textAt(answer, 'orderID')))
      }
      expect(ids).to.have.length(120)
      const all = listAt(await clob.getOpenOrders(), '')
      expect(all.map((order) => at(order, 'id'))).to.have.members(ids)
      expect(listAt(await clob.getOpenOrders({}, true), '')).to.have.length(100)
      const here = listAt(await clob.getOpenOrders({ market: market.conditionId, asset_id: market.yes }), '')
      expect(here).to.have.length(120)
      expect(listAt(await clob.getOpenOrders({ asset_id: market.no }), '')).to.deep.equal([])
      const single = await clob.getOpenOrders({ id: ids[7] })
      expect(listAt(single, '').map((order) => at(order, 'id'))).to.deep.equal([ids[7]])
    })

    it('pages through trades, in time and by id', async () => {
      for (let n = 0; n < 3; n++) {
        await quote(market)
        await post(buy(0.45, 5))
      }
      const trades = listAt(await clob.getTrades(), '')
      const page = await clob.getTradesPaginated()
      expect(numberAt(page, 'limit')).to.be.greaterThan(0)
      expect(listAt(page, 'trades').map((trade) => at(trade, 'id'))).to.deep.equal(
        trades.slice(0, numberAt(page, 'count')).map((trade) => at(trade, 'id')),
      )
      const [latest] = trades
      const single = await clob.getTrades({ id: textAt(latest, 'id') })
      expect(listAt(single, '')).to.deep.equal([latest])
      const future = String(Number(textAt(latest, 'match_time')) + 10)
      expect(await clob.getTrades({ after: future })).to.deep.equal([])
      expect(listAt(await clob.getTrades({ before: future }), '')).to.have.length(trades.length)
    })

    it('has an empty archive of the first generation, and answers null for an order it does not know', async () => {
      expect(await clob.getPreMigrationOrders()).to.deep.equal([])
      expect(await clob.getOrder(`0x${'ab'.repeat(32)}`)).to.equal(null)
    })

    it('says of each order that it earns no rewards', async () => {
      const id = await rest(0.3)
      expect(await clob.isOrderScoring({ order_id: id })).to.deep.equal({ scoring: false })
      expect(await clob.areOrdersScoring({ orderIds: [id] })).to.deep.equal({ [id]: false })
    })
  })

  describe('the dead man’s switch', () => {
    it('cancels open orders when the heartbeat stops', async () => {
      const first = await clob.postHeartbeat()
      const id = await rest(0.3)
      const second = await clob.postHeartbeat(textAt(first, 'heartbeat_id'))
      const wrong = await clob.postHeartbeat('00000000-0000-4000-8000-000000000000')
      expect(wrong).to.deep.equal({
        error: 'Invalid Heartbeat ID',
        heartbeat_id: textAt(second, 'heartbeat_id'),
        status: 400,
      })
      await sandbox.advance(11_000)
      expect(await clob.getOrder(id)).to.include({ status: 'CANCELED' })
    })
  })
})
