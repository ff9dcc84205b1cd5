import { expect } from 'chai'
import { codeOf } from '../../sandbox/support/kalshi-http.ts'
import { verdictOf } from '../../support/lookups.ts'
import type { Json } from './world.ts'
import { aKalshiWorld, type KalshiWorld, type Wanted } from './world.ts'

const orders = '/portfolio/events/orders'

/** Kalshi never takes a client order id twice, whatever became of the first order (venue page §10, Idempotency). */
describe('kalshi scenario: burnt client order ids', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld()
    await world.book([['0.40', '20']], [['0.50', '20']])
  })
  afterEach(() => world.close())

  for (const [fate, wanted, after] of [
    ['rests', { price: '0.45' }, 'resting'],
    ['was filled', { price: '0.50', timeInForce: 'ioc' }, 'filled'],
    ['ended without a fill', { price: '0.45', timeInForce: 'ioc' }, 'cancelled'],
  ] as const satisfies readonly (readonly [string, Wanted, string])[]) {
    it(`answers 409 for the id of an order that ${fate}, which is then read and never sent again`, async () => {
      const { placement, prepared, order } = await world.send(wanted)
      expect(placement.kind).to.equal('accepted')
      expect((await world.client.placeOrder(prepared)).kind).to.equal('duplicate')
      expect((await world.client.getOrder(order, prepared.market))?.status).to.equal(after)
      expect(await ordersAtVenue()).to.equal(1)
    })
  }

  it('answers 409 for the id of an order that was cancelled', async () => {
    const { prepared, order } = await world.send()
    await world.client.cancelOrder(order, prepared.market)
    expect((await world.client.placeOrder(prepared)).kind).to.equal('duplicate')
    expect(await world.client.listOpenOrders()).to.deep.equal([])
  })

  it('answers 409 for the id of a killed fill-or-kill order, which no list shows and nobody takes for there', async () => {
    const { placement, prepared, order } = await world.send({ price: '0.50', quantity: '21', timeInForce: 'fok' })
    expect(placement).to.deep.include({ kind: 'rejected', code: 'FOK_NOT_FILLED' })
    expect(await world.client.placeOrder(prepared)).to.deep.include({ kind: 'unknown', code: 'DUPLICATE' })
    expect(await ordersAtVenue()).to.equal(0)
    expect(verdictOf(await world.client.findOrder(order, prepared.market))).to.equal('not_seen')
  })

  it('does not burn the id of an order that was refused before it was accepted (assumed)', async () => {
    const body = {
      ticker: 'KXSHARD0',
      side: 'bid',
      count: '1.00',
      price: '0.4550',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
      client_order_id: 'once',
    }
    const refused = await world.venue('POST', orders, body)
    expect([refused.status, codeOf(refused)]).to.deep.equal([400, 'invalid_price'])
    expect((await world.venue('POST', orders, { ...body, price: '0.4500' })).status).to.equal(201)
    const again = await world.venue('POST', orders, { ...body, price: '0.4500' })
    expect([again.status, codeOf(again)]).to.deep.equal([409, 'order_already_exists'])
  })

  it('keeps an order whose id turns out to be used unknown until it is read, and sends nothing more', async () => {
    await world.spoil('place_order', {
      fault: 'status',
      status: 409,
      body: '{"error":{"code":"order_already_exists","message":"order already exists"}}',
      executed: true,
    })
    const { order } = await world.place()
    expect(order.status).to.equal('unknown')
    expect(order.reason).to.contain('the client order id was used before')
    const { settled } = await world.reconcile()
    expect(settled.map(({ from, to }) => [from, to])).to.deep.equal([['unknown', 'resting']])
    expect(await ordersAtVenue()).to.equal(1)
  })

  async function ordersAtVenue(): Promise<number> {
    const { body } = await world.venue('GET', '/portfolio/orders')
    return (body.orders as readonly Json[]).length
  }
})
