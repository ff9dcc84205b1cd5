import { expect } from 'chai'
import { cancelOrder } from '../../../src/engine/cancel/cancel-order.ts'
import { aKalshiWorld, type Json, type KalshiWorld } from './world.ts'

/** Answers that get lost, come from something in between, or speak of another order (venue page §4.2, §10, §11). */
describe('kalshi scenario: answers that say too little', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld()
    await world.book([['0.40', '20']], [['0.50', '20']])
  })
  afterEach(() => world.close())

  const atVenue = async (): Promise<number> => {
    const { body } = await world.venue('GET', '/portfolio/orders')
    return (body.orders as readonly Json[]).length
  }
  const unavailable = { fault: 'status', status: 503, body: '{"error":{"code":"service_unavailable","message":"x"}}' }

  for (const [what, fault] of [
    ['503', { ...unavailable, executed: true }],
    ['500', { ...unavailable, status: 500, executed: true }],
    ['504 of a gateway', { fault: 'html', status: 504, executed: true }],
    ['no answer at all', { fault: 'drop_response' }],
    ['half an answer', { fault: 'truncate' }],
    ['a conflict that nobody knows', { ...conflict('something_new'), executed: true }],
  ] as const) {
    it(`an order that was executed and answered with ${what} is unknown, then found, and sent once`, async () => {
      await world.spoil('place_order', fault)
      const { order } = await world.place({ price: '0.50', timeInForce: 'ioc' })
      expect(order.status).to.equal('unknown')
      await world.reconcile()
      expect(await world.known(order)).to.include({ status: 'filled', bookedQuantity: 10_000_000n })
      expect(await atVenue()).to.equal(1)
      expect((await world.reconcile()).differences).to.deep.equal([])
    })
  }

  for (const [what, fault] of [
    ['503', { ...unavailable, executed: false }],
    ['no answer at all', { fault: 'drop_request' }],
    ['a conflict that nobody knows', { ...conflict('something_new'), executed: false }],
  ] as const) {
    it(`an order that was not executed and answered with ${what} is unknown until its absence is proven`, async () => {
      await world.spoil('place_order', fault)
      const { order } = await world.place({ price: '0.50', timeInForce: 'ioc' })
      expect(order.status).to.equal('unknown')
      const early = await world.reconcile()
      expect([(await world.known(order)).status, early.unsettled.length]).to.deep.equal(['unknown', 1])
      world.pass(61_000)
      await world.reconcile()
      expect((await world.known(order)).status).to.equal('rejected')
      expect(await atVenue()).to.equal(0)
    })
  }

  it('a killed fill-or-kill order whose answer was lost is in no list, and proven absent with nothing filled', async () => {
    await world.spoil('place_order', { fault: 'drop_response' })
    const { order } = await world.place({ price: '0.50', quantity: '21', timeInForce: 'fok' })
    expect(order.status).to.equal('unknown')
    world.pass(61_000)
    await world.reconcile()
    expect(await world.known(order)).to.include({ status: 'rejected', filledQuantity: 0n })
  })

  for (const [what, code] of [
    ['a pause', 'trading_is_paused'],
    ['a closed market', 'market_closed'],
  ] as const) {
    it(`a conflict that is known for ${what} is a definite no`, async () => {
      await world.spoil('place_order', { ...conflict(code), executed: false })
      const { order } = await world.place()
      expect(order.status).to.equal('rejected')
      expect((await world.reconcile()).unsettled).to.deep.equal([])
    })
  }

  describe('about another order', () => {
    const other = { order_id: 'd2f1c2a4-0000-4000-8000-000000000000', reduced_by: '10.00', ts_ms: 1 }

    it('a cancel is not believed; the read back says what became of ours', async () => {
      const { order } = await world.place()
      const answer = { fault: 'status', status: 200, body: JSON.stringify(other) }
      await world.spoil('cancel_order', { ...answer, executed: false })
      const failed = await cancelOrder(world.session.trading, order.intent.id)
      expect([failed.outcome, failed.order.status]).to.deep.equal(['unknown', 'resting'])
      await world.spoil('cancel_order', { ...answer, executed: true })
      const worked = await cancelOrder(world.session.trading, order.intent.id)
      expect([worked.outcome, worked.order.status]).to.deep.equal(['unknown', 'cancelled'])
    })

    it('an acceptance is not believed; ours is looked for', async () => {
      const body = JSON.stringify({
        order_id: other.order_id,
        client_order_id: 'somebody-else',
        fill_count: '10.00',
        remaining_count: '0.00',
        ts_ms: 1,
      })
      await world.spoil('place_order', { fault: 'status', status: 201, body, executed: true })
      const { order } = await world.place()
      expect([order.status, order.filledQuantity]).to.deep.equal(['unknown', 0n])
      await world.reconcile()
      expect((await world.known(order)).status).to.equal('resting')
    })
  })

  it('a cancel that is answered without a client order id, as recorded, is believed for its order id', async () => {
    const { order } = await world.place()
    const path = `/portfolio/events/orders/${order.venueOrderId}?market_ticker=KXSHARD0`
    const { body } = await world.venue('DELETE', path)
    expect(body).to.have.all.keys('order_id', 'reduced_by', 'ts_ms')
    expect(body).to.include({ order_id: order.venueOrderId, reduced_by: '10.00' })
  })

  it('a cancel whose answer was lost is unknown, and the order is what a read says', async () => {
    const { order } = await world.place()
    await world.spoil('cancel_order', { fault: 'drop_response' })
    const { outcome, order: after } = await cancelOrder(world.session.trading, order.intent.id)
    expect([outcome, after.status]).to.deep.equal(['unknown', 'cancelled'])
  })

  function conflict(code: string): Json {
    return { fault: 'status', status: 409, body: JSON.stringify({ error: { code, message: code } }) }
  }
})
