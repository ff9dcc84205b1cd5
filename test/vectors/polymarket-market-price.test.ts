import { expect } from 'chai'
import { decodeWith } from '../../src/clients/decode.ts'
import { bookSchema } from '../../src/clients/polymarket/decode.ts'
import { formatAmount, parseMoney, parseQuantity } from '../../src/domain/amounts.ts'
import { buildBook, type OrderBook, walkDepth, walkSpending } from '../../src/domain/order-book.ts'
import { sideOf } from './amount-cases.ts'
import { describeVectors, eachCase } from './folder.ts'

interface Case {
  readonly side: string
  readonly orderType: 'FAK' | 'FOK'
  readonly amount: number
  readonly amountUnit: 'collateral' | 'shares'
  readonly levels: readonly { readonly price: string; readonly size: string }[]
  readonly result: { readonly price?: number; readonly error?: string }
}

/** The book that these levels are one side of, as our client reads it from the venue. */
function bookOf(one: Case): OrderBook {
  const sides = sideOf(one) === 'buy' ? { bids: [], asks: one.levels } : { bids: one.levels, asks: [] }
  const { bids, asks } = decodeWith(bookSchema, { asset_id: '1', ...sides }, 'book')
  return buildBook({ market: 'polymarket:any', bids, asks, capturedAtMs: 0 })
}

/** Null when the book cannot fill the order at all, or not whole where it must be. */
function priceReached(one: Case): string | null {
  const [book, amount] = [bookOf(one), String(one.amount)]
  const walk =
    sideOf(one) === 'buy'
      ? walkSpending(book, { dollars: parseMoney(amount), limit: null })
      : walkDepth(book, { side: 'sell', quantity: parseQuantity(amount), limit: null })
  const whole = sideOf(one) === 'buy' ? walk.notional >= parseMoney(amount) : walk.quantity >= parseQuantity(amount)
  if (walk.worstPrice === null || (one.orderType === 'FOK' && !whole)) return null
  return formatAmount(walk.worstPrice)
}

describeVectors<{ cases: readonly Case[] }>('polymarket-market-price', ['meta', 'cases[].levelsOrder'], (file) => {
  it('are the prices that our walk through the book reaches', () =>
    eachCase(file.cases, (one) => {
      expect(['FAK', 'FOK']).to.include(one.orderType)
      expect(one.amountUnit).to.equal(sideOf(one) === 'buy' ? 'collateral' : 'shares')
      const price = priceReached(one)
      expect(price === null ? { error: 'no match' } : { price: Number(price) }).to.deep.equal(one.result)
    }))
})
