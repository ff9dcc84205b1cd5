import { expect } from 'chai'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { codeOf } from '../../sandbox/support/kalshi-http.ts'
import { aKalshiWorld, type Json, type KalshiWorld, market } from './world.ts'

/** Contracts come in hundredths on every market; money in six decimals (venue page §3, §9). */
describe('kalshi scenario: fractions of contracts', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld()
    await world.book([['0.40', '20']], [['0.52', '20']])
  })
  afterEach(() => world.close())

  it('trades hundredths, with positions and fees exact on both sides', async () => {
    const { order } = await world.place({ quantity: '1.37', price: '0.52', timeInForce: 'ioc' })
    expect(order).to.include({ status: 'filled', bookedQuantity: 1_370_000n })
    const [held] = await world.client.listPositions()
    expect(held && formatAmount(held.quantity)).to.equal('1.37')
    // 0.07 x 1.37 x 0.52 x 0.48 = 0.02393664, up to 0.023937; with 0.7124 that is 0.736337, and cash moves in 0.0001.
    const [fill] = await world.client.listFills({})
    expect(fill?.fee === null || fill === undefined ? null : formatAmount(fill.fee)).to.equal('0.024')
    expect(order.fees === null ? null : formatAmount(order.fees)).to.equal('0.024')
    expect(formatAmount((await world.client.getBalance()).available)).to.equal('15999.2636')
    const { body } = await world.venue('GET', '/portfolio/balance')
    expect(body, 'whole cents, cut off').to.include({ balance: 1_599_926, balance_dollars: '15999.2636' })
    expect((await world.reconcile()).differences).to.deep.equal([])
  })

  it('adds fills of a hundredth up without losing any', async () => {
    await world.book([], [['0.52', '0.01']])
    await world.place({ quantity: '0.01', price: '0.52', timeInForce: 'ioc' }).then(({ denials }) => {
      expect(denials.map(({ code }) => code)).to.deep.equal(['NOTIONAL_BELOW_MIN'])
    })
    const resting = await world.place({ quantity: '0.30', price: '0.45' })
    for (let index = 0; index < 3; index++) await world.book([], [['0.45', '0.01']])
    await world.reconcile()
    expect(await world.known(resting.order)).to.include({ filledQuantity: 30_000n, bookedQuantity: 30_000n })
    const { body } = await world.venue('GET', '/portfolio/positions')
    expect((body.market_positions as readonly Json[])[0]).to.include({ ticker: 'KXSHARD0', position_fp: '0.03' })
  })

  it('refuses a thousandth there and denies it here', async () => {
    const body = {
      ticker: 'KXSHARD0',
      side: 'bid',
      price: '0.4500',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
    }
    const order = (count: unknown): ReturnType<KalshiWorld['venue']> =>
      world.venue('POST', '/portfolio/events/orders', { ...body, count })
    const thousandth = await order('1.001')
    expect([thousandth.status, codeOf(thousandth)]).to.deep.equal([400, 'invalid_order_size'])
    const number = await order(1)
    expect([number.status, codeOf(number)]).to.deep.equal([400, 'bad_request'])
    const { order: denied, denials } = await world.place({ quantity: '1.001' })
    expect([denied.status, denials.map(({ code }) => code)]).to.deep.equal(['denied', ['QUANTITY_OFF_STEP']])
  })

  it('pays a settlement of fractions in full, and tells it in whole cents', async () => {
    await world.place({ quantity: '1.37', price: '0.52', timeInForce: 'ioc' })
    const before = (await world.client.getBalance()).available
    await world.control('POST', '/markets', { market, status: 'settled', result: 'yes' })
    expect(formatAmount((await world.client.getBalance()).available)).to.equal('16000.6336')
    expect((await world.client.getBalance()).available - before).to.equal(1_370_000n)
    const { body } = await world.venue('GET', '/portfolio/settlements')
    expect((body.settlements as readonly Json[])[0]).to.include({ revenue: 137, value: 100, yes_count_fp: '1.37' })
  })
})
