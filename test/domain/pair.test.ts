import { expect } from 'chai'
import * as fc from 'fast-check'
import { formatAmount, parseQuantity, type Quantity } from '../../src/domain/amounts.ts'
import { isOpen, orderStatuses } from '../../src/domain/order.ts'
import { DUST, judgePair } from '../../src/domain/pair.ts'
import { anOrder } from '../support/builders.ts'

describe('judging a pair of legs', () => {
  it('calls equal fills balanced', () => {
    const leg = anOrder({ status: 'filled', filledQuantity: '10' })
    expect(judgePair([leg, leg])).to.deep.equal({
      kind: 'balanced',
      pairs: parseQuantity('10'),
      lone: parseQuantity('0'),
    })
  })

  it('calls two legs without fills none', () => {
    const leg = anOrder({ status: 'cancelled', filledQuantity: '0' })
    expect(judgePair([leg, leg])).to.deep.equal({ kind: 'none' })
  })

  it('names the heavier leg and what it holds in excess', () => {
    const first = anOrder({ status: 'filled', filledQuantity: '10' })
    const second = anOrder({ status: 'partially_filled', filledQuantity: '6' })
    expect(judgePair([first, second])).to.deep.include({ kind: 'imbalanced', heavy: 0, excess: parseQuantity('4') })
    expect(judgePair([second, first])).to.deep.include({ kind: 'imbalanced', heavy: 1, excess: parseQuantity('4') })
  })

  it('freezes the pair when a leg is unknown, whatever the other did', () => {
    const unknown = anOrder({ status: 'unknown' })
    const filled = anOrder({ status: 'filled', filledQuantity: '10' })
    expect(judgePair([filled, unknown]).kind).to.equal('frozen')
    expect(judgePair([unknown, unknown]).kind).to.equal('frozen')
  })

  it('judges a cancelled leg by what it filled, not by its status', () => {
    const cancelled = anOrder({ status: 'cancelled', filledQuantity: '3' })
    const none = anOrder({ status: 'rejected', filledQuantity: '0' })
    expect(judgePair([cancelled, none])).to.deep.include({ kind: 'imbalanced', excess: parseQuantity('3') })
  })

  it('never loses a contract: pairs and excess add up to what was filled, for every combination of statuses', () => {
    const quantity = fc.bigInt({ min: 0n, max: 10_000_000n }).map((value) => value as Quantity)
    const leg = fc
      .record({ status: fc.constantFrom(...orderStatuses), filledQuantity: quantity })
      .map((changes) => anOrder(changes))
    fc.assert(
      fc.property(leg, leg, (first, second) => {
        const state = judgePair([first, second])
        const total = first.filledQuantity + second.filledQuantity
        switch (state.kind) {
          case 'frozen':
            return isOpen(first.status) || isOpen(second.status)
          case 'none':
            return total === 0n
          case 'balanced':
            return state.pairs * 2n + state.lone === total && state.lone < DUST
          case 'imbalanced':
            return state.excess >= DUST && state.pairs * 2n + state.excess === total
        }
      }),
    )
  })

  it('takes what is less than either venue trades for no difference, and tells it', () => {
    const state = judgePair([
      anOrder({ status: 'filled', filledQuantity: '19.243902' }),
      anOrder({ status: 'filled', filledQuantity: '19.24' }),
    ])
    expect(state).to.deep.equal({ kind: 'balanced', pairs: parseQuantity('19.24'), lone: parseQuantity('0.003902') })
  })

  it('keeps decimals exact', () => {
    const state = judgePair([
      anOrder({ status: 'filled', filledQuantity: '0.3' }),
      anOrder({ status: 'filled', filledQuantity: '0.1' }),
    ])
    expect(state.kind === 'imbalanced' ? formatAmount(state.excess) : state.kind).to.equal('0.2')
  })
})
