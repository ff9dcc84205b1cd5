import { expect } from 'chai'
import { marketId, marketStatuses, parseMarketId, venueIds } from '../../../src/domain/market.ts'
import { createCatalogue } from '../../../src/sandbox/catalogue/catalogue.ts'
import { kalshiGrids, polymarketTicks } from '../../../src/sandbox/catalogue/draft.ts'
import { topicSources } from '../../../src/sandbox/catalogue/topics.ts'
import { statusAt } from '../../../src/sandbox/lifecycle.ts'
import type { SandboxMarket } from '../../../src/sandbox/model.ts'
import type { PolymarketDetails } from '../../../src/sandbox/polymarket/details.ts'

const originMs = Date.UTC(2026, 10, 21)
const DAY_MS = 86_400_000
const catalogue = createCatalogue({ seed: 'catalogue-tests', originMs })
const kalshi = catalogue.list('kalshi')
const polymarket = catalogue.list('polymarket')

function polymarketDetails(market: SandboxMarket): PolymarketDetails {
  if (market.details.venue !== 'polymarket') throw new Error(market.id)
  return market.details
}

function countBy(markets: readonly SandboxMarket[], key: (market: SandboxMarket) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const market of markets) counts[key(market)] = (counts[key(market)] ?? 0) + 1
  return counts
}

describe('sandbox catalogue: what it holds', () => {
  it('has over 200 markets on each venue, under names that the venues could use', () => {
    for (const markets of [kalshi, polymarket]) {
      expect(markets.length).to.be.greaterThan(200)
      expect(new Set(markets.map((market) => market.id)).size).to.equal(markets.length)
      for (const { id } of markets) expect(parseMarketId(id), id).to.not.equal(null)
    }
    for (const { symbol } of kalshi) expect(symbol).to.match(/^[A-Z0-9.-]+$/)
    for (const { symbol } of polymarket) expect(symbol).to.match(/^[a-z0-9-]+$/)
  })

  it('has markets in every stage of life, most of them open', () => {
    for (const markets of [kalshi, polymarket]) {
      const counts = countBy(markets, ({ schedule }) => statusAt(schedule, originMs))
      for (const status of marketStatuses) expect(counts[status], status).to.be.greaterThan(0)
      expect(counts.open).to.be.greaterThan(markets.length * 0.8)
    }
  })

  it('has every price grid of Kalshi and every tick of Polymarket', () => {
    const grids = countBy(kalshi, ({ details }) => (details.venue === 'kalshi' ? details.priceLevelStructure : ''))
    expect(grids).to.have.all.keys(...kalshiGrids)
    expect(countBy(polymarket, (market) => polymarketDetails(market).tickSize)).to.have.all.keys(...polymarketTicks)
  })

  it('has all shards, fee types and multipliers, combinations and scalars', () => {
    expect(countBy(kalshi, ({ pool }) => pool)).to.have.all.keys('0', '1', '2', '3')
    const fees = countBy(kalshi, (market) => (market.fees.kind === 'kalshi' ? market.fees.type : ''))
    expect(fees).to.have.all.keys('quadratic', 'quadratic_with_maker_fees', 'quadratic_with_combo_maker_fees')
    expect(kalshi.some(({ fees }) => fees.kind === 'kalshi' && fees.multiplier === 500_000n)).to.equal(true)
    expect(kalshi.some(({ details }) => details.venue === 'kalshi' && details.selectedLegs.length > 1)).to.equal(true)
    expect(kalshi.some(({ details }) => details.venue === 'kalshi' && details.marketType === 'scalar')).to.equal(true)
  })

  it('has both versions of the exchange, and v1 markets that carry position ids all the same', () => {
    const kinds = countBy(polymarket, (market) => {
      const { version, positionIds, negRisk } = polymarketDetails(market)
      return `${version}${positionIds === null ? '' : '+'}${negRisk ? ' neg-risk' : ''}`
    })
    expect(kinds).to.include.all.keys('v1', 'v1 neg-risk', 'v1+', 'v2+', 'v2+ neg-risk')
  })

  it('has markets without fees and games under way that hold takers back', () => {
    expect(polymarket.some(({ fees }) => fees.kind === 'polymarket' && fees.rate === 0n)).to.equal(true)
    expect(polymarket.some((market) => polymarketDetails(market).secondsDelay > 0)).to.equal(true)
  })

  it('gives each market rules of its own', () => {
    for (const market of [...kalshi, ...polymarket]) {
      expect(market.rules.length, market.id).to.be.greaterThan(40)
      expect(market.rules, market.id).to.not.match(/undefined|NaN|\[object/)
      expect(market.title, market.id).to.not.match(/undefined|NaN|\[object/)
    }
    const texts = countBy(kalshi, ({ rules, eventId }) => `${eventId} ${rules}`)
    expect(Object.entries(texts).filter(([, count]) => count > 1)).to.deep.equal([])
  })

  it('lists every market in exactly one event, and each series once', () => {
    for (const venue of venueIds) {
      const listed = catalogue.listEvents(venue).flatMap((event) => event.markets)
      expect(listed).to.have.members(catalogue.list(venue).map(({ symbol }) => symbol))
      for (const market of catalogue.list(venue)) {
        expect(catalogue.findEvent(venue, market.eventId)?.markets, market.id).to.include(market.symbol)
      }
    }
    const series = catalogue.listSeries().map(({ ticker }) => ticker)
    expect(new Set(series).size).to.equal(series.length)
    expect(series.map((ticker) => catalogue.findSeries(ticker)?.ticker)).to.deep.equal(series)
  })
})

describe('sandbox catalogue: finding', () => {
  it('finds each market by its symbol, in the area that its symbol hints at', () => {
    for (const market of [...kalshi, ...polymarket]) {
      expect(catalogue.find(market.venue, market.symbol)).to.equal(market)
      const hinted = topicSources.filter(({ hint }) => hint.test(market.symbol))
      expect(hinted, market.id).to.have.length(1)
    }
  })

  it('does not find what is not there', () => {
    expect(catalogue.find('kalshi', 'KXFED-99JAN-T1.00')).to.equal(null)
    expect(catalogue.find('polymarket', 'nothing')).to.equal(null)
    expect(catalogue.findAsset('1')).to.equal(null)
    expect(catalogue.findAsset('-1')).to.equal(null)
    expect(catalogue.findCondition(`0x${'f'.repeat(64)}`)).to.equal(null)
    expect(catalogue.findCondition('0xzz')).to.equal(null)
  })

  it('finds a Polymarket market by any of its ids without laying out the others', () => {
    const fresh = createCatalogue({ seed: 'catalogue-tests', originMs })
    for (const market of polymarket) {
      const { clobTokenIds, positionIds, conditionId } = polymarketDetails(market)
      for (const id of [...(clobTokenIds ?? []), ...(positionIds ?? [])]) {
        expect(fresh.findAsset(id)?.id).to.equal(market.id)
      }
      expect(fresh.findCondition(conditionId)?.id).to.equal(market.id)
    }
  })

  it('shapes position ids as the venue does, and token ids otherwise', () => {
    for (const market of polymarket) {
      const { clobTokenIds, positionIds, conditionId, version, negRisk } = polymarketDetails(market)
      const hex = (id: string): string => BigInt(id).toString(16).padStart(64, '0')
      for (const [outcome, id] of (positionIds ?? []).entries()) {
        expect(hex(id).slice(0, 2)).to.equal(negRisk ? '02' : '01')
        expect(hex(id).slice(34)).to.equal(`${'0'.repeat(28)}0${outcome}`)
        if (version === 'v2') expect(conditionId).to.equal(`0x${hex(id).slice(0, 62)}00`)
      }
      for (const id of clobTokenIds ?? []) expect(hex(id).slice(38, 54)).to.not.equal('0'.repeat(16))
    }
  })

  it('is the same for the same seed and day, and has other ids for another seed', () => {
    const again = createCatalogue({ seed: 'catalogue-tests', originMs })
    const other = createCatalogue({ seed: 'another', originMs })
    const shape = (market: SandboxMarket): unknown => ({ ...market, details: market.details, rules: market.rules })
    expect(again.list('polymarket').map(shape)).to.deep.equal(polymarket.map(shape))
    expect(other.list('polymarket').map(({ symbol }) => symbol)).to.deep.equal(polymarket.map(({ symbol }) => symbol))
    const [mine, theirs] = [catalogue, other].map((each) => {
      const market = each.list('polymarket')[0]
      return market === undefined ? '' : polymarketDetails(market).conditionId
    })
    expect(mine).to.not.equal(theirs)
  })
})

describe('sandbox catalogue: on any day', () => {
  const origins = Array.from({ length: 16 }, (_, i) => Date.UTC(2026, 0, 1) + i * 47 * DAY_MS + i * 3_600_000)

  it('has no two markets of one name and nothing open that should be over', () => {
    for (const origin of origins) {
      const day = createCatalogue({ seed: 's', originMs: origin })
      for (const venue of venueIds) {
        const markets = day.list(venue)
        expect(new Set(markets.map(({ symbol }) => marketId(venue, symbol))).size).to.equal(markets.length)
        for (const { schedule, symbol } of markets) {
          const { openMs, closeMs, determineMs, settleMs } = schedule
          const order = [openMs, closeMs, determineMs ?? closeMs, settleMs ?? closeMs]
          expect(order, symbol).to.deep.equal([...order].sort((a, b) => a - b))
        }
        const open = markets.filter(({ schedule }) => statusAt(schedule, origin + DAY_MS) === 'open')
        expect(open.length, new Date(origin).toISOString()).to.be.greaterThan(170)
      }
    }
  })
})
