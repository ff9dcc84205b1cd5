import { expect } from 'chai'
import { openExchange } from './support/exchange.ts'
import { createBody, type KalshiBench, kalshiBench } from './support/kalshi-http.ts'
import { originMs } from './support/small-catalogue.ts'

const market = 'kalshi:KXA'

describe('the exchange', () => {
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY, 1e300, 9e15, 0.5, -1]) {
    it(`is not brought to the time ${time}`, () => {
      expect(() => openExchange([{ venue: 'kalshi', symbol: 'A' }]).advanceTo(time)).to.throw(RangeError)
    })
  }
})

describe('times that no file of the sandbox could hold', () => {
  let bench: KalshiBench
  beforeEach(async () => {
    bench = await kalshiBench()
  })
  afterEach(() => bench.close())

  const asked: readonly (readonly [string, string, object])[] = [
    ['a clock past the year 9999', '/clock', { advanceMs: 9e15 }],
    ['a market that closes beyond all dates', '/markets', { market, closeMs: 1e300 }],
    ['a market that closes at half a millisecond', '/markets', { market, closeMs: originMs + 0.5 }],
    ['fees that change beyond all dates', '/fees', { event: 'KXA-EVENT', multiplier: '1', afterMs: 9e15 }],
    ['a waiver without end', '/fees', { waive: market, forMs: 9e15 }],
    ['a match that never comes', '/faults', { fault: 'delayed_match', ms: 1e300 }],
  ]
  for (const [what, path, body] of asked) {
    it(`are refused when asked for: ${what}`, async () => {
      expect((await bench.control('POST', path, body)).status).to.equal(400)
    })
  }

  it('are refused as expiry of an order, new or amended', async () => {
    const orders = '/portfolio/events/orders'
    const far = { expiration_time: 9e12 }
    const placed = await bench.call('POST', orders, createBody(far))
    expect([placed.status, placed.body.error]).to.deep.include(400)
    const { body } = await bench.call('POST', orders, createBody())
    const amended = await bench.call('POST', `${orders}/${body.order_id}/amend`, createBody(far))
    expect(amended.status).to.equal(400)
  })
})
