import { expect } from 'chai'
import { bookHash } from '../../../src/clients/polymarket/book-hash.ts'
import { Host, polymarketAccount } from '../../../src/sandbox/host.ts'
import { readEntry } from '../../../src/sandbox/listing/read-entry.ts'
import { ApiKeys } from '../../../src/sandbox/polymarket/api-keys.ts'
import { createPolymarketFaces } from '../../../src/sandbox/polymarket/faces.ts'
import type { SocketSession } from '../../../src/sandbox/socket-face.ts'
import { memoryStore } from '../../../src/sandbox/state-files.ts'
import { TimedClock } from '../../support/timed-clock.ts'
import { polymarketEntry } from '../support/entries.ts'
import { type OrderSketch, placeCommand } from '../support/exchange.ts'
import { originMs, smallCatalogue } from '../support/small-catalogue.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into messages freely, and fail where something is missing.
type Message = any

const address = '0x1111111111111111111111111111111111111111'
const market = 'polymarket:pa'

/** A connection to one of the two channels without a network, and the exchange behind it. */
class Bench {
  readonly clock = new TimedClock(originMs)
  readonly host = new Host({
    store: memoryStore,
    clock: this.clock,
    freshSeed: () => 'sockets',
    createCatalogue: () => smallCatalogue([{ venue: 'polymarket', symbol: 'pa' }]),
  })
  readonly texts: string[] = []
  readonly closes: number[] = []
  readonly session: SocketSession
  readonly faces = createPolymarketFaces(this.host, {
    account: polymarketAccount,
    address,
    funder: address,
    signatureType: 0,
  })
  private orders = 0

  constructor(path: string) {
    const request = { method: 'GET', path, query: new URLSearchParams(), headers: {}, body: '' }
    const answer = this.faces.sockets.accept(request)
    if (answer?.kind !== 'open') throw new Error(`no socket at ${path}`)
    this.session = answer.start({
      send: (_type, text) => this.texts.push(text),
      ping: () => undefined,
      close: (code) => this.closes.push(code),
    })
    this.host.onChange((changes) => this.session.changed(changes))
  }

  hear(message: unknown): readonly string[] {
    return this.during(() => this.session.received(typeof message === 'string' ? message : JSON.stringify(message)))
  }

  during(happening: () => void): readonly string[] {
    const before = this.texts.length
    happening()
    return this.texts.slice(before)
  }

  place(sketch: OrderSketch): readonly Message[] {
    const orderId = `0x${String(++this.orders).padStart(64, '0')}`
    const command = placeCommand({ account: polymarketAccount, market, orderId, selfTrade: 'allow', ...sketch })
    return this.during(() => this.host.exchange.execute(command)).map((text) => JSON.parse(text))
  }

  list(body: Record<string, unknown>): readonly Message[] {
    const read = readEntry(body, this.clock.nowMs())
    if (read.kind === 'wrong') throw new Error(read.message)
    const happening = () => this.host.exchange.execute({ kind: 'list_event', entry: read.entry })
    return this.during(happening).map((text) => JSON.parse(text))
  }

  tick(ms: number): readonly Message[] {
    this.clock.advance(this.clock.nowMs() + ms)
    return this.during(() => {
      this.host.settleTime()
      this.session.tick()
    }).map((text) => JSON.parse(text))
  }

  async restBook(token: string): Promise<Message> {
    const query = new URLSearchParams({ token_id: token })
    const reply = await this.faces.clob.handle({ method: 'GET', path: '/book', query, headers: {}, body: '' })
    return JSON.parse(reply.body ?? '')
  }
}

describe("the sandbox's Polymarket market channel", () => {
  let bench: Bench
  const subscribe = { assets_ids: ['101', '102'], type: 'market', custom_feature_enabled: true }

  beforeEach(() => {
    bench = new Bench('/ws/market')
    bench.place({ price: '0.40', quantity: '10' })
  })

  it('answers a text ping, and a subscription that adds nothing', () => {
    expect(bench.hear('PING')).to.deep.equal(['PONG'])
    bench.hear(subscribe)
    expect(bench.hear({ assets_ids: ['101'], operation: 'subscribe' })).to.deep.equal(['NO NEW ASSETS'])
  })

  it('sends the books at once in a list, without two of the members that are hashed', async () => {
    const books = JSON.parse(bench.hear(subscribe)[0] ?? '')
    expect(books.map((book: Message) => book.asset_id)).to.deep.equal(['101', '102'])
    expect(books[0].bids).to.deep.equal([{ price: '0.4', size: '10' }])
    expect(books[1].asks).to.deep.equal([{ price: '0.6', size: '10' }])
    expect(books[0]).to.not.have.any.keys('min_order_size', 'neg_risk')
    expect(books[0].hash).to.equal(bookHash(await bench.restBook('101')))
  })

  it('tells the new size of a level, zero when it is gone, for both tokens in one message', async () => {
    bench.hear(subscribe)
    const [change, best] = bench.place({ price: '0.40', quantity: '5' })
    expect(change.event_type).to.equal('price_change')
    expect(change.price_changes.map((row: Message) => [row.asset_id, row.side, row.price, row.size])).to.deep.equal([
      ['101', 'BUY', '0.4', '15'],
      ['102', 'SELL', '0.6', '15'],
    ])
    expect(change.price_changes[0].hash).to.equal(bookHash(await bench.restBook('101')))
    expect([best.event_type, best.best_bid, best.best_ask]).to.deep.equal(['best_bid_ask', '0.4', ''])
    bench.clock.advance(originMs + 10)
    const [gone] = bench.during(() =>
      bench.host.exchange.execute({
        kind: 'cancel_all',
        account: polymarketAccount,
        market: null,
        outcome: null,
        tailMs: 0,
      }),
    )
    expect(JSON.parse(gone ?? '').price_changes[0].size).to.equal('0')
  })

  it('tells a trade, and the whole book after it', () => {
    bench.hear(subscribe)
    const quotes = {
      kind: 'set_book',
      market,
      bids: [],
      asks: [{ price: 450_000n as never, quantity: 9_000_000n as never }],
    } as const
    bench.during(() => bench.host.exchange.execute(quotes))
    const types = bench.place({ price: '0.45', quantity: '9', timeInForce: 'ioc' }).map(({ event_type }) => event_type)
    expect(types).to.include.members(['price_change', 'last_trade_price', 'book'])
    expect(types.lastIndexOf('book')).to.be.greaterThan(types.indexOf('last_trade_price'))
  })

  it('tells a new tick size and a result', () => {
    bench.hear(subscribe)
    bench.host.polymarket.ticks.set(market, '0.001')
    const [tick] = bench.tick(100)
    expect([tick.event_type, tick.old_tick_size, tick.new_tick_size]).to.deep.equal([
      'tick_size_change',
      '0.01',
      '0.001',
    ])
    const over = { closeMs: originMs, determineMs: originMs, yesPayout: 0n as never }
    const told = bench.during(() => bench.host.exchange.execute({ kind: 'set_market', market, schedule: over }))
    const resolved = told.map((text) => JSON.parse(text)).find(({ event_type }) => event_type === 'market_resolved')
    expect([resolved.winning_asset_id, resolved.winning_outcome]).to.deep.equal(['102', 'No'])
  })

  it('tells of each market that is listed to whoever asked for more, and to nobody else', () => {
    const plain = new Bench('/ws/market')
    plain.hear({ ...subscribe, custom_feature_enabled: false })
    expect(plain.list(polymarketEntry())).to.deep.equal([])
    const bench = new Bench('/ws/market')
    bench.hear(subscribe)
    const [message, ...others] = bench.list(polymarketEntry())
    expect(others).to.deep.equal([])
    expect(message).to.include({
      event_type: 'new_market',
      slug: 'more-than-five-in-2027',
      question: 'More than five?',
      description: 'Yes if there are more than five.',
      active: true,
      order_price_min_tick_size: '0.01',
      fees_enabled: true,
    })
    expect(message.fee_schedule).to.deep.equal({ exponent: '1', rate: '0.04', taker_only: true, rebate_rate: '0.25' })
    expect(message.assets_ids).to.deep.equal(message.clob_token_ids).and.to.have.length(2)
    expect(message.event_message.slug).to.equal('new-in-2027')
  })

  it('replays nothing to who subscribes again', () => {
    bench.hear(subscribe)
    bench.hear({ assets_ids: ['101', '102'], operation: 'unsubscribe' })
    expect(bench.place({ price: '0.41', quantity: '5' })).to.deep.equal([])
    const again = JSON.parse(bench.hear({ assets_ids: ['101'], operation: 'subscribe' })[0] ?? '')
    expect(again[0].bids.at(-1)).to.deep.equal({ price: '0.41', size: '5' })
  })
})

describe("the sandbox's Polymarket user channel", () => {
  let bench: Bench
  const login = () => new ApiKeys(bench.host.seed, [address]).derive(address, '0')

  beforeEach(() => {
    bench = new Bench('/ws/user')
  })

  it('closes a connection whose login will not do, and answers a good one with nothing', () => {
    expect(bench.hear({ auth: login(), type: 'user' })).to.deep.equal([])
    expect(bench.closes).to.deep.equal([])
    const other = new Bench('/ws/user')
    other.hear({ auth: { ...login(), secret: 'wrong' }, type: 'user' })
    expect(other.closes).to.have.length(1)
  })

  it('tells nothing before the login', () => {
    expect(bench.place({ price: '0.40', quantity: '10' })).to.deep.equal([])
  })

  it('tells the life of an order, and each state of a trade until it is confirmed', () => {
    bench.hear({ auth: login(), type: 'user' })
    bench.clock.advance(originMs + 10)
    const [placed] = bench.place({ price: '0.40', quantity: '10' })
    expect([placed.event_type, placed.type, placed.status]).to.deep.equal(['order', 'PLACEMENT', 'LIVE'])
    const bids = [] as const
    const news = bench
      .during(() =>
        bench.host.exchange.execute({
          kind: 'set_book',
          market,
          bids,
          asks: [{ price: 400_000n as never, quantity: 10_000_000n as never }],
        }),
      )
      .map((text) => JSON.parse(text))
    expect(news.map(({ event_type, type, status }) => [event_type, type, status])).to.deep.equal([
      ['trade', 'TRADE', 'MATCHED'],
      ['order', 'UPDATE', 'MATCHED'],
    ])
    const later = Array.from({ length: 40 }, () => bench.tick(1_000)).flat()
    expect(later.map(({ status }) => status)).to.deep.equal(['MINED', 'CONFIRMED'])
    expect(new Set([...later, news[0]].map(({ id }) => id)).size).to.equal(1)
  })

  it('tells only of the markets that were asked for', () => {
    bench.hear({ auth: login(), type: 'user', markets: [`0x${'9'.repeat(64)}`] })
    expect(bench.place({ price: '0.40', quantity: '10' })).to.deep.equal([])
  })
})
