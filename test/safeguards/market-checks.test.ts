import { expect } from 'chai'
import { type Price, parsePrice, parseQuantity, parseQuotedPrice } from '../../src/domain/amounts.ts'
import type { MarketStatus } from '../../src/domain/market.ts'
import type { TickLadder } from '../../src/domain/tick-ladder.ts'
import { aBook, aMarket } from '../support/builders.ts'
import { capabilities, codesOf, denialOf } from './builders.ts'

describe('market open', () => {
  it('an open market is fine', () => {
    expect(codesOf({})).to.deep.equal([])
  })

  const tellings: Readonly<Record<Exclude<MarketStatus, 'open'>, string>> = {
    unopened: 'it opens at 2026-11-01T00:00:00.000Z',
    paused: 'is paused by the venue',
    closed: 'has closed (closing time 2026-12-31T23:59:00.000Z)',
    determined: 'its result is determined and not yet paid',
    settled: 'has closed and settled',
  }
  for (const status of ['unopened', 'paused', 'closed', 'determined', 'settled'] as const) {
    it(`a market that is ${status} takes no orders, and says so`, () => {
      const denial = denialOf({ snapshot: { market: aMarket({ status }), book: null } })
      expect([denial.code, denial.value]).to.deep.equal(['MARKET_NOT_OPEN', status])
      expect(denial.message).to.include(tellings[status])
    })
  }

  it('says that the opening is not known where the venue does not tell', () => {
    const market = aMarket({ status: 'unopened', openTime: null })
    expect(denialOf({ snapshot: { market, book: null } }).message).to.include('the venue does not say when it opens')
  })

  it('an open market in which the venue refuses orders gives the venue’s reason', () => {
    const denial = denialOf({ snapshot: { market: aMarket({ untradableReason: 'shard 2 is in maintenance' }) } })
    expect([denial.code, denial.value]).to.deep.equal(['MARKET_UNTRADABLE', 'shard 2 is in maintenance'])
  })

  it('a closing time that has passed does not close a market that the venue calls open', () => {
    expect(codesOf({ snapshot: { market: aMarket({ closeTime: '2026-01-01T00:00:00Z' }) } })).to.deep.equal([])
  })
})

describe('time in force', () => {
  it('a time in force that the venue lacks is denied with those it has', () => {
    const denial = denialOf({ snapshot: { capabilities: { ...capabilities, timesInForce: ['gtc', 'gtd'] } } })
    expect([denial.code, denial.value, denial.limit]).to.deep.equal(['TIME_IN_FORCE_UNSUPPORTED', 'ioc', 'gtc, gtd'])
  })

  it('a gtd order may expire a millisecond from now', () => {
    expect(codesOf({ intent: { timeInForce: 'gtd', expiresAt: '2026-11-20T12:00:00.001Z' } })).to.deep.equal([])
  })

  it('a gtd order must not expire now', () => {
    expect(codesOf({ intent: { timeInForce: 'gtd', expiresAt: '2026-11-20T12:00:00.000Z' } })).to.deep.equal([
      'EXPIRY_INVALID',
    ])
  })

  for (const [name, intent] of [
    ['a gtd order without an expiry', { timeInForce: 'gtd', expiresAt: null }],
    ['an expiry that is no time', { timeInForce: 'gtd', expiresAt: 'tomorrow' }],
    ['an expiry on another order', { timeInForce: 'ioc', expiresAt: '2027-01-01T00:00:00Z' }],
  ] as const) {
    it(`${name} is denied`, () => {
      expect(codesOf({ intent })).to.deep.equal(['EXPIRY_INVALID'])
    })
  }

  it('post-only needs an order that can rest, and a venue that has it', () => {
    expect(codesOf({ intent: { postOnly: true } })).to.deep.equal(['FLAG_UNSUPPORTED'])
    expect(codesOf({ intent: { postOnly: true, timeInForce: 'gtc' } })).to.deep.equal([])
    const snapshot = { capabilities: { ...capabilities, postOnly: false } }
    expect(codesOf({ intent: { postOnly: true, timeInForce: 'gtc' }, snapshot })).to.deep.equal(['FLAG_UNSUPPORTED'])
  })

  it('reduce-only needs a venue that has it', () => {
    const snapshot = { capabilities: { ...capabilities, reduceOnly: [] } }
    expect(codesOf({ intent: { reduceOnly: true }, snapshot })).to.deep.equal(['FLAG_UNSUPPORTED'])
  })

  it('reduce-only needs a time in force that the venue takes it with', () => {
    expect(codesOf({ intent: { reduceOnly: true, timeInForce: 'ioc' } })).to.deep.equal([])
    for (const timeInForce of ['fok', 'gtc'] as const) {
      expect(denialOf({ intent: { reduceOnly: true, timeInForce } })).to.deep.include({
        code: 'FLAG_UNSUPPORTED',
        message: 'Order not sent: reduce-only cannot be used: kalshi takes it with ioc only.',
      })
    }
  })
})

function range(start: string, end: string, step: string): TickLadder[number] {
  return { start: parseQuotedPrice(start), end: parseQuotedPrice(end), step: parsePrice(step) }
}

describe('price', () => {
  it('off the tick is denied with its neighbours, never rounded', () => {
    const denial = denialOf({ intent: { price: '0.455' } })
    expect(denial).to.include({
      code: 'PRICE_OFF_TICK',
      value: '0.455',
      limit: '0.01',
      suggestion: '--price 0.45 or --price 0.46',
    })
  })

  it('is held against the steps of its own part of the ladder', () => {
    const market = aMarket({ ladder: [range('0', '0.1', '0.001'), range('0.1', '1', '0.01')] })
    const book = aBook({ bids: [['0.05', '10']], asks: [['0.055', '10']] })
    expect(codesOf({ intent: { price: '0.055' }, snapshot: { market, book } })).to.deep.equal([])
  })

  it('of NO is held against the mirrored ladder', () => {
    const market = aMarket({ ladder: [range('0', '0.1', '0.001'), range('0.1', '1', '0.01')] })
    const book = aBook({ bids: [['0.055', '10']], asks: [['0.06', '10']] })
    const no = { outcome: 'no', price: '0.945' } as const
    expect(codesOf({ intent: no, snapshot: { market, book } })).to.deep.equal([])
    expect(codesOf({ intent: { outcome: 'no', price: '0.555' }, snapshot: { market } })).to.include('PRICE_OFF_TICK')
  })

  it('beyond the ladder is denied with its ends', () => {
    const market = aMarket({ ladder: [range('0.02', '0.98', '0.01')] })
    const denial = denialOf({ intent: { price: '0.01', quantity: '50', timeInForce: 'gtc' }, snapshot: { market } })
    expect(denial).to.include({ code: 'PRICE_OUT_OF_BAND', limit: '0.02 to 0.98' })
  })

  for (const price of [0n, 1_000_000n, -10_000n] as Price[]) {
    it(`of ${price} millionths is out of the band on every market`, () => {
      expect(codesOf({ intent: { price, timeInForce: 'gtc' } })).to.include('PRICE_OUT_OF_BAND')
    })
  }
})

describe('fee', () => {
  it('that cannot be computed is denied, not taken for zero', () => {
    const market = aMarket({ fees: { kind: 'unknown', reason: 'its fee type is flat' } })
    const denial = denialOf({ snapshot: { market } })
    expect(denial.code).to.equal('FEE_UNKNOWN')
    expect(denial.message).to.include('its fee type is flat')
  })
})

describe('quantity', () => {
  it('of zero buys nothing', () => {
    expect(codesOf({ intent: { quantity: '0' } })).to.deep.equal(['QUANTITY_NOT_POSITIVE'])
  })

  it('between two steps is denied with its neighbours', () => {
    const market = aMarket({ quantityStep: parseQuantity('1') })
    expect(denialOf({ intent: { quantity: '5.5' }, snapshot: { market } })).to.include({
      code: 'QUANTITY_OFF_STEP',
      limit: '1',
      suggestion: '--quantity 5 or --quantity 6',
    })
  })

  it('may be the market’s minimum and not less', () => {
    const market = aMarket({ minimumQuantity: parseQuantity('5') })
    expect(codesOf({ intent: { quantity: '5' }, snapshot: { market } })).to.deep.equal([])
    expect(denialOf({ intent: { quantity: '4.99' }, snapshot: { market } })).to.include({
      code: 'QUANTITY_BELOW_MINIMUM',
      limit: '5',
      suggestion: '--quantity 5',
    })
  })
})
