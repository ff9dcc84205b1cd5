import { expect } from 'chai'
import { parseMoney, parseQuantity, parseRate } from '../../src/domain/amounts.ts'
import type { VenueId } from '../../src/domain/market.ts'
import { intentFingerprint, type Order, type OrderStatus } from '../../src/domain/order.ts'
import { applyFill, noPositions } from '../../src/domain/position.ts'
import { isoTime } from '../../src/runtime/clock.ts'
import type { ArbTrade } from '../../src/store/events.ts'

import { aFill, aMarket, anIntent, anOrder, aTime, aTimeMs } from '../support/builders.ts'
import { aState, capabilities, codesOf, denialOf, holding } from './builders.ts'

const unwind = { kind: 'unwind', tradeId: 't-1' } as const
const leg = { kind: 'arb_leg', tradeId: 't-1' } as const

const aTradeOf = (id: string): ArbTrade => ({
  id,
  status: 'imbalanced',
  legs: [],
  unwindOrderIds: [],
  edgeExpected: '0.02',
  edgeRealized: null,
  imbalance: '5',
  fees: null,
})

describe('exposure limit', () => {
  // 10 dollars are held; the order ties up 2.25.
  const state = aState({ positions: holding('25') })

  it('may be reached and not passed', () => {
    expect(codesOf({ snapshot: { state }, limits: { maxExposure: '12.25' } })).to.deep.equal([])
    expect(codesOf({ snapshot: { state }, limits: { maxExposure: '12.24' } })).to.deep.equal(['EXPOSURE_ABOVE_MAX'])
  })

  it('says what is used and what is left', () => {
    expect(denialOf({ snapshot: { state }, limits: { maxExposure: '12' } }).message).to.equal(
      'Order not sent: it ties up $2.25 on top of $10.00 (positions $10.00, resting $0.00, unknown $0.00); the maximum exposure is $12.00, which leaves $2.00.',
    )
  })

  it('names what provisional fills tie up, when they tie up anything', () => {
    const fill = aFill({ quantity: '25', price: '0.4', finality: 'provisional' })
    const provisional = aState({ positions: applyFill(noPositions, fill, 'net').positions })
    expect(denialOf({ snapshot: { state: provisional }, limits: { maxExposure: '12' } }).message).to.contain(
      'on top of $10.00 (positions $0.00, provisional fills $10.00, resting $0.00',
    )
  })

  it('does not keep a holding from being sold', () => {
    const sale = { side: 'sell', quantity: '25', price: '0.44' } as const
    expect(codesOf({ intent: sale, snapshot: { state }, limits: { maxExposure: '1' } })).to.deep.equal([])
  })

  it('counts a sale for what goes beyond the holding', () => {
    const sale = { side: 'sell', quantity: '26', price: '0.44' } as const
    expect(denialOf({ intent: sale, snapshot: { state }, limits: { maxExposure: '10.5' } })).to.include({
      value: '10.56',
    })
  })

  it('does not keep a trade from being unwound', () => {
    expect(codesOf({ intent: { purpose: unwind }, snapshot: { state }, limits: { maxExposure: '1' } })).to.deep.equal(
      [],
    )
  })
})

describe('daily loss limit', () => {
  const lost = (realized: bigint, day = '2026-11-20') => ({ state: aState({ today: { day, realized } }) })

  it('stops new orders once the loss is reached', () => {
    expect(codesOf({ snapshot: lost(-19_999_999n), limits: { maxDailyLoss: '20' } })).to.deep.equal([])
    expect(denialOf({ snapshot: lost(-20_000_000n), limits: { maxDailyLoss: '20' } })).to.include({
      code: 'DAILY_LOSS_REACHED',
      value: '20',
      limit: '20',
    })
  })

  it('begins anew with the day', () => {
    expect(codesOf({ snapshot: lost(-20_000_000n, '2026-11-19'), limits: { maxDailyLoss: '20' } })).to.deep.equal([])
  })

  it('is off unless it is set', () => {
    expect(codesOf({ snapshot: lost(-900_000_000n) })).to.deep.equal([])
  })

  it('leaves the way out open', () => {
    const state = aState({ positions: holding('25'), today: { day: '2026-11-20', realized: -20_000_000n } })
    const limits = { maxDailyLoss: '20' }
    expect(codesOf({ intent: { side: 'sell', price: '0.44' }, snapshot: { state }, limits })).to.deep.equal([])
    expect(codesOf({ intent: { purpose: unwind }, snapshot: { state }, limits })).to.deep.equal([])
  })
})

describe('the daily loss limit, while an order has no answer', () => {
  /** A sale of what was bought for 40 cents each. */
  const sale = (changes: Partial<Order> = {}, price = '0.2'): Order =>
    anOrder({ intent: anIntent({ id: 'o-lost', side: 'sell', quantity: '10', price }), status: 'unknown', ...changes })
  const within = (
    limit: string,
    orders: readonly Order[],
    changes: Partial<Parameters<typeof aState>[0]> = {},
  ): readonly string[] => {
    const state = aState({ positions: holding('25'), orders, ...changes })
    return codesOf({ snapshot: { state }, limits: { maxDailyLoss: limit } })
  }
  // Two dollars below cost, and 0.19 for a fee at 50 cents, which the sale may have traded at.
  it('counts what a sale may have lost, with its fee', () => {
    expect(within('2.191', [sale()])).to.deep.equal([])
    expect(within('2.19', [sale()])).to.deep.equal(['DAILY_LOSS_REACHED'])
  })

  it('says so, and what to run', () => {
    const state = aState({ positions: holding('25'), orders: [sale()] })
    const denial = denialOf({ snapshot: { state }, limits: { maxDailyLoss: '2' } })
    expect(denial.message).to.contain('orders without an answer may have lost $2.19')
    expect(denial.suggestion).to.contain('crosstape positions reconcile')
  })

  it('counts a sale that is filled and not booked yet', () => {
    const reported = sale({ status: 'filled', filledQuantity: parseQuantity('10') })
    expect(within('2.19', [reported])).to.deep.equal(['DAILY_LOSS_REACHED'])
  })

  it('counts no more of a sale than is held, and what is held once', () => {
    const both = [sale(), sale({ intent: { ...sale().intent, id: 'o-other' } })]
    // One sale closes all that is held: 2 dollars and two fees.
    expect(within('2.381', both, { positions: holding('10') })).to.deep.equal([])
    expect(within('2.38', both, { positions: holding('10') })).to.deep.equal(['DAILY_LOSS_REACHED'])
  })

  it('counts a purchase of the other outcome where that closes what is held', () => {
    const intent = anIntent({ id: 'o-lost', outcome: 'no', quantity: '10', price: '0.8' })
    const purchase = anOrder({ intent, status: 'unknown' })
    expect(within('2.1', [purchase])).to.deep.equal(['DAILY_LOSS_REACHED'])
    const state = aState({ positions: holding('25'), orders: [purchase] })
    const apart = { state, capabilities: { ...capabilities, netting: 'per_outcome' } } as const
    expect(codesOf({ snapshot: apart, limits: { maxDailyLoss: '2.1' } })).to.deep.equal([])
  })

  it('counts nothing of an order that rests, nor of a sale at a gain but its fee', () => {
    expect(within('0.1', [sale({ status: 'resting' })])).to.deep.equal([])
    expect(within('0.2', [sale({}, '0.6')])).to.deep.equal([])
  })

  it('leaves to a two-leg trade what it has reserved', () => {
    const unwinding = sale({ intent: { ...sale().intent, purpose: unwind } })
    const openTrades = new Map([['t-1', { ...aTradeOf('t-1'), worstLossExpected: '1' }]])
    expect(within('1.01', [unwinding], { openTrades })).to.not.include('DAILY_LOSS_REACHED')
  })
})

describe('the worst loss of two-leg trades under way', () => {
  const trade = (id: string, worstLossExpected: string): ArbTrade => ({ ...aTradeOf(id), worstLossExpected })
  const under = (...trades: readonly ArbTrade[]) => {
    const openTrades = new Map(trades.map((each) => [each.id, each]))
    return { state: aState({ openTrades, today: { day: '2026-11-20', realized: -10_000_000n } }) }
  }
  const limits = { maxDailyLoss: '20' }

  it('is counted as lost already', () => {
    expect(codesOf({ snapshot: under(trade('t-7', '9.99')), limits })).to.deep.equal([])
    expect(denialOf({ snapshot: under(trade('t-7', '10')), limits })).to.include({
      code: 'DAILY_LOSS_REACHED',
      value: '20',
    })
  })

  it('may reach the limit by the orders of the trade itself, and not pass it', () => {
    const purpose = { kind: 'arb_leg', tradeId: 't-1' } as const
    expect(codesOf({ intent: { purpose }, snapshot: under(trade('t-1', '10')), limits })).to.deep.equal([])
    expect(codesOf({ intent: { purpose }, snapshot: under(trade('t-1', '10.01')), limits })).to.deep.equal([
      'DAILY_LOSS_REACHED',
    ])
    expect(
      codesOf({ intent: { purpose }, snapshot: under(trade('t-1', '5'), trade('t-2', '5.01')), limits }),
    ).to.deep.equal(['DAILY_LOSS_REACHED'])
  })
})

describe('session budget', () => {
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
  const market = aMarket({ fees })
  // The order costs 2.25 and at most 0.10 in fees.
  const spent = (dollars: string) => ({ market, sessionSpent: parseMoney(dollars) })

  it('may be used up, fee included, and not passed', () => {
    expect(codesOf({ snapshot: spent('47.65'), limits: { sessionBudget: '50' } })).to.deep.equal([])
    expect(denialOf({ snapshot: spent('47.66'), limits: { sessionBudget: '50' } })).to.include({
      code: 'SESSION_BUDGET_EXCEEDED',
      value: '50.01',
      limit: '50',
    })
  })

  it('does not keep a trade from being unwound', () => {
    expect(
      codesOf({ intent: { purpose: unwind }, snapshot: spent('50'), limits: { sessionBudget: '50' } }),
    ).to.deep.equal([])
  })

  it('is off unless it is set', () => {
    expect(codesOf({ snapshot: spent('999999') })).to.deep.equal([])
  })
})

describe('lost records', () => {
  const lost = (...venues: readonly VenueId[]) => ({ state: aState({ lostRecords: { upTo: 154, venues } }) })

  it('stop orders at a venue that has not agreed with the journal since', () => {
    expect(denialOf({ snapshot: lost('kalshi', 'polymarket') })).to.include({ code: 'RECORDS_LOST', value: '154' })
  })

  it('stop none at a venue that has', () => {
    expect(codesOf({ snapshot: lost('polymarket') })).to.deep.equal([])
  })

  it('do not keep a trade from being unwound', () => {
    expect(codesOf({ intent: { purpose: unwind }, snapshot: lost('kalshi') })).to.deep.equal([])
  })
})

describe('unsettled orders', () => {
  const withOrder = (status: OrderStatus, ageMs: number) => ({
    state: aState({
      orders: [anOrder({ intent: anIntent({ id: 'o-2', quantity: '1', createdAtMs: aTimeMs - ageMs }), status })],
    }),
  })

  for (const status of ['unknown', 'submitted'] as const) {
    it(`an order that is ${status} for more than a minute stops new ones`, () => {
      expect(codesOf({ snapshot: withOrder(status, 60_000) })).to.deep.equal([])
      expect(denialOf({ snapshot: withOrder(status, 60_001) })).to.include({
        code: 'ORDERS_UNSETTLED',
        value: 'o-2',
        suggestion: 'crosstape positions reconcile',
      })
    })
  }

  it('an order from the future stops new ones: the clock was set back, and nobody knows how old it is', () => {
    expect(codesOf({ snapshot: withOrder('unknown', -60_000) })).to.deep.equal([])
    expect(codesOf({ snapshot: withOrder('unknown', -60_001) })).to.deep.equal(['ORDERS_UNSETTLED'])
  })

  it('an order that rests does not', () => {
    expect(codesOf({ snapshot: withOrder('resting', 3_600_000) })).to.deep.equal([])
  })

  it('an old order counts from when a change of it was asked for and not answered', () => {
    const changing = (ageMs: number) => {
      const { price, quantity } = anIntent()
      const pendingAmend = { price, quantity, askedAt: isoTime(aTimeMs - ageMs) }
      const intent = anIntent({ id: 'o-2', quantity: '1', createdAtMs: aTimeMs - 3_600_000 })
      return { state: aState({ orders: [anOrder({ intent, status: 'resting', pendingAmend })] }) }
    }
    expect(codesOf({ snapshot: changing(60_000) })).to.deep.equal([])
    expect(codesOf({ snapshot: changing(60_001) })).to.deep.equal(['ORDERS_UNSETTLED'])
  })

  it('does not keep a trade from being unwound', () => {
    expect(codesOf({ intent: { purpose: unwind }, snapshot: withOrder('unknown', 3_600_000) })).to.deep.equal([])
  })

  it('names a few and counts the rest', () => {
    const orders = Array.from({ length: 7 }, (_, index) =>
      anOrder({ intent: anIntent({ id: `o-2${index}`, quantity: '1', createdAtMs: 0 }), status: 'unknown' }),
    )
    expect(denialOf({ snapshot: { state: aState({ orders }) } }).value).to.equal('o-20, o-21, o-22, o-23, o-24, 2 more')
  })
})

describe('frozen trades', () => {
  const trade: ArbTrade = {
    id: 't-0',
    status: 'frozen',
    legs: [],
    unwindOrderIds: [],
    edgeExpected: '0.02',
    edgeRealized: null,
    imbalance: null,
    fees: null,
  }
  const withTrade = (changes: Partial<ArbTrade>) => {
    const each = { ...trade, ...changes }
    return { state: aState({ openTrades: new Map([[each.id, each]]) }) }
  }

  const inMarket = (market: ArbTrade['legs'][number]['market']) =>
    withTrade({ legs: [{ orderId: 'o-9', market, filledQuantity: null }] })

  it('stop legs of other trades in their own markets', () => {
    expect(denialOf({ intent: { purpose: leg }, snapshot: inMarket(anIntent().market) })).to.include({
      code: 'TRADE_FROZEN',
      value: 't-0',
    })
  })

  it('do not stop legs of other pairs', () => {
    expect(codesOf({ intent: { purpose: leg }, snapshot: inMarket('polymarket:another-market') })).to.deep.equal([])
  })

  it('stop another try at their own legs: the first may have landed', () => {
    expect(codesOf({ intent: { purpose: leg }, snapshot: withTrade({ id: 't-1' }) })).to.deep.equal(['TRADE_FROZEN'])
  })

  it('stop orders by hand in their own markets and nowhere else', () => {
    expect(codesOf({ snapshot: inMarket(anIntent().market) })).to.deep.equal(['TRADE_FROZEN'])
    expect(codesOf({ snapshot: inMarket('polymarket:another-market') })).to.deep.equal([])
  })

  it('do not stop legs beside a trade that is open', () => {
    expect(codesOf({ intent: { purpose: leg }, snapshot: withTrade({ status: 'open' }) })).to.deep.equal([])
  })
})

describe('duplicate intent', () => {
  const sent = (ageMs: number, changes: Parameters<typeof anIntent>[0] = {}, orderId = 'o-2') => ({
    state: aState({
      recentIntents: [{ fingerprint: intentFingerprint(anIntent(changes)), atMs: aTimeMs - ageMs, orderId }],
    }),
  })

  it('an equal order within the window is taken for a mistake', () => {
    expect(denialOf({ snapshot: sent(60_000) })).to.include({ code: 'DUPLICATE_INTENT', value: 'o-2', limit: '60000' })
    expect(denialOf({ snapshot: sent(3_000) }).message).to.equal(
      'Order not sent: order o-2, sent 3 s ago, is the same; within 60 s that is taken for a mistake.',
    )
  })

  it('an equal order after the window is not', () => {
    expect(codesOf({ snapshot: sent(60_001) })).to.deep.equal([])
  })

  it('another order is not', () => {
    expect(codesOf({ snapshot: sent(1_000, { quantity: '6' }) })).to.deep.equal([])
  })

  it('an order is not its own duplicate', () => {
    expect(codesOf({ snapshot: sent(0, {}, anIntent().id) })).to.deep.equal([])
  })

  it('two are placed by one who says so, or who has switched the check off', () => {
    expect(codesOf({ snapshot: { ...sent(1_000), allowDuplicate: true } })).to.deep.equal([])
    expect(codesOf({ snapshot: sent(0), limits: { duplicateWindowMs: '0' } })).to.deep.equal([])
  })
})

describe('kill switch and breakers', () => {
  it('a halt stops every order, unwinds too, with its reason and the way back', () => {
    const halted = { reason: 'drill', at: aTime }
    expect(denialOf({ intent: { purpose: unwind }, snapshot: { halted } })).to.deep.include({
      code: 'HALTED',
      message: `Order not sent: trading was halted at ${aTime} (drill).`,
    })
    expect(denialOf({ snapshot: { halted } }).suggestion).to.include('crosstape safeguards resume')
  })

  it('a halt of unknown time still stops', () => {
    const halted = { reason: 'halt.json cannot be read', at: null }
    expect(denialOf({ snapshot: { halted } }).message).to.equal(
      'Order not sent: trading is halted (halt.json cannot be read).',
    )
  })

  it('each breaker that lets nothing through is named, with the time to try again', () => {
    const breakers = [
      { name: 'kalshi', admitted: true, state: 'closed', retryAtMs: null },
      { name: 'arbitrage', admitted: false, state: 'open', retryAtMs: aTimeMs + 60_000 },
    ] as const
    const denial = denialOf({ snapshot: { breakers } })
    expect(denial.message).to.include('the arbitrage breaker is open')
    expect(denial.suggestion).to.include('2026-11-20T12:01:00.000Z')
  })
})

describe('breakers and unwinds', () => {
  const held = (state: 'open' | 'half_open' | 'recovering') => ({
    intent: { purpose: unwind },
    snapshot: { breakers: [{ name: 'kalshi', admitted: false, state, retryAtMs: aTimeMs + 1_000 }] },
  })

  it('an unwind passes a venue that is being tried or recovers: it has just answered the legs', () => {
    expect(codesOf(held('recovering'))).to.deep.equal([])
    expect(codesOf(held('half_open'))).to.deep.equal([])
  })

  it('an unwind is not sent to a venue that does not answer', () => {
    expect(codesOf(held('open'))).to.deep.equal(['BREAKER_OPEN'])
  })

  it('an order held back while another one tries the venue is told so', () => {
    const { snapshot } = held('half_open')
    expect(denialOf({ snapshot }).message).to.include('half open, and another order is under way to try it')
  })
})

describe('the minute after a cancel-all', () => {
  const cancelled = (ageMs: number): { state: ReturnType<typeof aState> } => ({
    state: aState({ cancelledAllAt: new Map([['kalshi', aTimeMs - ageMs]]) }),
  })
  const resting = { timeInForce: 'gtc', price: '0.44' } as const

  it('takes no order that would rest, and says when to try again', () => {
    expect(denialOf({ intent: resting, snapshot: cancelled(12_000) })).to.deep.equal({
      code: 'CANCEL_ALL_TAIL',
      message:
        'Order not sent: everything was cancelled at kalshi at 2026-11-20T11:59:48.000Z, and until 2026-11-20T12:00:48.000Z the venue may cancel new orders too.',
      value: '2026-11-20T11:59:48.000Z',
      limit: '2026-11-20T12:00:48.000Z',
      suggestion: 'Try again in 48 s, or take what is offered now with --tif ioc.',
    })
    expect(codesOf({ intent: resting, snapshot: cancelled(59_999) })).to.deep.equal(['CANCEL_ALL_TAIL'])
  })

  it('is over after the minute', () => {
    expect(codesOf({ intent: resting, snapshot: cancelled(60_000) })).to.deep.equal([])
  })

  it('holds longer, not shorter, when the clock was set back', () => {
    expect(codesOf({ intent: resting, snapshot: cancelled(-5_000) })).to.deep.equal(['CANCEL_ALL_TAIL'])
  })

  it('lets an immediate order through, whose answer says what became of it, but no leg of a pair', () => {
    expect(codesOf({ snapshot: cancelled(1_000) })).to.deep.equal([])
    const leg = { kind: 'arb_leg', tradeId: 't-1' } as const
    expect(codesOf({ intent: { purpose: leg }, snapshot: cancelled(1_000) })).to.deep.equal(['CANCEL_ALL_TAIL'])
  })

  it('does not make an unwind wait', () => {
    expect(codesOf({ intent: { ...resting, purpose: unwind }, snapshot: cancelled(1_000) })).to.deep.equal([])
  })

  it('is nothing at a venue that has no such minute, or where another venue was cancelled', () => {
    const without = { capabilities: { ...capabilities, cancelAllTailMs: 0 } }
    expect(codesOf({ intent: resting, snapshot: { ...cancelled(0), ...without } })).to.deep.equal([])
    const elsewhere = { state: aState({ cancelledAllAt: new Map([['polymarket', aTimeMs]]) }) }
    expect(codesOf({ intent: resting, snapshot: elsewhere })).to.deep.equal([])
  })
})
