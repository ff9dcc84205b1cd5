import { expect } from 'chai'
import { complement, type Price, type Quantity, SCALE } from '../../../src/domain/amounts.ts'
import { predictFee } from '../../../src/domain/fees.ts'
import type { Level } from '../../../src/domain/order-book.ts'
import { isOnLadder } from '../../../src/domain/tick-ladder.ts'
import { createCatalogue } from '../../../src/sandbox/catalogue/catalogue.ts'
import { statusAt } from '../../../src/sandbox/lifecycle.ts'
import { seedLevels } from '../../../src/sandbox/liquidity.ts'
import type { SandboxMarket } from '../../../src/sandbox/model.ts'

const originMs = Date.UTC(2026, 10, 21)
const catalogue = createCatalogue({ seed: 'pair-tests', originMs })

function both(pair: { readonly kalshi: string; readonly polymarket: string }): [SandboxMarket, SandboxMarket] {
  const kalshi = catalogue.find('kalshi', pair.kalshi)
  const polymarket = catalogue.find('polymarket', pair.polymarket)
  if (kalshi === null || polymarket === null) throw new Error(`${pair.kalshi} or ${pair.polymarket} does not exist`)
  return [kalshi, polymarket]
}

interface Offer {
  readonly price: Price
  readonly market: SandboxMarket
}

/** Dollars in millionths that one contract costs at this price as a taker, fee included. */
function allIn({ price, market }: Offer): bigint {
  const { fees } = market
  const schedule =
    fees.kind === 'kalshi'
      ? { takerRate: 70_000n as never, multiplier: fees.multiplier, exponent: 1, rounding: 'balance' as const }
      : {
          takerRate: fees.rate as never,
          multiplier: SCALE as never,
          exponent: fees.exponent,
          rounding: 'five_decimals' as const,
        }
  const fee = predictFee(
    { kind: 'quadratic', ...schedule, makerRate: 0n as never, waivedUntil: null, series: null },
    { price, quantity: SCALE as Quantity, liquidity: 'taker', side: 'buy' },
  )
  return price + (fee ?? 0n)
}

function best(levels: readonly Level[]): Price | null {
  return levels[0]?.price ?? null
}

/** What buying both sides of a pair costs at the touch, fees included; null where a side has no offer. */
function cheapestPair(kalshi: SandboxMarket, polymarket: SandboxMarket, polarity: 'same' | 'inverted'): bigint | null {
  const [k, p] = [seedLevels(kalshi, 's'), seedLevels(polymarket, 's')]
  const yes = (book: { asks: readonly Level[] }): Price | null => best(book.asks)
  const no = (book: { bids: readonly Level[] }): Price | null => {
    const bid = best(book.bids)
    return bid === null ? null : complement(bid)
  }
  const ways =
    polarity === 'same'
      ? [
          [yes(k), no(p)],
          [no(k), yes(p)],
        ]
      : [
          [yes(k), yes(p)],
          [no(k), no(p)],
        ]
  const costs = ways.flatMap(([ofKalshi, ofPolymarket]) =>
    ofKalshi == null || ofPolymarket == null
      ? []
      : [allIn({ price: ofKalshi, market: kalshi }) + allIn({ price: ofPolymarket, market: polymarket })],
  )
  return costs.length === 0 ? null : costs.reduce((a, b) => (a < b ? a : b))
}

describe('sandbox catalogue: pairs', () => {
  const equivalents = catalogue.equivalentPairs()
  const lookAlikes = catalogue.lookAlikes()

  it('has at least 25 equivalents, some of them inverted, and 25 look-alikes of many kinds', () => {
    expect(equivalents.length).to.be.greaterThan(25)
    expect(equivalents.filter(({ polarity }) => polarity === 'inverted').length).to.be.greaterThan(5)
    expect(lookAlikes.length).to.be.greaterThan(25)
    expect(new Set(lookAlikes.map(({ kind }) => kind)).size).to.equal(12)
  })

  it('never calls a pair both', () => {
    const keys = [...equivalents, ...lookAlikes].map(({ kalshi, polymarket }) => `${kalshi} ${polymarket}`)
    expect(new Set(keys).size).to.equal(keys.length)
  })

  it('can trade both sides of each equivalent', () => {
    for (const pair of equivalents) {
      for (const { id, schedule } of both(pair)) expect(statusAt(schedule, originMs), id).to.equal('open')
    }
  })

  it('pays equivalents alike whatever happens', () => {
    for (const seed of Array.from({ length: 60 }, (_, i) => `world-${i}`)) {
      const world = createCatalogue({ seed, originMs })
      for (const { kalshi, polymarket, polarity } of equivalents) {
        const a = world.find('kalshi', kalshi)?.schedule.yesPayout ?? null
        const b = world.find('polymarket', polymarket)?.schedule.yesPayout ?? null
        if (a === null || b === null) throw new Error(`${kalshi} has no result`)
        expect(b, `${seed}: ${kalshi} ${polymarket}`).to.equal(polarity === 'same' ? a : complement(a))
      }
    }
  })

  it('pays look-alikes differently somewhere', () => {
    const differ = new Set<string>()
    for (const seed of Array.from({ length: 60 }, (_, i) => `world-${i}`)) {
      const world = createCatalogue({ seed, originMs })
      for (const { kalshi, polymarket } of lookAlikes) {
        const payouts = [world.find('kalshi', kalshi), world.find('polymarket', polymarket)].map(
          (m) => m?.schedule.yesPayout,
        )
        if (payouts[0] !== payouts[1]) differ.add(`${kalshi} ${polymarket}`)
      }
    }
    expect(differ.size).to.be.greaterThan(lookAlikes.length * 0.7)
  })

  it('has one winner at most among outcomes that exclude one another', () => {
    for (const seed of Array.from({ length: 20 }, (_, i) => `world-${i}`)) {
      const world = createCatalogue({ seed, originMs })
      for (const venue of ['kalshi', 'polymarket'] as const) {
        for (const event of world.listEvents(venue).filter((each) => each.mutuallyExclusive)) {
          const winners = event.markets.filter((symbol) => world.find(venue, symbol)?.schedule.yesPayout === SCALE)
          expect(winners.length, `${seed} ${event.id}`).to.be.lessThan(2)
        }
      }
    }
  })

  it('leaves a profit after fees in a few named pairs and in no other', () => {
    const profitable = equivalents.filter((pair) => {
      const cost = cheapestPair(...both(pair), pair.polarity)
      return cost !== null && cost < SCALE
    })
    const named = equivalents.filter(({ edge }) => edge === true)
    expect(named.length).to.be.greaterThan(2)
    expect(profitable.map(({ kalshi }) => kalshi)).to.have.members(named.map(({ kalshi }) => kalshi))
  })
})

describe('sandbox catalogue: liquidity', () => {
  const open = [...catalogue.list('kalshi'), ...catalogue.list('polymarket')].filter(
    ({ schedule }) => statusAt(schedule, originMs) === 'open',
  )

  it('quotes on the ladder, uncrossed', () => {
    for (const market of open) {
      const { bids, asks } = seedLevels(market, 's')
      for (const { price } of [...bids, ...asks]) expect(isOnLadder(market.ladder, price), market.id).to.equal(true)
      const [bid, ask] = [best(bids), best(asks)]
      if (bid !== null && ask !== null) expect(bid < ask, market.id).to.equal(true)
      expect(bids.length + asks.length, market.id).to.be.greaterThan(0)
    }
  })

  it('fills 50 contracts at the touch or next to it, and never 5,000', () => {
    for (const market of open) {
      const { bids, asks } = seedLevels(market, 's')
      for (const levels of [bids, asks]) {
        const total = levels.reduce<bigint>((sum, level) => sum + level.quantity, 0n)
        expect(total < 5_000n * SCALE, market.id).to.equal(true)
        if (levels.length > 1) {
          const near = levels.slice(0, 2).reduce<bigint>((sum, level) => sum + level.quantity, 0n)
          expect(near >= 50n * SCALE, market.id).to.equal(true)
        }
      }
    }
  })
})
