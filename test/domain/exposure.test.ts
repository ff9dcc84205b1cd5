import { expect } from 'chai'
import fc from 'fast-check'
import { type Exposure, exposureOf } from '../../src/domain/exposure.ts'
import type { OrderIntent, OrderStatus } from '../../src/domain/order.ts'
import { submittedOrder } from '../../src/domain/order-machine.ts'
import { applyFill, noPositions } from '../../src/domain/position.ts'
import { aFill, anIntent, anOrder, aTime } from '../support/builders.ts'
import { lots, quotedPrices, shown } from './arbitraries.ts'

const parts = (exposure: Exposure): readonly (string | null)[] =>
  [exposure.positions, exposure.resting, exposure.unknown, exposure.total].map(shown)

const tenHeld = [...applyFill(noPositions, aFill({ quantity: '10', price: '0.4' }), 'net').positions.values()]

/** Dollars in what final and in what provisional fills tie up, after fills where outcomes are held apart. */
function tiedUpAfter(...fills: readonly Parameters<typeof aFill>[0][]): readonly (string | null)[] {
  const { positions } = fills.reduce(
    (market, fill, index) => applyFill(market, aFill({ id: `f${index}`, ...fill }), 'per_outcome'),
    noPositions,
  )
  const { positions: final, provisional, total } = exposureOf(positions.values(), [])
  return [final, provisional, total].map(shown)
}

function anOrderOf(intent: Parameters<typeof anIntent>[0], status: OrderStatus, filledQuantity = '0') {
  return anOrder({ intent: anIntent(intent), status, filledQuantity })
}

describe('exposure', () => {
  it('of nothing is nothing', () => {
    expect(parts(exposureOf([], []))).to.deep.equal(['0', '0', '0', '0'])
  })

  it('counts a position at what it cost', () => {
    expect(parts(exposureOf(tenHeld, []))).to.deep.equal(['4', '0', '0', '4'])
  })

  it('counts a provisional purchase at its cost, apart from what is final', () => {
    const final = { quantity: '10', price: '0.4' }
    const provisional = { quantity: '5', price: '0.6', finality: 'provisional' } as const
    expect(tiedUpAfter(final, provisional)).to.deep.equal(['4', '3', '7'])
  })

  it('frees nothing for a provisional sale, which may come back', () => {
    const sale = { side: 'sell', quantity: '10', price: '0.6' } as const
    expect(tiedUpAfter({ quantity: '10', price: '0.4' }, { ...sale, finality: 'provisional' })).to.deep.equal([
      '4',
      '0',
      '4',
    ])
    expect(tiedUpAfter({ quantity: '10', price: '0.4' }, sale)).to.deep.equal(['0', '0', '0'])
  })

  it('counts a provisional purchase whole though it was sold again provisionally', () => {
    const bought = { quantity: '10', price: '0.4', finality: 'provisional' } as const
    const sold = { side: 'sell', quantity: '10', price: '0.5', finality: 'provisional' } as const
    expect(tiedUpAfter(bought, sold)).to.deep.equal(['0', '4', '4'])
  })

  it('counts an unknown order at full size', () => {
    const order = anOrderOf({ quantity: '100', price: '0.5' }, 'unknown')
    expect(parts(exposureOf([], [order]))).to.deep.equal(['0', '0', '50', '50'])
  })

  it('counts an order on its way like an unknown one', () => {
    expect(parts(exposureOf([], [anOrderOf({ quantity: '100', price: '0.5' }, 'submitted')]))[2]).to.equal('50')
  })

  it('counts a resting order whole while its fills are not booked', () => {
    const order = anOrderOf({ quantity: '100', price: '0.5' }, 'resting', '40')
    expect(parts(exposureOf([], [order]))[1]).to.equal('50')
  })

  it('goes on counting what an ended order filled until positions hold it', () => {
    const order = anOrderOf({ quantity: '100', price: '0.5' }, 'partially_filled', '40')
    expect(parts(exposureOf([], [order]))[1]).to.equal('20')
  })

  it('does not count an order that ended without fills', () => {
    expect(parts(exposureOf([], [anOrderOf({}, 'cancelled')]))[3]).to.equal('0')
  })

  it('a sale of what is held ties up nothing', () => {
    const sale = anOrderOf({ side: 'sell', quantity: '10', price: '0.05' }, 'resting')
    expect(parts(exposureOf(tenHeld, [sale]))).to.deep.equal(['4', '0', '0', '4'])
  })

  it('a sale of more than is held ties up what opens the other outcome', () => {
    const sale = anOrderOf({ side: 'sell', quantity: '110', price: '0.05' }, 'resting')
    expect(parts(exposureOf(tenHeld, [sale]))[1]).to.equal('95')
  })

  it('what is held covers one sale, not each of them, and the worst one stays uncovered', () => {
    const dear = anOrderOf({ id: 'o-1', side: 'sell', quantity: '10', price: '0.9' }, 'resting')
    const cheap = anOrderOf({ id: 'o-2', side: 'sell', quantity: '10', price: '0.1' }, 'resting')
    expect(parts(exposureOf(tenHeld, [cheap, dear]))[1]).to.equal('9')
  })

  it('never falls when one more order is counted', () => {
    const intents: fc.Arbitrary<OrderIntent> = fc
      .record({ side: fc.constantFrom('buy' as const, 'sell' as const), quantity: lots, price: quotedPrices })
      .map((changes) => anIntent(changes))
    const orders = fc.array(
      intents.map((intent) => submittedOrder(intent, null, aTime)),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(fc.property(orders, (all) => exposureOf(tenHeld, all).total >= exposureOf(tenHeld, all.slice(1)).total))
  })
})
