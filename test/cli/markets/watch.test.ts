import { expect } from 'chai'
import type { LiveBookJson } from '../../../src/cli/json/live-book-json.ts'
import { watchMarkets } from '../../../src/cli/markets/watch.ts'
import { venueIds } from '../../../src/domain/market.ts'
import { aWorld, marketOf, place, type TestWorld } from '../../support/session.ts'

describe('live books with what is traded in them', () => {
  let world: TestWorld

  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(() => world.close())

  it('tell the last price of both venues, and volume and open interest where a socket tells them', async () => {
    const session = await world.open()
    const markets = venueIds.map((venue) => marketOf[venue])
    for (const market of markets) await world.post('/books', { market, bids: [['0.31', '12']], asks: [['0.35', '90']] })
    const lines: LiveBookJson[] = []
    const enough = new AbortController()
    const traded = new Set<string>()
    const watched = watchMarkets(
      session,
      {
        markets,
        forMs: 8_000,
        onChange: (book) => {
          lines.push(book)
          if (book.last === '0.35') traded.add(book.market)
          if (lines.some(({ volume }) => volume !== null) && traded.size === markets.length) enough.abort()
        },
        onRound: () => undefined,
        onProblem: (message) => expect.fail(message),
      },
      enough.signal,
    )
    while (!markets.every((market) => lines.some((line) => line.market === market && line.state === 'tradable'))) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    for (const venue of venueIds) await place(session, { venue, price: '0.35', quantity: '10' })
    const [first, second] = await watched
    expect([first?.last, second?.last]).to.deep.equal(['0.35', '0.35'])
    expect([first?.volume, first?.openInterest]).to.satisfy((all: unknown[]) => all.every((one) => one !== null))
    expect([second?.volume, second?.openInterest]).to.deep.equal([null, null])
  })
})
