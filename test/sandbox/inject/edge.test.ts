import { expect } from 'chai'
import fc from 'fast-check'
import {
  formatAmount,
  type Money,
  type Price,
  parseMoney,
  parsePrice,
  parseQuantity,
  parseRate,
} from '../../../src/domain/amounts.ts'
import { isOnLadder, mirrorLadder, uniformLadder } from '../../../src/domain/tick-ladder.ts'
import { type EdgeSide, findEdge, freePrice, quotesWith } from '../../../src/sandbox/inject/edge.ts'

const kalshi: EdgeSide = {
  outcome: 'yes',
  ladder: uniformLadder(parsePrice('0.01')),
  fees: { kind: 'kalshi', type: 'quadratic', multiplier: parseRate('1') },
  balanceStep: parseMoney('0.0001'),
}
const polymarket: EdgeSide = {
  outcome: 'no',
  ladder: uniformLadder(parsePrice('0.001')),
  fees: { kind: 'polymarket', rate: parseRate('0.05'), exponent: 1 },
  balanceStep: parseMoney('0.0001'),
}

describe('an injected edge', () => {
  it('keeps what was asked for and less than a tick of both grids more, on both grids', () => {
    const sides = [kalshi, polymarket] as const
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 30_000 }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 200_000, max: 800_000 }),
        (edge, contracts, fair) => {
          const size = parseQuantity(String(contracts))
          const found = findEdge(sides, { edge: BigInt(edge) as Money, size }, BigInt(fair) as Price)
          if (found === null) return false
          const perPair = (found.kept * 1_000_000n) / size
          const [first, second] = found.prices
          return (
            perPair >= BigInt(edge) &&
            perPair < BigInt(edge) + 1_200n &&
            isOnLadder(kalshi.ladder, first) &&
            isOnLadder(mirrorLadder(polymarket.ladder), second)
          )
        },
      ),
      { numRuns: 100 },
    )
  })

  it('keeps a dollar less both prices and what each venue charges', () => {
    const cents = { ...polymarket, ladder: kalshi.ladder }
    const found = findEdge([kalshi, cents], { edge: parseMoney('0.04'), size: parseQuantity('20') }, parsePrice('0.5'))
    const [first, second] = found?.prices ?? []
    // Kalshi: 0.07 · 20 · p(1-p) up to the balance step; Polymarket: 0.05 · 20 · p(1-p) to five decimals.
    const p = Number(formatAmount(first as Price))
    const q = Number(formatAmount(second as Price))
    const exact = 20 * (1 - p - q) - 0.07 * 20 * p * (1 - p) - 0.05 * 20 * q * (1 - q)
    expect(Number(formatAmount(found?.kept as Money))).to.be.closeTo(exact, 0.0002)
  })

  it('is refused where no prices keep as much', () => {
    const wish = { edge: parseMoney('0.999'), size: parseQuantity('20') }
    expect(findEdge([kalshi, polymarket], wish, parsePrice('0.5'))).to.equal(null)
  })

  it('stands alone in front: what else is offered keeps nothing, and an excess can be sold', () => {
    const level = (price: string, quantity = '50') => ({ price: parsePrice(price), quantity: parseQuantity(quantity) })
    const before = { bids: [level('0.48'), level('0.45')], asks: [level('0.49'), level('0.60')] }
    const about = { injected: parsePrice('0.46'), freeFrom: parsePrice('0.54'), size: parseQuantity('20') }
    const side = { market: 'kalshi:A', outcome: 'yes', ladder: kalshi.ladder } as const
    const quotes = quotesWith(before, side, level('0.46', '20'), about)
    expect(quotes).to.deep.equal({ bids: [level('0.45')], asks: [level('0.46', '20'), level('0.60')] })
    const gone = quotesWith({ bids: [], asks: before.asks }, side, null, about)
    expect(gone).to.deep.equal({ bids: [level('0.45', '20')], asks: [level('0.60')] })
    expect(freePrice(kalshi, parsePrice('0.46'))).to.equal(parsePrice('0.54'))
  })

  it('is mirrored where NO is what is bought', () => {
    const level = (price: string, quantity = '50') => ({ price: parsePrice(price), quantity: parseQuantity(quantity) })
    const side = { market: 'polymarket:a', outcome: 'no', ladder: kalshi.ladder } as const
    const about = { injected: parsePrice('0.40'), freeFrom: parsePrice('0.50'), size: parseQuantity('20') }
    const before = { bids: [level('0.55'), level('0.45')], asks: [level('0.62')] }
    const quotes = quotesWith(before, side, level('0.40', '20'), about)
    // NO at 0.40 is a bid for YES at 0.60; the bid at 0.55 would keep something, that at 0.45 does not.
    expect(quotes).to.deep.equal({ bids: [level('0.60', '20'), level('0.45')], asks: [level('0.62')] })
  })
})
