import { expect } from 'chai'
import { KalshiProtocol } from '../../src/clients/kalshi/stream-protocol.ts'
import { PolymarketMarkets } from '../../src/clients/polymarket/stream-protocol.ts'
import { PolymarketUser } from '../../src/clients/polymarket/stream-user.ts'
import type { VenueError } from '../../src/domain/errors.ts'
import type { MarketEvent } from '../../src/domain/market-stream.ts'
import type { AccountEvent } from '../../src/domain/venue-stream.ts'
import { marketOf } from '../marketdata/rig.ts'

/** What a stream tells, in order. */
class Ear {
  readonly events: MarketEvent[] = []
  readonly account: AccountEvent[] = []
  readonly problems: VenueError[] = []
  readonly sink = {
    onMarket: (event: MarketEvent) => this.events.push(event),
    onAccount: (event: AccountEvent) => this.account.push(event),
    onProblem: (problem: VenueError) => this.problems.push(problem),
  }

  get kinds(): readonly string[] {
    return this.events.map((event) => (event.kind === 'doubt' ? `doubt ${event.doubt.kind}` : event.kind))
  }
}

describe("reading Kalshi's frames", () => {
  let ear: Ear
  let protocol: KalshiProtocol
  const frame = (seq: number, type: string, msg: object) =>
    JSON.stringify({ type, sid: 1, seq, msg: { market_ticker: 'KXA', market_id: '', ...msg } })
  const good = { price_dollars: '0.4500', delta_fp: '-3.00', side: 'yes' }

  beforeEach(() => {
    ear = new Ear()
    protocol = new KalshiProtocol({
      sink: ear.sink,
      channels: { quotes: false, trades: false, account: true },
      nowMs: () => 0,
      proveEveryMs: 1_000,
      answerWithinMs: 1_000,
    })
    protocol.watch(['KXA'])
    protocol.opened()
    protocol.received('{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}')
    protocol.received(frame(1, 'orderbook_snapshot', { yes_dollars_fp: [['0.4500', '9.00']] }))
    ear.events.length = 0
  })

  it('takes a change with its sign', () => {
    protocol.received(frame(2, 'orderbook_delta', good))
    expect(ear.events[0]).to.deep.equal({
      kind: 'change',
      market: 'kalshi:KXA',
      side: 'bid',
      price: 450_000n,
      by: -3_000_000n,
    })
  })

  const bad: readonly (readonly [string, object])[] = [
    ['a price as a number', { ...good, price_dollars: 0.45 }],
    ['a price outside the book', { ...good, price_dollars: '1.4500' }],
    ['a change with an exponent', { ...good, delta_fp: '1e3' }],
    ['a change that is missing', { price_dollars: '0.4500', side: 'yes' }],
    ['a third side', { ...good, side: 'maybe' }],
    ['a market that is no text', { ...good, market_ticker: 7 }],
  ]
  for (const [what, msg] of bad) {
    it(`reports ${what} by name, changes nothing, and has the book read anew`, () => {
      const sent = protocol.received(frame(2, 'orderbook_delta', msg))
      expect(ear.problems.map(({ code }) => code)).to.deep.equal(['STREAM_FRAME_UNREADABLE'])
      expect(ear.kinds).to.deep.equal(['doubt undecodable'])
      expect(sent.join()).to.include('get_snapshot')
      // The frame was counted: what follows it is no gap.
      protocol.received(frame(3, 'orderbook_delta', good))
      expect(ear.kinds).to.not.include('doubt gap')
    })
  }

  it('drops duplicates and what was overtaken, and names a gap', () => {
    protocol.received(frame(2, 'orderbook_delta', good))
    protocol.received(frame(2, 'orderbook_delta', good))
    expect(ear.kinds).to.deep.equal(['change', 'proven'])
    protocol.received(frame(4, 'orderbook_delta', good))
    protocol.received(frame(3, 'orderbook_delta', good))
    expect(ear.kinds).to.deep.equal(['change', 'proven', 'doubt gap', 'change'])
  })

  it('counts the messages of a subscription whose own answer was lost, or could not be read', () => {
    protocol.lost()
    protocol.opened()
    protocol.received('{"type":"subscr')
    ear.events.length = 0
    protocol.received(frame(1, 'orderbook_snapshot', { yes_dollars_fp: [['0.4500', '9.00']] }))
    protocol.received(frame(2, 'orderbook_delta', good))
    protocol.received(frame(4, 'orderbook_delta', good))
    expect(ear.kinds).to.deep.equal(['snapshot', 'proven', 'change', 'proven', 'doubt gap', 'change'])
  })

  for (const code of [10, 25]) {
    it(`begins anew after the terminal error ${code}`, () => {
      protocol.received(JSON.stringify({ type: 'error', sid: 1, msg: { code, msg: 'over' } }))
      expect(ear.problems[0]?.venueCode).to.equal(String(code))
      expect(protocol.tick().kind).to.equal('reconnect')
    })
  }

  it('says that something was missed when a fill cannot be read', () => {
    protocol.received(
      '{"type":"fill","sid":3,"msg":{"trade_id":"t","order_id":"o","market_ticker":"KXA","count_fp":"x"}}',
    )
    expect(ear.account.at(-1)).to.deep.equal({ kind: 'missed', venue: 'kalshi', why: 'undecodable' })
    expect(ear.problems).to.have.length(1)
  })

  it('believes nothing any more after a message of which nothing can be read, until it is told anew', () => {
    protocol.received(frame(2, 'orderbook_delta', good))
    ear.events.length = 0
    const sent = protocol.received('null')
    expect(ear.kinds).to.deep.equal(['status_unknown', 'doubt undecodable'])
    expect(sent.join()).to.include('get_snapshot')
    expect(ear.account.at(-1)).to.deep.equal({ kind: 'missed', venue: 'kalshi', why: 'undecodable' })
  })

  it('reports what is no JSON, and ignores types that it does not know', () => {
    protocol.received('<html>')
    protocol.received('{"type":"horoscope","sid":9,"seq":4,"msg":{}}')
    expect(ear.problems.map(({ code }) => code)).to.deep.equal(['STREAM_FRAME_UNREADABLE'])
  })
})

describe("reading Polymarket's frames", () => {
  const book = {
    event_type: 'book',
    market: `0x${'1'.repeat(64)}`,
    asset_id: '101',
    timestamp: '1777366758691',
    hash: 'not verified',
    bids: [{ price: '0.4', size: '10' }],
    asks: [{ price: '0.6', size: '10' }],
    tick_size: '0.01',
    last_trade_price: '',
  }
  const change = (more: object, timestamp = '1777366758700') => ({
    event_type: 'price_change',
    market: book.market,
    timestamp,
    price_changes: [
      { asset_id: '101', price: '0.41', size: '5', side: 'BUY', hash: 'h', best_bid: '0.41', best_ask: '0.6', ...more },
    ],
  })
  let ear: Ear
  let markets: PolymarketMarkets
  const hear = (message: unknown) => markets.received(typeof message === 'string' ? message : JSON.stringify(message))

  beforeEach(() => {
    ear = new Ear()
    markets = new PolymarketMarkets({ sink: ear.sink, nowMs: () => 0, proveEveryMs: 1_000 })
    markets.add(marketOf('polymarket:pa'))
    markets.opened()
    hear([book])
    ear.events.length = 0
  })

  it('takes words that are no JSON, lists and line ends for what they are', () => {
    for (const text of ['PONG', 'NO NEW ASSETS', '', `${JSON.stringify([change({})])}\n`]) hear(text)
    expect(ear.kinds).to.deep.equal(['level', 'best'])
    expect(ear.problems).to.deep.equal([])
  })

  it('drops what is older than the book', () => {
    hear(change({}, '1777366758600'))
    expect(ear.kinds).to.deep.equal([])
  })

  const bad: readonly (readonly [string, object])[] = [
    ['a size as a number', { size: 5 }],
    ['a price above a dollar', { price: '1.5' }],
    ['a third side', { side: 'HOLD' }],
    ['no hash', { hash: undefined }],
  ]
  for (const [what, more] of bad) {
    it(`reports ${what} by name, and has the book read from REST`, () => {
      hear(change(more))
      expect(ear.problems.map(({ code }) => code)).to.deep.equal(['STREAM_FRAME_UNREADABLE'])
      expect(ear.kinds).to.deep.equal(['doubt undecodable'])
      expect(markets.toRead()).to.deep.equal(['101'])
    })
  }

  it('does not let an answer of REST that is older than the feed undo what was heard', () => {
    hear(change({}))
    markets.readingBegins(['101'])
    expect(markets.readingEnds(['101'], [{ ...book, timestamp: '1777366758690' }])).to.deep.equal(['101'])
    expect(ear.kinds).to.not.include('snapshot')
  })

  it('applies what was heard while REST was read on top of its answer', () => {
    markets.want('polymarket:pa')
    markets.readingBegins(['101'])
    hear(change({ price: '0.42', size: '7' }, '1777366758800'))
    markets.readingEnds(['101'], [{ ...book, timestamp: '1777366758750' }])
    expect(ear.kinds).to.deep.equal(['snapshot', 'level', 'best'])
  })

  it('reports the trade of a market that nobody looked up as something missed', () => {
    const user = new PolymarketUser(ear.sink)
    user.received(JSON.stringify({ event_type: 'order', id: '0x1', type: 'PLACEMENT', status: 'CANCELED_no funds' }))
    expect(ear.account).to.have.length(1)
    user.received('[{"event_type":"trade"}]')
    expect(ear.account.at(-1)).to.deep.equal({ kind: 'missed', venue: 'polymarket', why: 'undecodable' })
  })
})
