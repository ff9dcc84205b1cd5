import { expect } from 'chai'
import { formatAmount, type Money, parseMoney, parsePrice, parseRate } from '../../src/domain/amounts.ts'
import { describeSchedule, feeDrift } from '../../src/domain/fee-drift.ts'
import type { FeeSchedule } from '../../src/domain/fees.ts'
import type { Fill } from '../../src/domain/fill.ts'
import { aFill } from '../support/builders.ts'

const schedule: Extract<FeeSchedule, { kind: 'quadratic' }> = {
  kind: 'quadratic',
  takerRate: parseRate('0.07'),
  makerRate: parseRate('0.0175'),
  multiplier: parseRate('1'),
  exponent: 1,
  rounding: 'balance',
  waivedUntil: null,
  series: 'KXS',
}
const limit = { side: 'buy', price: parsePrice('0.99') } as const

function charged(fee: string | null, price: string, quantity: string, changes: Partial<Fill> = {}): Fill {
  return aFill({ price, quantity, fee: fee === null ? null : parseMoney(fee), ...changes })
}

describe('fee drift', () => {
  it('is none where the fee is that of a direct account, or that of a brokered one', () => {
    expect(feeDrift(schedule, limit, [charged('0.0175', '0.52', '1')])).to.equal(null)
    expect(feeDrift(schedule, limit, [charged('0.02', '0.52', '1')])).to.equal(null)
  })

  it('tells what was charged, what the nearest reading gives, and what limits had counted', () => {
    const drift = feeDrift(schedule, limit, [charged('3.5', '0.5', '100')])
    expect(drift).to.deep.equal({
      charged: parseMoney('3.5'),
      predicted: parseMoney('1.75'),
      worst: parseMoney('1.78'),
      series: 'KXS',
      schedule: 'taker rate 0.07, maker rate 0.0175',
    })
  })

  it('notices the last digit', () => {
    expect(feeDrift(schedule, limit, [charged('1.7501', '0.5', '100')])).to.not.equal(null)
    expect(feeDrift(schedule, limit, [charged('1.7499', '0.5', '100')])).to.not.equal(null)
  })

  it('does not mix the two kinds of account within an order', () => {
    const fills = [
      charged('0.0175', '0.52', '1', { time: '2026-11-20T12:00:00Z' }),
      charged('0.02', '0.52', '1', { id: 'fill-2', time: '2026-11-20T12:00:01Z' }),
    ]
    expect(feeDrift(schedule, limit, fills)).to.not.equal(null)
  })

  it('carries rounding from fill to fill in the order of their times, however they are listed', () => {
    const first = charged('0.02', '0.22', '1', { time: '2026-05-10T16:51:53.36Z' })
    const second = charged('0.01', '0.22', '1', { id: 'fill-2', time: '2026-05-10T16:51:53.367357Z' })
    expect(feeDrift(schedule, limit, [second, first])).to.equal(null)
    const swapped = [
      { ...first, time: second.time },
      { ...second, time: first.time },
    ]
    expect(feeDrift(schedule, limit, swapped)).to.not.equal(null)
  })

  it('finds the order of fills of the same moment', () => {
    const time = '2026-05-10T18:51:57.275144Z'
    // Recorded: no cent came back, so the small fill was the second.
    const small = charged('0.009', '0.7', '0.13', { time })
    const large = charged('0.031', '0.7', '1.87', { id: 'fill-2', time })
    expect([feeDrift(schedule, limit, [small, large]), feeDrift(schedule, limit, [large, small])]).to.deep.equal([
      null,
      null,
    ])
  })

  it('takes a sweep of more fills than can be ordered by what each may cost alone', () => {
    const time = '2026-05-10T18:51:57.275144Z'
    const sweep = (fee: string) =>
      Array.from({ length: 12 }, (_, index) =>
        charged(index % 2 === 0 ? fee : '0.01', '0.22', '1', { id: `f${index}`, time }),
      )
    expect(feeDrift(schedule, limit, sweep('0.02'))).to.equal(null)
    expect(feeDrift(schedule, limit, sweep('0.03'))).to.not.equal(null)
  })

  it('accepts both a waiver that holds and one that does not, and only before its end', () => {
    const waived = { ...schedule, waivedUntil: '2026-11-20T13:00:00Z' }
    const at = (fee: string, time: string) => feeDrift(waived, limit, [charged(fee, '0.5', '100', { time })])
    expect([at('0', '2026-11-20T12:00:00Z'), at('1.75', '2026-11-20T12:00:00Z')]).to.deep.equal([null, null])
    expect(at('0', '2026-11-20T14:00:00Z')).to.not.equal(null)
  })

  it('is not claimed where nobody tells the fee, the role or the schedule', () => {
    expect(feeDrift(schedule, limit, [charged(null, '0.5', '100')])).to.equal(null)
    expect(feeDrift(schedule, limit, [charged('9', '0.5', '100', { liquidity: null })])).to.equal(null)
    expect(feeDrift(schedule, limit, [charged('9', '0.5', '100', { feeSource: 'schedule' })])).to.equal(null)
    expect(feeDrift({ kind: 'unknown', reason: 'flat' }, limit, [charged('9', '0.5', '100')])).to.equal(null)
  })

  it('leaves out fills that failed', () => {
    const failed = charged('9', '0.5', '100', { id: 'fill-2', finality: 'failed' })
    expect(feeDrift(schedule, limit, [charged('1.75', '0.5', '100'), failed])).to.equal(null)
  })

  it('is any fee at all where trading is free', () => {
    const drift = feeDrift({ kind: 'free' }, limit, [charged('0.01', '0.5', '100')])
    expect(drift === null ? null : formatAmount(drift.worst)).to.equal('0')
    expect(feeDrift({ kind: 'free' }, limit, [charged('0', '0.5', '100')])).to.equal(null)
  })

  it('puts the whole schedule into words', () => {
    const odd: FeeSchedule = {
      ...schedule,
      multiplier: parseRate('0.5'),
      exponent: 2,
      waivedUntil: '2026-12-01T00:00:00Z',
    }
    expect(describeSchedule(odd)).to.equal(
      'taker rate 0.07, maker rate 0.0175, times 0.5, exponent 2, waived until 2026-12-01T00:00:00Z',
    )
    expect((feeDrift(odd, limit, [charged('5', '0.5', '100')])?.charged ?? (0n as Money)) > 0n).to.equal(true)
  })
})
