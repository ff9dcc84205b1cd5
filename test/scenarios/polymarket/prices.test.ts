import { expect } from 'chai'
import type { Session } from '../../../src/cli/session/session.ts'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { bookOf } from '../../../src/domain/order-book.ts'
import { showMarket } from '../../../src/engine/markets/show-market.ts'
import { planOrder } from '../../../src/engine/place/plan-order.ts'
import { aDraft } from '../../support/session.ts'
import { type Json, plain, Scenario } from './support.ts'

describe('polymarket scenario: prices and books', () => {
  let scenario: Scenario
  let session: Session
  let yes: string
  let no: string
  before(async () => {
    scenario = await Scenario.open()
    session = await scenario.session()
    const { market } = await showMarket(session.trading, plain)
    yes = market.routing.yesToken ?? ''
    no = market.routing.noToken ?? ''
    await scenario.book(
      [
        ['0.44', '10'],
        ['0.42', '30'],
        ['0.43', '20'],
      ],
      [
        ['0.47', '25'],
        ['0.46', '15'],
      ],
    )
  })
  after(() => scenario.close())

  it('asks the venue what can be had: /price BUY is the best bid and SELL the best ask', async () => {
    const priceOf = async (side: string): Promise<unknown> =>
      (await scenario.ask(`/price?token_id=${yes}&side=${side}`)).json.price
    expect([await priceOf('BUY'), await priceOf('SELL')]).to.deep.equal(['0.44', '0.46'])
    expect((await scenario.ask(`/midpoint?token_id=${yes}`)).json).to.deep.equal({ mid: '0.45' })
    expect((await scenario.ask(`/spread?token_id=${yes}`)).json).to.deep.equal({ spread: '0.02' })
  })

  it('buys at the ask and sells at the bid all the same, since it prices from the book', async () => {
    const plan = (side: 'buy' | 'sell', price: string) =>
      planOrder(session.trading, aDraft({ venue: 'polymarket', side, quantity: '10', price }))
    const [buying, selling] = [await plan('buy', '0.46'), await plan('sell', '0.44')]
    expect([buying, selling].map(({ expected }) => expected.averagePrice)).to.deep.equal([460_000n, 440_000n])
    // At the price that /price calls BUY nothing can be bought.
    expect((await plan('buy', '0.44')).expected.averagePrice).to.equal(null)
  })

  it('finds the best level wherever the venue lists it: last, or anywhere', async () => {
    const { json } = await scenario.ask(`/book?token_id=${yes}`)
    expect(json.bids.map(({ price }: Json) => price)).to.deep.equal(['0.42', '0.43', '0.44'])
    expect(json.asks.map(({ price }: Json) => price)).to.deep.equal(['0.47', '0.46'])
    const shuffled = { ...json, bids: [json.bids[1], json.bids[2], json.bids[0]] }
    for (const body of [json, shuffled]) {
      await scenario.fault('status', { endpoint: 'get_book', status: 200, body: JSON.stringify(body), executed: false })
      const { book } = await showMarket(session.trading, plain)
      expect(book?.bids.map(({ price }) => formatAmount(price))).to.deep.equal(['0.44', '0.43', '0.42'])
      expect(book?.asks.map(({ price }) => formatAmount(price))).to.deep.equal(['0.46', '0.47'])
    }
  })

  it('shows one liquidity under two tokens, and counts it once', async () => {
    const mirrored = (await scenario.ask(`/book?token_id=${no}`)).json
    expect(mirrored.asks.map(({ price, size }: Json) => [price, size])).to.deep.equal([
      ['0.58', '30'],
      ['0.57', '20'],
      ['0.56', '10'],
    ])
    const { book } = await showMarket(session.trading, plain)
    if (book === null) throw new Error('no book')
    // Selling YES and buying NO take the same ten contracts.
    expect(bookOf(book, 'no').asks.map(({ quantity }) => formatAmount(quantity))).to.deep.equal(['10', '20', '30'])
    expect(book.bids.map(({ quantity }) => formatAmount(quantity))).to.deep.equal(['10', '20', '30'])
  })

  it('reads every page of a list from MA== to LTE=, and stops at a cursor that comes back', async () => {
    const page = { limit: 100, count: 0, next_cursor: 'MA==', data: [] }
    await scenario.fault('status', {
      endpoint: 'list_orders',
      status: 200,
      body: JSON.stringify(page),
      executed: false,
    })
    const client = await session.trading.client('polymarket')
    expect(await client.listOpenOrders()).to.deep.equal([])
    expect((await scenario.call('GET', '/data/orders?next_cursor=garbage')).status).to.equal(400)
    expect((await scenario.call('GET', '/data/orders?next_cursor=LTE=')).json).to.include({ next_cursor: 'LTE=' })
  })
})
