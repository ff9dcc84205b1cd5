import { expect } from 'chai'
import fc from 'fast-check'
import { formatAmount, parseMoney, parsePrice, parseQuantity, parseRate } from '../../src/domain/amounts.ts'
import { type FeeSchedule, predictFee, worstTakerFee } from '../../src/domain/fees.ts'
import { lots, quotedPrices } from './arbitraries.ts'

function quadratic(takerRate: string, makerRate = '0', quantum = '0.00001', exponent = 1): FeeSchedule {
  const [taker, maker] = [parseRate(takerRate), parseRate(makerRate)]
  return { kind: 'quadratic', takerRate: taker, makerRate: maker, exponent, quantum: parseMoney(quantum) }
}

function fee(
  schedule: FeeSchedule,
  price: string,
  quantity: string,
  liquidity: 'taker' | 'maker' = 'taker',
): string | null {
  const value = predictFee(schedule, { price: parsePrice(price), quantity: parseQuantity(quantity), liquidity })
  return value === null ? null : formatAmount(value)
}

describe('fees', () => {
  // Rows of the published formula, rounded up to 5 decimals: shares, rate, price, fee.
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['591.1', '0.03', '0.11', '1.73607'],
    ['6594.07', '0.07', '0.02', '9.04707'],
    ['7013.37', '0', '0.1525', '0'],
    ['6307.98', '0.03', '0.8', '30.27831'],
    ['14095.46', '0.04', '0.219', '96.43494'],
    ['8183.4', '0.03', '0.1992', '39.16233'],
    ['7482.27', '0.05', '0.292', '77.34273'],
    ['6639.95', '0.07', '0.5975', '111.78066'],
    ['6458.37', '0.07', '0.8825', '46.87849'],
    ['1811.87', '0.05', '0.5609', '22.31239'],
  ]
  for (const [shares, rate, price, expected] of rows) {
    it(`${shares} at ${price} and rate ${rate} cost ${expected}`, () => {
      expect(fee(quadratic(rate), price, shares)).to.equal(expected)
    })
  }

  it('follows the documented example of a taker fee, rounded up to a millionth', () => {
    expect(fee(quadratic('0.07', '0', '0.000001'), '0.055', '1')).to.equal('0.003639')
    expect(fee(quadratic('0.07', '0', '0.000001'), '0.5', '100')).to.equal('1.75')
  })

  it('charges makers their own rate', () => {
    expect(fee(quadratic('0.07', '0.0175', '0.000001'), '0.5', '100', 'maker')).to.equal('0.4375')
  })

  it('raises p(1-p) to the exponent', () => {
    expect(fee(quadratic('1', '0', '0.000001', 2), '0.5', '1')).to.equal('0.0625')
  })

  it('is null, not zero, when the schedule is unknown', () => {
    expect(fee({ kind: 'unknown', reason: 'flat' }, '0.5', '100')).to.equal(null)
  })

  it('is zero where trading is free', () => {
    expect(fee({ kind: 'free' }, '0.5', '100')).to.equal('0')
  })

  for (const exponent of [0, 1, 2]) {
    it(`the worst fee covers every price at which an order may fill (exponent ${exponent})`, () => {
      const schedule = quadratic('0.07', '0', '0.00001', exponent)
      fc.assert(
        fc.property(quotedPrices, quotedPrices, lots, fc.boolean(), (a, b, quantity, buys) => {
          const [low, high] = a < b ? [a, b] : [b, a]
          const order = buys
            ? ({ side: 'buy', price: high, quantity } as const)
            : ({ side: 'sell', price: low, quantity } as const)
          const worst = worstTakerFee(schedule, order)
          const charged = predictFee(schedule, { price: buys ? low : high, quantity, liquidity: 'taker' })
          return worst !== null && charged !== null && worst >= charged
        }),
      )
    })
  }
})
