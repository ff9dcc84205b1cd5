import type { Market, MarketId } from '../../domain/market.ts'
import type { Link, StreamSink, VenueStream } from '../../domain/venue-stream.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import { StreamSocket } from '../stream-socket.ts'
import type { OpenStreamTape } from '../stream-tape.ts'
import { authHeaders, type KalshiAccount, missingAccount } from './auth.ts'
import { KalshiProtocol, tickerOf } from './stream-protocol.ts'

/** The venue says something every 10 s. Source: venue page §8, 2026-11. */
const SILENCE_LIMIT_MS = 25_000
const ANSWER_WITHIN_MS = 10_000

export interface KalshiStreamOptions {
  readonly url: string
  /** Null: the venue takes no socket without a login, so the stream never opens and says so. */
  readonly account: KalshiAccount | null
  readonly clock: Clock
  readonly random: Random
  readonly sink: StreamSink
  readonly followAccount: boolean
  readonly followTrades: boolean
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

  constructor({ url, account, clock, random, sink, ...options }: KalshiStreamOptions) {
    if (account === null) throw missingAccount('socket')
    this.protocol = new KalshiProtocol({
      sink,
      channels: { quotes: false, trades: options.followTrades, account: options.followAccount },
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
        headers: () => authHeaders(account, { timestampMs: clock.nowMs(), method: 'GET', path: pathname }),
        silenceLimitMs: options.silenceLimitMs ?? SILENCE_LIMIT_MS,
        onState: (link) => sink.onLink?.(link),
        ...(options.openTape === undefined ? {} : { openTape: options.openTape }),
      },
      this.protocol,
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

  close(): Promise<void> {
    return this.socket.close()
  }
}
