import { expect } from 'chai'
import { parseQuantity } from '../../src/domain/amounts.ts'
import { aBook, aMarket, anIntent, anOrder, aTimeMs } from '../support/builders.ts'
import { aState, capabilities, codesOf, denialOf, holding } from './builders.ts'

const unwind = { kind: 'unwind', tradeId: 't-1' } as const

describe('order size', () => {
  it('may be exactly the maximum and not a cent more', () => {
    expect(codesOf({ intent: { quantity: '250', price: '0.4' } })).to.deep.equal([])
    expect(codesOf({ intent: { quantity: '250.03', price: '0.4' } })).to.deep.equal(['NOTIONAL_ABOVE_MAX'])
  })

  it('may be exactly the minimum and not less', () => {
    expect(codesOf({ intent: { quantity: '0.25', price: '0.4' } })).to.deep.equal([])
    expect(codesOf({ intent: { quantity: '0.24', price: '0.4' } })).to.deep.equal(['NOTIONAL_BELOW_MIN'])
  })

  it('suggests whole contracts where the market has whole contracts', () => {
    const market = aMarket({ quantityStep: parseQuantity('1') })
    const book = aBook({ bids: [['0.55', '10']], asks: [['0.56', '500']] })
    const given = {
      intent: { quantity: '120', price: '0.56' },
      snapshot: { market, book },
      limits: { maxNotional: '50' },
    }
    expect(denialOf(given)).to.include({
      message: 'Order not sent: 120 @ $0.56 costs $67.20; the maximum order is $50.00.',
      suggestion: '--quantity 89 or raise limits.maxNotional',
    })
  })

  it('suggests no quantity that the market would refuse', () => {
    const market = aMarket({ minimumQuantity: parseQuantity('300') })
    const denial = denialOf({ intent: { quantity: '300', price: '0.4' }, snapshot: { market } })
    expect(denial.suggestion).to.equal('raise limits.maxNotional')
  })

  it('of a sale is what it brings in', () => {
    const state = aState({ positions: holding('300') })
    const given = { intent: { side: 'sell', quantity: '300', price: '0.44' }, snapshot: { state } } as const
    expect(denialOf(given)).to.include({ code: 'NOTIONAL_ABOVE_MAX', value: '132' })
  })

  it('of a sale of what is not held is what it ties up', () => {
    const book = aBook({ bids: [['0.05', '5000']], asks: [['0.06', '10']] })
    const given = { intent: { side: 'sell', quantity: '200', price: '0.05' }, snapshot: { book } } as const
    expect(denialOf(given)).to.include({
      code: 'NOTIONAL_ABOVE_MAX',
      message: 'Order not sent: 200 @ $0.05 ties up $190.00; the maximum order is $100.00.',
    })
  })

  it('does not keep a leg from being unwound, however dear or small it has become', () => {
    const state = aState({ positions: holding('300') })
    const sale = { side: 'sell', price: '0.44', purpose: unwind } as const
    expect(codesOf({ intent: { ...sale, quantity: '300' }, snapshot: { state } })).to.deep.equal([])
    expect(codesOf({ intent: { ...sale, quantity: '0.1' }, snapshot: { state } })).to.deep.equal([])
  })
})

describe('sale beyond the holding', () => {
  const apart = { ...capabilities, netting: 'per_outcome' } as const
  const sale = { side: 'sell', price: '0.44' } as const

  it('of all that is held is fine where outcomes are held apart, and of more is denied', () => {
    const state = aState({ positions: holding('10') })
    expect(codesOf({ intent: { ...sale, quantity: '10' }, snapshot: { state, capabilities: apart } })).to.deep.equal([])
    expect(denialOf({ intent: { ...sale, quantity: '10.01' }, snapshot: { state, capabilities: apart } })).to.include({
      code: 'SELL_BEYOND_HELD',
      limit: '10',
    })
  })

  it('counts what is on sale already', () => {
    const other = anIntent({ id: 'o-2', side: 'sell', quantity: '7', price: '0.5', timeInForce: 'gtc' })
    const state = aState({ positions: holding('10'), orders: [anOrder({ intent: other, status: 'resting' })] })
    expect(denialOf({ intent: { ...sale, quantity: '4' }, snapshot: { state, capabilities: apart } })).to.include({
      code: 'SELL_BEYOND_HELD',
      limit: '3',
    })
  })

  it('opens the other outcome where the venue nets', () => {
    expect(codesOf({ intent: { ...sale, quantity: '10' } })).to.deep.equal([])
  })
})

describe('order book', () => {
  it('that was not read denies an order whose price it would judge', () => {
    expect(codesOf({ snapshot: { book: null } })).to.deep.equal(['BOOK_UNKNOWN'])
  })

  it('may be as old as the limit and no older', () => {
    const age = (capturedAtMs: number) => ({ snapshot: { book: aBook({ capturedAtMs }) } })
    expect(codesOf(age(aTimeMs - 10_000))).to.deep.equal([])
    expect(denialOf(age(aTimeMs - 10_001))).to.include({ code: 'BOOK_STALE', value: '10001', limit: '10000' })
  })

  it('from the future is no better than an old one', () => {
    const denial = denialOf({ snapshot: { book: aBook({ capturedAtMs: aTimeMs + 60_000 }) } })
    expect(denial.code).to.equal('BOOK_STALE')
    expect(denial.message).to.include('60 s ahead')
  })

  it('that is crossed is not believed, and is shown from the outcome’s side', () => {
    const book = aBook({ bids: [['0.46', '1']], asks: [['0.45', '1']] })
    expect(denialOf({ snapshot: { book } })).to.include({ code: 'BOOK_CROSSED', value: '0.46', limit: '0.45' })
    expect(denialOf({ intent: { outcome: 'no', price: '0.55' }, snapshot: { book } })).to.include({
      value: '0.55',
      limit: '0.54',
    })
  })
})

describe('slippage', () => {
  it('may be exactly 5 % of the best ask, and not a tick more', () => {
    const book = aBook({ bids: [['0.39', '1']], asks: [['0.4', '1']] })
    expect(codesOf({ intent: { price: '0.42' }, snapshot: { book } })).to.deep.equal([])
    expect(denialOf({ intent: { price: '0.43' }, snapshot: { book } })).to.include({ limit: '0.42' })
  })

  it('of a sale is held against the best bid', () => {
    const [book, state] = [aBook({ bids: [['0.4', '1']] }), aState({ positions: holding('10') })]
    const sale = (price: string) => ({ intent: { side: 'sell', price }, snapshot: { book, state } }) as const
    expect(codesOf(sale('0.38'))).to.deep.equal([])
    expect(denialOf(sale('0.37'))).to.include({
      code: 'SLIPPAGE_ABOVE_MAX',
      limit: '0.38',
      message: 'Order not sent: a limit of $0.37 is more than 5 % worse than the best bid, $0.40.',
    })
  })

  it('of NO is held against the NO book', () => {
    // The best NO ask is 1 - 0.44.
    expect(codesOf({ intent: { outcome: 'no', price: '0.58' } })).to.deep.equal([])
    expect(denialOf({ intent: { outcome: 'no', price: '0.59' } })).to.include({ limit: '0.58' })
  })

  it('a limit that does not reach the book is a price that was agreed to', () => {
    expect(codesOf({ intent: { price: '0.30' } })).to.deep.equal([])
  })

  it('an immediate order that meets nobody is denied, a resting one is not', () => {
    const book = aBook({ asks: [] })
    for (const timeInForce of ['ioc', 'fok'] as const) {
      expect(denialOf({ intent: { timeInForce }, snapshot: { book } })).to.include({ code: 'NO_LIQUIDITY' })
    }
    expect(codesOf({ intent: { timeInForce: 'gtc' }, snapshot: { book } })).to.deep.equal([])
  })

  it('of nothing at all can be demanded', () => {
    expect(codesOf({ limits: { maxSlippage: '0' } })).to.deep.equal([])
    expect(codesOf({ intent: { price: '0.46' }, limits: { maxSlippage: '0' } })).to.deep.equal(['SLIPPAGE_ABOVE_MAX'])
  })
})
