import { expect } from 'chai'
import type { Order } from '../../../src/domain/order.ts'
import { cancelOrder } from '../../../src/engine/cancel/cancel-order.ts'
import { refreshOrder } from '../../../src/engine/settle/order-status.ts'
import { codeOf } from '../../sandbox/support/kalshi-http.ts'
import { aKalshiWorld, type KalshiWorld } from './world.ts'

/** Recorded on demo: 360 ms after an acknowledged cancel the order still read `resting` (venue page §10). */
describe('kalshi scenario: reads that lag behind an acknowledged cancel', () => {
  let world: KalshiWorld
  let resting: Order
  beforeEach(async () => {
    world = await aKalshiWorld()
    resting = (await world.place()).order
  })
  afterEach(() => world.close())

  const lag = async (ms: number): Promise<void> => {
    for (const endpoint of ['get_order', 'list_orders']) await world.spoil(endpoint, { fault: 'stale_reads', ms }, null)
  }

  it('at the venue: read as resting, gone for a second cancel, canceled in the list later', async () => {
    await lag(2_000)
    const id = resting.venueOrderId
    const cancel = (): ReturnType<KalshiWorld['venue']> =>
      world.venue('DELETE', `/portfolio/events/orders/${id}?market_ticker=KXSHARD0`)
    expect((await cancel()).status).to.equal(200)
    world.pass(360)
    const read = await world.venue('GET', `/portfolio/orders/${id}`)
    expect(read.body.order).to.include({ status: 'resting', remaining_count_fp: '10.00' })
    const second = await cancel()
    expect([second.status, codeOf(second)]).to.deep.equal([404, 'not_found'])
    world.pass(2_000)
    const list = await world.venue('GET', '/portfolio/orders')
    expect((list.body.orders as readonly unknown[])[0]).to.include({ status: 'canceled', remaining_count_fp: '0.00' })
  })

  it('here: cancelled at once, and no later read brings the order back', async () => {
    await lag(60_000)
    const { outcome, order, cancelledQuantity } = await cancelOrder(world.session.trading, resting.intent.id)
    expect([outcome, order.status, cancelledQuantity]).to.deep.equal(['cancelled', 'cancelled', 10_000_000n])
    const again = await cancelOrder(world.session.trading, resting.intent.id)
    expect([again.outcome, again.message]).to.deep.equal(['not_live', 'The order is already cancelled.'])
    expect((await refreshOrder(world.session.trading, resting.intent.id)).order.status).to.equal('cancelled')
    const { differences } = await world.reconcile()
    expect(differences.map(({ kind, ours, likelyCause }) => [kind, ours, likelyCause])).to.deep.equal([
      ['order_placed_elsewhere', 'cancelled', 'a read that lags behind its end'],
    ])
    expect((await world.known(resting)).status).to.equal('cancelled')
    world.pass(60_000)
    expect((await world.reconcile()).differences).to.deep.equal([])
  })

  it('here: a read of another process that lagged behind and is journalled late revives nothing', async () => {
    await lag(60_000)
    await cancelOrder(world.session.trading, resting.intent.id)
    const report = await world.client.getOrder(resting, await world.client.getMarket('KXSHARD0'))
    if (report === null) throw new Error('the read did not lag behind')
    expect(report.status).to.equal('resting')
    const other = await world.anotherSession()
    const orderId = resting.intent.id
    await other.trading.ledger.append({ type: 'order.reported', orderId, report, source: 'poll' })
    await other[Symbol.asyncDispose]()
    expect(await world.known(resting)).to.include({ status: 'cancelled', remainingQuantity: 0n })
  })

  it('here: an order that was placed a moment ago is found although the first lists do not show it', async () => {
    await world.spoil('place_order', { fault: 'drop_response' })
    await world.spoil('list_orders', { fault: 'stale_reads', ms: 1_500 }, null)
    const { order } = await world.place({ price: '0.44' })
    expect(order.status).to.equal('unknown')
    await world.reconcile()
    expect((await world.known(order)).status).to.equal('resting')
  })
})
