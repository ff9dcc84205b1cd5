import { expect } from 'chai'
import { formatAmount, parseMoney, parseQuantity } from '../../src/domain/amounts.ts'
import { realizedEdge, totalFees } from '../../src/domain/pair-result.ts'
import { anIntent, anOrder } from '../support/builders.ts'

const leg = (averagePrice: string, filledQuantity: string, fees: string | null) =>
  anOrder({ status: 'filled', averagePrice, filledQuantity, fees: fees === null ? null : parseMoney(fees) })

describe('the result of a two-leg trade', () => {
  it('is one dollar a pair less what both legs cost and their fees', () => {
    const edge = realizedEdge([leg('0.45', '10', '0.1'), leg('0.50', '10', '0.2')], [], parseQuantity('10'))
    expect(edge === null ? null : formatAmount(edge)).to.equal('0.2')
  })

  it('counts what an unwind brought back, at a loss here', () => {
    const sale = anOrder({
      intent: anIntent({ side: 'sell', quantity: '4', price: '0.43' }),
      status: 'filled',
      averagePrice: '0.43',
      filledQuantity: '4',
      fees: parseMoney('0.05'),
    })
    const edge = realizedEdge([leg('0.45', '10', '0'), leg('0.50', '6', '0')], [sale], parseQuantity('6'))
    // 6 paid out, 4.50 and 3.00 paid, 1.72 brought back, 0.05 fee
    expect(edge === null ? null : formatAmount(edge)).to.equal('0.17')
  })

  it('is not known when a fee is not known, instead of free', () => {
    expect(realizedEdge([leg('0.45', '10', null), leg('0.50', '10', '0')], [], parseQuantity('10'))).to.equal(null)
    expect(totalFees([leg('0.45', '10', null)])).to.equal(null)
  })

  it('is not known when an average price is not known', () => {
    const blind = anOrder({ status: 'filled', filledQuantity: '10', fees: parseMoney('0') })
    expect(realizedEdge([blind, leg('0.50', '10', '0')], [], parseQuantity('10'))).to.equal(null)
  })
})
