import { expect } from 'chai'
import fc from 'fast-check'
import { addQuantity, cost, formatAmount, parseMoney, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import {
  bookOf,
  buildBook,
  isCrossed,
  type Level,
  type OrderBook,
  walkDepth,
  walkSpending,
} from '../../src/domain/order-book.ts'
import { aBook } from '../support/builders.ts'
import { lots, moneys, quotedPrices, shown } from './arbitraries.ts'

const level: fc.Arbitrary<Level> = fc.record({
  price: quotedPrices,
  quantity: fc.oneof(lots, fc.constant(parseQuantity('0'))),
})
const levels = fc.array(level, { maxLength: 12 })
const books: fc.Arbitrary<OrderBook> = fc
  .record({ bids: levels, asks: levels })
  .map((sides) => buildBook({ market: 'kalshi:KXTEST-26DEC31-A', ...sides, capturedAtMs: 0 }))

const rising = (side: readonly Level[]): boolean =>
  side.every((each, index) => index === 0 || each.price > (side[index - 1]?.price ?? each.price))

describe('order book', () => {
  it('has its best level first, each price once and no empty level', () => {
    fc.assert(
      fc.property(books, (book) => {
        expect(rising(book.asks) && rising([...book.bids].reverse())).to.equal(true)
        expect([...book.bids, ...book.asks].every((each) => each.quantity > 0n)).to.equal(true)
      }),
    )
  })

  it('joins levels of one price', () => {
    const book = aBook({
      bids: [
        ['0.4', '1'],
        ['0.41', '2'],
        ['0.4', '3'],
      ],
    })
    expect(book.bids.map((each) => [formatAmount(each.price), formatAmount(each.quantity)])).to.deep.equal([
      ['0.41', '2'],
      ['0.4', '4'],
    ])
  })

  it('mirrored twice is the same book', () => {
    fc.assert(
      fc.property(books, (book) => {
        expect(bookOf(bookOf(book, 'no'), 'no')).to.deep.equal(book)
      }),
    )
  })

  it('shows NO at the complement, with bids and asks changed over', () => {
    const no = bookOf(aBook({ bids: [['0.44', '7']], asks: [['0.45', '9']] }), 'no')
    expect([shown(no.bids[0]?.price ?? null), shown(no.asks[0]?.price ?? null)]).to.deep.equal(['0.55', '0.56'])
    expect(no.asks[0]?.quantity).to.equal(parseQuantity('7'))
  })

  it('is crossed alike from both outcomes', () => {
    fc.assert(fc.property(books, (book) => isCrossed(book) === isCrossed(bookOf(book, 'no'))))
  })

  it('is crossed when the bid equals the ask, and not when a side is empty', () => {
    const crossed = aBook({ bids: [['0.45', '1']], asks: [['0.45', '1']] })
    expect([isCrossed(crossed), isCrossed(aBook({ bids: [] })), isCrossed(aBook({}))]).to.deep.equal([
      true,
      false,
      false,
    ])
  })
})

describe('depth walk', () => {
  const order = fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    quantity: lots,
    limit: fc.option(quotedPrices, { nil: null }),
  })

  it('never takes more than wanted or than there is, nor beyond the limit', () => {
    fc.assert(
      fc.property(books, order, (book, wanted) => {
        const walk = walkDepth(book, wanted)
        const side = wanted.side === 'buy' ? book.asks : book.bids
        const reachable = side.filter(
          ({ price }) =>
            wanted.limit === null || (wanted.side === 'buy' ? price <= wanted.limit : price >= wanted.limit),
        )
        const there = addQuantity(...reachable.map((each) => each.quantity))
        expect(walk.quantity).to.equal(there < wanted.quantity ? there : wanted.quantity)
        expect(walk.worstPrice === null || reachable.some((each) => each.price === walk.worstPrice)).to.equal(true)
      }),
    )
  })

  it('a buyer never pays more than all at the worst price, a seller never gets less', () => {
    fc.assert(
      fc.property(books, order, (book, wanted) => {
        const { quantity, notional, worstPrice } = walkDepth(book, wanted)
        if (worstPrice === null) return notional === 0n
        // Each level rounds by itself.
        const slack = BigInt(book.asks.length + book.bids.length)
        const bound = cost(worstPrice, quantity, wanted.side === 'buy' ? 'up' : 'down')
        return wanted.side === 'buy' ? notional <= bound + slack : notional >= bound - slack
      }),
    )
  })

  it('takes levels from the best on', () => {
    const book = aBook({
      asks: [
        ['0.46', '10'],
        ['0.45', '5'],
        ['0.5', '100'],
      ],
    })
    const walk = walkDepth(book, { side: 'buy', quantity: parseQuantity('10'), limit: parsePrice('0.46') })
    expect([walk.quantity, walk.notional, walk.worstPrice, walk.averagePrice].map(shown)).to.deep.equal([
      '10',
      '4.55',
      '0.46',
      '0.455',
    ])
  })

  it('that spends a sum takes what it buys, also when that is more than at the limit', () => {
    const book = aBook({
      asks: [
        ['0.4', '5'],
        ['0.5', '100'],
      ],
    })
    const walk = walkSpending(book, { dollars: parseMoney('5'), limit: parsePrice('0.5') })
    expect([walk.quantity, walk.notional, walk.worstPrice].map(shown)).to.deep.equal(['11', '5', '0.5'])
    const cheap = walkSpending(book, { dollars: parseMoney('5'), limit: parsePrice('0.4') })
    expect([cheap.quantity, cheap.notional, cheap.worstPrice].map(shown)).to.deep.equal(['5', '2', '0.4'])
  })

  it('that spends a sum stays within it, and leaves no contract that it could still buy', () => {
    fc.assert(
      fc.property(books, moneys, fc.option(quotedPrices, { nil: null }), (book, dollars, limit) => {
        const { quantity, notional } = walkSpending(book, { dollars, limit })
        expect(notional <= (dollars > 0n ? dollars : 0n)).to.equal(true)
        const same = walkDepth(book, { side: 'buy', quantity, limit })
        // Each level of the other walk rounds by itself.
        expect(same.quantity === quantity && same.notional - notional <= BigInt(book.asks.length)).to.equal(true)
        const more = walkDepth(book, { side: 'buy', quantity: addQuantity(quantity, parseQuantity('0.00001')), limit })
        expect(more.quantity === quantity || more.notional > dollars).to.equal(true)
      }),
    )
  })

  it('of an empty side trades nothing and has no price', () => {
    const walk = walkDepth(aBook({ asks: [] }), { side: 'buy', quantity: parseQuantity('1'), limit: null })
    expect([walk.quantity, walk.worstPrice, walk.averagePrice]).to.deep.equal([0n, null, null])
  })
})
