import { expect } from 'chai'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { refreshOrder } from '../../../src/engine/settle/order-status.ts'
import { aKalshiWorld, dayMs, type Json, type KalshiWorld, market, originMs } from './world.ts'

/** Ended orders leave the live list after two weeks, fills and settled markets after three months (venue page §4.7). */
describe('kalshi scenario: what leaves the live lists', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld()
    await world.book([['0.40', '20']], [['0.50', '20']])
  })
  afterEach(() => world.close())

  async function idsAt(path: string, list: string): Promise<readonly unknown[]> {
    const { body } = await world.venue('GET', path)
    return (body[list] as readonly Json[]).map((row) => row.order_id ?? row.ticker)
  }

  it('moves ended orders to the archive after two weeks, and no order that rests', async () => {
    const { order: ended } = await world.place({ price: '0.50', timeInForce: 'ioc' })
    const { order: resting } = await world.place()
    world.pass(15 * dayMs)
    expect(await idsAt('/portfolio/orders', 'orders')).to.deep.equal([resting.venueOrderId])
    expect(await idsAt('/historical/orders', 'orders')).to.deep.equal([ended.venueOrderId])
    expect((await world.venue('GET', `/portfolio/orders/${ended.venueOrderId}`)).status).to.equal(404)
    const { body } = await world.venue('GET', '/historical/cutoff')
    expect(Date.parse(String(body.orders_updated_ts))).to.equal(world.clock.nowMs() - 14 * dayMs)
  })

  it('finds an order of ours that ended while nobody looked, with its fills', async () => {
    const { order } = await world.place({ price: '0.45', quantity: '10' })
    await world.book([['0.40', '20']], [['0.45', '4']])
    await world.client.cancelOrder(order, await world.client.getMarket('KXSHARD0'))
    world.pass(100 * dayMs)
    expect((await world.known(order)).status).to.equal('resting')
    const { order: found, fills } = await refreshOrder(world.session.trading, order.intent.id)
    expect([found.status, formatAmount(found.filledQuantity), fills.length]).to.deep.equal(['partially_filled', '4', 1])
    expect((await world.reconcile()).differences).to.deep.equal([])
  })

  it('finds an order whose answer was lost weeks ago', async () => {
    await world.spoil('place_order', { fault: 'drop_response' })
    const { order } = await world.place({ price: '0.50', timeInForce: 'ioc' })
    expect(order.status).to.equal('unknown')
    world.pass(20 * dayMs)
    await world.reconcile()
    expect(await world.known(order)).to.include({ status: 'filled', bookedQuantity: 10_000_000n })
  })

  it('gives fills of the live list and of the archive once each', async () => {
    await world.place({ price: '0.50', quantity: '1', timeInForce: 'ioc' })
    world.pass(91 * dayMs)
    await world.place({ price: '0.50', quantity: '2', timeInForce: 'ioc' })
    expect(await idsAt('/portfolio/fills', 'fills')).to.have.length(1)
    expect(await idsAt('/historical/fills', 'fills')).to.have.length(1)
    const fills = await world.client.listFills({ sinceMs: originMs })
    expect(fills.map(({ quantity }) => formatAmount(quantity))).to.deep.equal(['2', '1'])
  })

  it('keeps unsettled positions live, lists settled ones apart, and later in the archive', async () => {
    await world.place({ price: '0.50', timeInForce: 'ioc' })
    world.pass(91 * dayMs)
    expect((await world.client.listPositions()).map((held) => held.market)).to.deep.equal([market])
    await world.control('POST', '/markets', { market, status: 'settled', result: 'yes' })
    expect(await world.client.listPositions()).to.deep.equal([])
    expect(await idsAt('/portfolio/positions?settlement_status=settled', 'market_positions')).to.deep.equal([
      'KXSHARD0',
    ])
    const { body } = await world.venue('GET', '/portfolio/settlements')
    expect((body.settlements as readonly Json[])[0]).to.include({ revenue: 1_000, value: 100, market_result: 'yes' })
    world.pass(91 * dayMs)
    expect(await idsAt('/portfolio/positions?settlement_status=all', 'market_positions')).to.deep.equal([])
    expect(await idsAt('/historical/positions', 'market_positions')).to.deep.equal(['KXSHARD0'])
  })

  it('finds a market of ours that left the live list long after it settled', async () => {
    await world.control('POST', '/markets', { market, status: 'settled', result: 'no' })
    world.pass(91 * dayMs)
    expect((await world.venue('GET', '/markets/KXSHARD0')).status).to.equal(404)
    expect(await idsAt('/markets', 'markets')).not.to.include('KXSHARD0')
    expect(await idsAt('/historical/markets', 'markets')).to.deep.equal(['KXSHARD0'])
    expect(await world.client.getMarket('KXSHARD0')).to.include({ status: 'settled', result: 'no' })
  })
})
