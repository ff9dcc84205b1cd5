import { expect } from 'chai'
import { clobFees } from '../../src/clients/polymarket/fees.ts'
import {
  formatAmount,
  type Money,
  parseMoney,
  parsePrice,
  parseQuantity,
  parseRate,
  type Quantity,
} from '../../src/domain/amounts.ts'
import { type FeeSchedule, predictFee, worstTakerFee } from '../../src/domain/fees.ts'
import { describeVectors, eachCase } from './folder.ts'

interface Formula {
  readonly shares: string
  readonly rate: string
  readonly exponent: number
  readonly price: string
  readonly feeExact: string
  readonly feeHalfUp5: string
  readonly feeHalfEven5: string
  readonly feeDown5: string
  readonly feeUp5: string
}

interface Adjustment {
  readonly amount: number
  readonly price: number
  readonly balance: number
  readonly rate: number
  readonly exponent: number
  readonly builderTaker: number
  readonly feeSlippage: number
  readonly clobClientV2Amount: number
}

interface File {
  readonly formula: readonly Formula[]
  readonly adjustBuyAmountForFees: readonly Adjustment[]
}

/** What numbers are counted in here: fine enough for a fee before it is rounded. */
const ONE = 10n ** 24n

function fine(text: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,24}))?$/.exec(text)
  if (match === null) throw new Error(`${text} is no plain decimal number`)
  const [, whole = '', fraction = ''] = match
  return BigInt(whole + fraction.padEnd(24, '0'))
}

/** Our fee of a taker to the last digit. A fee grows with the shares, so it is counted in what they are counted in. */
function exactFee(schedule: FeeSchedule, price: string, fineShares: bigint): bigint {
  const quantity = fineShares as Quantity
  const fee = predictFee(schedule, { side: 'buy', price: parsePrice(price), quantity, liquidity: 'taker' })
  if (fee === null) throw new Error('the fee is unknown')
  return fee
}

type Rounding = 'up' | 'down' | 'half up' | 'half even'

/** To five decimals. */
function rounded(fee: bigint, how: Rounding): string {
  const unit = 10n ** 19n
  const [down, rest] = [fee / unit, fee % unit]
  const half = unit / 2n
  const up =
    how === 'up'
      ? rest > 0n
      : how === 'half up'
        ? rest >= half
        : how === 'half even' && (rest > half || (rest === half && down % 2n === 1n))
  return formatAmount(((down + (up ? 1n : 0n)) * 10n) as Money)
}

describeVectors<File>('polymarket-fees', ['meta'], ({ formula, adjustBuyAmountForFees }) => {
  const scheduleOf = (one: { readonly rate: string | number; readonly exponent: number }): FeeSchedule =>
    clobFees({ r: parseRate(String(one.rate)), e: one.exponent, to: true })

  it('are predicted to the nearest fifth decimal, and counted by limits at what rounding up gives or more', () =>
    eachCase(formula, (one) => {
      const order = { side: 'buy', price: parsePrice(one.price), quantity: parseQuantity(one.shares) } as const
      const fee = predictFee(scheduleOf(one), { ...order, liquidity: 'taker' })
      expect(fee === null ? null : formatAmount(fee)).to.equal(one.feeHalfUp5)
      const worst = worstTakerFee(scheduleOf(one), order)
      expect(worst !== null && worst >= parseMoney(one.feeUp5)).to.equal(true)
    }))

  it('are exact before they are rounded, and then rounded in every way that the venue may use', () =>
    eachCase(formula, (one) => {
      const fee = exactFee(scheduleOf(one), one.price, fine(one.shares))
      expect(fee).to.equal(fine(one.feeExact))
      expect({
        up: rounded(fee, 'up'),
        down: rounded(fee, 'down'),
        halfUp: rounded(fee, 'half up'),
        halfEven: rounded(fee, 'half even'),
      }).to.deep.equal({ up: one.feeUp5, down: one.feeDown5, halfUp: one.feeHalfUp5, halfEven: one.feeHalfEven5 })
    }))

  it('leave as much of a buy as the official software leaves when the balance is short', () =>
    eachCase(adjustBuyAmountForFees, (one) => {
      // We refuse such an order and never shrink it, so that only the fee in here is ours.
      const [amount, balance] = [fine(String(one.amount)), fine(String(one.balance))]
      const base = amount < balance ? amount : balance
      const shares = (base * ONE) / fine(String(one.price))
      const platform = exactFee(scheduleOf(one), String(one.price), shares)
      const withSlippage = (platform * (100n * ONE + fine(String(one.feeSlippage)))) / (100n * ONE)
      const fee = withSlippage + (base * fine(String(one.builderTaker))) / ONE
      const left = balance <= amount + fee ? (balance > fee ? balance - fee : 0n) : amount
      const difference = left - fine(String(one.clobClientV2Amount))
      expect(Number(difference) / 1e24).to.be.closeTo(0, 1e-9)
    }))
})
