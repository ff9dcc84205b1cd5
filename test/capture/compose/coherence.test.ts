import { expect } from 'chai'
import { findIncoherences } from '../../../src/capture/compose/coherence.ts'
import {
  kalshiFills,
  kalshiOrder,
  kalshiOrders,
  polymarketOrder,
  polymarketTrade,
  scene,
  type Written,
} from './scenes.ts'

const found = (...written: readonly Written[]): readonly string[] =>
  findIncoherences(scene(...written), { earlierOrders: new Set() }).map(
    ({ exchange, field, what }) => `${exchange} ${field}: ${what}`,
  )

const cancel = (reduced: string, at?: number): Written => ({
  method: 'DELETE',
  path: `${kalshiOrders}/order-1`,
  answered: { order_id: 'order-1', reduced_by: reduced },
  ...(at === undefined ? {} : { at }),
})

describe('coherence of a scene', () => {
  it('lets a life of an order pass: placed, filled in part, cancelled', () => {
    const fill = { id: 'f-1', count: '6.00' }
    expect(
      found(kalshiOrder({ filled: '6.00', remaining: '4.00' }), kalshiFills([fill]), cancel('4.00')),
    ).to.deep.equal([])
  })

  it('refuses a fill larger than its order', () => {
    expect(found(kalshiOrder(), kalshiFills([{ id: 'f-1', count: '12.00' }]))).to.deep.equal([
      'day/002 response.fills.0.count_fp: 12 are filled of an order of 10',
    ])
  })

  it('refuses fills that only together are larger than their order, and counts none twice', () => {
    const [first, second] = [
      { id: 'f-1', count: '6.00' },
      { id: 'f-2', count: '6.00' },
    ]
    expect(found(kalshiOrder(), kalshiFills([first]), kalshiFills([first]))).to.deep.equal([])
    expect(found(kalshiOrder(), kalshiFills([first]), kalshiFills([first, second]))).to.deep.equal([
      'day/003 response.fills.1.count_fp: 12 are filled of an order of 10',
    ])
  })

  it('refuses a fill beyond what an order that ended had ended with', () => {
    expect(
      found(kalshiOrder({ filled: '6.00', remaining: '0.00' }), kalshiFills([{ id: 'f-1', count: '8.00' }])),
    ).to.deep.equal(['day/002 response.fills.0.count_fp: 8 are filled, and the order had ended with 6'])
  })

  it('refuses a fill at a worse price than the limit', () => {
    expect(found(kalshiOrder(), kalshiFills([{ id: 'f-1', count: '6.00', price: '0.4600' }]))).to.deep.equal([
      'day/002 response.fills.0.count_fp: it fills at 0.46 an order to buy at 0.45',
    ])
  })

  it('refuses one fill of two sizes', () => {
    expect(
      found(kalshiOrder(), kalshiFills([{ id: 'f-1', count: '6.00' }]), kalshiFills([{ id: 'f-1', count: '5.00' }])),
    ).to.deep.equal(['day/003 response.fills.0.count_fp: fill f-1 is of 5 here and was of 6 before'])
  })

  it('refuses a fill for an order that nobody placed, unless it is older than the recording', () => {
    const stranger = { id: 'f-1', order: 'order-9', count: '1.00' }
    expect(found(kalshiOrder(), kalshiFills([stranger]))).to.deep.equal([
      'day/002 response.fills.0.count_fp: it fills order order-9, which nobody placed',
    ])
    expect(found(kalshiOrder(), kalshiFills([{ ...stranger, at: -3600 }]))).to.deep.equal([])
  })

  it('takes the id that turns up for an order whose answer was lost', () => {
    expect(found(kalshiOrder({ failed: 'timeout' }), kalshiFills([{ id: 'f-1', count: '10.00' }]))).to.deep.equal([])
    expect(found(kalshiOrder({ failed: 'timeout' }), kalshiFills([{ id: 'f-1', count: '11.00' }]))).to.have.length(1)
  })

  it('refuses a fill of an order that was rejected', () => {
    const rejected = kalshiOrder({ status: 400 })
    expect(found(rejected, kalshiFills([{ id: 'f-1', count: '1.00' }]))[0]).to.include('which nobody placed')
  })

  it('refuses two orders with one id', () => {
    expect(found(kalshiOrder(), kalshiOrder({ client: 'client-2' }))).to.deep.equal([
      'day/002 request: order order-1 is the order of day/001 already: two orders have one id',
    ])
    expect(found(kalshiOrder(), kalshiOrder({ id: 'order-2' }))[0]).to.include('two orders have one id')
    expect(found(kalshiOrder({ failed: 'timeout' }), kalshiOrder({ count: '5.00', id: 'order-2' }))[0]).to.include(
      'client-1 is another order than in day/001',
    )
  })

  it('lets an order be sent again whose answer was lost, and be refused as a duplicate', () => {
    expect(found(kalshiOrder({ failed: 'timeout' }), kalshiOrder())).to.deep.equal([])
    expect(found(kalshiOrder(), kalshiOrder({ status: 409 }))).to.deep.equal([])
  })

  it('refuses time that runs back within a venue, and not between two', () => {
    expect(found(kalshiOrder({ at: 9 }), kalshiFills([], 4))).to.deep.equal([
      'day/002 startedDateTime: it begins at 2026-11-20T12:00:04.000Z, before day/001, which comes before it and begins at 2026-11-20T12:00:09.000Z',
    ])
    expect(found(kalshiOrder({ at: 9 }), polymarketOrder({ at: 4 }))).to.deep.equal([])
  })

  it('refuses a cancel that took off more than remained', () => {
    expect(found(kalshiOrder({ filled: '6.00', remaining: '4.00' }), cancel('5.00'))).to.deep.equal([
      'day/002 response.reduced_by: the cancel took 5 off, and only 4 of order order-1 remained',
    ])
  })

  it('refuses a fill after the cancel, and lets one that was on its way pass', () => {
    const late = (at: number) =>
      found(kalshiOrder(), cancel('4.00', 5), kalshiFills([{ id: 'f-1', count: '6.00', at }], 30))
    expect(late(5)).to.deep.equal([])
    expect(late(20)).to.deep.equal(['day/003 response.fills.0.count_fp: it fills an order that was cancelled before'])
  })

  it('refuses a balance of another recording that does not follow, and none within one', () => {
    const balance = (dollars: string, source: number): Written => ({
      path: '/portfolio/balance',
      answered: { balance_dollars: dollars },
      source,
      session: `day-${source}`,
    })
    expect(found(balance('100.0000', 0), balance('250.0000', 1))).to.deep.equal([
      'day-1/002 response.balance_dollars: the balance is 250 and was 100 in day-0/001: nothing between moved that much',
    ])
    expect(found(balance('100.0000', 0), kalshiOrder({ at: 1 }), { ...balance('95.5000', 1), at: 3 })).to.deep.equal([])
    expect(found(balance('100.0000', 0), balance('250.0000', 0))).to.deep.equal([])
  })

  it('holds a Polymarket purchase that names dollars against the dollars, which may buy more shares', () => {
    const spends = { type: 'FAK', makes: '3.9', takes: '10.4' } as const
    expect(found(polymarketOrder(spends), polymarketTrade('10.4', { price: '0.375' }))).to.deep.equal([])
    expect(found(polymarketOrder(spends), polymarketTrade('10.4'))).to.deep.equal([
      'day/002 response.data.0.size: 4.16 dollars are spent by an order of 4',
    ])
  })

  it('counts no fill that failed to settle', () => {
    expect(found(polymarketOrder(), polymarketTrade('12', { status: 'FAILED' }))).to.deep.equal([])
    expect(found(polymarketOrder(), polymarketTrade('12'))).to.have.length(1)
  })

  it('names every reason, not the first alone', () => {
    const worse = { id: 'f-1', count: '12.00', price: '0.5000' }
    expect(found(kalshiOrder(), kalshiFills([worse]))).to.have.length(2)
  })
})
