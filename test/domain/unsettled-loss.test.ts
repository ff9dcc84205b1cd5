import { expect } from 'chai'
import fc from 'fast-check'
import { addMoney, type Money, type Price, parsePrice, type Quantity } from '../../src/domain/amounts.ts'
import { assumedFee } from '../../src/domain/fees.ts'
import type { Fill, Finality } from '../../src/domain/fill.ts'
import type { Netting } from '../../src/domain/holding.ts'
import type { Order } from '../../src/domain/order.ts'
import { applyFill, type MarketPositions, noPositions } from '../../src/domain/position.ts'
import { unsettledLoss } from '../../src/domain/unsettled-loss.ts'
import { aFill, anIntent, anOrder } from '../support/builders.ts'
import { decimal, shown } from './arbitraries.ts'

/** How a venue nets, how it is counted, and whether its fills can be taken back: no venue both nets and takes back. */
const worlds = [
  { netting: 'net', countedAs: 'net', finalities: ['final'] },
  { netting: 'per_outcome', countedAs: 'per_outcome', finalities: ['final', 'provisional'] },
  // Where nobody has asked the venue, netting is taken for the worse.
  { netting: 'per_outcome', countedAs: 'net', finalities: ['final', 'provisional'] },
] as const

interface Terms {
  readonly outcome: 'yes' | 'no'
  readonly side: 'buy' | 'sell'
  readonly price: string
  readonly quantity: string
}

const lost = ({ outcome, side, price, quantity }: Terms, id = 'o-lost'): Order =>
  anOrder({ intent: anIntent({ id, outcome, side, price, quantity }), status: 'unknown' })

const booked = (netting: Netting, fills: readonly Fill[], from: MarketPositions = noPositions): MarketPositions =>
  fills.reduce((after, fill) => applyFill(after, fill, netting), from)

/** The day's result as the ledger counts it: a loss from its match on, a gain once it is final. */
function resultOf({ positions }: MarketPositions): bigint {
  let sum = 0n
  for (const { realizedPnl, provisionalPnl } of positions.values()) {
    sum += realizedPnl + (provisionalPnl < 0n ? provisionalPnl : 0n)
  }
  return sum
}

function feeOf({ intent: { side, price, quantity } }: Order): Money {
  const middle = parsePrice('0.5')
  const reaches = side === 'buy' ? price > middle : price < middle
  return assumedFee({ price: reaches ? middle : price, quantity })
}

/** What is counted beside the fees. */
function counted(orders: readonly Order[], { positions }: MarketPositions, netting: Netting) {
  const loss = unsettledLoss(orders, { positions, reserving: new Set(), nets: () => netting === 'net' })
  return (loss - addMoney(...orders.map(feeOf))) as Money
}

const filled = ({ intent }: Order, quantity: Quantity, price: Price, id: string, finality: Finality): Fill =>
  aFill({ id, outcome: intent.outcome, side: intent.side, quantity, price, fee: 0n as Money, finality })

describe('the loss of orders without an answer', () => {
  const buy = (outcome: 'yes' | 'no', price: string) => ({ outcome, side: 'buy', price, quantity: '10' }) as const
  const sell = (outcome: 'yes' | 'no', price: string) => ({ outcome, side: 'sell', price, quantity: '10' }) as const
  const holdsTen = booked('net', [aFill({ quantity: '10', price: '0.6' })])

  const cases: readonly [string, MarketPositions, Netting, readonly Terms[], string][] = [
    ['the worst of two sales of what is held', holdsTen, 'net', [sell('yes', '0.6'), sell('yes', '0.1')], '5'],
    [
      'a purchase and the sale that closes it',
      noPositions,
      'per_outcome',
      [buy('yes', '0.9'), sell('yes', '0.1')],
      '8',
    ],
    ['purchases of both outcomes once', noPositions, 'net', [buy('yes', '0.9'), buy('no', '0.9')], '8'],
    ['sales of both outcomes once', noPositions, 'net', [sell('yes', '0.1'), sell('no', '0.1')], '8'],
    [
      'nothing of purchases that the venue keeps apart',
      noPositions,
      'per_outcome',
      [buy('yes', '0.9'), buy('no', '0.9')],
      '0',
    ],
    ['a dear purchase before a sale of what is held', holdsTen, 'net', [buy('yes', '0.9'), sell('yes', '0.5')], '4'],
  ]
  for (const [what, held, netting, terms, loss] of cases) {
    it(`counts ${what}, in whatever order they are listed`, () => {
      const orders = terms.map((each, at) => lost(each, `o-${at}`))
      expect(shown(counted(orders, held, netting))).to.equal(loss)
      expect(shown(counted([...orders].reverse(), held, netting))).to.equal(loss)
    })
  }

  it('counts nothing where both outcomes are held and nothing is without an answer', () => {
    const both = booked('per_outcome', [
      aFill({ quantity: '10', price: '0.9' }),
      aFill({ id: 'f2', outcome: 'no', quantity: '10', price: '0.9' }),
    ])
    expect(counted([], both, 'net')).to.equal(0n)
  })

  it('counts a sale of what an order of a reserving trade may have bought, and of that order nothing else', () => {
    const purpose = { kind: 'arb_leg', tradeId: 't-1' } as const
    const intent = anIntent({ id: 'o-leg', price: '0.9', quantity: '10', purpose })
    const leg = anOrder({ intent, status: 'unknown' })
    const scope = { positions: noPositions.positions, reserving: new Set(['t-1']), nets: () => true }
    expect(unsettledLoss([leg], scope)).to.equal(0n)
    const sale = lost(sell('yes', '0.1'))
    expect(shown(unsettledLoss([leg, sale], scope))).to.equal(shown(addMoney(8_000_000n as Money, feeOf(sale))))
  })

  const cents = fc.integer({ min: 1, max: 99 }).map((value) => decimal(BigInt(value) * 10_000n))
  const contracts = fc.integer({ min: 1, max: 9 }).map(String)
  const terms: fc.Arbitrary<Terms> = fc.record({
    outcome: fc.constantFrom('yes', 'no'),
    side: fc.constantFrom('buy', 'sell'),
    price: cents,
    quantity: contracts,
  })
  const pastWith = (finalities: readonly Finality[]) =>
    fc.array(fc.tuple(terms, fc.constantFrom(...finalities)), { maxLength: 4 })
  const heldAfter = (netting: Netting, fills: readonly (readonly [Terms, Finality])[]): MarketPositions =>
    booked(
      netting,
      fills.map(([each, finality], at) => aFill({ ...each, id: `past-${at}`, fee: 0n as Money, finality })),
    )

  for (const { netting, countedAs, finalities } of worlds) {
    const past = pastWith(finalities)
    const how = netting === countedAs ? netting : `${netting}, counted as ${countedAs}`
    it(`is never counted below any order in which they can have filled (${how})`, () => {
      fc.assert(
        fc.property(past, fc.array(terms, { minLength: 1, maxLength: 4 }), (fills, all) => {
          const held = heldAfter(netting, fills)
          const orders = all.map((each, at) => lost(each, `o-${at}`))
          const bound = counted(orders, held, countedAs)
          for (const sequence of sequencesOf(orders)) {
            const now = sequence.map((order, at) =>
              filled(order, order.intent.quantity, order.intent.price, `f-${at}`, 'final'),
            )
            const loss = resultOf(held) - resultOf(booked(netting, now, held))
            // Each fill rounds its cash and the cost that it releases by a millionth of a dollar.
            expect(
              bound >= loss - 2n * BigInt(sequence.length),
              `${shown(bound)} for ${shown(loss as Money)}`,
            ).to.equal(true)
          }
        }),
        { numRuns: 400 },
      )
    })

    it(`is never counted below what parts of them lose, filled in turns and at better prices (${how})`, () => {
      const parts = fc.array(
        fc.record({
          which: fc.nat(3),
          contracts: fc.integer({ min: 1, max: 9 }),
          better: fc.integer({ min: 0, max: 20 }),
          finality: fc.constantFrom<Finality>(...finalities),
        }),
        { minLength: 1, maxLength: 8 },
      )
      fc.assert(
        fc.property(past, fc.array(terms, { minLength: 1, maxLength: 4 }), parts, (fills, all, plan) => {
          const held = heldAfter(netting, fills)
          const orders = all.map((each, at) => lost(each, `o-${at}`))
          const left = orders.map(({ intent }) => intent.quantity)
          const now = plan.flatMap(({ which, contracts: wanted, better, finality }, at) => {
            const order = orders[which % orders.length] as Order
            const rest = left[which % orders.length] as Quantity
            const whole = BigInt(wanted) * 1_000_000n
            const quantity = (whole < rest ? whole : rest) as Quantity
            left[which % orders.length] = (rest - quantity) as Quantity
            return quantity === 0n ? [] : [filled(order, quantity, improved(order, better), `f-${at}`, finality)]
          })
          const loss = resultOf(held) - resultOf(booked(netting, now, held))
          const bound = counted(orders, held, countedAs)
          expect(
            bound >= loss - 2n * BigInt(now.length + fills.length),
            `${shown(bound)} for ${shown(loss as Money)}`,
          ).to.equal(true)
        }),
        { numRuns: 4000 },
      )
    })
  }
})

/** Every choice of these orders, in every order. */
function sequencesOf(orders: readonly Order[]): readonly (readonly Order[])[] {
  return [
    [],
    ...orders.flatMap((first) => sequencesOf(orders.filter((each) => each !== first)).map((rest) => [first, ...rest])),
  ]
}

function improved({ intent }: Order, cents: number): Price {
  const by = BigInt(cents) * 10_000n
  const price = intent.side === 'buy' ? intent.price - by : intent.price + by
  return (price < 10_000n ? 10_000n : price > 990_000n ? 990_000n : price) as Price
}
