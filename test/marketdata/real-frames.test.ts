import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { KalshiProtocol } from '../../src/clients/kalshi/stream-protocol.ts'
import { PolymarketMarkets } from '../../src/clients/polymarket/stream-protocol.ts'
import { complement, formatAmount, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import type { VenueError } from '../../src/domain/errors.ts'
import type { MarketId } from '../../src/domain/market.ts'
import type { MarketEvent } from '../../src/domain/market-stream.ts'
import { bookOf, buildBook, type Level } from '../../src/domain/order-book.ts'
import type { LiveBook } from '../../src/marketdata/book-feed.ts'
import { MarketFeed } from '../../src/marketdata/market-feed.ts'
import { TimedClock } from '../support/timed-clock.ts'
import { marketOf } from './rig.ts'

const shared = process.env.CROSSTAPE_SHARED_DIR ?? fileURLToPath(new URL('../../../shared', import.meta.url))
const folder = join(shared, 'data/real/ws')

// biome-ignore lint/suspicious/noExplicitAny: recordings of others, looked into freely; what is missing fails a test.
type Row = any

function rowsIn(file: string): readonly Row[] {
  const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Every change, what it said, and whether it ever called a crossed book tradable. */
class Watch {
  readonly clock = new TimedClock(0)
  readonly feed = new MarketFeed({ clock: this.clock, staleAfterMs: 60_000 })
  readonly problems: VenueError[] = []
  readonly events: Record<string, number> = {}
  readonly doubts: Record<string, number> = {}
  crossedMoments = 0
  tradableMoments = 0

  constructor() {
    this.feed.onChange((book) => this.look(book))
  }

  readonly sink = {
    onMarket: (event: MarketEvent) => {
      this.events[event.kind] = (this.events[event.kind] ?? 0) + 1
      if (event.kind === 'doubt') this.doubts[event.doubt.kind] = (this.doubts[event.doubt.kind] ?? 0) + 1
      this.feed.apply(event)
    },
    onProblem: (problem: VenueError) => this.problems.push(problem),
  }

  private look({ market, bidAt, askAt, state }: LiveBook): void {
    const isCrossed = bidAt >= askAt
    if (state.kind === 'tradable') this.tradableMoments++
    if (isCrossed && state.kind === 'tradable') throw new Error(`${market} is crossed and called tradable`)
    if (state.kind === 'untradable' && state.reason.kind === 'crossed') this.crossedMoments++
  }
}

function kalshiOn(watch: Watch): KalshiProtocol {
  return new KalshiProtocol({
    sink: watch.sink,
    channels: { quotes: true, trades: false, account: false },
    nowMs: () => watch.clock.monotonicMs(),
    // Neither recorder asked for YES prices on the NO side.
    noSidePrices: 'no',
    proveEveryMs: 60_000,
    answerWithinMs: 60_000,
  })
}

function watchKalshi(watch: Watch, protocol: KalshiProtocol, tickers: readonly string[]): void {
  for (const ticker of tickers) watch.feed.watch(marketOf(`kalshi:${ticker}`))
  protocol.watch(tickers)
}

/** The states that our client would read from REST. */
function readLives({ lives }: KalshiProtocol): void {
  const tickers = lives.takeUnread(1_000)
  lives.readEnds(
    tickers,
    tickers.map((ticker) => marketOf(`kalshi:${ticker}`)),
  )
}

const best = (levels: readonly Level[], priceOf: (level: Level) => Level['price']) =>
  levels.slice(0, 5).map((level) => [formatAmount(priceOf(level)), formatAmount(level.quantity)])

const canonical = (rows: readonly (readonly [string, string])[]) =>
  rows.map(([price, quantity]) => [formatAmount(parsePrice(price)), formatAmount(parseQuantity(quantity))])

/** Plays a recorded session, and holds it against the recorder's own book wherever that was kept. */
function playKalshi(session: string, without: (frame: Row) => boolean = () => false, most = Number.POSITIVE_INFINITY) {
  const watch = new Watch()
  const protocol = kalshiOn(watch)
  const checkpoints = rowsIn(`kalshi_btc15m_2026-05/${session}.checkpoints.jsonl.gz`)
  const expected = new Map(checkpoints.map((row) => [`${row.book_segment}/${row.after_seq}`, row]))
  const differing: string[] = []
  let [met, connections] = [0, 0]
  for (const row of rowsIn(`kalshi_btc15m_2026-05/${session}.jsonl.gz`).slice(0, most)) {
    watch.clock.advance(Math.max(watch.clock.nowMs(), Date.parse(row.recv_ts)))
    if (row.event === 'watch_market' || row.event === 'market_rotated') {
      const ticker = row.info?.market_ticker ?? row.market_ticker
      if (typeof ticker === 'string') watchKalshi(watch, protocol, [ticker])
    }
    if (row.event === 'connected') {
      if (connections++ > 0) protocol.lost()
      if (typeof row.market_ticker === 'string') watchKalshi(watch, protocol, [row.market_ticker])
      protocol.opened()
      readLives(protocol)
    }
    if (row.frame === undefined || without(row.frame)) continue
    protocol.received(JSON.stringify(row.frame))
    const checkpoint = row.frame.type.startsWith('orderbook')
      ? expected.get(`${connections}/${row.frame.seq}`)
      : undefined
    if (checkpoint === undefined) continue
    const book = watch.feed.book(`kalshi:${checkpoint.market_ticker}`)
    const ours = JSON.stringify([
      best(book?.bids ?? [], (level) => level.price),
      best(book?.asks ?? [], (level) => complement(level.price)),
    ])
    if (ours === JSON.stringify([canonical(checkpoint.yes_bids), canonical(checkpoint.no_bids)])) met++
    else differing.push(`${connections}/${row.frame.seq}`)
  }
  return { watch, met, differing, checkpoints: checkpoints.length, connections }
}

describe('recorded frames of the real venues', () => {
  before(function () {
    if (!existsSync(folder)) this.skip()
  })

  const sessions = [
    { session: '20260514T043118', crossed: 4, snapshots: 2, connections: 2 },
    { session: '20260513T1808', crossed: 1, snapshots: 3, connections: 2 },
  ]
  for (const { session, crossed, snapshots, connections } of sessions) {
    it(`give the recorder's own books at every checkpoint (Kalshi, ${session})`, () => {
      const played = playKalshi(session)
      expect(played.differing).to.deep.equal([])
      expect(played.met).to.equal(played.checkpoints)
      expect(played.watch.problems).to.deep.equal([])
      expect(played.connections).to.equal(connections)
      expect(played.watch.events.snapshot).to.equal(snapshots)
      // No gap in the recording; the books of a lost connection are doubted, and nothing else.
      expect(Object.keys(played.watch.doubts)).to.deep.equal(['disconnected'])
      expect(played.watch.crossedMoments).to.equal(crossed)
      expect(played.watch.tradableMoments).to.be.greaterThan(30_000)
    })
  }

  it('show every gap that is torn into them, and no book is believed until it is whole again', () => {
    const lost = new Set([500, 2_000, 2_001])
    const isLost = (frame: Row) => frame.type === 'orderbook_delta' && lost.has(frame.seq)
    const { watch } = playKalshi('20260514T043118', isLost, 3_000)
    // After the first nothing is known any more: the recorder asked for no new book.
    expect(watch.doubts).to.deep.equal({ gap: 2 })
    expect([...watch.feed.books].map(({ state }) => state)).to.deep.equal([
      { kind: 'untradable', reason: { kind: 'gap', expected: 500, received: 501 } },
    ])
    expect(watch.problems).to.deep.equal([])
  })

  it('count one sequence over all markets of a subscription, answers included (Kalshi, sports)', () => {
    const [{ frames, tickers }] = [
      JSON.parse(
        gunzipSync(readFileSync(join(folder, 'kalshi_sports_2026-08/ws_orderbook_stream.json.gz'))).toString('utf8'),
      ),
    ]
    const watch = new Watch()
    const protocol = kalshiOn(watch)
    watchKalshi(watch, protocol, tickers)
    protocol.opened()
    readLives(protocol)
    for (const frame of frames) protocol.received(JSON.stringify(frame.frame ?? frame))
    expect(watch.doubts).to.deep.equal({})
    expect(watch.problems).to.deep.equal([])
    expect(watch.events.snapshot).to.equal(12)
    expect(watch.events.change).to.equal(245)
    const states = [...watch.feed.books].map(({ state }) => state.kind)
    expect(states).to.deep.equal(tickers.map(() => 'tradable'))
  })

  it('are proven whole by the hash of every change (Polymarket)', () => {
    let [proven, books, split] = [0, 0, 0]
    for (const file of readdirSync(join(folder, 'polymarket_updown15m_2026-04'))) {
      const played = playPolymarket(`polymarket_updown15m_2026-04/${file}`)
      expect(played.watch.problems, file).to.deep.equal([])
      // Whatever was doubted under way was right in the end.
      for (const { state } of played.watch.feed.books) expect(state.kind, file).to.equal('tradable')
      split += played.watch.doubts.contradiction ?? 0
      expect(played.differing, file).to.deep.equal([])
      proven += played.watch.events.confirmed ?? 0
      books += played.watch.events.snapshot ?? 0
    }
    // Two changes of both tokens came in two messages each, and were whole after the second.
    expect(split).to.equal(4)
    expect(proven).to.be.greaterThan(50)
    expect(books).to.be.greaterThan(90)
  })

  it("mirror each other, so that one token's book is the whole book (Polymarket)", () => {
    const [ups, downs] = ['up', 'down'].map((side) => rowsIn(`polymarket_l2_2025-12/1h_eth_book_${side}.jsonl.gz`))
    const toBook = (row: Row) => {
      const levels = (rows: readonly (readonly [string, string])[]) =>
        rows.map(([price, size]) => ({ price: parsePrice(String(price)), quantity: parseQuantity(String(size)) }))
      return buildBook({ market: 'polymarket:x', bids: levels(row.bids), asks: levels(row.asks), capturedAtMs: 0 })
    }
    expect(ups).to.have.length(200)
    for (const [index, up] of (ups ?? []).entries()) {
      expect(bookOf(toBook(up), 'no')).to.deep.equal(toBook((downs ?? [])[index]))
    }
  })
})

/** Every token as a market of its own: the recording does not say which of two is YES. */
function playPolymarket(file: string) {
  const watch = new Watch()
  const markets = new PolymarketMarkets({
    sink: watch.sink,
    nowMs: () => watch.clock.monotonicMs(),
    proveEveryMs: 1e12,
  })
  markets.opened()
  const differing: string[] = []
  const idOf = (token: string): MarketId => `polymarket:t${token.slice(0, 20)}`
  for (const row of rowsIn(file)) {
    watch.clock.advance(Math.max(watch.clock.nowMs(), row.recv_ms))
    if (row.kind === 'ws_market') markets.received(row.payload)
    if (row.kind !== 'rest_book') continue
    const book = JSON.parse(row.payload)
    const id = idOf(book.asset_id)
    if (!markets.has(id)) {
      const routing = {
        conditionId: book.market,
        domainVersion: '2',
        negRisk: 'false',
        yesToken: book.asset_id,
        noToken: '1',
      }
      const market = { ...marketOf(id), routing }
      watch.feed.watch(market)
      markets.add(market)
    }
    markets.readingBegins([book.asset_id])
    const unserved = markets.readingEnds([book.asset_id], [book])
    // What REST shows that is not older than the feed is what the feed has.
    if (unserved.length > 0) continue
    const live = watch.feed.book(id)
    const side = (rows: readonly { price: string; size: string }[]) =>
      rows.map(({ price, size }) => `${formatAmount(parseQuantity(size))}@${formatAmount(parsePrice(price))}`).reverse()
    const ours = (levels: readonly Level[]) =>
      levels.map(({ price, quantity }) => `${formatAmount(quantity)}@${formatAmount(price)}`)
    const same =
      JSON.stringify([side(book.bids), side(book.asks)]) ===
      JSON.stringify([ours(live?.bids ?? []), ours(live?.asks ?? [])])
    if (!same) differing.push(`${row.n}`)
  }
  return { watch, differing }
}
