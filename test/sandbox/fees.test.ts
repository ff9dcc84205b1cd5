import { expect } from 'chai'
import {
  cost,
  formatAmount,
  type Money,
  parseMoney,
  parsePrice,
  parseQuantity,
  parseRate,
  ZERO_MONEY,
} from '../../src/domain/amounts.ts'
import { chargeFee } from '../../src/sandbox/fees.ts'
import type { SandboxFees } from '../../src/sandbox/model.ts'

const quadratic: SandboxFees = { kind: 'kalshi', type: 'quadratic', multiplier: parseRate('1') }

function charge(
  fees: SandboxFees,
  fill: {
    readonly price: string
    readonly quantity: string
    readonly taker?: boolean
    readonly accumulator?: Money
    readonly balanceStep?: string
  },
) {
  const yesPrice = parsePrice(fill.price)
  const quantity = parseQuantity(fill.quantity)
  return chargeFee(fees, {
    yesPrice,
    quantity,
    revenue: -cost(yesPrice, quantity, 'up') as Money,
    taker: fill.taker ?? true,
    accumulator: fill.accumulator ?? ZERO_MONEY,
    balanceStep: parseMoney(fill.balanceStep ?? '0.0001'),
  })
}

const fee = (fees: SandboxFees, price: string, quantity: string, taker = true) =>
  formatAmount(charge(fees, { price, quantity, taker }).fee)

describe('Kalshi fees in the sandbox', () => {
  it('are the recorded ones', () => {
    expect(fee(quadratic, '0.52', '1')).to.equal('0.0175')
    expect(fee(quadratic, '0.99', '1')).to.equal('0.0007')
  })

  it('bring a sub-cent price to the account step', () => {
    expect(fee(quadratic, '0.055', '1')).to.equal('0.0037')
  })

  it('match the examples of round sizes', () => {
    expect([fee(quadratic, '0.5', '100'), fee(quadratic, '0.25', '100')]).to.deep.equal(['1.75', '1.3125'])
  })

  it('charge makers only where the series says so', () => {
    const makers: SandboxFees = { ...quadratic, type: 'quadratic_with_maker_fees' }
    const combos: SandboxFees = { ...quadratic, type: 'quadratic_with_combo_maker_fees' }
    const charged = [quadratic, makers, combos].map((fees) => fee(fees, '0.5', '100', false))
    expect(charged).to.deep.equal(['0', '0.4375', '0.875'])
  })

  it('follow the multiplier', () => {
    expect(fee({ ...quadratic, multiplier: parseRate('0.5') }, '0.5', '100')).to.equal('0.875')
    expect(fee({ ...quadratic, multiplier: parseRate('0') }, '0.5', '100')).to.equal('0')
  })

  it('bring the balance of a brokered account to whole cents', () => {
    expect(formatAmount(charge(quadratic, { price: '0.055', quantity: '1', balanceStep: '0.01' }).fee)).to.equal(
      '0.005',
    )
  })

  it('refund a cent of rounding once more than a cent has gathered, by a fill that is charged a cent', () => {
    let accumulator = ZERO_MONEY
    let total = ZERO_MONEY
    for (let fill = 0; fill < 400; fill++) {
      const charged = charge(quadratic, { price: '0.055', quantity: '3', accumulator })
      accumulator = charged.accumulator
      total = (total + charged.fee) as Money
    }
    // 400 fills of 0.010915 and at most a cent of rounding that is still open.
    expect(total - parseMoney('4.366')).to.satisfy((rest: bigint) => rest >= 0n && rest <= 10_000n)
    expect(accumulator <= parseMoney('0.01')).to.equal(true)
  })

  it('let the refund wait while fills are too small to bear it', () => {
    const accumulator = parseMoney('0.0099')
    const small = charge(quadratic, { price: '0.78', quantity: '0.13', accumulator, balanceStep: '0.01' })
    expect(small.fee < parseMoney('0.01')).to.equal(true)
    expect(small.accumulator > parseMoney('0.01')).to.equal(true)
    const next = charge(quadratic, {
      price: '0.78',
      quantity: '1',
      accumulator: small.accumulator,
      balanceStep: '0.01',
    })
    expect(formatAmount(next.fee)).to.equal('0.01')
  })
})

describe('Polymarket fees in the sandbox', () => {
  const rate = (text: string): SandboxFees => ({ kind: 'polymarket', rate: parseRate(text), exponent: 1 })

  it('are the published examples', () => {
    expect([fee(rate('0.05'), '0.5', '100'), fee(rate('0.07'), '0.5', '100')]).to.deep.equal(['1.25', '1.75'])
  })

  it('have five decimals, and vanish below the smallest', () => {
    expect(fee(rate('0.04'), '0.37', '1.23')).to.equal('0.01147')
    expect(fee(rate('0.04'), '0.01', '0.01')).to.equal('0')
  })

  it('are for takers only', () => {
    expect(fee(rate('0.07'), '0.5', '100', false)).to.equal('0')
  })
})
