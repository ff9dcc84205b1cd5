import { expect } from 'chai'
import fc from 'fast-check'
import {
  addMoney,
  cost,
  type Money,
  negateMoney,
  parseMoney,
  parsePrice,
  ZERO_MONEY,
} from '../../src/domain/amounts.ts'
import type { Fill } from '../../src/domain/fill.ts'
import type { Netting } from '../../src/domain/holding.ts'
import {
  applyFill,
  averageCost,
  knownFees,
  type MarketPositions,
  noPositions,
  type Position,
  positionKey,
  provisionalQuantity,
  reverseFill,
  settleFill,
  unrealizedPnl,
} from '../../src/domain/position.ts'
import { aFill } from '../support/builders.ts'
import { lots, quotedPrices, shown } from './arbitraries.ts'

const market = 'kalshi:KXTEST-26DEC31-A'

function held(after: MarketPositions, outcome: 'yes' | 'no' = 'yes'): Position {
  const position = after.positions.get(positionKey(market, outcome))
  if (position === undefined) throw new Error(`no ${outcome} position`)
  return position
}

function book(netting: Netting, ...fills: readonly Parameters<typeof aFill>[0][]): MarketPositions {
  return fills.reduce<MarketPositions>((after, fill) => applyFill(after, aFill(fill), netting), noPositions)
}

/** Quantity, cost and realised P&L, as text. */
const summary = (position: Position): readonly (string | null)[] =>
  [position.quantity, position.totalCost, position.realizedPnl].map(shown)

describe('position', () => {
  it('a buy is held at its cost', () => {
    const position = held(book('net', { quantity: '10', price: '0.4' }))
    expect([...summary(position), shown(averageCost(position))]).to.deep.equal(['10', '4', '0', '0.4'])
  })

  it('a sale realises against the average cost', () => {
    const bought = [
      { quantity: '10', price: '0.4' },
      { id: 'f2', quantity: '10', price: '0.6' },
    ]
    const position = held(book('net', ...bought, { id: 'f3', side: 'sell', quantity: '5', price: '0.7' }))
    expect(summary(position)).to.deep.equal(['15', '7.5', '1'])
  })

  it('a failed fill changes nothing', () => {
    expect(book('net', { finality: 'failed' })).to.equal(noPositions)
  })

  it('adds fees up and gives them back on a reversal', () => {
    const fill = aFill({ fee: parseMoney('0.07'), finality: 'provisional' })
    const before = book('per_outcome', { id: 'f0', fee: parseMoney('0.01') })
    const after = applyFill(before, fill, 'per_outcome')
    expect(shown(held(after).fees)).to.equal('0.08')
    expect(shown(held(reverseFill(after, fill, 'per_outcome')).fees)).to.equal('0.01')
  })

  it('says that its fees are not known once a fill did not tell its own', () => {
    const known = applyFill(noPositions, aFill({ id: 'f1', fee: parseMoney('0.07') }), 'net')
    const blind = applyFill(known, aFill({ id: 'f2', fee: null }), 'net')
    expect([held(known), held(blind)].map(knownFees).map(shown)).to.deep.equal(['0.07', null])
  })

  it('shares the fee of a sale beyond the holding between what it closes and what it opens', () => {
    const bought = applyFill(noPositions, aFill({ id: 'f1', quantity: '5', price: '0.4', fee: parseMoney('0') }), 'net')
    const sale = aFill({ id: 'f2', side: 'sell', quantity: '50', price: '0.55', fee: parseMoney('0.8663') })
    const after = applyFill(bought, sale, 'net')
    const fees = [...after.positions.values()].map((position) => [position.outcome, shown(position.fees)])
    expect(fees).to.deep.equal([
      ['yes', '0.08663'],
      ['no', '0.77967'],
    ])
  })

  it('is worth its price less its cost, and unknown without a price', () => {
    const position = held(book('net', { quantity: '10', price: '0.4' }))
    expect([unrealizedPnl(position, parsePrice('0.55')), unrealizedPnl(position, null)].map(shown)).to.deep.equal([
      '1.5',
      null,
    ])
  })
})

describe('position where the venue nets', () => {
  it('NO bought while YES is held closes YES', () => {
    const positions = book(
      'net',
      { quantity: '10', price: '0.4' },
      { id: 'f2', outcome: 'no', quantity: '4', price: '0.45' },
    )
    // 4 NO at 0.45 bring back 4 x 0.55 for 4 x 0.40.
    expect(summary(held(positions))).to.deep.equal(['6', '2.4', '0.6'])
  })

  it('through zero: the rest opens the other outcome at its own price', () => {
    const positions = book(
      'net',
      { quantity: '10', price: '0.4' },
      { id: 'f2', side: 'sell', quantity: '15', price: '0.7' },
    )
    expect(summary(held(positions))).to.deep.equal(['0', '0', '3'])
    expect(summary(held(positions, 'no'))).to.deep.equal(['5', '1.5', '0'])
  })

  it('never holds both outcomes', () => {
    fc.assert(
      fc.property(histories, (fills) => {
        const { positions } = fold(fills, 'net')
        const both = ['yes', 'no'].filter(
          (outcome) => (positions.get(`${market}/${outcome as 'yes'}`)?.quantity ?? 0n) !== 0n,
        )
        return both.length <= 1
      }),
    )
  })
})

describe('position where outcomes are held apart', () => {
  it('holds both', () => {
    const positions = book(
      'per_outcome',
      { quantity: '10', price: '0.4' },
      { id: 'f2', outcome: 'no', quantity: '4', price: '0.45' },
    )
    expect([held(positions).quantity, held(positions, 'no').quantity].map(shown)).to.deep.equal(['10', '4'])
  })

  it('shows a sale of what is not held as a negative quantity, without a realised gain', () => {
    const position = held(book('per_outcome', { side: 'sell', quantity: '5', price: '0.5' }))
    expect([...summary(position), shown(averageCost(position))]).to.deep.equal(['-5', '-2.5', '0', '0.5'])
  })

  it('a buy that is booked after its sale ends flat, at the same profit as in order', () => {
    const buy = { quantity: '5', price: '0.4' }
    const sale = { id: 'f2', side: 'sell', quantity: '5', price: '0.5' } as const
    const late = held(book('per_outcome', sale, buy))
    expect(summary(late)).to.deep.equal(['0', '0', '0.5'])
    expect(summary(late)).to.deep.equal(summary(held(book('per_outcome', buy, sale))))
  })
})

describe('position with fills that may be reversed', () => {
  const provisional = aFill({ id: 'f1', quantity: '5', price: '0.4', finality: 'provisional' })
  const sale = aFill({ id: 'f2', side: 'sell', quantity: '4', price: '0.6', finality: 'provisional' })
  const tenHeld = book('per_outcome', { id: 'f0', quantity: '10', price: '0.4' })

  /** What is held if all settles, what if nothing does, and what may go and come back. */
  const states = (position: Position): readonly (string | null)[] =>
    [position.quantity, position.finalQuantity, position.provisionalBought, position.provisionalSold].map(shown)

  it('counts a purchase as provisional until it is final', () => {
    const before = applyFill(tenHeld, provisional, 'per_outcome')
    expect(states(held(before))).to.deep.equal(['15', '10', '5', '0'])
    const after = settleFill(before, provisional, 'per_outcome')
    expect(states(held(after))).to.deep.equal(['15', '15', '0', '0'])
    expect(after.pending).to.equal(null)
  })

  it('counts a sale as provisional: its contracts may come back', () => {
    expect(states(held(applyFill(tenHeld, sale, 'per_outcome')))).to.deep.equal(['6', '10', '0', '4'])
  })

  it('gives the contracts of a failed sale back at what they had cost, with nothing realised', () => {
    const after = reverseFill(applyFill(tenHeld, sale, 'per_outcome'), sale, 'per_outcome')
    expect(after).to.deep.equal(tenHeld)
    expect([...summary(held(after)), shown(averageCost(held(after)))]).to.deep.equal(['10', '4', '0', '0.4'])
  })

  it('keeps apart what only provisional sales have realised', () => {
    const before = held(applyFill(tenHeld, sale, 'per_outcome'))
    expect([before.realizedPnl, before.provisionalPnl].map(shown)).to.deep.equal(['0', '0.8'])
    const after = held(settleFill(applyFill(tenHeld, sale, 'per_outcome'), sale, 'per_outcome'))
    expect([after.realizedPnl, after.provisionalPnl].map(shown)).to.deep.equal(['0.8', '0'])
  })

  it('works out anew what a final sale realised when a purchase before it fails', () => {
    const dear = aFill({ id: 'f1', quantity: '10', price: '0.6', finality: 'provisional' })
    const sold = aFill({ id: 'f2', side: 'sell', quantity: '5', price: '0.7' })
    const before = applyFill(applyFill(tenHeld, dear, 'per_outcome'), sold, 'per_outcome')
    expect(summary(held(before))).to.deep.equal(['15', '7.5', '1.5'])
    expect(summary(held(reverseFill(before, dear, 'per_outcome')))).to.deep.equal(['5', '2', '1.5'])
  })

  it('a reversed first purchase leaves nothing at all', () => {
    const after = reverseFill(applyFill(noPositions, provisional, 'per_outcome'), provisional, 'per_outcome')
    expect(after).to.deep.equal(noPositions)
  })

  it('a reversal leaves what is final final', () => {
    const position = held(reverseFill(applyFill(tenHeld, provisional, 'per_outcome'), provisional, 'per_outcome'))
    expect([position.quantity, provisionalQuantity(position)].map(shown)).to.deep.equal(['10', '0'])
  })

  it('never calls more of a holding provisional than is held', () => {
    const sold = { ...sale, quantity: provisional.quantity }
    const flat = held(applyFill(applyFill(noPositions, provisional, 'per_outcome'), sold, 'per_outcome'))
    expect(states(flat)).to.deep.equal(['0', '0', '5', '5'])
    expect(shown(provisionalQuantity(flat))).to.equal('0')
  })
})

const histories: fc.Arbitrary<readonly Fill[]> = fc
  .array(
    fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      outcome: fc.constantFrom('yes' as const, 'no' as const),
      quantity: lots,
      price: quotedPrices,
      finality: fc.constantFrom('final' as const, 'provisional' as const),
    }),
    { maxLength: 12 },
  )
  .map((parts) => parts.map((changes, index) => aFill({ ...changes, id: `f${index}`, fee: parseMoney('0.01') })))

function fold(fills: readonly Fill[], netting: Netting): MarketPositions {
  return fills.reduce<MarketPositions>((after, fill) => applyFill(after, fill, netting), noPositions)
}

function sum({ positions }: MarketPositions, amount: (position: Position) => Money): Money {
  return addMoney(ZERO_MONEY, ...[...positions.values()].map(amount))
}

/** Dollars out (negative) or in, as the account statement shows them. */
function cashOf(fill: Fill): Money {
  const notional = cost(fill.price, fill.quantity, 'up')
  return fill.side === 'buy' ? negateMoney(notional) : notional
}

describe('positions conserve money', () => {
  const profitLessCost = ({ realizedPnl, provisionalPnl, totalCost }: Position): Money =>
    addMoney(realizedPnl, provisionalPnl, negateMoney(totalCost))

  it('held apart: cash is profit less cost, to the millionth', () => {
    fc.assert(
      fc.property(histories, (fills) => {
        expect(sum(fold(fills, 'per_outcome'), profitLessCost)).to.equal(addMoney(ZERO_MONEY, ...fills.map(cashOf)))
      }),
    )
  })

  it('netted: cash is profit less cost, with a dollar for every pair given back', () => {
    fc.assert(
      fc.property(histories, (fills) => {
        const after = fold(fills, 'net')
        const [yes, no] = (['yes', 'no'] as const).map(
          (outcome) => after.positions.get(positionKey(market, outcome))?.quantity ?? 0n,
        )
        // A pair of YES and NO is a dollar: so what was bought and sold, less what is held, came back as dollars.
        const boughtNo = fills.reduce((total, fill) => total + (fill.outcome === 'no' ? signed(fill) : 0n), 0n)
        const pairs = boughtNo - (no ?? 0n)
        const boughtYes = fills.reduce((total, fill) => total + (fill.outcome === 'yes' ? signed(fill) : 0n), 0n)
        expect(boughtYes - (yes ?? 0n)).to.equal(pairs)
        expect(sum(after, profitLessCost)).to.equal(addMoney(ZERO_MONEY, ...fills.map(cashOf)) + pairs)
      }),
    )
  })

  for (const netting of ['net', 'per_outcome'] as const) {
    it(`${netting}: a flat position has no cost left`, () => {
      fc.assert(
        fc.property(histories, (fills) =>
          [...fold(fills, netting).positions.values()].every(
            (position) => position.quantity !== 0n || position.totalCost === 0n,
          ),
        ),
      )
    })

    it(`${netting}: the cost has the sign of the quantity, and no more is provisional than held`, () => {
      fc.assert(
        fc.property(histories, (fills) =>
          [...fold(fills, netting).positions.values()].every((position) => {
            const { quantity, totalCost, finalCost, worstCost } = position
            const ceiling = quantity > 0n ? quantity : 0n
            const sign = quantity >= 0n ? totalCost >= 0n : totalCost <= 0n
            const provisional = provisionalQuantity(position)
            return (
              sign && provisional >= 0n && provisional <= ceiling && worstCost >= totalCost && worstCost >= finalCost
            )
          }),
        ),
      )
    })

    it(`${netting}: fills that failed are as if they had never been, in whatever order the others became final`, () => {
      fc.assert(
        fc.property(histories, fc.array(fc.tuple(fc.nat(11), fc.boolean())), (fills, endings) => {
          let after = fold(fills, netting)
          const fails = new Set<string>()
          const told = new Set<string>()
          for (const [index, settles] of [...endings, ...fills.map((_fill, at) => [at, true] as const)]) {
            const fill = fills[index]
            if (fill === undefined) continue
            const first = fill.finality === 'provisional' && !told.has(fill.id)
            told.add(fill.id)
            if (first && !settles) fails.add(fill.id)
            // What is told again changes nothing, whichever way it reads.
            after = settles ? settleFill(after, fill, netting) : reverseFill(after, fill, netting)
          }
          const kept = fills.filter(({ id }) => !fails.has(id)).map((fill): Fill => ({ ...fill, finality: 'final' }))
          expect(after).to.deep.equal(fold(kept, netting))
        }),
      )
    })
  }

  it('held apart: what is held is what is final, with provisional purchases and without provisional sales', () => {
    fc.assert(
      fc.property(histories, (fills) =>
        [...fold(fills, 'per_outcome').positions.values()].every(
          ({ quantity, finalQuantity, provisionalBought, provisionalSold }) =>
            quantity === finalQuantity + provisionalBought - provisionalSold,
        ),
      ),
    )
  })
})

function signed(fill: Fill): bigint {
  return fill.side === 'buy' ? fill.quantity : -fill.quantity
}
