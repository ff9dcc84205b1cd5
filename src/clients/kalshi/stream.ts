import { VenueError } from '../../domain/errors.ts'
import type { Market, MarketId } from '../../domain/market.ts'
import type { Link, StreamSink, VenueStream } from '../../domain/venue-stream.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import { StreamSocket } from '../streams/socket.ts'
import type { OpenStreamTape } from '../streams/tape.ts'
import type { KalshiApi } from './api.ts'
import { authHeaders, type KalshiAccount, missingAccount } from './auth.ts'
import { marketOf } from './market-decode.ts'
import { tickerOf } from './stream-lives.ts'
import { KalshiProtocol } from './stream-protocol.ts'
import { marketsPage } from './wire.ts'

/** The venue says something every 10 s. Source: venue page §8, 2026-11. */
const SILENCE_LIMIT_MS = 25_000
const ANSWER_WITHIN_MS = 10_000
/** Markets in one read: their names must fit into an address. */
const MARKETS_A_READ = 100

export interface KalshiStreamOptions {
  readonly url: string
  /** REST, for what the socket does not tell. */
  readonly api: KalshiApi
  /** Null: the venue takes no socket without a login, so the stream never opens and says so. */
  readonly account: KalshiAccount | null
  readonly clock: Clock
  readonly random: Random
  readonly sink: StreamSink
  readonly followAccount: boolean
  readonly followTrades: boolean
  readonly followQuotes: boolean
  readonly proveEveryMs: number
  readonly silenceLimitMs?: number
  readonly answerWithinMs?: number
  readonly openTape?: OpenStreamTape
}

/** Kalshi's socket: one connection for books, the lives of markets and the account. */
export class KalshiStream implements VenueStream {
  readonly venue = 'kalshi'
  private readonly protocol: KalshiProtocol
  private readonly socket: StreamSocket
  private readonly ended = new AbortController()
  private isReading = false

  constructor(private readonly options: KalshiStreamOptions) {
    const { url, account, clock, random, sink } = options
    if (account === null) throw missingAccount('socket')
    this.protocol = new KalshiProtocol({
      sink,
      channels: {
        quotes: options.followQuotes,
        trades: options.followTrades,
        account: options.followAccount,
      },
      nowMs: () => clock.monotonicMs(),
      proveEveryMs: options.proveEveryMs,
      answerWithinMs: options.answerWithinMs ?? ANSWER_WITHIN_MS,
    })
    const { pathname } = new URL(url)
    this.socket = new StreamSocket(
      {
        venue: 'kalshi',
        name: 'markets',
        url,
        baseUrl: url,
        clock,
        random,
        headers: () => authHeaders(account, { timestampMs: options.api.time.nowMs(), method: 'GET', path: pathname }),
        // Refused for a wrong local clock, it is told the time: the next handshake is signed by that.
        onRefused: (headers, sentAtMs) => options.api.time.observe(headers, sentAtMs),
        silenceLimitMs: options.silenceLimitMs ?? SILENCE_LIMIT_MS,
        onState: (link) => sink.onLink?.(link),
        ...(options.openTape === undefined ? {} : { openTape: options.openTape }),
      },
      {
        opened: () => {
          const texts = this.protocol.opened()
          void this.readLives()
          return texts
        },
        received: (text) => this.protocol.received(text),
        lost: () => this.protocol.lost(),
        tick: () => {
          void this.readLives()
          return this.protocol.tick()
        },
      },
    )
    this.socket.start()
  }

  get links(): readonly Link[] {
    return [this.socket]
  }

  watch(markets: readonly Market[]): void {
    this.socket.send(this.protocol.watch(markets.map(({ symbol }) => symbol)))
  }

  unwatch(markets: readonly MarketId[]): void {
    this.socket.send(this.protocol.unwatch(markets.map(tickerOf)))
  }

  resync(market: MarketId): void {
    this.socket.send(this.protocol.resync(tickerOf(market)))
  }

  /** One read at a time: the next tick goes on with what is left. */
  private async readLives(): Promise<void> {
    if (this.isReading) return
    this.isReading = true
    for (;;) {
      const tickers = this.protocol.lives.takeUnread(MARKETS_A_READ)
      if (tickers.length === 0) break
      const markets = await this.readMarkets(tickers)
      this.protocol.lives.readEnds(tickers, markets)
      if (markets === null) break
    }
    this.isReading = false
  }

  private async readMarkets(tickers: readonly string[]): Promise<readonly Market[] | null> {
    const query = { tickers: tickers.join(','), limit: 1000 }
    try {
      const page = await this.options.api.read({
        endpoint: 'list_markets',
        path: '/markets',
        query,
        schema: marketsPage,
        isPrivate: false,
        options: { signal: this.ended.signal },
      })
      return page.markets.map((wire) => marketOf(wire, null, null))
    } catch (error) {
      if (!(error instanceof VenueError)) throw error
      if (!this.ended.signal.aborted) this.options.sink.onProblem?.(error)
      return null
    }
  }

  close(): Promise<void> {
    this.ended.abort()
    return this.socket.close()
  }
}
