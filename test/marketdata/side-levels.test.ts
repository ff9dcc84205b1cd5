import { expect } from 'chai'
import fc from 'fast-check'
import type { Price, Quantity } from '../../src/domain/amounts.ts'
import type { BookSide } from '../../src/domain/market-stream.ts'
import type { Level } from '../../src/domain/order-book.ts'
import { addToLevel, bestAt, levelsOf, placeOn, replaceLevels, setLevel } from '../../src/marketdata/book-side.ts'
import { SideLevels } from '../../src/marketdata/side-levels.ts'

const sides = 4
const sideOf = (at: number): BookSide => (at % 2 === 0 ? 'bid' : 'ask')

const at = fc.nat({ max: sides - 1 })
const quantity = fc.constantFrom(0n, 1n, 7n, 7n, (1n << 63n) - 1n).map((amount) => amount as Quantity)
/** Around as many as a side has room for at home, and now and then at a price finer than the finest tick of both venues. */
const price = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, fc.constantFrom(1, 50)))
  .map(([cents, fine]) => BigInt(cents * 10_000 + fine) as Price)
const step = fc.oneof(
  { weight: 30, arbitrary: fc.record({ at, price, quantity }) },
  { weight: 3, arbitrary: fc.record({ at, price, by: fc.constantFrom(3n as Quantity, -3n as Quantity) }) },
  { weight: 2, arbitrary: fc.record({ at, keeps: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ at, whole: fc.uniqueArray(price, { maxLength: 40 }) }) },
)

describe('the levels of many sides in one piece of memory', () => {
  it('are those that were written, on every side, after any changes', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 200 }), (steps) => {
        const all = new SideLevels()
        const held = Array.from({ length: sides }, () => new Map<Price, Quantity>())
        for (const [nth, each] of steps.entries()) {
          all.house(sides + nth)
          const [side, own] = [sideOf(each.at), held[each.at] ?? new Map<Price, Quantity>()]
          const set = (of: Price, amount: Quantity): void => {
            expect(setLevel(all, each.at, placeOn(side, of), amount)).to.equal(true)
            if (amount === 0n) own.delete(of)
            else own.set(of, amount)
          }
          if ('keeps' in each) for (const of of [...own.keys()].slice(each.keeps)) set(of, 0n as Quantity)
          else if ('whole' in each) {
            replaceLevels(
              all,
              each.at,
              side,
              each.whole.map((of) => ({ price: of, quantity: 5n as Quantity })),
            )
            own.clear()
            for (const of of each.whole) own.set(of, 5n as Quantity)
          } else if ('by' in each) {
            const sum = (own.get(each.price) ?? 0n) + each.by
            const fits = sum >= 0n && sum < 1n << 63n
            expect(addToLevel(all, each.at, placeOn(side, each.price), each.by)).to.equal(fits)
            if (fits && sum === 0n) own.delete(each.price)
            else if (fits) own.set(each.price, sum as Quantity)
          } else set(each.price, each.quantity)
          for (const [number, levels] of held.entries()) {
            const rows = levelsOf(all, number)
            expect(text(rows)).to.equal(text(sorted(levels, sideOf(number))))
            if (rows[0] !== undefined) expect(bestAt(all, number, sideOf(number))).to.equal(Number(rows[0].price))
          }
        }
      }),
      // What fails is made smaller for no longer than this.
      { numRuns: 40, interruptAfterTimeLimit: 20_000 },
    )
  })
})

function sorted(levels: ReadonlyMap<Price, Quantity>, side: BookSide): readonly Level[] {
  return [...levels]
    .map(([of, amount]) => ({ price: of, quantity: amount }))
    .sort((a, b) => (a.price < b.price === (side === 'ask') ? -1 : 1))
}

function text(levels: readonly Level[]): string {
  return levels.map((level) => `${level.quantity}@${level.price}`).join(' ')
}
