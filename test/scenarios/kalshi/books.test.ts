import { expect } from 'chai'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { VenueError } from '../../../src/domain/errors.ts'
import type { OrderBook } from '../../../src/domain/order-book.ts'
import { showMarket } from '../../../src/engine/markets/show-market.ts'
import { aKalshiWorld, type Json, type KalshiWorld, market } from './world.ts'

/** Two ladders of bids, each in its own outcome's prices, the best one last (venue page §5.4). */
describe('kalshi scenario: order books', () => {
  let world: KalshiWorld
  before(async () => {
    world = await aKalshiWorld()
  })
  after(() => world.close())
  afterEach(() => world.control('DELETE', '/faults'))

  const read = async (): Promise<OrderBook> => world.client.getBook(await world.client.getMarket('KXSHARD0'))
  const prices = (levels: OrderBook['bids']): readonly string[] => levels.map(({ price }) => formatAmount(price))

  it('at the venue: ascending, NO in the prices of NO', async () => {
    await world.book(
      [
        ['0.47', '3'],
        ['0.46', '10'],
      ],
      [
        ['0.52', '3'],
        ['0.60', '7'],
      ],
    )
    const { body } = await world.venue('GET', '/markets/KXSHARD0/orderbook')
    expect(body.orderbook_fp).to.deep.equal({
      yes_dollars: [
        ['0.4600', '10.00'],
        ['0.4700', '3.00'],
      ],
      no_dollars: [
        ['0.4000', '7.00'],
        ['0.4800', '3.00'],
      ],
    })
    const { body: top } = await world.venue('GET', '/markets/KXSHARD0/orderbook?depth=1')
    expect(top.orderbook_fp, 'the best of each side').to.deep.equal({
      yes_dollars: [['0.4700', '3.00']],
      no_dollars: [['0.4800', '3.00']],
    })
  })

  it('here: best first on both sides, all in prices of YES, whatever the order on the wire', async () => {
    const book = await read()
    expect([prices(book.bids), prices(book.asks)]).to.deep.equal([
      ['0.47', '0.46'],
      ['0.52', '0.6'],
    ])
    // The venue's schema says best to worst, the wire shows the other way round.
    await answerWith({
      yes_dollars: [
        ['0.4700', '3.00'],
        ['0.4600', '10.00'],
      ],
      no_dollars: [['0.4800', '3.00']],
    })
    const turned = await read()
    expect([prices(turned.bids), prices(turned.asks)]).to.deep.equal([['0.47', '0.46'], ['0.52']])
  })

  for (const [what, ladders, bids, asks] of [
    ['missing', { yes_dollars: [['0.4700', '3.00']] }, ['0.47'], []],
    ['null', { yes_dollars: null, no_dollars: [['0.4800', '3.00']] }, [], ['0.52']],
    ['empty', { yes_dollars: [], no_dollars: [['0.4800', '3.00']] }, [], ['0.52']],
  ] as const) {
    it(`here: a side that is ${what} is an empty side`, async () => {
      await answerWith(ladders)
      const book = await read()
      expect([prices(book.bids), prices(book.asks)]).to.deep.equal([bids, asks])
    })
  }

  it('here: an immediate order against an empty side is denied, since nothing bounds its price', async () => {
    await world.book([['0.40', '5']], [])
    const { verdict } = await world.plan({ price: '0.50', timeInForce: 'ioc' })
    expect(verdict.kind === 'denied' && verdict.denials.map(({ code }) => code)).to.deep.equal(['NO_LIQUIDITY'])
  })

  it('at the venue: an unknown ticker has an empty book and status 200', async () => {
    const { status, body } = await world.venue('GET', '/markets/KXNOWHERE/orderbook')
    expect([status, body.orderbook_fp]).to.deep.equal([200, { yes_dollars: [], no_dollars: [] }])
    const { body: batch } = await world.venue('GET', '/markets/orderbooks?tickers=KXSHARD0,KXSHARD1')
    expect((batch.orderbooks as readonly Json[]).map(({ ticker }) => ticker)).to.deep.equal(['KXSHARD0,KXSHARD1'])
  })

  it('here: a market that vanished has no book, not an empty one', async () => {
    const known = await world.client.getMarket('KXSHARD0')
    const problem: unknown = await world.client
      .getBook({ ...known, id: 'kalshi:KXNOWHERE', symbol: 'KXNOWHERE' })
      .catch((error: unknown) => error)
    expect(problem).to.be.instanceOf(VenueError)
    expect(problem).to.deep.include({ kind: 'not_found' })
    const shown: unknown = await showMarket(world.session.trading, 'kalshi:KXNOWHERE').catch((error: unknown) => error)
    expect(shown).to.deep.include({ kind: 'not_found' })
  })

  it('here: a market that is there and that nobody quotes has an empty book', async () => {
    await world.book([], [])
    const { book } = await showMarket(world.session.trading, market)
    expect([book?.bids.length, book?.asks.length]).to.deep.equal([0, 0])
  })

  it('here: the quote of an empty side is no price, whatever is printed for it', async () => {
    await world.book([['0.40', '5']], [])
    const { body } = await world.venue('GET', '/markets/KXSHARD0')
    expect(body.market).to.include({ yes_ask_dollars: '1.0000', yes_ask_size_fp: '0.00' })
    expect(await world.client.getMarket('KXSHARD0')).to.include({ bestAsk: null, bestBid: 400_000n })
  })

  function answerWith(ladders: Json): Promise<void> {
    const body = JSON.stringify({ orderbook_fp: ladders })
    return world.spoil('get_orderbook', { fault: 'status', status: 200, body, executed: false })
  }
})
