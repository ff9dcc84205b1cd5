import { expect } from 'chai'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { codeOf } from '../../sandbox/support/kalshi-http.ts'
import { aKalshiWorld, type KalshiWorld } from './world.ts'

/** `reduce_only` goes with immediate-or-cancel alone (venue page §4.1, §6). */
describe('kalshi scenario: reduce-only', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld()
    await world.book([['0.48', '50']], [['0.50', '50']])
  })
  afterEach(() => world.close())

  for (const time_in_force of ['good_till_canceled', 'fill_or_kill']) {
    it(`is refused with ${time_in_force}`, async () => {
      const refused = await world.venue('POST', '/portfolio/events/orders', {
        ticker: 'KXSHARD0',
        side: 'ask',
        count: '1.00',
        price: '0.4800',
        time_in_force,
        self_trade_prevention_type: 'taker_at_cross',
        reduce_only: true,
      })
      expect([refused.status, codeOf(refused)]).to.deep.equal([400, 'invalid_order'])
      expect(refused.text).to.contain('reduce_only can only be used with IoC orders')
    })
  }

  for (const timeInForce of ['gtc', 'fok'] as const) {
    it(`is denied with ${timeInForce} in the preview already`, async () => {
      const { verdict } = await world.plan({ side: 'sell', price: '0.48', timeInForce, reduceOnly: true })
      expect(verdict.kind === 'denied' && verdict.denials.map(({ code, message }) => [code, message])).to.deep.equal([
        ['FLAG_UNSUPPORTED', 'Order not sent: reduce-only cannot be used: kalshi takes it with ioc only.'],
      ])
    })
  }

  it('sells no more than is held', async () => {
    await world.place({ price: '0.50', quantity: '10', timeInForce: 'ioc' })
    const { order } = await world.place({
      side: 'sell',
      price: '0.48',
      quantity: '25',
      timeInForce: 'ioc',
      reduceOnly: true,
    })
    expect([order.status, formatAmount(order.filledQuantity)]).to.deep.equal(['partially_filled', '10'])
    expect(await world.client.listPositions()).to.deep.equal([])
    expect((await world.reconcile()).differences).to.deep.equal([])
  })

  it('fills nothing where it would add to the position, or where there is none', async () => {
    await world.place({ price: '0.50', quantity: '10', timeInForce: 'ioc' })
    const adding = await world.place({ price: '0.50', quantity: '5', timeInForce: 'ioc', reduceOnly: true })
    expect([adding.order.status, adding.order.filledQuantity]).to.deep.equal(['cancelled', 0n])
    const elsewhere = await world.place({
      market: 'kalshi:KXSHARD1',
      price: '0.50',
      quantity: '5',
      timeInForce: 'ioc',
      reduceOnly: true,
    })
    expect(
      elsewhere.denials.map(({ code }) => code),
      'no book to be judged by',
    ).to.deep.equal(['NO_LIQUIDITY'])
    await world.book([], [['0.50', '50']], 'kalshi:KXSHARD1')
    const none = await world.place({
      market: 'kalshi:KXSHARD1',
      price: '0.50',
      quantity: '5',
      timeInForce: 'ioc',
      reduceOnly: true,
    })
    expect([none.order.status, none.order.filledQuantity]).to.deep.equal(['cancelled', 0n])
  })
})
