import { expect } from 'chai'
import fc from 'fast-check'
import { complement, type Price, parsePrice, parseQuotedPrice } from '../../src/domain/amounts.ts'
import {
  isOnLadder,
  mirrorLadder,
  neighbours,
  stepAt,
  type TickLadder,
  uniformLadder,
} from '../../src/domain/tick-ladder.ts'
import { prices, shown } from './arbitraries.ts'

function ladder(...ranges: readonly (readonly [string, string, string])[]): TickLadder {
  return ranges.map(([start, end, step]) => ({
    start: parseQuotedPrice(start),
    end: parseQuotedPrice(end),
    step: parsePrice(step),
  }))
}

const tapered = ladder(['0', '0.1', '0.001'], ['0.1', '0.9', '0.01'], ['0.9', '1', '0.001'])
const ladders: Readonly<Record<string, TickLadder>> = {
  cents: uniformLadder(parsePrice('0.01')),
  tenths: uniformLadder(parsePrice('0.1')),
  'quarter cents': uniformLadder(parsePrice('0.0025')),
  'ten-thousandths': uniformLadder(parsePrice('0.0001')),
  tapered,
  'fine in the middle of nowhere': ladder(['0', '0.01', '0.0001'], ['0.01', '0.99', '0.001'], ['0.99', '1', '0.0001']),
  'one-sided': ladder(['0', '0.2', '0.005'], ['0.2', '1', '0.02']),
}

/** Every price on a ladder, by brute force over the finest step any of them has. */
function everyPrice(on: TickLadder): readonly Price[] {
  const all = Array.from({ length: 9_999 }, (_, index) => parsePrice(`0.${String(index + 1).padStart(4, '0')}`))
  return all.filter((price) => isOnLadder(on, price))
}

const shownNeighbours = (on: TickLadder, price: string): readonly (string | null)[] => {
  const { below, above } = neighbours(on, parseQuotedPrice(price))
  return [shown(below), shown(above)]
}

describe('tick ladder', () => {
  it('a cent ladder takes cents and refuses half cents', () => {
    const cents = uniformLadder(parsePrice('0.01'))
    expect([isOnLadder(cents, parsePrice('0.45')), isOnLadder(cents, parsePrice('0.455'))]).to.deep.equal([true, false])
  })

  it('never holds 0 or 1', () => {
    expect([parseQuotedPrice('0'), parseQuotedPrice('1')].map((end) => isOnLadder(tapered, end))).to.deep.equal([
      false,
      false,
    ])
  })

  it('a tapered ladder is fine at the edges and coarse in the middle', () => {
    const on = ['0.001', '0.099', '0.1', '0.101', '0.11', '0.455', '0.9', '0.901', '0.999'].filter((price) =>
      isOnLadder(tapered, parsePrice(price)),
    )
    expect(on).to.deep.equal(['0.001', '0.099', '0.1', '0.11', '0.9', '0.901', '0.999'])
  })

  it('the finer step governs on a border', () => {
    expect(shown(stepAt(tapered, parsePrice('0.9')))).to.equal('0.001')
  })

  it('names the prices next to one between two steps', () => {
    expect(shownNeighbours(tapered, '0.455')).to.deep.equal(['0.45', '0.46'])
  })

  it('finds neighbours across a border between two steps', () => {
    expect(shownNeighbours(tapered, '0.1005')).to.deep.equal(['0.1', '0.11'])
    expect(shownNeighbours(tapered, '0.8999')).to.deep.equal(['0.89', '0.9'])
  })

  it('has no neighbour beyond its ends', () => {
    expect(shownNeighbours(tapered, '0')).to.deep.equal([null, '0.001'])
    expect(shownNeighbours(tapered, '1')).to.deep.equal(['0.999', null])
  })

  it('covers nothing outside its ranges', () => {
    const narrow = ladder(['0.02', '0.98', '0.01'])
    expect(stepAt(narrow, parsePrice('0.01'))).to.equal(null)
    expect(shownNeighbours(narrow, '0.01')).to.deep.equal([null, '0.02'])
  })

  for (const [name, each] of Object.entries(ladders)) {
    const sorted = everyPrice(each)

    it(`${name}: neighbours are the nearest prices of the ladder, found the slow way`, () => {
      fc.assert(
        fc.property(prices, (price) => {
          const below = sorted.findLast((other) => other <= price) ?? null
          const above = sorted.find((other) => other >= price) ?? null
          expect(neighbours(each, price)).to.deep.equal({ below, above })
        }),
        { numRuns: 60 },
      )
    })

    it(`${name}: the mirror holds exactly the complements, and its mirror is the ladder`, () => {
      const mirrored = mirrorLadder(each)
      expect(everyPrice(mirrored)).to.deep.equal(sorted.map(complement).reverse())
      expect(mirrorLadder(mirrored)).to.deep.equal(each)
    })
  }
})
