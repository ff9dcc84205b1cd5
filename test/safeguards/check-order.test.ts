import { expect } from 'chai'
import fc from 'fast-check'
import { addMoney, cost, formatAmount, parseRate } from '../../src/domain/amounts.ts'
import { exposureOf } from '../../src/domain/exposure.ts'
import type { ApprovedOrder } from '../../src/domain/order.ts'
import { isOnLadder, uniformLadder } from '../../src/domain/tick-ladder.ts'
import { checkOrder, isApproved } from '../../src/safeguards/check-order.ts'
import { defaultLimits } from '../../src/safeguards/limits.ts'
import { lots, quotedPrices } from '../domain/arbitraries.ts'
import { aBook, aMarket, anIntent, anOrder } from '../support/builders.ts'
import { aSnapshot, aState, codesOf, denialOf, denialsOf, holding } from './builders.ts'

describe('check order: the cases that started the project', () => {
  it('1000 dollars are denied against a maximum of 100', () => {
    const denial = denialOf({ intent: { quantity: '2500', price: '0.4' } })
    expect(denial).to.deep.equal({
      code: 'NOTIONAL_ABOVE_MAX',
      message: 'Order not sent: 2500 @ $0.40 costs $1000.00; the maximum order is $100.00.',
      value: '1000',
      limit: '100',
      suggestion: '--quantity 250 or raise limits.maxNotional',
    })
  })

  it('0.01 dollars are denied against a minimum of 0.1', () => {
    const denial = denialOf({
      intent: { quantity: '1', price: '0.01', timeInForce: 'gtc' },
    })
    expect(denial).to.deep.equal({
      code: 'NOTIONAL_BELOW_MIN',
      message: 'Order not sent: 1 @ $0.01 costs $0.01; the minimum order is $0.10.',
      value: '0.01',
      limit: '0.1',
      suggestion: '--quantity 10 or lower limits.minNotional',
    })
  })

  it('a Kalshi market that is not open, with its price of 0, is denied with a message that says when it opens', () => {
    const market = aMarket({ status: 'unopened', openTime: '2026-11-21T15:00:00Z', bestBid: null, bestAsk: null })
    const denial = denialOf({ snapshot: { market, book: null } })
    expect(denial.message).to.equal(
      'Order not sent: kalshi:KXTEST-26DEC31-A has not opened and has no price yet; it opens at 2026-11-21T15:00:00Z.',
    )
    expect([denial.code, denial.value, denial.suggestion]).to.deep.equal([
      'MARKET_NOT_OPEN',
      'unopened',
      'Place the order after 2026-11-21T15:00:00Z.',
    ])
  })

  it('a limit more than 5 % over the best ask is denied with the price to use', () => {
    const denial = denialOf({ intent: { price: '0.48' } })
    expect(denial).to.deep.equal({
      code: 'SLIPPAGE_ABOVE_MAX',
      message: 'Order not sent: a limit of $0.48 is more than 5 % worse than the best ask, $0.45.',
      value: '0.48',
      limit: '0.47',
      suggestion: '--price 0.47, or raise limits.maxSlippage.',
    })
  })

  it('an exposure of 1000 dollars, unknown orders at full size, is denied', () => {
    const orders = [anOrder({ intent: anIntent({ id: 'o-2', quantity: '1995.6', price: '0.5' }), status: 'unknown' })]
    const denial = denialOf({ snapshot: { state: aState({ orders }) } })
    expect([denial.code, denial.value, denial.limit]).to.deep.equal(['EXPOSURE_ABOVE_MAX', '1000.05', '1000'])
    expect(denial.message).to.include('unknown $997.80')
    expect(denial.suggestion).to.include('crosstape positions reconcile')
  })
})

describe('check order', () => {
  it('reports every safeguard that says no, in their order', () => {
    const codes = codesOf({
      intent: { price: '0.455', quantity: '0.005', timeInForce: 'gtd', expiresAt: null },
      snapshot: {
        market: aMarket({ status: 'paused', fees: { kind: 'unknown', reason: 'flat' } }),
        halted: { reason: 'drill', at: '2026-11-20T11:00:00Z' },
        breakers: [{ name: 'kalshi', admitted: false, state: 'open', retryAtMs: 0 }],
      },
    })
    expect(codes).to.deep.equal([
      'HALTED',
      'BREAKER_OPEN',
      'MARKET_NOT_OPEN',
      'EXPIRY_INVALID',
      'PRICE_OFF_TICK',
      'FEE_UNKNOWN',
      'QUANTITY_OFF_STEP',
      'NOTIONAL_BELOW_MIN',
    ])
  })

  it('every denial says that nothing was sent, and what to do', () => {
    const halted = { reason: 'drill', at: '2026-11-20T11:00:00Z' }
    for (const denial of denialsOf({ intent: { quantity: '2500', price: '0.5' }, snapshot: { halted } })) {
      expect(denial.message).to.match(/^Order not sent: .+\.$/)
      expect(denial.suggestion).to.not.equal('')
    }
  })

  it('tells what a buy can cost and be charged at worst', () => {
    const fees = {
      kind: 'quadratic',
      takerRate: parseRate('0.07'),
      makerRate: parseRate('0'),
      multiplier: parseRate('1'),
      exponent: 1,
      rounding: 'balance',
      waivedUntil: null,
      series: null,
    } as const
    const checked = checkOrder(anIntent(), aSnapshot({ market: aMarket({ fees }) }), defaultLimits)
    if (checked.kind === 'denied') throw new Error(JSON.stringify(checked.denials))
    expect([formatAmount(checked.worstCost), formatAmount(checked.worstFee)]).to.deep.equal(['2.25', '0.1'])
  })

  it('a sale of what is held costs nothing at worst', () => {
    const state = aState({ positions: holding('10') })
    const intent = anIntent({ side: 'sell', price: '0.44' })
    const checked = checkOrder(intent, aSnapshot({ state }), defaultLimits)
    expect(checked).to.include({ kind: 'approved', worstCost: 0n })
  })

  it('knows its own approvals, and no forged one', () => {
    const checked = checkOrder(anIntent(), aSnapshot(), defaultLimits)
    if (checked.kind === 'denied') throw new Error(JSON.stringify(checked.denials))
    const copy = { ...checked.order }
    const forged = { intent: anIntent() } as unknown as ApprovedOrder
    expect([checked.order, copy, forged].map(isApproved)).to.deep.equal([true, false, false])
  })

  it('what was approved cannot be changed afterwards', () => {
    const checked = checkOrder(anIntent(), aSnapshot(), defaultLimits)
    if (checked.kind === 'denied') throw new Error(JSON.stringify(checked.denials))
    expect(Object.isFrozen(checked.order) && Object.isFrozen(checked.order.intent)).to.equal(true)
  })

  it('will not judge an order by another market, or by the book of another one', () => {
    const other = 'kalshi:OTHER'
    expect(() => checkOrder(anIntent({ market: other }), aSnapshot(), defaultLimits)).to.throw('held against')
    const mixed = aSnapshot({ book: aBook({ market: other }) })
    expect(() => checkOrder(anIntent(), mixed, defaultLimits)).to.throw('held against')
  })
})

describe('check order: an approved order', () => {
  const books = fc
    .record({ bid: fc.integer({ min: 1, max: 98 }), gap: fc.integer({ min: 1, max: 20 }) })
    .map(({ bid, gap }) => {
      const cents = (value: number): string => `0.${String(Math.min(99, value)).padStart(2, '0')}`
      return aBook({ bids: [[cents(bid), '1000']], asks: [[cents(bid + gap), '1000']] })
    })
  const cents = fc.integer({ min: 1, max: 99 }).map((value) => `0.${String(value).padStart(2, '0')}`)
  const cases = fc.record({
    intent: fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      outcome: fc.constantFrom('yes' as const, 'no' as const),
      timeInForce: fc.constantFrom('ioc' as const, 'gtc' as const),
      quantity: lots,
      price: fc.oneof(cents, quotedPrices),
    }),
    book: books,
    netting: fc.constantFrom('net' as const, 'per_outcome' as const),
    held: fc.integer({ min: 1, max: 1000 }).map(String),
    resting: fc.integer({ min: 1, max: 1500 }).map(String),
  })

  it('never exceeds a limit', () => {
    let approvals = 0
    fc.assert(
      fc.property(cases, ({ intent, book, netting, held, resting }) => {
        const wanted = anIntent(intent)
        const other = anIntent({ id: 'o-2', quantity: resting, price: '0.6', timeInForce: 'gtc' })
        const orders = [anOrder({ intent: other, status: 'resting' })]
        const state = aState({ positions: holding(held, '0.4', netting), orders })
        const capabilities = { ...aSnapshot().capabilities, netting }
        const checked = checkOrder(wanted, aSnapshot({ state, book, capabilities }), defaultLimits)
        if (checked.kind === 'denied') return
        approvals++
        const { minNotional, maxNotional, maxExposure, maxSlippage } = defaultLimits
        const notional = cost(wanted.price, wanted.quantity, 'up')
        expect(notional >= minNotional && notional <= maxNotional).to.equal(true)
        expect(checked.worstCost <= maxNotional).to.equal(true)
        expect(isOnLadder(uniformLadder(anIntent({ price: '0.01' }).price), wanted.price)).to.equal(true)
        const before = exposureOf(state.positions.values(), orders).total
        const after = exposureOf(state.positions.values(), [...orders, anOrder({ intent: wanted })]).total
        if (wanted.side === 'buy' || after > before) expect(after <= maxExposure).to.equal(true)
        expect(after <= addMoney(before, checked.worstCost)).to.equal(true)
        // The worst slippage, from the YES book by hand.
        const asks =
          wanted.outcome === 'yes' ? book.asks : book.bids.map((level) => ({ price: 1_000_000n - level.price }))
        const bids =
          wanted.outcome === 'yes' ? book.bids : book.asks.map((level) => ({ price: 1_000_000n - level.price }))
        const [ask, bid] = [asks[0]?.price ?? 0n, bids[0]?.price ?? 0n]
        const inside =
          wanted.side === 'buy'
            ? wanted.price * 1_000_000n <= ask * (1_000_000n + maxSlippage)
            : wanted.price * 1_000_000n >= bid * (1_000_000n - maxSlippage)
        expect(inside).to.equal(true)
      }),
      { numRuns: 1500 },
    )
    expect(approvals).to.be.greaterThan(50)
  })
})
