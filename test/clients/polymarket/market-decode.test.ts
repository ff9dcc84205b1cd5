import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { parseJson } from '../../../src/clients/json.ts'
import { clobFees, gammaFees } from '../../../src/clients/polymarket/fees.ts'
import { buildMarket, decodeGammaMarket } from '../../../src/clients/polymarket/market-decode.ts'
import { formatAmount, parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import { VenueError } from '../../../src/domain/errors.ts'
import { predictFee } from '../../../src/domain/fees.ts'
import { aClobMarket, aRow, asParsed, CONDITION, marketFrom, NO_TOKEN, NOW_MS, YES_TOKEN } from './builders.ts'

describe('polymarket markets', () => {
  it('are read whole from catalogue and order service', () => {
    const market = marketFrom()
    expect(market).to.deep.include({
      id: 'polymarket:fed-cuts-december',
      aliases: [CONDITION],
      title: 'Fed cuts rates in December?',
      yesLabel: '',
      eventId: 'fed-decision-december',
      status: 'open',
      untradableReason: null,
      minimumQuantity: parseQuantity('5'),
      quantityStep: parseQuantity('0.01'),
      bestBid: parsePrice('0.45'),
      bestAsk: parsePrice('0.46'),
      volumeUnit: 'dollars',
      volume: parseQuantity('1234.567891'),
      result: null,
      closeTime: '2026-12-10T23:15:00Z',
      routing: {
        conditionId: CONDITION,
        domainVersion: '2',
        negRisk: 'false',
        yesToken: YES_TOKEN,
        noToken: NO_TOKEN,
      },
    })
    expect(market.rules).to.contain('upper bound').and.to.contain('https://www.federalreserve.gov')
  })

  it('keep the label of an outcome 0 that is not called Yes', () => {
    expect(marketFrom(aRow({ outcomes: '["Up", "Down"]' })).yesLabel).to.equal('Up')
  })

  it('take tick and minimum size from the order service, since the catalogue lags', () => {
    const market = marketFrom(aRow(), aClobMarket({ mts: 0.001, mos: 15 }))
    expect(market.ladder.map((range) => formatAmount(range.step))).to.deep.equal(['0.001'])
    expect(market.minimumQuantity).to.equal(parseQuantity('15'))
  })

  it('show no quote for an empty side', () => {
    expect(marketFrom(aRow({ bestBid: 0, bestAsk: 1, lastTradePrice: 0 }))).to.include({
      bestBid: null,
      bestAsk: null,
      lastPrice: null,
    })
  })

  for (const [status, changes] of [
    ['open', {}],
    ['unopened', { active: false }],
    ['unopened', { acceptingOrders: false, acceptingOrdersTimestamp: '2026-11-21T00:00:00Z' }],
    ['unopened', { acceptingOrders: false, acceptingOrdersTimestamp: null }],
    ['paused', { acceptingOrders: false }],
    ['closed', { closed: true }],
    ['closed', { archived: true }],
    ['determined', { closed: true, outcomePrices: '["1", "0"]', umaResolutionStatus: 'proposed' }],
    ['settled', { closed: true, outcomePrices: '["1", "0"]', umaResolutionStatus: 'resolved' }],
    ['settled', { closed: true, outcomePrices: '["0", "1"]', automaticallyResolved: true }],
  ] as const) {
    it(`are ${status} with ${JSON.stringify(changes)}`, () => {
      const market = marketFrom(aRow(changes), 'not_asked')
      expect(market.status).to.equal(status)
      expect(market.untradableReason === null).to.equal(status === 'open')
    })
  }

  for (const [result, prices] of [
    ['yes', '["1", "0"]'],
    ['no', '["0", "1"]'],
    ['scalar', '["0.5", "0.5"]'],
    [null, '["0.9995", "0.0005"]'],
  ] as const) {
    it(`have the result ${String(result)} at final prices ${prices}`, () => {
      expect(marketFrom(aRow({ closed: true, outcomePrices: prices }), 'not_asked').result).to.equal(result)
    })
  }

  it('have no result while they are open, however sure the price', () => {
    expect(marketFrom(aRow({ outcomePrices: '["1", "0"]' })).result).to.equal(null)
  })

  for (const [what, row, clob] of [
    ['without a version', { version: undefined }, {}],
    ['of a new version', { version: 'v3' }, {}],
    ['whose services disagree on the version', {}, { v: 'v2' }],
    ['whose services disagree on neg-risk', {}, { nr: true }],
    ['whose services disagree on the outcomes', {}, { t: [{ t: NO_TOKEN }, { t: YES_TOKEN }] }],
    ['that the order service has closed', {}, { ao: false }],
    ['with an unknown tick', {}, { mts: 0.02 }],
    ['without an order book', { enableOrderBook: false }, {}],
    ['without token ids', { clobTokenIds: '[]' }, {}],
    ['whose token ids are no list', { clobTokenIds: 'soon' }, {}],
  ] as const) {
    it(`${what} are shown but not tradable`, () => {
      expect(marketFrom(aRow(row), aClobMarket(clob)).untradableReason).to.be.a('string')
    })
  }

  it('unknown to the order service are not tradable', () => {
    expect(marketFrom(aRow(), 'absent').untradableReason).to.contain('order service')
  })

  for (const [what, changes] of [
    ['three outcomes', { outcomes: '["A", "B", "C"]' }],
    ['no slug', { slug: null }],
    ['no condition', { conditionId: '' }],
    ['a slug that no path can hold', { slug: 'a/../b' }],
  ] as const) {
    it(`with ${what} are left out`, () => {
      expect(buildMarket(decodeGammaMarket(asParsed(aRow(changes)), 'row'), 'not_asked', NOW_MS)).to.equal(null)
    })
  }

  it('with a tick that is no price are an error, not a guess', () => {
    expect(() => marketFrom(aRow({ orderPriceMinTickSize: 'fine' }))).to.throw(VenueError, 'orderPriceMinTickSize')
  })

  it('never pass a number through a double', () => {
    const text = JSON.stringify(aRow()).replace('"bestBid":0.45', '"bestBid":0.4500000000000000111')
    const market = buildMarket(decodeGammaMarket(parseJson(text), 'row'), 'not_asked', NOW_MS)
    // Seventeen digits are no price in millionths: not shown, instead of rounded.
    expect(market?.bestBid).to.equal(null)
  })
})

describe('polymarket fees', () => {
  it('charge takers only', () => {
    const { fees } = marketFrom()
    const fill = { price: parsePrice('0.5'), quantity: parseQuantity('100'), side: 'buy' } as const
    expect(predictFee(fees, { ...fill, liquidity: 'maker' })).to.equal(0n)
    expect(formatAmount(predictFee(fees, { ...fill, liquidity: 'taker' }) ?? parsePrice('0.9'))).to.equal('1.25')
  })

  it('are none where the order service names none, whatever the legacy fields say', () => {
    expect(marketFrom(aRow(), aClobMarket({ fd: undefined })).fees).to.deep.equal({ kind: 'free' })
    expect(clobFees(null)).to.deep.equal({ kind: 'free' })
  })

  it('of a listing follow feesEnabled, and are unknown without a schedule unless it is off', () => {
    expect(gammaFees({ feesEnabled: false, feeSchedule: null }).kind).to.equal('free')
    expect(gammaFees({ feesEnabled: null, feeSchedule: null }).kind).to.equal('unknown')
    expect(gammaFees({ feesEnabled: true, feeSchedule: null }).kind).to.equal('unknown')
    expect(marketFrom(aRow(), 'not_asked').fees).to.include({ kind: 'quadratic', exponent: 1 })
  })

  it('with an exponent beyond reason are unknown', () => {
    expect(marketFrom(aRow(), aClobMarket({ fd: { r: 0.05, e: 40 } })).fees.kind).to.equal('unknown')
  })
})

describe('polymarket payloads seen in production', () => {
  const shared = process.env.CROSSTAPE_SHARED_DIR ?? resolve('..', 'shared')
  const real = resolve(shared, 'data', 'real')

  it('of the catalogue decode, and only their missing version keeps them from trading', function () {
    const path = resolve(real, 'catalogue', 'polymarket_gamma_raw_2026-02.jsonl.gz')
    if (!existsSync(path)) this.skip()
    const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
    for (const line of lines) {
      const market = buildMarket(decodeGammaMarket(parseJson(line), 'row'), 'not_asked', Date.UTC(2026, 1, 7))
      expect(market?.status, line.slice(0, 200)).to.equal('open')
      expect(market?.untradableReason).to.contain('no version')
    }
  })

  it('of one event join with the order service’s terms', function () {
    const folder = resolve(real, 'http', 'polymarket_fed_june_2026-05')
    if (!existsSync(folder)) this.skip()
    const read = (name: string): Record<string, unknown>[] | Record<string, unknown> =>
      JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as Record<string, unknown>[]
    const event = read('gamma-event.json') as { readonly markets: Record<string, unknown>[] }
    const terms = read('clob-markets.json') as Record<string, unknown>[]
    let joined = 0
    for (const row of event.markets) {
      const clob = terms.find((one) => one.c === row.conditionId)
      if (clob === undefined) continue
      // Rows of that month carry no version yet.
      const market = marketFrom({ ...row, version: 'v1' }, clob)
      expect(market.untradableReason, market.id).to.equal(null)
      expect(market.routing).to.include({ negRisk: 'true' })
      joined += 1
    }
    expect(joined).to.be.greaterThan(1)
  })
})
