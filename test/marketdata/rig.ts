import { KalshiProtocol } from '../../src/clients/kalshi/stream-protocol.ts'
import { PolymarketMarkets } from '../../src/clients/polymarket/stream-protocol.ts'
import { formatAmount } from '../../src/domain/amounts.ts'
import type { VenueError } from '../../src/domain/errors.ts'
import type { Market, MarketId } from '../../src/domain/market.ts'
import type { Level } from '../../src/domain/order-book.ts'
import { MarketFeed } from '../../src/marketdata/market-feed.ts'
import { FaultyWire } from '../../src/sandbox/faulty-wire.ts'
import { Host, kalshiAccount } from '../../src/sandbox/host.ts'
import { KalshiSession } from '../../src/sandbox/kalshi/socket.ts'
import { ApiKeys } from '../../src/sandbox/polymarket/api-keys.ts'
import { getBooks } from '../../src/sandbox/polymarket/books.ts'
import type { ClobContext } from '../../src/sandbox/polymarket/context.ts'
import { createLookup } from '../../src/sandbox/polymarket/lookup.ts'
import { MarketSession } from '../../src/sandbox/polymarket/market-socket.ts'
import { ReadonlyKeys } from '../../src/sandbox/polymarket/readonly-keys.ts'
import type { SocketSession, Wire } from '../../src/sandbox/socket-face.ts'
import { memoryStore } from '../../src/sandbox/state-files.ts'
import { originMs, smallCatalogue } from '../sandbox/support/small-catalogue.ts'
import { aMarket } from '../support/builders.ts'
import { quiet, TimedClock } from '../support/timed-clock.ts'

export const kalshiMarkets: readonly MarketId[] = ['kalshi:KXA', 'kalshi:KXB']
export const polymarketMarket: MarketId = 'polymarket:pa'
export const staleAfterMs = 10_000
const proveEveryMs = 4_000
const silenceLimitMs = 25_000

/** What a client is, from the rig's side. */
interface Client {
  opened(): readonly string[]
  received(text: string): readonly string[]
  lost(): void
  tick(): { readonly kind: string; readonly texts?: readonly string[] }
}

/** One connection over a network that the rig owns: nothing arrives before it is pumped. */
class Line {
  private session: SocketSession | null = null
  private inbox: string[] = []
  private heardAtMs = 0
  private isBroken = false

  constructor(
    private readonly rig: Rig,
    private readonly venue: string,
    private readonly client: Client,
    private readonly start: (wire: Wire) => SocketSession,
  ) {
    rig.host.onChange((changes) => this.session?.changed(changes))
  }

  connect(): void {
    this.inbox = []
    this.isBroken = false
    this.heardAtMs = this.rig.clock.monotonicMs()
    const wire = new FaultyWire(
      {
        send: (_type, text) => this.inbox.push(text),
        ping: () => this.hear(),
        close: () => this.break(),
        destroy: () => this.break(),
      },
      { venue: this.venue, faults: () => this.rig.host.faults, clock: this.rig.clock },
    )
    this.session = this.start(wire)
    this.say(this.client.opened())
  }

  private hear(): void {
    this.heardAtMs = this.rig.clock.monotonicMs()
  }

  private break(): void {
    this.isBroken = true
    this.session = null
  }

  say(texts: readonly string[]): void {
    for (const text of texts) this.session?.received(text)
  }

  /** Delivers what is under way. True when there was something. */
  deliver(): boolean {
    const text = this.inbox.shift()
    if (text !== undefined) {
      this.hear()
      this.say(this.client.received(text))
      return true
    }
    if (!this.isBroken) return false
    this.reconnect()
    return true
  }

  /** A second of a client's life: its own orders, and its watch over silence. */
  tick(): void {
    this.session?.tick()
    const order = this.client.tick()
    const isSilent = this.rig.clock.monotonicMs() - this.heardAtMs > silenceLimitMs
    if (order.kind === 'reconnect' || isSilent) this.reconnect()
    else this.say(order.texts ?? [])
  }

  private reconnect(): void {
    this.client.lost()
    this.connect()
  }
}

/** The sandbox's exchange, its venues' sockets, our protocols and the feed, joined without a network and without real time. */
export class Rig {
  readonly clock = new TimedClock(originMs)
  readonly host: Host
  readonly feed: MarketFeed
  readonly problems: VenueError[] = []
  private readonly lines: readonly Line[]
  private readonly polymarket: PolymarketMarkets

  constructor(seed = 'rig') {
    const sketches = [
      { venue: 'kalshi', symbol: 'KXA', levels: 4 },
      { venue: 'kalshi', symbol: 'KXB', levels: 2 },
      { venue: 'polymarket', symbol: 'pa', levels: 3 },
    ] as const
    this.host = new Host({
      store: memoryStore,
      clock: this.clock,
      freshSeed: () => seed,
      createCatalogue: () => smallCatalogue(sketches),
    })
    this.feed = new MarketFeed({ clock: this.clock, staleAfterMs })
    for (const market of [...kalshiMarkets, polymarketMarket]) this.feed.watch(marketOf(market))
    const [kalshi, kalshiLine] = this.openKalshi()
    const [polymarket, polymarketLine] = this.openPolymarket()
    this.polymarket = polymarket
    this.lines = [kalshiLine, polymarketLine]
    this.feed.onDoubt((market) => {
      if (market.startsWith('kalshi:')) kalshiLine.say(kalshi.resync(market.slice('kalshi:'.length)))
      else polymarket.want(market)
    })
    for (const line of this.lines) line.connect()
  }

  private get sink() {
    return {
      onMarket: (event: Parameters<MarketFeed['apply']>[0]) => this.feed.apply(event),
      books: this.feed,
      onProblem: (problem: VenueError) => this.problems.push(problem),
    }
  }

  private openKalshi(): readonly [KalshiProtocol, Line] {
    const protocol = new KalshiProtocol({
      sink: this.sink,
      channels: { quotes: false, trades: false, account: false },
      nowMs: () => this.clock.monotonicMs(),
      proveEveryMs,
      answerWithinMs: 10_000,
    })
    protocol.watch(kalshiMarkets.map((id) => id.slice('kalshi:'.length)))
    const context = {
      host: this.host,
      owner: {
        account: kalshiAccount,
        userId: '00000000-0000-4000-8000-000000000000',
        keys: new Map(),
        limits: null,
        hostClock: this.clock,
        switches: this.host.switches,
      },
    }
    const client: Client = {
      opened: () => protocol.opened(),
      received: (text) => protocol.received(text),
      lost: () => protocol.lost(),
      tick: () => {
        this.readLives(protocol)
        return protocol.tick()
      },
    }
    return [protocol, new Line(this, 'kalshi', client, (wire) => new KalshiSession(context, wire))]
  }

  /** The REST read of the stream, answered at once. */
  private readLives({ lives }: KalshiProtocol): void {
    const tickers = lives.takeUnread(100)
    const markets = tickers.flatMap((ticker) => {
      const view = this.host.exchange.market(`kalshi:${ticker}`)
      return view === null ? [] : [{ ...marketOf(`kalshi:${ticker}`), status: view.status }]
    })
    lives.readEnds(tickers, markets)
  }

  private openPolymarket(): readonly [PolymarketMarkets, Line] {
    const markets = new PolymarketMarkets({ sink: this.sink, nowMs: () => this.clock.monotonicMs(), proveEveryMs })
    markets.add(marketOf(polymarketMarket))
    const context: ClobContext = {
      host: this.host,
      traders: () => [],
      keys: new ApiKeys('seed', []),
      readonlyKeys: new ReadonlyKeys('seed'),
      lookup: createLookup(this.host),
    }
    const client: Client = {
      opened: () => {
        markets.opened()
        return [JSON.stringify({ assets_ids: markets.tokens, type: 'market', custom_feature_enabled: true })]
      },
      received: (text) => {
        markets.received(text)
        return []
      },
      lost: () => markets.lost(),
      tick: () => ({ kind: 'send', texts: this.readBooks(context) }),
    }
    return [markets, new Line(this, 'polymarket', client, (wire) => new MarketSession(context, wire))]
  }

  /** The REST read of the stream, answered at once. */
  private readBooks(context: ClobContext): readonly string[] {
    const { polymarket } = this
    const tokens = polymarket.toRead()
    if (tokens.length === 0) return []
    polymarket.readingBegins(tokens)
    const body = JSON.stringify(tokens.map((token_id) => ({ token_id })))
    const request = { method: 'POST', path: '/books', query: new URLSearchParams(), headers: {}, body }
    const reply = getBooks(context, { request, params: {}, endpoint: 'get_books' })
    const unserved = polymarket.readingEnds(tokens, JSON.parse(reply.body ?? '[]'))
    if (unserved.length === 0) return []
    return ['unsubscribe', 'subscribe'].map((operation) => JSON.stringify({ assets_ids: unserved, operation }))
  }

  /** Delivers everything that is under way on all lines. */
  pump(): void {
    while (this.lines.some((line) => line.deliver())) {
      // Until nothing moves.
    }
  }

  /** Time goes on, second by second, with everything that clients and venues do of themselves. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      await this.sleep(1_000)
      this.host.settleTime()
      for (const line of this.lines) line.tick()
      this.pump()
    }
  }

  /** Time goes on, and nobody does anything but what was under way. */
  async sleep(ms: number): Promise<void> {
    const untilMs = this.clock.monotonicMs() + ms
    while (this.clock.advance(untilMs)) {
      await quiet()
      this.pump()
    }
  }

  setBook(market: MarketId, bids: readonly Level[], asks: readonly Level[]): void {
    this.host.exchange.execute({ kind: 'set_book', market, bids, asks })
  }

  /** The exchange's own book, as text. */
  truth(market: MarketId): string {
    const { bids, asks } = this.host.exchange.book(market)
    return bookText({ bids, asks })
  }

  /** Ours, as text. */
  ours(market: MarketId): string {
    const book = this.feed.book(market)
    return book === null ? 'not watched' : bookText(book)
  }

  /** `tradable`, or why not. */
  state(market: MarketId): string {
    const state = this.feed.book(market)?.state
    if (state === undefined) return 'not watched'
    return state.kind === 'tradable' ? 'tradable' : state.reason.kind
  }
}

function bookText({ bids, asks }: { readonly bids: readonly Level[]; readonly asks: readonly Level[] }): string {
  const side = (levels: readonly Level[]): string =>
    levels.map(({ price, quantity }) => `${formatAmount(quantity)}@${formatAmount(price)}`).join(' ')
  return `${side(bids)} | ${side(asks)}`
}

export function marketOf(id: MarketId): Market {
  const isKalshi = id.startsWith('kalshi:')
  return aMarket({
    id,
    venue: isKalshi ? 'kalshi' : 'polymarket',
    symbol: id.slice(id.indexOf(':') + 1),
    closeTime: null,
    minimumQuantity: isKalshi ? null : (5_000_000n as NonNullable<Market['minimumQuantity']>),
    routing: isKalshi
      ? {}
      : {
          conditionId: `0x${'1'.repeat(64)}`,
          domainVersion: '2',
          negRisk: 'false',
          yesToken: '101',
          noToken: '102',
        },
  })
}
