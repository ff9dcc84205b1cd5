import { expect } from 'chai'
import fc from 'fast-check'
import { type Price, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import { isOnLadder, type TickLadder, uniformLadder } from '../../src/domain/tick-ladder.ts'
import { seedLevels } from '../../src/sandbox/liquidity.ts'
import { sketchMarket } from './support/small-catalogue.ts'

const tapered: TickLadder = [
  { start: 0n as Price, end: parsePrice('0.1'), step: parsePrice('0.001') },
  { start: parsePrice('0.1'), end: parsePrice('0.9'), step: parsePrice('0.01') },
  { start: parsePrice('0.9'), end: 1_000_000n as Price, step: parsePrice('0.001') },
]
const ladders = [
  uniformLadder(parsePrice('0.01')),
  uniformLadder(parsePrice('0.0025')),
  uniformLadder(parsePrice('0.1')),
  tapered,
]

const recipeArb = fc.record({
  ladder: fc.constantFrom(...ladders),
  mid: fc.integer({ min: 1, max: 999_999 }),
  spread: fc.integer({ min: 0, max: 300_000 }),
  levels: fc.integer({ min: 0, max: 40 }),
  seed: fc.string(),
})

function quotes(recipe: { ladder: TickLadder; mid: number; spread: number; levels: number; seed: string }) {
  const market = {
    ...sketchMarket({ venue: 'kalshi', symbol: 'A', ladder: recipe.ladder }),
    liquidity: {
      mid: BigInt(recipe.mid) as Price,
      spread: BigInt(recipe.spread) as Price,
      levels: recipe.levels,
      size: parseQuantity('50'),
    },
  }
  return { market, ...seedLevels(market, recipe.seed) }
}

describe('synthetic quotes', () => {
  it('lie on the ladder, best first, without crossing, in whole steps of quantity', () => {
    fc.assert(
      fc.property(recipeArb, (recipe) => {
        const { bids, asks, market } = quotes(recipe)
        for (const { price, quantity } of [...bids, ...asks]) {
          expect(isOnLadder(recipe.ladder, price), String(price)).to.equal(true)
          expect(quantity > 0n && quantity % market.quantityStep === 0n).to.equal(true)
        }
        const falling = (levels: readonly { price: Price }[]) =>
          levels.every(({ price }, at) => at === 0 || price < (levels[at - 1]?.price ?? 0n))
        expect([falling(bids), falling([...asks].reverse())]).to.deep.equal([true, true])
        const [bid, ask] = [bids[0], asks[0]]
        if (bid !== undefined && ask !== undefined) expect(ask.price - bid.price >= recipe.spread).to.equal(true)
      }),
      { numRuns: 500 },
    )
  })

  it('are the same whenever they are drawn, and others for another seed', () => {
    const recipe = { ladder: tapered, mid: 500_000, spread: 20_000, levels: 5, seed: 'one' }
    expect(quotes(recipe)).to.deep.equal(quotes(recipe))
    expect(quotes(recipe).bids).not.to.deep.equal(quotes({ ...recipe, seed: 'two' }).bids)
  })
})
