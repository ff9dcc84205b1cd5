import { expect } from 'chai'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { cancelOrder } from '../../../src/engine/cancel/cancel-order.ts'
import { codeOf } from '../../sandbox/support/kalshi-http.ts'
import { aKalshiWorld, type Json, type KalshiWorld } from './world.ts'

/** How orders meet, and what the answer then says (venue page §4.1, §10). */
describe('kalshi scenario: matching', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld()
    await world.book(
      [['0.40', '20']],
      [
        ['0.50', '4'],
        ['0.52', '20'],
      ],
    )
  })
  afterEach(() => world.close())

  const order = (change: Json = {}): ReturnType<KalshiWorld['venue']> =>
    world.venue('POST', '/portfolio/events/orders', {
      ticker: 'KXSHARD0',
      side: 'bid',
      count: '10.00',
      price: '0.4500',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
      ...change,
    })

  it('fills at the resting prices, not at the limit, and tells averages per contract', async () => {
    const { status, body } = await order({ price: '0.5400', time_in_force: 'immediate_or_cancel' })
    expect(status).to.equal(201)
    // 4 at 0.50 and 6 at 0.52: 5.12 for 10; fees 0.07 and 0.104832 up to 0.105 with cash in steps of 0.0001.
    expect(body).to.include({
      fill_count: '10.00',
      remaining_count: '0.00',
      average_fill_price: '0.5120',
      average_fee_paid: '0.01749',
    })
  })

  it('here: the average and the fees of the order are those of its fills', async () => {
    const { order: filled } = await world.place({ price: '0.52', timeInForce: 'ioc' })
    expect([filled.status, filled.averagePrice && formatAmount(filled.averagePrice)]).to.deep.equal(['filled', '0.512'])
    expect(filled.fees && formatAmount(filled.fees)).to.equal('0.1749')
  })

  it('an immediate order that meets nothing is accepted with zeros, and is cancelled here', async () => {
    const { status, body } = await order({ time_in_force: 'immediate_or_cancel' })
    expect(status).to.equal(201)
    expect(body).to.include({ fill_count: '0.00', remaining_count: '0.00' })
    expect(body).not.to.have.any.keys('average_fill_price', 'average_fee_paid')
    const { order: ours } = await world.place({ timeInForce: 'ioc', price: '0.48' })
    expect([ours.status, ours.filledQuantity, ours.fees]).to.deep.equal(['cancelled', 0n, 0n])
  })

  it('a fill-or-kill order that cannot fill is 409 and rejected: nothing filled, no order', async () => {
    const killed = await order({ price: '0.5000', time_in_force: 'fill_or_kill' })
    expect([killed.status, codeOf(killed)]).to.deep.equal([409, 'fill_or_kill_insufficient_resting_volume'])
    const { order: ours } = await world.place({ price: '0.50', timeInForce: 'fok' })
    expect([ours.status, ours.filledQuantity]).to.deep.equal(['rejected', 0n])
    expect(ours.reason).to.contain('the book could not fill the whole order at once')
  })

  it('a post-only order that would cross is 400 and rejected: no order', async () => {
    const crossing = await order({ price: '0.5000', post_only: true })
    expect([crossing.status, codeOf(crossing)]).to.deep.equal([400, 'invalid_order'])
    expect(crossing.text).to.contain('post only cross')
    const { order: ours } = await world.place({ price: '0.50', postOnly: true })
    expect(ours.status).to.equal('rejected')
    expect(await world.client.listOpenOrders()).to.deep.equal([])
  })

  describe('meeting an own order', () => {
    const sell = { side: 'sell', price: '0.45', quantity: '5', timeInForce: 'ioc' } as const

    it('here: the new one stops, what rests stays, and neither is taken for filled', async () => {
      await world.book([], [])
      const { order: resting } = await world.place()
      const { placement } = await world.send(sell)
      expect(placement).to.have.nested.property('report.status', 'cancelled')
      await world.reconcile()
      expect(await world.known(resting)).to.include({ status: 'resting', filledQuantity: 0n })
    })

    it('keeps what it filled on the way there', async () => {
      await world.book([['0.46', '2']], [])
      const { order: resting } = await world.place()
      const { order: seller } = await world.place(sell)
      expect([seller.status, formatAmount(seller.filledQuantity)]).to.deep.equal(['partially_filled', '2'])
      expect((await world.known(resting)).status).to.equal('resting')
    })

    it('of another program in the mode `maker`, it is ours that goes, and that is seen', async () => {
      await world.book([['0.44', '5']], [])
      const { order: resting } = await world.place()
      const other = await order({
        side: 'ask',
        count: '5.00',
        price: '0.4400',
        time_in_force: 'immediate_or_cancel',
        self_trade_prevention_type: 'maker',
      })
      expect(other.body).to.include({ fill_count: '5.00', average_fill_price: '0.4400' })
      await world.reconcile()
      expect(await world.known(resting)).to.include({ status: 'cancelled', filledQuantity: 0n })
    })
  })

  it('a cancel that comes after the fill is 404, and the order is read before anything is concluded', async () => {
    const { order: resting } = await world.place()
    await world.book([], [['0.45', '10']])
    const path = `/portfolio/events/orders/${resting.venueOrderId}?market_ticker=KXSHARD0`
    const gone = await world.venue('DELETE', path)
    expect([gone.status, codeOf(gone)]).to.deep.equal([404, 'not_found'])
    const cancelled = await cancelOrder(world.session.trading, resting.intent.id)
    expect(cancelled.outcome).to.equal('not_live')
    expect(cancelled.order).to.include({ status: 'filled', bookedQuantity: 10_000_000n })
    expect((await world.reconcile()).differences).to.deep.equal([])
  })
})
