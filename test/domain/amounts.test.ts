import { expect } from 'chai'
import fc from 'fast-check'
import {
  AmountError,
  affordableQuantity,
  averagePrice,
  complement,
  cost,
  divideRounded,
  formatAmount,
  formatAmountFixed,
  formatPercent,
  isMultipleOf,
  parseMoney,
  parsePrice,
  parseQuantity,
  parseQuotedPrice,
  parseRate,
  parseSignedQuantity,
  priceWithin,
  proportion,
  roundDownToStep,
  scaleMoney,
} from '../../src/domain/amounts.ts'
import { decimal, moneys, prices, quantities } from './arbitraries.ts'

describe('amounts: reading', () => {
  for (const text of [
    '',
    ' ',
    ' 0.5',
    '0.5 ',
    '0,5',
    '.5',
    '5.',
    '+0.5',
    '1e-2',
    '0x1',
    'abc',
    'NaN',
    'Infinity',
    '１',
    '0.5\n',
  ]) {
    it(`refuses ${JSON.stringify(text)} as a price`, () => {
      expect(() => parsePrice(text)).to.throw(AmountError, 'not a plain decimal number')
    })
  }

  for (const text of ['0', '0.0', '-0', '1', '1.000000', '-0.5', '1.01', '45']) {
    it(`refuses ${text} as an order price, which lies strictly between 0 and 1`, () => {
      expect(() => parsePrice(text)).to.throw(AmountError, 'between 0 and 1 dollar')
    })
  }

  it('refuses surplus decimals instead of rounding them', () => {
    expect(() => parsePrice('0.4500001')).to.throw(AmountError, 'more than 6 decimals')
  })

  it('takes surplus decimals that are zeros', () => {
    expect(parsePrice('0.45000000')).to.equal(450_000n)
  })

  it('refuses digits beyond all reason without building the number', () => {
    expect(() => parseMoney('9'.repeat(25))).to.throw(AmountError)
  })

  it('takes both ends as quoted prices, since empty sides and settled markets show them', () => {
    expect([parseQuotedPrice('0'), parseQuotedPrice('1.00')]).to.deep.equal([0n, 1_000_000n])
  })

  it('takes no quoted price outside 0 to 1', () => {
    expect(() => parseQuotedPrice('1.000001')).to.throw(AmountError)
  })

  it('takes no negative quantity unless it is a net position', () => {
    expect(() => parseQuantity('-1')).to.throw(AmountError, 'zero or more')
    expect(parseSignedQuantity('-1')).to.equal(-1_000_000n)
  })

  it('names the offending text in the error', () => {
    expect(() => parseRate('five')).to.throw('"five" is not a plain decimal number')
  })
})

describe('amounts: writing', () => {
  it('reads back every amount it writes', () => {
    fc.assert(fc.property(moneys, (value) => parseMoney(formatAmount(value)) === value))
  })

  it('writes the canonical form of whatever way a number was put', () => {
    fc.assert(
      fc.property(moneys, fc.nat(4), (value, zeros) => {
        const padded = `${decimal(value)}${'0'.repeat(zeros)}`
        return formatAmount(parseMoney(padded)) === formatAmount(value)
      }),
    )
  })

  it('writes no exponent, no trailing zero, no bare point and no negative zero', () => {
    fc.assert(fc.property(moneys, (value) => /^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/.test(formatAmount(value))))
  })

  it('pads to the places asked for and never cuts', () => {
    expect(formatAmountFixed(parseMoney('67.2'), 2)).to.equal('67.20')
    expect(formatAmountFixed(parseMoney('67.205'), 2)).to.equal('67.205')
    expect(formatAmountFixed(parseMoney('67'), 0)).to.equal('67')
  })

  it('writes a rate as a percentage', () => {
    expect(formatPercent(parseRate('0.05'))).to.equal('5 %')
  })
})

describe('amounts: rounding', () => {
  const positive = fc.bigInt(1n, 10n ** 12n)

  it('up is the least integer not below, down the greatest not above, on both sides of zero', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), positive, (numerator, denominator) => {
        const up = divideRounded(numerator, denominator, 'up')
        const down = divideRounded(numerator, denominator, 'down')
        expect(up * denominator >= numerator && (up - 1n) * denominator < numerator).to.equal(true)
        expect(down * denominator <= numerator && (down + 1n) * denominator > numerator).to.equal(true)
      }),
    )
  })

  it('a cost rounded up and one rounded down differ by at most a millionth', () => {
    fc.assert(
      fc.property(prices, quantities, (price, quantity) => {
        const gap = cost(price, quantity, 'up') - cost(price, quantity, 'down')
        return gap === ((price * quantity) % 1_000_000n === 0n ? 0n : 1n)
      }),
    )
  })

  it('YES and NO of the same contracts cost exactly their number in dollars', () => {
    fc.assert(
      fc.property(
        prices,
        quantities,
        (price, quantity) => cost(price, quantity, 'up') + cost(complement(price), quantity, 'down') === quantity,
      ),
    )
  })

  it('the complement of the complement is the price', () => {
    fc.assert(fc.property(prices, (price) => complement(complement(price)) === price))
  })

  it('what a budget affords costs no more than the budget, and one step more would', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 10n), prices, fc.bigInt(1n, 10n ** 7n), (dollars, price, size) => {
        const [budget, step] = [parseMoney(decimal(dollars)), parseQuantity(decimal(size))]
        const affordable = affordableQuantity(budget, price, step)
        expect(isMultipleOf(affordable, step)).to.equal(true)
        expect(cost(price, affordable, 'up') <= budget).to.equal(true)
        expect(price * (affordable + step) > budget * 1_000_000n).to.equal(true)
      }),
    )
  })

  it('affords nothing with an empty budget', () => {
    expect(affordableQuantity(parseMoney('-1'), parsePrice('0.5'), parseQuantity('1'))).to.equal(0n)
  })

  it('rounds a quantity down to whole steps', () => {
    expect(roundDownToStep(parseQuantity('7.99'), parseQuantity('0.5'))).to.equal(7_500_000n)
  })

  it('an average price times the quantity gives the total back, to the rounding', () => {
    fc.assert(
      fc.property(prices, quantities, (price, quantity) => {
        const total = cost(price, quantity, 'up')
        const average = averagePrice(total, quantity, 'up')
        return average !== null && cost(average, quantity, 'up') >= total
      }),
    )
  })

  it('nothing traded has no average price', () => {
    expect(averagePrice(parseMoney('0'), parseQuantity('0'), 'up')).to.equal(null)
  })

  it('shares of a whole, rounded down, never exceed it together', () => {
    fc.assert(
      fc.property(moneys, quantities, quantities, (value, a, b) => {
        const whole = parseQuantity(formatAmount(parseMoney(decimal(a + b))))
        return proportion(value, a, whole, 'down') + proportion(value, b, whole, 'down') <= value
      }),
    )
  })

  it('scales money by a rate', () => {
    expect(scaleMoney(parseMoney('67.2'), parseRate('0.07'), 'up')).to.equal(4_704_000n)
  })

  it('the last price within a margin is inside it and the next millionth is not', () => {
    const rate = parseRate('0.05')
    fc.assert(
      fc.property(prices, (price) => {
        const margin = priceWithin(price, rate, 'above') - price
        expect(margin * 1_000_000n <= price * rate && (margin + 1n) * 1_000_000n > price * rate).to.equal(true)
        expect(price - priceWithin(price, rate, 'below')).to.equal(margin)
      }),
    )
  })
})
