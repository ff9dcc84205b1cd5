import { expect } from 'chai'
import { cancelOrder } from '../../../src/engine/cancel/cancel-order.ts'
import { placeOrder } from '../../../src/engine/place/place-order.ts'
import { codeOf } from '../../sandbox/support/kalshi-http.ts'
import { aKalshiWorld, hourMs, type Json, type KalshiWorld, marketOn } from './world.ts'

const brief = 'kalshi:KXBRIEF'
const closeMs = Date.parse('2026-11-20T13:00:00Z')

/** Markets open, close, pause and come back by the clock, and nobody is told (venue page §5.2). */
describe('kalshi scenario: the life of a market', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld([{ venue: 'kalshi', symbol: 'KXBRIEF', schedule: { closeMs } }])
    await world.book([['0.40', '20']], [['0.50', '20']], brief)
  })
  afterEach(() => world.close())

  const order = (body: Json = {}): ReturnType<KalshiWorld['venue']> =>
    world.venue('POST', '/portfolio/events/orders', {
      ticker: 'KXBRIEF',
      side: 'bid',
      count: '1.00',
      price: '0.4500',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
      ...body,
    })

  describe('at its close', () => {
    it('the status just changes, and every order action is refused, cancels too', async () => {
      const { order: resting } = await world.place({ market: brief })
      world.clock.advanceTo(closeMs)
      expect(await world.client.getMarket('KXBRIEF')).to.include({ status: 'closed' })
      const path = `/portfolio/events/orders/${resting.venueOrderId}`
      const amend = { ticker: 'KXBRIEF', side: 'bid', price: '0.4400', count: '10.00' }
      const refused = [
        await order(),
        await world.venue('DELETE', `${path}?market_ticker=KXBRIEF`),
        await world.venue('POST', `${path}/decrease`, { reduce_by: '1.00', market_ticker: 'KXBRIEF' }),
        await world.venue('POST', `${path}/amend`, amend),
      ]
      expect(refused.map((reply) => [reply.status, codeOf(reply)])).to.deep.equal(
        refused.map(() => [409, 'market_closed']),
      )
      world.pass(2_000)
      const { body } = await world.venue('GET', `/portfolio/orders/${resting.venueOrderId}`)
      expect(body.order).to.include({ status: 'canceled', fill_count_fp: '0.00' })
    })

    it('here: the market is read afresh, its book is not judged by, and the order is denied', async () => {
      await world.plan({ market: brief })
      world.clock.advanceTo(closeMs)
      const { order: denied, denials } = await world.place({ market: brief })
      expect([denied.status, denials.map(({ code }) => code)]).to.deep.equal(['denied', ['MARKET_NOT_OPEN']])
    })

    it('here: an order approved before the close and sent after it is rejected, and certainly not placed', async () => {
      const request = await world.plan({ market: brief })
      world.clock.advanceTo(closeMs)
      const { order: late, denials } = await placeOrder(world.session.trading, {
        ...request,
        book: request.book && { ...request.book, capturedAtMs: closeMs },
      })
      expect([late.status, denials]).to.deep.equal(['rejected', []])
      expect(late.reason).to.contain('the market is not open for trading')
    })

    it('here: a cancel that came too late says so, and the order is seen cancelled a moment later', async () => {
      const { order: resting } = await world.place({ market: brief })
      world.clock.advanceTo(closeMs)
      const cancelled = await cancelOrder(world.session.trading, resting.intent.id)
      expect([cancelled.outcome, cancelled.order.status]).to.deep.equal(['refused', 'resting'])
      expect(cancelled.message).to.contain('the market is not open for trading')
      world.pass(2_000)
      await world.reconcile()
      expect((await world.known(resting)).status).to.equal('cancelled')
    })
  })

  it('a close that moved is seen before the next order', async () => {
    await world.control('POST', '/markets', { market: brief, closeMs: closeMs - hourMs / 2 })
    world.clock.advanceTo(closeMs - hourMs / 2)
    expect((await world.plan({ market: brief })).verdict.kind).to.equal('denied')
    await world.control('POST', '/markets', { market: brief, closeMs: closeMs + hourMs })
    expect(await world.client.getMarket('KXBRIEF')).to.include({ closeTime: '2026-11-20T14:00:00Z', status: 'open' })
    await world.book([['0.40', '20']], [['0.50', '20']], brief)
    expect((await world.place({ market: brief })).order.status).to.equal('resting')
  })

  it('a pause of the market keeps what rests and takes no order; cancels still work', async () => {
    const [{ order: one }, { order: two }] = [
      await world.place({ market: brief, price: '0.44' }),
      await world.place({ market: brief, price: '0.43' }),
    ]
    await world.control('POST', '/markets', { market: brief, status: 'paused' })
    expect(codeOf(await order())).to.equal('trading_is_paused')
    expect((await world.plan({ market: brief })).verdict).to.have.nested.property('denials[0].code', 'MARKET_NOT_OPEN')
    expect((await cancelOrder(world.session.trading, one.intent.id)).outcome).to.equal('cancelled')
    await world.reconcile()
    expect((await world.known(two)).status).to.equal('resting')
  })

  it('a market that comes back from a pause has lost every resting order, and that is seen', async () => {
    const { order: resting } = await world.place({ market: brief })
    const { order: elsewhere } = await world.place({ market: marketOn(1) })
    await world.control('POST', '/markets', { market: brief, status: 'paused' })
    await world.control('POST', '/markets', { market: brief, status: 'open' })
    const { settled } = await world.reconcile()
    expect(settled.map(({ orderId, to }) => [orderId, to])).to.deep.equal([[resting.intent.id, 'cancelled']])
    expect((await world.known(elsewhere)).status).to.equal('resting')
  })

  it('a settled market pays on its own shard', async () => {
    await world.book([], [['0.50', '5']], marketOn(2))
    await world.place({ market: marketOn(2), price: '0.50', quantity: '5', timeInForce: 'ioc' })
    const cash = async (): Promise<bigint | undefined> =>
      (await world.client.getBalance()).pools.find(({ name }) => name === '2')?.available
    const before = (await cash()) ?? 0n
    await world.control('POST', '/markets', { market: marketOn(2), status: 'determined', result: 'yes' })
    expect(await cash()).to.equal(before)
    await world.control('POST', '/markets', { market: marketOn(2), status: 'settled', result: '0.4' })
    expect(await cash()).to.equal(before + 2_000_000n)
    const { body } = await world.venue('GET', '/portfolio/settlements')
    expect((body.settlements as readonly Json[])[0]).to.include({ market_result: 'scalar', revenue: 200, value: 40 })
  })
})
