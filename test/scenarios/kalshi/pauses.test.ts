import { expect } from 'chai'
import { cancelAllOrders } from '../../../src/engine/cancel/cancel-all.ts'
import { cancelOrder } from '../../../src/engine/cancel/cancel-order.ts'
import { codeOf } from '../../sandbox/support/kalshi-http.ts'
import { aKalshiWorld, type Json, type KalshiWorld } from './world.ts'

/** Thursdays 3 to 5 Eastern: no placing or amending; sometimes nothing at all (venue page §10, Pauses). */
describe('kalshi scenario: pauses of the exchange', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld()
    await world.book([['0.40', '20']], [['0.50', '20']])
  })
  afterEach(() => world.close())

  const pause = (switches: Json): Promise<Json> => world.control('POST', '/exchange', switches)

  it('a trading pause takes no order and no amendment, and lets cancels and reads through', async () => {
    const { order: resting } = await world.place()
    await pause({ tradingActive: false })
    const { order } = await world.place({ price: '0.44' })
    expect(order.status).to.equal('rejected')
    expect(order.reason).to.contain('trading is paused').and.to.contain('No order was placed.')
    const amend = { ticker: 'KXSHARD0', side: 'bid', price: '0.4400', count: '10.00' }
    const amended = await world.venue('POST', `/portfolio/events/orders/${resting.venueOrderId}/amend`, amend)
    expect([amended.status, codeOf(amended)]).to.deep.equal([409, 'trading_is_paused'])
    const { body } = await world.venue('GET', '/exchange/status')
    expect(body).to.include({ exchange_active: true, trading_active: false })
    expect((await cancelOrder(world.session.trading, resting.intent.id)).order.status).to.equal('cancelled')
  })

  it('an exchange pause lets nothing through; what cannot be cancelled is said to rest on', async () => {
    const { order: resting } = await world.place()
    await pause({ exchangeActive: false })
    expect((await world.place({ price: '0.44' })).order.status).to.equal('rejected')
    const one = await cancelOrder(world.session.trading, resting.intent.id)
    expect([one.outcome, one.order.status]).to.deep.equal(['refused', 'resting'])
    expect(one.message).to.contain('the exchange is paused')
    const [all] = await cancelAllOrders(world.session.trading, ['kalshi'])
    expect(all).to.deep.include({ outcome: 'unknown', stillResting: 1 })
    expect(all?.message).to.contain('the exchange is paused')
    await pause({ exchangeActive: true })
    await world.reconcile()
    expect((await world.known(resting)).status).to.equal('resting')
  })

  it('takes the orders that asked for it, and no other', async () => {
    const body = {
      ticker: 'KXSHARD0',
      side: 'bid',
      count: '1.00',
      price: '0.4500',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
    }
    const wary = await world.venue('POST', '/portfolio/events/orders', { ...body, cancel_order_on_pause: true })
    const plain = await world.venue('POST', '/portfolio/events/orders', body)
    await pause({ tradingActive: false })
    const statusOf = async (id: unknown): Promise<unknown> => {
      const read = await world.venue('GET', `/portfolio/orders/${id}`)
      return (read.body.order as Json).status
    }
    expect([await statusOf(wary.body.order_id), await statusOf(plain.body.order_id)]).to.deep.equal([
      'canceled',
      'resting',
    ])
  })
})
