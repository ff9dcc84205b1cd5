import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { allPages, type PlainMarket, plainMarket } from '../support/kalshi-markets.ts'
import { type Answer, type KalshiApis, kalshiApis, refusal } from '../support/kalshi-sdk.ts'
import { ServedSandbox } from '../support/program.ts'
import { at, listAt, numberAt, textAt } from '../support/read.ts'

type Json = Readonly<Record<string, unknown>>

describe('kalshi-typescript: orders', () => {
  let sandbox: ServedSandbox
  let apis: KalshiApis
  let market: PlainMarket

  before(async () => {
    sandbox = await ServedSandbox.start()
    apis = await kalshiApis(sandbox)
    market = await plainMarket(apis)
  })

  beforeEach(async () => {
    await apis.OrdersApi.cancelAllOrders()
    // What rests within a minute of a cancel-all may be cancelled too.
    await sandbox.advance(61_000)
    await sandbox.setBook(
      `kalshi:${market.ticker}`,
      [['0.40', '10']],
      [
        ['0.45', '10'],
        ['0.50', '10'],
      ],
    )
  })

  after(() => sandbox.stop())

  function order(change: Json = {}): Json {
    return {
      ticker: market.ticker,
      client_order_id: randomUUID(),
      side: 'bid',
      count: '4.00',
      price: '0.4200',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
      ...change,
    }
  }

  async function place(change: Json = {}): Promise<{ id: string; data: unknown }> {
    const { status, data } = await apis.OrdersApi.createOrderV2(order(change))
    expect(status).to.equal(201)
    return { id: textAt(data, 'order_id'), data }
  }

  async function read(id: string): Promise<unknown> {
    return at((await apis.OrdersApi.getOrder(id)).data, 'order')
  }

  function codeOf({ status, data }: Answer): readonly unknown[] {
    return [status, at(data, 'error.code')]
  }

  describe('each kind of order', () => {
    it('good till cancelled rests, and its id comes back', async () => {
      const sent = order()
      const { data } = await apis.OrdersApi.createOrderV2(sent)
      expect(data).to.deep.include({
        client_order_id: sent.client_order_id,
        fill_count: '0.00',
        remaining_count: '4.00',
      })
      expect(data).to.not.have.property('average_fill_price')
      expect(numberAt(data, 'ts_ms')).to.be.greaterThan(Date.now())
      expect(await read(textAt(data, 'order_id'))).to.deep.include({
        client_order_id: sent.client_order_id,
        status: 'resting',
        outcome_side: 'yes',
        book_side: 'bid',
        yes_price_dollars: '0.4200',
        no_price_dollars: '0.5800',
      })
    })

    it('good till cancelled fills in part at the better price and rests with the remainder', async () => {
      const { id, data } = await place({ price: '0.4600', count: '15.00' })
      expect(data).to.deep.include({ fill_count: '10.00', remaining_count: '5.00', average_fill_price: '0.4500' })
      expect(await read(id)).to.deep.include({
        status: 'resting',
        initial_count_fp: '15.00',
        fill_count_fp: '10.00',
        remaining_count_fp: '5.00',
        taker_fill_cost_dollars: '4.500000',
      })
      const fills = await apis.PortfolioApi.getFills(undefined, id)
      expect(at(fills.data, 'fills.0')).to.deep.include({
        order_id: id,
        count_fp: '10.00',
        yes_price_dollars: '0.4500',
        is_taker: true,
      })
    })

    it('a resting order is filled by what comes later, as maker', async () => {
      const { id } = await place({ price: '0.4300', count: '4.00' })
      await sandbox.setBook(`kalshi:${market.ticker}`, [['0.40', '10']], [['0.43', '3']])
      expect(await read(id)).to.deep.include({ status: 'resting', fill_count_fp: '3.00', remaining_count_fp: '1.00' })
      const fills = await apis.PortfolioApi.getFills(undefined, id)
      expect(at(fills.data, 'fills.0')).to.deep.include({
        is_taker: false,
        count_fp: '3.00',
        yes_price_dollars: '0.4300',
      })
    })

    it('immediate or cancel takes what there is and cancels the rest', async () => {
      const { id, data } = await place({ price: '0.4500', count: '12.00', time_in_force: 'immediate_or_cancel' })
      expect(data).to.deep.include({ fill_count: '10.00', remaining_count: '0.00' })
      expect(await read(id)).to.deep.include({ status: 'canceled', fill_count_fp: '10.00', initial_count_fp: '12.00' })
    })

    it('immediate or cancel without anything to take is accepted and cancelled', async () => {
      const { id, data } = await place({ price: '0.4400', time_in_force: 'immediate_or_cancel' })
      expect(data).to.deep.include({ fill_count: '0.00', remaining_count: '0.00' })
      expect(await read(id)).to.deep.include({ status: 'canceled', fill_count_fp: '0.00' })
    })

    it('fill or kill fills whole over several levels, or not at all', async () => {
      const { id, data } = await place({ price: '0.5000', count: '20.00', time_in_force: 'fill_or_kill' })
      expect(data).to.deep.include({ fill_count: '20.00', remaining_count: '0.00', average_fill_price: '0.4750' })
      expect(await read(id)).to.deep.include({ status: 'executed' })
      const killed = order({ price: '0.5000', count: '20.00', time_in_force: 'fill_or_kill' })
      const refused = await refusal(apis.OrdersApi.createOrderV2(killed))
      expect(codeOf(refused)).to.deep.equal([409, 'fill_or_kill_insufficient_resting_volume'])
      // The id is burnt all the same.
      const again = { ...killed, count: '1.00', time_in_force: 'good_till_canceled', price: '0.3000' }
      expect(codeOf(await refusal(apis.OrdersApi.createOrderV2(again)))).to.deep.equal([409, 'order_already_exists'])
    })

    it('post only rests, and is refused where it would trade', async () => {
      expect((await place({ post_only: true })).data).to.deep.include({ remaining_count: '4.00' })
      const refused = await refusal(apis.OrdersApi.createOrderV2(order({ post_only: true, price: '0.4500' })))
      expect(refused.status).to.equal(400)
      expect(at(refused.data, 'error')).to.deep.include({ code: 'invalid_order', details: 'post only cross' })
    })

    it('reduce only closes no more than is held', async () => {
      await place({ price: '0.4500', count: '3.00', time_in_force: 'immediate_or_cancel' })
      const { position } = await holding()
      const { data } = await place({
        side: 'ask',
        price: '0.4000',
        count: String(position + 5),
        time_in_force: 'immediate_or_cancel',
        reduce_only: true,
      })
      expect(Number(textAt(data, 'fill_count'))).to.equal(Math.min(position, 10))
      const wrongWay = await place({ price: '0.5000', time_in_force: 'immediate_or_cancel', reduce_only: true })
      expect(wrongWay.data).to.deep.include({ fill_count: '0.00' })
    })

    it('an expiring order is gone after its time', async () => {
      const { id } = await place({ expiration_time: Math.floor(Date.now() / 1_000) + 86_400 })
      expect(Date.parse(textAt(await read(id), 'expiration_time'))).to.be.greaterThan(Date.now())
      await sandbox.advance(86_401_000)
      expect(await read(id)).to.deep.include({ status: 'canceled', remaining_count_fp: '0.00' })
    })

    it('an ask sells YES, or opens NO where nothing is held', async () => {
      const { id } = await place({ side: 'ask', price: '0.4000', count: '25.00', time_in_force: 'immediate_or_cancel' })
      expect(await read(id)).to.deep.include({ outcome_side: 'no', book_side: 'ask', fill_count_fp: '10.00' })
    })

    it('meets its owner’s own order: the taker stops, or the maker gives way', async () => {
      await sandbox.setBook(`kalshi:${market.ticker}`, [], [])
      const { id: resting } = await place({ price: '0.4200' })
      const stopped = await place({ side: 'ask', price: '0.4200', time_in_force: 'immediate_or_cancel' })
      expect(stopped.data).to.deep.include({ fill_count: '0.00', remaining_count: '0.00' })
      expect(await read(resting)).to.deep.include({ status: 'resting' })
      const through = await place({ side: 'ask', price: '0.4200', self_trade_prevention_type: 'maker' })
      expect(through.data).to.deep.include({ fill_count: '0.00', remaining_count: '4.00' })
      expect(await read(resting)).to.deep.include({ status: 'canceled' })
    })

    async function holding(): Promise<{ position: number }> {
      const { data } = await apis.PortfolioApi.getPositions(undefined, 100, undefined, market.ticker)
      return { position: Number(textAt(data, 'market_positions.0.position_fp')) }
    }
  })

  describe('changing orders', () => {
    it('amends price and size, keeping the order id', async () => {
      const { id, data } = await place()
      const amended = await apis.OrdersApi.amendOrderV2(id, {
        ticker: market.ticker,
        side: 'bid',
        price: '0.4100',
        count: '6.00',
        client_order_id: textAt(data, 'client_order_id'),
        updated_client_order_id: randomUUID(),
      })
      expect(amended.data).to.deep.include({ order_id: id, remaining_count: '6.00' })
      expect(await read(id)).to.deep.include({ yes_price_dollars: '0.4100', remaining_count_fp: '6.00' })
    })

    it('an amended order may trade at once', async () => {
      const { id } = await place()
      const change = { ticker: market.ticker, side: 'bid', price: '0.4500', count: '4.00' }
      const { data } = await apis.OrdersApi.amendOrderV2(id, change)
      expect(data).to.deep.include({ fill_count: '4.00', remaining_count: '0.00', average_fill_price: '0.4500' })
    })

    it('decreases by and to a number of contracts, keeping its place', async () => {
      const { id } = await place()
      const by = await apis.OrdersApi.decreaseOrderV2(id, { reduce_by: '1.00', market_ticker: market.ticker })
      expect(by.data).to.deep.include({ order_id: id, remaining_count: '3.00' })
      const to = await apis.OrdersApi.decreaseOrderV2(id, { reduce_to: '1.50', market_ticker: market.ticker })
      expect(to.data).to.deep.include({ remaining_count: '1.50' })
    })

    it('cancels one order, once', async () => {
      const { id } = await place()
      const { data } = await apis.OrdersApi.cancelOrderV2(id, undefined, undefined, market.ticker)
      expect(data).to.deep.include({ order_id: id, reduced_by: '4.00' })
      const again = await refusal(apis.OrdersApi.cancelOrderV2(id, undefined, undefined, market.ticker))
      expect(codeOf(again)).to.deep.equal([404, 'not_found'])
    })

    it('creates and cancels in batches, each entry with an outcome of its own', async () => {
      const bodies = [order(), order({ price: '0.4500', count: '2.00' }), order({ price: '0.4255' })]
      const created = await apis.OrdersApi.batchCreateOrdersV2({ orders: bodies })
      expect(created.status).to.equal(201)
      const [resting, filled, refused] = listAt(created.data, 'orders')
      expect(resting).to.deep.include({ client_order_id: bodies[0]?.client_order_id, remaining_count: '4.00' })
      expect(filled).to.deep.include({ client_order_id: bodies[1]?.client_order_id, fill_count: '2.00' })
      expect(at(refused, 'error.code')).to.equal('invalid_price')
      const ids = [textAt(resting, 'order_id'), textAt(filled, 'order_id'), randomUUID()]
      const cancelled = await apis.OrdersApi.batchCancelOrdersV2({
        orders: ids.map((order_id) => ({ order_id, market_ticker: market.ticker })),
      })
      expect(listAt(cancelled.data, 'orders').map((row) => at(row, 'reduced_by'))).to.deep.equal([
        '4.00',
        '0.00',
        '0.00',
      ])
      expect(at(cancelled.data, 'orders.1.error.code')).to.equal('not_found')
    })

    it('cancels all that rests', async () => {
      const placed = [await place(), await place({ price: '0.4100' }), await place({ side: 'ask', price: '0.6000' })]
      const { status, data } = await apis.OrdersApi.cancelAllOrders()
      expect([status, data]).to.deep.equal([204, ''])
      for (const { id } of placed) expect(await read(id)).to.deep.include({ status: 'canceled' })
    })
  })

  describe('reading orders', () => {
    it('lists orders over pages, by market, event and status', async () => {
      const placed: string[] = []
      for (let n = 0; n < 7; n++) placed.unshift((await place({ price: `0.3${n}00` })).id)
      const { OrdersApi } = apis
      const list = (limit: number, status?: string) =>
        allPages(
          (cursor) => OrdersApi.getOrders(market.ticker, undefined, undefined, undefined, status, limit, cursor),
          'orders',
        )
      const resting = await list(3, 'resting')
      expect(resting.map((row) => textAt(row, 'order_id'))).to.deep.equal(placed)
      const all = await list(1_000)
      expect(await list(5)).to.deep.equal(all)
      const event = await OrdersApi.getOrders(undefined, market.eventTicker, undefined, undefined, undefined, 1_000)
      expect(listAt(event.data, 'orders')).to.deep.equal(all)
      const future = await OrdersApi.getOrders(market.ticker, undefined, Math.floor(Date.now() / 1_000) + 30 * 86_400)
      expect(listAt(future.data, 'orders')).to.deep.equal([])
    })

    it('tells how much trades first, for one order and for all', async () => {
      await sandbox.setBook(`kalshi:${market.ticker}`, [['0.40', '10']], [])
      const { id: second } = await place({ price: '0.4000' })
      const { id: first } = await place({ price: '0.4200' })
      const ahead = async (id: string) =>
        textAt((await apis.OrdersApi.getOrderQueuePosition(id)).data, 'queue_position_fp')
      expect([await ahead(first), await ahead(second)]).to.deep.equal(['0.00', '14.00'])
      const { data } = await apis.OrdersApi.getOrderQueuePositions(market.ticker)
      const rows = listAt(data, 'queue_positions').map((row) => [at(row, 'order_id'), at(row, 'queue_position_fp')])
      expect(rows).to.have.deep.members([
        [first, '0.00'],
        [second, '14.00'],
      ])
    })

    it('moves ended orders and old fills to the historical lists', async () => {
      const { id: resting } = await place()
      const { id: filled } = await place({ price: '0.4500', count: '1.00' })
      await sandbox.advance(15 * 86_400_000)
      const live = await apis.OrdersApi.getOrders(market.ticker, undefined, undefined, undefined, undefined, 1_000)
      const liveIds = listAt(live.data, 'orders').map((row) => at(row, 'order_id'))
      expect([liveIds.includes(resting), liveIds.includes(filled)]).to.deep.equal([true, false])
      const old = await allPages(
        (cursor) => apis.HistoricalApi.getHistoricalOrders(market.ticker, undefined, undefined, 5, cursor),
        'orders',
      )
      expect(old.map((row) => at(row, 'order_id'))).to.include(filled)
      const cutoff = await apis.HistoricalApi.getHistoricalCutoff()
      expect(Date.parse(textAt(cutoff.data, 'orders_updated_ts'))).to.be.greaterThan(Date.now())
    })
  })
})
