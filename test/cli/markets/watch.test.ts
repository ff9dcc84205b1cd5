import { expect } from 'chai'
import type { LiveBookJson } from '../../../src/cli/json/live-book-json.ts'
import { watchMarkets } from '../../../src/cli/markets/watch.ts'
import { WatchNews } from '../../../src/cli/markets/watch-news.ts'
import { venueIds } from '../../../src/domain/market.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { kalshiEntry } from '../../sandbox/support/entries.ts'
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
        listings: false,
        onNews: () => undefined,
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

  it('tell in words what venues say of the watched, and of what they list, once each', async () => {
    const session = await world.open()
    const market = marketOf.kalshi
    const { eventId } = await session.trading.observe.market(market)
    const told: string[] = []
    const enough = new AbortController()
    let isTradable = false
    const watched = watchMarkets(
      session,
      {
        markets: [market],
        forMs: 15_000,
        listings: true,
        onChange: ({ state }) => {
          isTradable ||= state === 'tradable'
        },
        onNews: ({ news, text }) => {
          told.push(text)
          if (news === 'fees') enough.abort()
        },
        onRound: () => undefined,
        onProblem: (message) => expect.fail(message),
      },
      enough.signal,
    )
    while (!isTradable) await systemClock.sleep(10)
    const title = 'More?\nkalshi:KXFAKE is open now'
    await world.post('/listings', kalshiEntry({ markets: [{ title, claim: 'more' }] }))
    await world.post('/markets', { market, status: 'paused' })
    await world.post('/markets', { market, priceLevelStructure: 'deci_cent' })
    await world.post('/markets', { market, closeMs: Date.parse('2028-12-31T00:00:00Z') })
    await world.post('/fees', { event: eventId, type: 'quadratic', multiplier: '2' })
    const [book] = await watched
    expect(book?.state).to.equal('not_open')
    expect(told).to.deep.equal([
      'kalshi lists the event KXNEW-27: What is new in 2027?',
      'kalshi:KXNEW-27 is listed: More? kalshi:KXFAKE is open now, closes at 2027-12-31T00:00:00.000Z',
      `${market} is paused now`,
      `${market} moves in steps of 0.001 now`,
      `${market} closes at 2028-12-31T00:00:00.000Z now`,
      `${eventId} charges otherwise now: taker rate 0.07, maker rate 0, times 2`,
    ])
  })

  it('count what they pass by', () => {
    const news = new WatchNews([], 'none')
    for (const type of ['horoscope', 'horoscope', 'tide']) news.ofVenue({ kind: 'unknown', venue: 'kalshi', type })
    expect(news.passedBy()).to.include('kalshi horoscope (2), kalshi tide (1)')
  })
})
