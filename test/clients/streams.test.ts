import { expect } from 'chai'
import type { Session } from '../../src/cli/session.ts'
import type { Settings } from '../../src/cli/settings.ts'
import type { VenueError } from '../../src/domain/errors.ts'
import { type MarketId, type VenueId, venueIds } from '../../src/domain/market.ts'
import type { AccountEvent, Link, TradePrint, VenueStream } from '../../src/domain/venue-stream.ts'
import { copyOfBook, MarketFeed } from '../../src/marketdata/market-feed.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

/** A session's streams of both venues on one feed. */
interface Bench {
  readonly session: Session
  readonly feed: MarketFeed
  readonly streams: Readonly<Record<VenueId, VenueStream>>
  readonly problems: VenueError[]
  readonly account: AccountEvent[]
  readonly prints: TradePrint[]
  readonly downs: string[]
  close(): Promise<void>
}

async function openBench(world: TestWorld, changes: Partial<Settings> = {}): Promise<Bench> {
  const session = await world.open(changes)
  const feed = new MarketFeed({ clock: systemClock, staleAfterMs: 10_000 })
  const [problems, account, prints, downs]: [VenueError[], AccountEvent[], TradePrint[], string[]] = [[], [], [], []]
  const sink = {
    onMarket: (event: Parameters<MarketFeed['apply']>[0]) => feed.apply(event),
    onAccount: (event: AccountEvent) => account.push(event),
    onPrint: (print: TradePrint) => prints.push(print),
    onProblem: (problem: VenueError) => problems.push(problem),
    onLink: ({ state }: Link) => (state.kind === 'waiting' ? downs.push(state.reason) : 0),
  }
  const open = (venue: VenueId) => session.openStream(venue, { sink, followAccount: true, followTrades: true })
  const streams = { kalshi: await open('kalshi'), polymarket: await open('polymarket') }
  for (const venue of venueIds) {
    const market = await session.trading.observe.market(marketOf[venue])
    feed.watch(market)
    streams[venue].watch([market])
  }
  feed.onDoubt((market) => streams[market.startsWith('kalshi') ? 'kalshi' : 'polymarket'].resync(market))
  return {
    session,
    feed,
    streams,
    problems,
    account,
    prints,
    downs,
    close: async () => {
      await Promise.all(venueIds.map((venue) => streams[venue].close()))
    },
  }
}

async function until(what: string, isSo: () => boolean, forMs = 8_000): Promise<void> {
  const endMs = Date.now() + forMs
  while (!isSo()) {
    if (Date.now() > endMs) throw new Error(`not in ${forMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function stateOf({ feed }: Bench, id: MarketId): string {
  const state = feed.book(id)?.state
  return state === undefined ? 'not watched' : state.kind === 'tradable' ? 'tradable' : state.reason.kind
}

const ids = venueIds.map((venue) => marketOf[venue])

async function untilTradable(bench: Bench): Promise<void> {
  await until(`tradable books (${ids.map((id) => stateOf(bench, id)).join(', ')})`, () =>
    ids.every((id) => stateOf(bench, id) === 'tradable'),
  )
}

describe('streams of both venues on the sandbox', () => {
  let world: TestWorld
  let bench: Bench

  beforeEach(async () => {
    world = await aWorld()
    bench = await openBench(world)
  })
  afterEach(async () => {
    await bench.close()
    await world.close()
  })

  const best = (id: MarketId) => {
    const book = bench.feed.book(id)
    return `${book?.bids[0]?.quantity}@${book?.bids[0]?.price} ${book?.asks[0]?.quantity}@${book?.asks[0]?.price}`
  }

  it('follow the books that REST shows', async () => {
    await untilTradable(bench)
    for (const id of ids) {
      await world.post('/books', {
        market: id,
        bids: [
          ['0.31', '12'],
          ['0.3', '7'],
        ],
        asks: [['0.35', '9']],
      })
    }
    for (const id of ids) {
      await until(`the new book of ${id}`, () => best(id) === '12000000@310000 9000000@350000')
      const market = await bench.session.trading.observe.market(id)
      const rest = await bench.session.trading.observe.book(market)
      const live = bench.feed.book(id)
      expect(live === null ? null : copyOfBook(live, rest.capturedAtMs)).to.deep.equal(rest)
    }
    expect(bench.problems).to.deep.equal([])
  })

  it('tell of our orders, fills and positions, and of the trades that everybody sees', async () => {
    await untilTradable(bench)
    for (const id of ids) await world.post('/books', { market: id, bids: [['0.31', '12']], asks: [['0.35', '90']] })
    for (const venue of venueIds) await place(bench.session, { venue, price: '0.35', quantity: '10' })
    for (const venue of venueIds) {
      await until(`the fill at ${venue}`, () =>
        bench.account.some((event) => event.kind === 'fill' && event.fill.venue === venue),
      )
      await until(`the order at ${venue}`, () =>
        bench.account.some((event) => event.kind === 'order' && event.venue === venue),
      )
      await until(`the print of ${venue}`, () => bench.prints.some(({ market }) => market === marketOf[venue]))
    }
    const fills = bench.account.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []))
    for (const fill of fills) {
      expect([fill.outcome, fill.side, fill.quantity, fill.price]).to.deep.equal(['yes', 'buy', 10_000_000n, 350_000n])
    }
    const positions = bench.account.flatMap((event) => (event.kind === 'position' ? [event.net] : []))
    expect(positions).to.deep.equal([10_000_000n])
    expect(bench.problems).to.deep.equal([])
  })

  it('come back after a connection that broke off without a word', async () => {
    await untilTradable(bench)
    await world.post('/faults', { fault: 'reset_socket', endpoint: 'orderbook_delta' })
    await world.post('/faults', { fault: 'reset_socket', endpoint: 'price_change' })
    for (const id of ids) await world.post('/books', { market: id, bids: [['0.21', '12']], asks: [['0.35', '9']] })
    await until('both connections to be lost', () => bench.downs.length >= 2)
    await untilTradable(bench)
    for (const id of ids) await until(`the new book of ${id}`, () => best(id) === '12000000@210000 9000000@350000')
    expect(bench.streams.kalshi.links.map(({ reconnects }) => reconnects)).to.deep.equal([1])
  })

  it('mark a market that was paused or closed, whatever its book shows', async () => {
    await untilTradable(bench)
    await world.post('/markets', { market: marketOf.kalshi, status: 'paused' })
    await until('the pause', () => stateOf(bench, marketOf.kalshi) === 'not_open')
    await world.post('/markets', { market: marketOf.kalshi, status: 'open' })
    await untilTradable(bench)
    await world.post('/markets', { market: marketOf.polymarket, status: 'determined', result: 'yes' })
    await until('the resolution', () => stateOf(bench, marketOf.polymarket) === 'not_open')
  })
})
