import { expect } from 'chai'
import fc from 'fast-check'
import {
  CENT,
  immediateAmounts,
  isKnownTick,
  limitAmounts,
  wholeCentStep,
} from '../../../src/clients/polymarket/amounts.ts'
import { type Price, parsePrice, parseQuantity, type Quantity, SCALE } from '../../../src/domain/amounts.ts'

describe('polymarket order amounts', () => {
  it('are refused off the tick grid, where the official software rounds the price', () => {
    const order = { side: 'buy', price: parsePrice('0.155'), tick: parsePrice('0.01') } as const
    expect(limitAmounts({ ...order, size: parseQuantity('5') })).to.have.property('refused')
    expect(immediateAmounts({ ...order, amount: 5_000_000n })).to.have.property('refused')
  })

  it('refuse a tick that is not one of the venue’s', () => {
    expect(isKnownTick(parsePrice('0.02'))).to.equal(false)
    expect(
      limitAmounts({ side: 'buy', price: parsePrice('0.5'), size: parseQuantity('5'), tick: parsePrice('0.02') }),
    ).to.have.property('refused')
  })

  it('ask for exactly the shares that a whole-cent budget buys at the limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 50_000 }), (ticks, lots) => {
        const price = BigInt(ticks * 100) as Price
        const quantity = (wholeCentStep(price) * BigInt(lots)) as Quantity
        const amount = (price * quantity) / SCALE
        const amounts = immediateAmounts({ side: 'buy', price, amount, tick: parsePrice('0.0001') })
        expect(amounts).to.deep.equal({ makerAmount: amount, takerAmount: quantity })
        expect(amount % CENT).to.equal(0n)
      }),
    )
  })

  it('name the smallest step of shares that costs whole cents', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 20_000 }), (ticks, hundredths) => {
        const price = BigInt(ticks * 100) as Price
        const quantity = BigInt(hundredths) * 10_000n
        const wholeCents = (price * quantity) % (CENT * SCALE) === 0n
        expect(quantity % wholeCentStep(price) === 0n).to.equal(wholeCents)
      }),
    )
  })
})
