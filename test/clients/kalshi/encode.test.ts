import { expect } from 'chai'
import fc from 'fast-check'
import { bookSideOf, encodeOrder, yesPriceOf } from '../../../src/clients/kalshi/encode.ts'
import { type Price, parsePrice, type Quantity } from '../../../src/domain/amounts.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import { timesInForce } from '../../../src/domain/order.ts'
import { anIntent } from '../../support/builders.ts'

function refusalOf(changes: Parameters<typeof anIntent>[0]): ToolkitError {
  try {
    encodeOrder(anIntent(changes))
  } catch (error) {
    if (error instanceof ToolkitError) return error
  }
  throw new Error('the order was encoded')
}

describe('kalshi order body', () => {
  for (const [outcome, side, expected] of [
    ['yes', 'buy', { side: 'bid', price: '0.4500' }],
    ['yes', 'sell', { side: 'ask', price: '0.4500' }],
    ['no', 'buy', { side: 'ask', price: '0.5500' }],
    ['no', 'sell', { side: 'bid', price: '0.5500' }],
  ] as const) {
    it(`sends ${side} ${outcome} at 0.45 as ${expected.side} at ${expected.price} of YES`, () => {
      const { side: sent, price } = encodeOrder(anIntent({ outcome, side, price: '0.45' }))
      expect({ side: sent, price }).to.deep.equal(expected)
    })
  }

  it('is text throughout and always in the same order', () => {
    expect(JSON.stringify(encodeOrder(anIntent({ quantity: '12.5', price: '0.4' })))).to.equal(
      '{"ticker":"KXTEST-26DEC31-A","side":"bid","count":"12.50","price":"0.4000","time_in_force":"immediate_or_cancel",' +
        '"self_trade_prevention_type":"taker_at_cross","client_order_id":"11111111-1111-4111-8111-111111111111"}',
    )
  })

  it('makes a good-till order with an expiration out of gtd', () => {
    const body = encodeOrder(anIntent({ timeInForce: 'gtd', expiresAt: '2026-11-20T13:00:00.900Z', postOnly: true }))
    expect(body.time_in_force).to.equal('good_till_canceled')
    expect(body.expiration_time).to.equal(Date.parse('2026-11-20T13:00:00Z') / 1000)
    expect(body.post_only).to.equal(true)
  })

  it('never pins an exchange shard', () => {
    for (const timeInForce of timesInForce) {
      const expiresAt = timeInForce === 'gtd' ? '2026-11-20T13:00:00Z' : null
      expect(encodeOrder(anIntent({ timeInForce, expiresAt }))).to.not.have.any.keys(
        'exchange_index',
        'subaccount',
        'type',
      )
    }
  })

  it('refuses what the venue cannot take instead of bending it', () => {
    expect(refusalOf({ quantity: '1.005' }).code).to.equal('KALSHI_COUNT')
    expect(refusalOf({ price: '0.45555' }).code).to.equal('KALSHI_PRICE')
    expect(refusalOf({ reduceOnly: true, timeInForce: 'gtc' }).code).to.equal('KALSHI_REDUCE_ONLY')
    expect(refusalOf({ postOnly: true, timeInForce: 'ioc' }).code).to.equal('KALSHI_POST_ONLY')
    expect(refusalOf({ timeInForce: 'gtd' }).code).to.equal('KALSHI_EXPIRY')
    expect(refusalOf({ timeInForce: 'gtc', expiresAt: '2026-11-20T13:00:00Z' }).code).to.equal('KALSHI_EXPIRY')
    expect(refusalOf({ timeInForce: 'gtd', expiresAt: 'tomorrow' }).category).to.equal('denied')
  })

  it('keeps price and size of every order on the grid, seen from its own outcome', () => {
    const orders = fc.record({
      outcome: fc.constantFrom('yes' as const, 'no' as const),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      price: fc.bigInt({ min: 1n, max: 9_999n }).map((ticks) => (ticks * 100n) as Price),
      quantity: fc.bigInt({ min: 1n, max: 10_000_000n }).map((steps) => (steps * 10_000n) as Quantity),
    })
    fc.assert(
      fc.property(orders, (changes) => {
        const body = encodeOrder(anIntent(changes))
        expect(body.price).to.match(/^0\.\d{4}$/)
        expect(body.count).to.match(/^\d+\.\d{2}$/)
        expect(yesPriceOf(changes.outcome, parsePrice(body.price))).to.equal(changes.price)
        expect(body.side).to.equal(bookSideOf(changes.outcome, changes.side))
        expect(BigInt(body.count.replace('.', '')) * 10_000n).to.equal(changes.quantity)
      }),
    )
  })
})
