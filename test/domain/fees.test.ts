import { expect } from 'chai'
import fc from 'fast-check'
import {
  formatAmount,
  type Money,
  type Price,
  parsePrice,
  parseQuantity,
  parseRate,
  type Quantity,
} from '../../src/domain/amounts.ts'
import {
  accountSteps,
  assumedFee,
  type FeeBasis,
  type FeeSchedule,
  predictFee,
  predictFees,
  worstTakerFee,
} from '../../src/domain/fees.ts'

function quadratic(
  terms: {
    readonly taker: string
    readonly maker?: string
    readonly multiplier?: string
    readonly exponent?: number
  },
  rounding: 'balance' | 'five_decimals',
): FeeSchedule {
  return {
    kind: 'quadratic',
    takerRate: parseRate(terms.taker),
    makerRate: parseRate(terms.maker ?? '0'),
    multiplier: parseRate(terms.multiplier ?? '1'),
    exponent: terms.exponent ?? 1,
    rounding,
    waivedUntil: null,
    series: null,
  }
}

const kalshi = quadratic({ taker: '0.07', maker: '0.0175' }, 'balance')

function basis(price: string, quantity: string, changes: Partial<FeeBasis> = {}): FeeBasis {
  return { side: 'buy', price: parsePrice(price), quantity: parseQuantity(quantity), liquidity: 'taker', ...changes }
}

function texts(amounts: readonly Money[] | null): readonly string[] | null {
  return amounts === null ? null : amounts.map(formatAmount)
}

const fee = (schedule: FeeSchedule, price: string, quantity: string): string | null =>
  texts(predictFees(schedule, [basis(price, quantity)]))?.[0] ?? null

describe('fees to five decimals', () => {
  // Shares, rate, price, and the fee by the published formula, rounded to the nearest.
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['591.1', '0.03', '0.11', '1.73606'],
    ['6594.07', '0.07', '0.02', '9.04706'],
    ['7013.37', '0', '0.1525', '0'],
    ['6307.98', '0.03', '0.8', '30.2783'],
    ['100', '0.05', '0.5', '1.25'],
    ['100', '0.07', '0.5', '1.75'],
  ]
  for (const [shares, rate, price, expected] of rows) {
    it(`${shares} at ${price} and rate ${rate} cost ${expected}`, () => {
      expect(fee(quadratic({ taker: rate }, 'five_decimals'), price, shares)).to.equal(expected)
    })
  }

  it('are none below the smallest, however near', () => {
    expect(fee(quadratic({ taker: '0.04' }, 'five_decimals'), '0.01', '0.02')).to.equal('0')
  })

  it('raise p(1-p) to the exponent', () => {
    expect(fee(quadratic({ taker: '1', exponent: 2 }, 'five_decimals'), '0.5', '1')).to.equal('0.0625')
  })
})

describe('fees that bring the balance to a step', () => {
  it('are the documented examples', () => {
    expect(fee(kalshi, '0.055', '1')).to.equal('0.0037')
    expect([fee(kalshi, '0.5', '100'), fee(kalshi, '0.25', '100')]).to.deep.equal(['1.75', '1.3125'])
    expect(texts(predictFees(kalshi, [basis('0.055', '1')], 'brokered'))).to.deep.equal(['0.005'])
  })

  it('are the same for a fill that opens NO and for one that sells YES', () => {
    const sale = predictFees(kalshi, [basis('0.055', '1', { side: 'sell' })], 'brokered')
    const purchase = predictFees(kalshi, [basis('0.945', '1')], 'brokered')
    expect([texts(sale), texts(purchase)]).to.deep.equal([['0.005'], ['0.005']])
  })

  it('charge makers their own rate, and bring their balance to the step as well', () => {
    expect(texts(predictFees(kalshi, [basis('0.5', '100', { liquidity: 'maker' })]))).to.deep.equal(['0.4375'])
    const free = quadratic({ taker: '0.07' }, 'balance')
    expect(texts(predictFees(free, [basis('0.055', '0.01', { liquidity: 'maker' })]))).to.deep.equal(['0.00005'])
  })

  it('pay a cent back once more than a cent of rounding has gathered, takers and makers together', () => {
    const maker = { liquidity: 'maker' } as const
    const fills = [basis('0.22', '1'), basis('0.22', '1', maker), basis('0.22', '1')]
    // Rounding takes 0.007988 and 0.006997, and again 0.007988 from the 0.004985 that a cent back has left.
    expect(texts(predictFees(kalshi, fills, 'brokered'))).to.deep.equal(['0.02', '0', '0.01'])
  })

  it('keep a refund back while a fill is charged less than it', () => {
    // Recorded in May 2026: 0.009 and 0.031, listed in the order in which they did not happen.
    const fills = [basis('0.7', '1.87'), basis('0.7', '0.13'), basis('0.7', '1')]
    expect(texts(predictFees(kalshi, fills, 'brokered'))).to.deep.equal(['0.031', '0.009', '0.01'])
  })

  it('multiply exactly where rate times multiplier has more decimals than an amount', () => {
    const odd = quadratic({ taker: '0.07', multiplier: '0.333333' }, 'balance')
    // 0.07 * 0.333333 * 400 * 0.25 = 2.333331.
    expect(fee(odd, '0.5', '400')).to.equal('2.3334')
  })

  it('leave the trade fee out where it is waived', () => {
    expect(texts(predictFees(kalshi, [basis('0.5', '100', { waived: true })]))).to.deep.equal(['0'])
  })
})

describe('fees that are not computed', () => {
  it('are null, not zero, when the schedule is unknown', () => {
    const unknown: FeeSchedule = { kind: 'unknown', reason: 'flat' }
    expect([predictFee(unknown, basis('0.5', '100')), worstTakerFee(unknown, basis('0.5', '100'))]).to.deep.equal([
      null,
      null,
    ])
  })

  it('are zero where trading is free', () => {
    expect([fee({ kind: 'free' }, '0.5', '100'), worstTakerFee({ kind: 'free' }, basis('0.5', '100'))]).to.deep.equal([
      '0',
      0n,
    ])
  })

  it('are assumed at the highest published rate where a fill does not tell', () => {
    expect(formatAmount(assumedFee(basis('0.5', '100')))).to.equal('1.76')
  })
})

describe('the worst fee of an order', () => {
  it('is the taker fee of the whole order where it is dearest, with its rounding, up to the cent', () => {
    expect(formatAmount(worstTakerFee(kalshi, basis('0.6', '100')) ?? (0n as Money))).to.equal('1.78')
  })

  /** The steps of the parts that are too small to be paid back a cent. */
  function uncovered(schedule: FeeSchedule, fills: readonly FeeBasis[], account: 'direct' | 'brokered'): bigint {
    if (schedule.kind !== 'quadratic' || schedule.rounding !== 'balance') return 0n
    const alone = fills.map((fill) => predictFees(schedule, [fill], account)?.[0] ?? (0n as Money))
    return BigInt(alone.filter((each) => each < 10_000n).length) * accountSteps[account]
  }

  const fillArb = fc.record({
    tenths: fc.integer({ min: 1, max: 999 }),
    hundredths: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 5_000 })),
    liquidity: fc.constantFrom('taker' as const, 'maker' as const),
  })
  const scheduleArb = fc
    .record({
      taker: fc.constantFrom('0', '0.03', '0.07', '1'),
      maker: fc.constantFrom('0', '0.0175', '0.035', '0.07'),
      multiplier: fc.constantFrom('0', '0.5', '1', '2', '0.333333'),
      exponent: fc.constantFrom(0, 1, 2),
      rounding: fc.constantFrom('balance' as const, 'five_decimals' as const),
    })
    .map(({ rounding, ...terms }) => quadratic(terms, rounding))

  it('covers any split at any prices within the limit, but for a step of each part that is charged less than a cent', () => {
    fc.assert(
      fc.property(
        scheduleArb,
        fc.array(fillArb, { minLength: 1, maxLength: 60 }),
        fc.constantFrom('buy' as const, 'sell' as const),
        fc.constantFrom('direct' as const, 'brokered' as const),
        (schedule, draws, side, account) => {
          const fills = draws.map(({ tenths, hundredths, liquidity }) => ({
            side,
            price: (BigInt(tenths) * 1_000n) as Price,
            quantity: (BigInt(hundredths) * 10_000n) as Quantity,
            liquidity,
          }))
          const prices = fills.map((fill) => fill.price)
          const limit = prices.reduce((worst, price) => ((side === 'buy') === price > worst ? price : worst))
          const quantity = fills.reduce((sum, fill) => sum + fill.quantity, 0n) as Quantity
          const charged = (predictFees(schedule, fills, account) ?? []).reduce((sum, each) => sum + each, 0n)
          const worst = worstTakerFee(schedule, { side, price: limit, quantity })
          return worst !== null && worst + uncovered(schedule, fills, account) >= charged
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('covers an order that fills contract by contract, on a direct account at any price and on either at whole cents', () => {
    for (const [account, price] of [
      ['direct', '0.5'],
      ['direct', '0.055'],
      ['direct', '0.999'],
      ['brokered', '0.5'],
      ['brokered', '0.01'],
    ] as const) {
      const fills = Array.from({ length: 1_000 }, () => basis(price, '1'))
      const charged = (predictFees(kalshi, fills, account) ?? []).reduce((sum, each) => sum + each, 0n)
      const worst = worstTakerFee(kalshi, basis(price, '1000')) ?? 0n
      expect(worst >= charged, `${account} ${price}: ${worst} for ${charged}`).to.equal(true)
    }
  })

  it('counts a maker rate that is above the taker rate', () => {
    const odd = quadratic({ taker: '0', maker: '0.07' }, 'balance')
    expect((worstTakerFee(odd, basis('0.5', '100')) ?? 0n) >= 1_750_000n).to.equal(true)
  })
})
