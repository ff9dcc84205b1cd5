import { expect } from 'chai'
import * as fc from 'fast-check'
import { leastSalePrice, lossBound, mostPurchasePrice, type PricedOrder } from '../../src/arb/loss-bound.ts'
import {
  formatAmount,
  type Money,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Quantity,
} from '../../src/domain/amounts.ts'
import { worstTakerFee } from '../../src/domain/fees.ts'
import type { Order } from '../../src/domain/order.ts'
import { judgePair } from '../../src/domain/pair.ts'
import { realizedEdge } from '../../src/domain/pair-result.ts'
import { aMarket, anIntent, anOrder } from '../support/builders.ts'
import { balanceFee, free } from './support.ts'

const other = 'polymarket:test-by-december-31'
const noFees = aMarket({ fees: free })

type Filled = Pick<Order, 'filledQuantity' | 'averagePrice'> & { readonly fees: Money | null }

function bought(market: 'first' | 'second', filled: Filled, side: 'buy' | 'sell' = 'buy'): Order {
  const intent = anIntent({ side, price: '0.50', ...(market === 'first' ? {} : { market: other, outcome: 'no' }) })
  return anOrder({ intent, status: 'filled', ...filled })
}

const at = (quantity: string, price: string | null, fees: string | null = '0'): Filled => ({
  filledQuantity: parseQuantity(quantity),
  averagePrice: price === null ? null : parsePrice(price),
  fees: fees === null ? null : parseMoney(fees),
})

function boundFor(orders: readonly Order[], worst: string, fees = free) {
  const [first, second, ...others] = orders
  if (first === undefined || second === undefined) throw new Error('a trade has two legs')
  const state = judgePair([first, second], others)
  if (state.kind !== 'imbalanced') throw new Error(`nothing to mend: ${state.kind}`)
  return lossBound(
    orders.map((order): PricedOrder => ({ order, fees })),
    state,
    parseMoney(worst),
  )
}

describe('what mending a trade may still cost', () => {
  // Ten at 0.50 and four at 0.40 are 6.60, of which four pairs bring back 4: the other six have to bring 1.60 of 2.60.
  const legs = [bought('first', at('10', '0.50')), bought('second', at('4', '0.40'))]

  it('is what all has cost, less a dollar for each pair, less the worst loss', () => {
    expect(boundFor(legs, '1')).to.deep.equal({ needed: parseMoney('1.6'), excess: parseQuantity('6') })
  })

  it('sets the lowest price of a sale and the highest of a purchase, for a part of the excess as for all of it', () => {
    const bound = boundFor(legs, '1.10')
    if (bound === null) throw new Error('the fees are known')
    for (const quantity of ['6', '3']) {
      const [sale, purchase] = [
        leastSalePrice(bound, noFees, parseQuantity(quantity)),
        mostPurchasePrice(bound, noFees, parseQuantity(quantity)),
      ]
      expect([sale, purchase].map((price) => price && formatAmount(price))).to.deep.equal(['0.25', '0.75'])
    }
  })

  it('takes what is not known of an order at its worst: its limit, and the highest fee', () => {
    const unknown = [bought('first', at('10', null, null)), bought('second', at('4', '0.40'))]
    const fee = worstTakerFee(balanceFee, { side: 'buy', price: parsePrice('0.50'), quantity: parseQuantity('10') })
    expect(boundFor(unknown, '1', balanceFee)?.needed).to.equal(parseMoney('1.6') + (fee ?? 0n))
  })

  it('promises nothing where fees are not known', () => {
    const unknown = [bought('first', at('10', '0.50', null)), bought('second', at('4', '0.40'))]
    expect(boundFor(unknown, '1', { kind: 'unknown', reason: 'test' })).to.equal(null)
  })

  it('lets nobody sell or buy where no price is good enough', () => {
    const bound = { needed: parseMoney('7'), excess: parseQuantity('6') }
    expect(leastSalePrice(bound, noFees, parseQuantity('6'))).to.equal(null)
    expect(mostPurchasePrice(bound, noFees, parseQuantity('6'))).to.equal(null)
  })

  it('is never exceeded once all is mended, in however many orders, some of which fill in part', () => {
    const cents = fc.integer({ min: 1, max: 99 }).map((price) => parsePrice((price / 100).toFixed(2)))
    const hundredths = (max: number) => fc.integer({ min: 1, max }).map((count) => BigInt(count) * 10_000n)
    fc.assert(
      fc.property(
        fc.record({ price: cents, quantity: hundredths(3_000), worst: hundredths(1_000), sells: fc.boolean() }),
        fc.array(hundredths(2_000), { maxLength: 4 }),
        ({ price, quantity, worst, sells }, parts) => {
          const market = aMarket({ fees: balanceFee })
          const fee = worstTakerFee(balanceFee, { side: 'buy', price, quantity: quantity as Quantity })
          const first = bought('first', { filledQuantity: quantity as Quantity, averagePrice: price, fees: fee })
          const second = bought('second', at('0', null))
          const others: Order[] = []
          for (const part of [...parts, quantity]) {
            const state = judgePair([first, second], others)
            if (state.kind !== 'imbalanced') break
            const all = [first, second, ...others].map((order) => ({ order, fees: balanceFee }))
            const bound = lossBound(all, state, worst as Money)
            if (bound === null) throw new Error('the fees are known')
            const limit = sells
              ? leastSalePrice(bound, market, state.excess)
              : mostPurchasePrice(bound, market, state.excess)
            if (limit === null) return
            const filled = (part < state.excess ? part : state.excess) as Quantity
            const side = sells ? 'sell' : 'buy'
            const fees = worstTakerFee(balanceFee, { side, price: limit, quantity: filled })
            others.push(bought(sells ? 'first' : 'second', { filledQuantity: filled, averagePrice: limit, fees }, side))
          }
          const state = judgePair([first, second], others)
          if (state.kind !== 'balanced') throw new Error(`not mended: ${state.kind}`)
          const kept = realizedEdge([first, second], others, state.pairs)
          expect(kept !== null && -kept <= worst + state.lone).to.equal(true)
        },
      ),
    )
  })
})
