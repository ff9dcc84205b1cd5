import { expect } from 'chai'
import { KalshiProtocol } from '../../../src/clients/kalshi/stream-protocol.ts'
import { PolymarketMarkets } from '../../../src/clients/polymarket/stream-protocol.ts'
import { PolymarketUser } from '../../../src/clients/polymarket/stream-user.ts'
import type { VenueError } from '../../../src/domain/errors.ts'
import type { MarketEvent } from '../../../src/domain/market-stream.ts'
import type { AccountEvent, VenueNews } from '../../../src/domain/venue-stream.ts'
import { marketOf } from '../../marketdata/rig.ts'

/** What a stream tells, in order. */
class Ear {
  readonly events: MarketEvent[] = []
  readonly account: AccountEvent[] = []
  readonly problems: VenueError[] = []
  readonly news: VenueNews[] = []
  readonly sink = {
    onMarket: (event: MarketEvent) => this.events.push(event),
    onNews: (news: VenueNews) => this.news.push(news),
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
    expect(ear.news).to.deep.equal([{ kind: 'fees_changed', venue: 'kalshi', event: null, told: null }])
  })

  it('reports what is no JSON, and passes by what it does not know, by name', () => {
    protocol.received('<html>')
    protocol.received('{"type":"horoscope","sid":9,"seq":4,"msg":{}}')
    protocol.received(life(1, { event_type: 'renamed' }))
    expect(ear.problems.map(({ code }) => code)).to.deep.equal(['STREAM_FRAME_UNREADABLE'])
    expect(ear.news.filter(({ kind }) => kind === 'unknown')).to.deep.equal([
      { kind: 'unknown', venue: 'kalshi', type: 'horoscope' },
      { kind: 'unknown', venue: 'kalshi', type: 'renamed' },
    ])
  })

  /** On the channel of the lives of markets, which tells of all markets, watched or not. */
  const life = (seq: number, msg: object, type = 'market_lifecycle_v2') => {
    protocol.received('{"type":"subscribed","id":2,"msg":{"channel":"market_lifecycle_v2","sid":2}}')
    return JSON.stringify({ type, sid: 2, seq, msg: { market_ticker: 'KXA', ...msg } })
  }
  const fees = { event_ticker: 'KXA-26', fee_type_override: 'quadratic_with_maker_fees', fee_multiplier_override: 0.5 }

  it('tells of an event and a market that are listed, with when it opens and closes', () => {
    const event = { event_ticker: 'KXA-26', title: 'A in 2026?', series_ticker: 'KXA' }
    protocol.received(life(1, event, 'event_lifecycle'))
    const more = { title: 'Will A?', event_ticker: 'KXA-26' }
    const times = { open_ts: 1_793_000_000, close_ts: 1_794_000_000 }
    protocol.received(life(2, { event_type: 'created', ...times, additional_metadata: more }))
    expect(ear.news).to.deep.equal([
      { kind: 'event_listed', venue: 'kalshi', event: 'KXA-26', title: 'A in 2026?' },
      {
        kind: 'market_listed',
        venue: 'kalshi',
        market: 'kalshi:KXA',
        event: 'KXA-26',
        title: 'Will A?',
        opensAtMs: 1_793_000_000_000,
        closesAtMs: 1_794_000_000_000,
      },
    ])
    expect(ear.problems).to.deep.equal([])
  })

  it('tells of texts and ends that have changed', () => {
    protocol.received(life(1, { event_type: 'metadata_updated', yes_sub_title: 'above 95' }))
    protocol.received(life(2, { event_type: 'close_date_updated', close_ts: 1_794_000_000 }))
    expect(ear.news.map((news) => (news.kind === 'texts_changed' ? news.what : news.kind))).to.deep.equal([
      'metadata',
      'end',
    ])
    expect(ear.events.at(-1)).to.deep.equal({
      kind: 'close_time',
      market: 'kalshi:KXA',
      closeAtMs: 1_794_000_000_000,
    })
  })

  it('tells what an event charges from now on, where the message says all of it', () => {
    protocol.received(life(1, fees, 'event_fee_update'))
    protocol.received(life(2, { ...fees, fee_multiplier_override: null }, 'event_fee_update'))
    protocol.received(life(3, { ...fees, fee_type_override: 'by_moonlight' }, 'event_fee_update'))
    const told = ear.news.map((news) => (news.kind === 'fees_changed' ? news.told : null))
    expect(told[0]).to.include({ kind: 'quadratic', makerRate: 17_500n, multiplier: 500_000n })
    expect([told[1], told[2]?.kind]).to.deep.equal([null, 'unknown'])
  })

  it('tells that fees may have changed when the message cannot be read, when some are missing, and after a new connection', () => {
    protocol.received(life(1, { ...fees, fee_type_override: 7 }, 'event_fee_update'))
    protocol.received(life(3, { event_type: 'activated' }))
    protocol.lost()
    protocol.opened()
    const events = ear.news.map((news) => (news.kind === 'fees_changed' ? news.event : news.kind))
    expect(events).to.deep.equal(['KXA-26', null, null])
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

  it('tells of a market that is listed, and passes by what it does not know', () => {
    const listed = { event_type: 'new_market', slug: 'will-a', question: 'Will A?', event_message: { slug: 'a' } }
    hear([listed, { event_type: 'weather' }])
    const rest = { title: 'Will A?', opensAtMs: null, closesAtMs: null }
    expect(ear.news).to.deep.equal([
      { kind: 'market_listed', venue: 'polymarket', market: 'polymarket:will-a', event: 'a', ...rest },
      { kind: 'unknown', venue: 'polymarket', type: 'weather' },
    ])
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
