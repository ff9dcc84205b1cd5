import { sign } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import type { Settings } from '../../../src/cli/config/settings.ts'
import type { Session } from '../../../src/cli/session/session.ts'
import { openStream } from '../../../src/clients/index.ts'
import type { VenueError } from '../../../src/domain/errors.ts'
import { type MarketId, type VenueId, venueIds } from '../../../src/domain/market.ts'
import type { AccountEvent, Link, TradePrint, VenueStream } from '../../../src/domain/venue-stream.ts'
import { copyOfBook, MarketFeed } from '../../../src/marketdata/market-feed.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { ApiKeys } from '../../../src/sandbox/polymarket/api-keys.ts'
import { aWorld, marketOf, place, type TestWorld } from '../../support/session.ts'

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
  const open = (venue: VenueId) =>
    session.openStream(venue, { sink, followAccount: true, followTrades: true, followQuotes: true })
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

  it("open at Kalshi by a clock that is half a minute off, once an answer has told the venue's time", async () => {
    const { rest, ws, apiKeyId, privateKeyPath } = world.sandbox.kalshi
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() - 30_000 }
    const seen: string[] = []
    const stream = await openStream('kalshi', {
      urls: { rest, ws },
      account: { kind: 'credentials', values: { apiKeyId, privateKeyPath: privateKeyPath ?? '' } },
      clock,
      timeoutMs: 5_000,
      userAgent: 'test',
      sink: {
        onMarket: () => undefined,
        onLink: ({ state }) => seen.push(state.kind === 'waiting' ? state.reason : state.kind),
      },
      followAccount: false,
      followTrades: false,
      followQuotes: false,
    })
    try {
      await until('a socket that opens', () => seen.includes('up'))
      expect(seen.filter((each) => each.includes('401'))).to.have.length(1)
    } finally {
      await stream.close()
    }
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

  it('stay off the tape with what logs in, and on it with everything else', async () => {
    const captureDir = join(world.dataDir, 'recordings')
    const taped = await openBench(world, { captureDir, captureFilter: 'all', session: 'live' })
    await untilTradable(taped)
    const missed = () => taped.account.filter(({ kind }) => kind === 'missed').length
    await until('both logins', () => missed() === 2)
    await taped.close()
    await taped.session[Symbol.asyncDispose]()
    const folder = join(captureDir, 'live')
    const files = readdirSync(folder).filter((file) => file.includes('_WS_'))
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
    expect(files).to.have.length(3)
    expect(text).to.include('orderbook_snapshot').and.to.include('"type\\":\\"user')
    const keys = new ApiKeys('00'.repeat(32), [world.sandbox.polymarket.funder]).derive(
      world.sandbox.polymarket.funder,
      '0',
    )
    for (const secret of [keys?.apiKey, keys?.secret, keys?.passphrase]) expect(text).to.not.include(secret ?? 'no key')
  })
})

describe('the sandbox for any socket client that follows the pages of the venues', () => {
  let world: TestWorld

  before(async () => {
    world = await aWorld()
  })
  after(() => world.close())

  const firstOf = (url: string, talk: readonly string[] = [], headers: Readonly<Record<string, string>> = {}) =>
    new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(url, { headers: { ...headers } })
      socket.on('unexpected-response', (_request, response) => resolve(`status ${response.statusCode}`))
      socket.on('error', reject)
      socket.on('open', () => {
        for (const text of talk) socket.send(text)
      })
      socket.on('message', (data) => {
        resolve(String(data))
        socket.close()
      })
    })

  it('refuses a handshake at Kalshi without a signature, and takes one with it', async () => {
    const { ws, apiKeyId, privateKeyPem } = world.sandbox.kalshi
    expect(await firstOf(ws)).to.equal('status 401')
    const timestamp = String(Date.now())
    const signature = sign(null, Buffer.from(`${timestamp}GET/trade-api/ws/v2`), privateKeyPem).toString('base64')
    const headers = {
      'KALSHI-ACCESS-KEY': apiKeyId,
      'KALSHI-ACCESS-TIMESTAMP': timestamp,
      'KALSHI-ACCESS-SIGNATURE': signature,
    }
    const talk = ['{"id":1,"cmd":"subscribe","params":{"channels":["trade"]}}']
    expect(await firstOf(ws, talk, headers)).to.equal('{"type":"subscribed","id":1,"msg":{"channel":"trade","sid":1}}')
  })

  it('answers PING at Polymarket', async () => {
    expect(await firstOf(`${world.sandbox.polymarket.ws}/market`, ['PING'])).to.equal('PONG')
  })

  it('answers a handshake with another status when told to', async () => {
    await world.post('/faults', { fault: 'status', status: 502, endpoint: 'connect', venue: 'polymarket' })
    expect(await firstOf(`${world.sandbox.polymarket.ws}/market`)).to.equal('status 502')
  })
})
