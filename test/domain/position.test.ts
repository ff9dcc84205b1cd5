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
import {
  applyFill,
  averageCost,
  knownFees,
  type Netting,
  type Position,
  type Positions,
  positionKey,
  reverseFill,
  settleFill,
  unrealizedPnl,
} from '../../src/domain/position.ts'
import { aFill } from '../support/builders.ts'
import { lots, quotedPrices, shown } from './arbitraries.ts'

const market = 'kalshi:KXTEST-26DEC31-A'
const none: Positions = new Map()

function held(positions: Positions, outcome: 'yes' | 'no' = 'yes'): Position {
  const position = positions.get(positionKey(market, outcome))
  if (position === undefined) throw new Error(`no ${outcome} position`)
  return position
}

function book(netting: Netting, ...fills: readonly Parameters<typeof aFill>[0][]): Positions {
  return fills.reduce<Positions>((positions, fill) => applyFill(positions, aFill(fill), netting), none)
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
    expect(book('net', { finality: 'failed' })).to.equal(none)
  })

  it('adds fees up and gives them back on a reversal', () => {
    const fill = aFill({ fee: parseMoney('0.07'), finality: 'provisional' })
    const positions = applyFill(none, fill, 'per_outcome')
    expect(shown(held(positions).fees)).to.equal('0.07')
    expect(shown(held(reverseFill(positions, fill, 'per_outcome')).fees)).to.equal('0')
  })

  it('says that its fees are not known once a fill did not tell its own', () => {
    const known = applyFill(none, aFill({ id: 'f1', fee: parseMoney('0.07') }), 'net')
    const blind = applyFill(known, aFill({ id: 'f2', fee: null }), 'net')
    expect([held(known), held(blind)].map(knownFees).map(shown)).to.deep.equal(['0.07', null])
  })

  it('shares the fee of a sale beyond the holding between what it closes and what it opens', () => {
    const bought = applyFill(none, aFill({ id: 'f1', quantity: '5', price: '0.4', fee: parseMoney('0') }), 'net')
    const sale = aFill({ id: 'f2', side: 'sell', quantity: '50', price: '0.55', fee: parseMoney('0.8663') })
    const after = applyFill(bought, sale, 'net')
    const fees = [...after.values()].map((position) => [position.outcome, shown(position.fees)])
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
        const positions = fold(fills, 'net')
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

  it('a reversal undoes the fill', () => {
    const positions = reverseFill(applyFill(none, provisional, 'per_outcome'), provisional, 'per_outcome')
    expect([...summary(held(positions)), shown(held(positions).provisionalQuantity)]).to.deep.equal([
      '0',
      '0',
      '0',
      '0',
    ])
  })

  it('a reversal leaves what is final final', () => {
    const before = applyFill(book('per_outcome', { id: 'f0', quantity: '5', price: '0.4' }), provisional, 'per_outcome')
    const position = held(reverseFill(before, provisional, 'per_outcome'))
    expect([position.quantity, position.provisionalQuantity].map(shown)).to.deep.equal(['5', '0'])
  })

  it('settling touches the provisional part alone', () => {
    const before = applyFill(none, provisional, 'per_outcome')
    const position = held(settleFill(before, { ...provisional, finality: 'final' }))
    expect([...summary(position), shown(position.provisionalQuantity)]).to.deep.equal(['5', '2', '0', '0'])
  })
})

const histories: fc.Arbitrary<readonly Fill[]> = fc.array(
  fc
    .record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      outcome: fc.constantFrom('yes' as const, 'no' as const),
      quantity: lots,
      price: quotedPrices,
      finality: fc.constantFrom('final' as const, 'provisional' as const),
    })
    .map((changes) => aFill(changes)),
  { maxLength: 12 },
)

function fold(fills: readonly Fill[], netting: Netting): Positions {
  return fills.reduce<Positions>((positions, fill) => applyFill(positions, fill, netting), none)
}

function sum(positions: Positions, amount: (position: Position) => Money): Money {
  return addMoney(ZERO_MONEY, ...[...positions.values()].map(amount))
}

/** Dollars out (negative) or in, as the account statement shows them. */
function cashOf(fill: Fill): Money {
  const notional = cost(fill.price, fill.quantity, 'up')
  return fill.side === 'buy' ? negateMoney(notional) : notional
}

describe('positions conserve money', () => {
  const profitLessCost = (position: Position): Money => addMoney(position.realizedPnl, negateMoney(position.totalCost))

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
        const positions = fold(fills, 'net')
        const [yes, no] = (['yes', 'no'] as const).map(
          (outcome) => positions.get(positionKey(market, outcome))?.quantity ?? 0n,
        )
        // A pair of YES and NO is a dollar: so what was bought and sold, less what is held, came back as dollars.
        const boughtNo = fills.reduce((total, fill) => total + (fill.outcome === 'no' ? signed(fill) : 0n), 0n)
        const pairs = boughtNo - (no ?? 0n)
        const boughtYes = fills.reduce((total, fill) => total + (fill.outcome === 'yes' ? signed(fill) : 0n), 0n)
        expect(boughtYes - (yes ?? 0n)).to.equal(pairs)
        expect(sum(positions, profitLessCost)).to.equal(addMoney(ZERO_MONEY, ...fills.map(cashOf)) + pairs)
      }),
    )
  })

  for (const netting of ['net', 'per_outcome'] as const) {
    it(`${netting}: a flat position has no cost left`, () => {
      fc.assert(
        fc.property(histories, (fills) =>
          [...fold(fills, netting).values()].every((position) => position.quantity !== 0n || position.totalCost === 0n),
        ),
      )
    })

    it(`${netting}: the cost has the sign of the quantity, and no more is provisional than held`, () => {
      fc.assert(
        fc.property(histories, (fills) =>
          [...fold(fills, netting).values()].every(({ quantity, totalCost, provisionalQuantity }) => {
            const ceiling = quantity > 0n ? quantity : 0n
            const sign = quantity >= 0n ? totalCost >= 0n : totalCost <= 0n
            return sign && provisionalQuantity >= 0n && provisionalQuantity <= ceiling
          }),
        ),
      )
    })

    it(`${netting}: a reversal gives the cash of its fill back`, () => {
      fc.assert(
        fc.property(histories, (fills) => {
          const [first] = fills
          if (first === undefined) return
          const undone = reverseFill(fold(fills, netting), first, netting)
          const without = fold(fills.slice(1), netting)
          const net = (positions: Positions): bigint =>
            (positions.get(positionKey(market, 'yes'))?.quantity ?? 0n) -
            (positions.get(positionKey(market, 'no'))?.quantity ?? 0n)
          expect(net(undone)).to.equal(net(without))
          if (netting === 'per_outcome') expect(sum(undone, profitLessCost)).to.equal(sum(without, profitLessCost))
        }),
      )
    })
  }
})

function signed(fill: Fill): bigint {
  return fill.side === 'buy' ? fill.quantity : -fill.quantity
}
