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
import { readVectors } from './vectors.ts'

interface AmountCase {
  readonly tickSize: string
  readonly side: 'BUY' | 'SELL'
  readonly price: string
  readonly size: string
  readonly amount: string
  readonly priceOnTickGrid: boolean
  readonly exact?: { readonly makerAmount: string; readonly takerAmount: string }
  readonly exactDown?: { readonly makerAmount: string; readonly takerAmount: string }
}

const side = (one: AmountCase): 'buy' | 'sell' => (one.side === 'BUY' ? 'buy' : 'sell')
const shown = (one: AmountCase): string => JSON.stringify(one)

/** Prices of 0 and 1 are refused before there are amounts to compute. */
function refused(one: AmountCase, compute: (price: Price) => object): boolean {
  if (Number(one.price) <= 0 || Number(one.price) >= 1) return true
  return 'refused' in compute(parsePrice(one.price))
}

describe('polymarket order amounts', () => {
  it('match the exact limit amounts of every vector on the tick grid', () => {
    const cases = readVectors<{ cases: AmountCase[] }>('amounts-limit').cases.filter((one) => one.priceOnTickGrid)
    expect(cases.length).to.be.greaterThan(300)
    for (const one of cases) {
      const price = parsePrice(one.price)
      const amounts = limitAmounts({
        side: side(one),
        price,
        size: parseQuantity(one.size),
        tick: parsePrice(one.tickSize),
      })
      if ('refused' in amounts) throw new Error(`${shown(one)}: ${amounts.refused}`)
      expect(
        { makerAmount: String(amounts.makerAmount), takerAmount: String(amounts.takerAmount) },
        shown(one),
      ).to.deep.equal(one.exact)
    }
  })

  it('match the rounded-down market amounts of every vector on the tick grid', () => {
    const cases = readVectors<{ cases: AmountCase[] }>('amounts-market').cases.filter((one) => one.priceOnTickGrid)
    expect(cases.length).to.be.greaterThan(300)
    for (const one of cases) {
      const amounts = immediateAmounts({
        side: side(one),
        price: parsePrice(one.price),
        amount: parseQuantity(one.amount),
        tick: parsePrice(one.tickSize),
      })
      if ('refused' in amounts) throw new Error(`${shown(one)}: ${amounts.refused}`)
      expect(
        { makerAmount: String(amounts.makerAmount), takerAmount: String(amounts.takerAmount) },
        shown(one),
      ).to.deep.equal(one.exactDown)
    }
  })

  it('are refused off the tick grid, where the SDKs round the price', () => {
    const limit = readVectors<{ cases: AmountCase[] }>('amounts-limit').cases.filter((one) => !one.priceOnTickGrid)
    const market = readVectors<{ cases: AmountCase[] }>('amounts-market').cases.filter((one) => !one.priceOnTickGrid)
    expect(limit.length * market.length).to.be.greaterThan(0)
    for (const one of limit) {
      const order = { side: side(one), size: parseQuantity(one.size), tick: parsePrice(one.tickSize) }
      expect(
        refused(one, (price) => limitAmounts({ ...order, price })),
        shown(one),
      ).to.equal(true)
    }
    for (const one of market) {
      const order = { side: side(one), amount: parseQuantity(one.amount), tick: parsePrice(one.tickSize) }
      expect(
        refused(one, (price) => immediateAmounts({ ...order, price })),
        shown(one),
      ).to.equal(true)
    }
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
