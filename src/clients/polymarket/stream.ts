import * as v from 'valibot'
import { VenueError } from '../../domain/errors.ts'
import type { Market, MarketId } from '../../domain/market.ts'
import type { Link, StreamSink, VenueStream } from '../../domain/venue-stream.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import { type SocketOptions, StreamSocket } from '../streams/socket.ts'
import type { OpenStreamTape } from '../streams/tape.ts'
import type { ApiCredentials } from './auth-l2.ts'
import type { Clob } from './clob.ts'
import { PolymarketMarkets } from './stream-protocol.ts'
import { PolymarketUser } from './stream-user.ts'

/** Source: venue page §8.1, 2026-11. Stalls were reported on connections with more assets. */
const ASSETS_A_CONNECTION = 200
const PING_EVERY_MS = 10_000
const SILENCE_LIMIT_MS = 30_000
/** Books in one REST read; the venue takes 500. */
const BOOKS_A_READ = 250

export interface PolymarketStreamOptions {
  /** Ends before `/market` and `/user`. */
  readonly url: string
  readonly clob: Clob
  readonly clock: Clock
  readonly random: Random
  readonly sink: StreamSink
  /** The login of the user channel. Null follows no account. */
  readonly credentials: (() => Promise<{ readonly keys: ApiCredentials; readonly funder: string }>) | null
  readonly proveEveryMs: number
  readonly silenceLimitMs?: number
  readonly openTape?: OpenStreamTape
}

interface Connection {
  readonly socket: StreamSocket
  readonly markets: PolymarketMarkets
}

/** Polymarket's sockets: as many connections for markets as the assets need, and one for the account. */
export class PolymarketStream implements VenueStream {
  readonly venue = 'polymarket'
  private readonly connections: Connection[] = []
  private readonly user: { readonly socket: StreamSocket; readonly protocol: PolymarketUser } | null
  private readonly ended = new AbortController()

  constructor(private readonly options: PolymarketStreamOptions) {
    const { credentials } = options
    this.user = credentials === null ? null : this.connectUser(credentials)
  }

  get links(): readonly Link[] {
    return [...this.connections.map(({ socket }) => socket), ...(this.user === null ? [] : [this.user.socket])]
  }

  watch(markets: readonly Market[]): void {
    const fresh = new Map<Connection, string[]>()
    for (const market of markets) {
      this.user?.protocol.know(market)
      if (this.connections.some((one) => one.markets.has(market.id))) continue
      const connection = this.roomyConnection()
      if (!connection.markets.add(market)) {
        this.options.sink.onProblem?.(notFollowed(market))
        continue
      }
      const token = connection.markets.tokenOf(market.id)
      if (token !== null) fresh.set(connection, [...(fresh.get(connection) ?? []), token])
    }
    for (const [{ socket }, tokens] of fresh) {
      socket.start()
      socket.send([subscription('subscribe', tokens)])
    }
  }

  unwatch(markets: readonly MarketId[]): void {
    for (const { socket, markets: followed } of this.connections) {
      const tokens = markets.map((market) => followed.remove(market)).filter((token) => token !== null)
      if (tokens.length > 0) socket.send([subscription('unsubscribe', tokens)])
    }
  }

  resync(market: MarketId): void {
    for (const { markets } of this.connections) markets.want(market)
  }

  async close(): Promise<void> {
    this.ended.abort()
    await Promise.all([
      ...this.connections.map(({ socket }) => socket.close()),
      ...(this.user === null ? [] : [this.user.socket.close()]),
    ])
  }

  private roomyConnection(): Connection {
    const roomy = this.connections.find(({ markets }) => markets.size < ASSETS_A_CONNECTION)
    if (roomy !== undefined) return roomy
    const connection = this.connectMarkets(this.connections.length + 1)
    this.connections.push(connection)
    return connection
  }

  private socketOptions(name: string, path: string): SocketOptions {
    const { url, clock, random, sink, openTape, silenceLimitMs = SILENCE_LIMIT_MS } = this.options
    return {
      venue: 'polymarket',
      name,
      url: `${url}${path}`,
      baseUrl: url,
      clock,
      random: random.fork(name),
      silenceLimitMs,
      heartbeat: { text: 'PING', everyMs: Math.min(PING_EVERY_MS, silenceLimitMs / 3) },
      onState: (link) => sink.onLink?.(link),
      ...(openTape === undefined ? {} : { openTape }),
    }
  }

  private connectMarkets(number: number): Connection {
    const { sink, clock, proveEveryMs } = this.options
    const markets = new PolymarketMarkets({ sink, nowMs: () => clock.monotonicMs(), proveEveryMs })
    const socket = new StreamSocket(this.socketOptions(`market ${number}`, '/market'), {
      opened: () => {
        markets.opened()
        return [JSON.stringify({ assets_ids: markets.tokens, type: 'market', custom_feature_enabled: true })]
      },
      received: (text) => {
        markets.received(text)
        return []
      },
      lost: () => markets.lost(),
      tick: () => {
        this.read(socket, markets)
        return { kind: 'send', texts: [] }
      },
    })
    return { socket, markets }
  }

  /** Reads from REST whatever has not been proven for a while, or is doubted. */
  private read(socket: StreamSocket, markets: PolymarketMarkets): void {
    const wanted = markets.toRead()
    for (let start = 0; start < wanted.length; start += BOOKS_A_READ) {
      const tokens = wanted.slice(start, start + BOOKS_A_READ)
      markets.readingBegins(tokens)
      void this.readBooks(tokens).then((rows) => {
        const unserved = markets.readingEnds(tokens, rows)
        if (rows.length === 0 || unserved.length === 0) return
        socket.send([subscription('unsubscribe', unserved), subscription('subscribe', unserved)])
      })
    }
  }

  /** Nothing when it fails: the books stay as doubtful as they were, and are asked for again. */
  private async readBooks(tokens: readonly string[]): Promise<readonly unknown[]> {
    const body = JSON.stringify(tokens.map((token_id) => ({ token_id })))
    const call = { method: 'POST', path: '/books', body, endpoint: 'get_books', safe: true } as const
    try {
      return await this.options.clob.readPublic(v.array(v.unknown()), call, { signal: this.ended.signal })
    } catch (error) {
      if (!(error instanceof VenueError)) throw error
      if (!this.ended.signal.aborted) this.options.sink.onProblem?.(error)
      return []
    }
  }

  private connectUser(
    credentials: NonNullable<PolymarketStreamOptions['credentials']>,
  ): NonNullable<PolymarketStream['user']> {
    const protocol = new PolymarketUser(this.options.sink)
    const socket = new StreamSocket(this.socketOptions('user', '/user'), {
      // The login is a message, not a part of the handshake.
      opened: () => protocol.opened(),
      received: (text) => {
        protocol.received(text)
        return []
      },
      lost: () => protocol.lost(),
      tick: () => ({ kind: 'send', texts: [] }),
    })
    void credentials().then(
      ({ keys, funder }) => {
        protocol.login(keys, funder)
        if (!this.ended.signal.aborted) socket.start()
      },
      (error: unknown) => {
        if (!(error instanceof Error)) throw error
        this.options.sink.onProblem?.(noLogin(error))
      },
    )
    return { socket, protocol }
  }
}

/** `custom_feature_enabled` must be said each time, or it is lost. Source: venue page §8.2. */
function subscription(operation: 'subscribe' | 'unsubscribe', tokens: readonly string[]): string {
  return JSON.stringify({
    assets_ids: tokens,
    operation,
    ...(operation === 'subscribe' ? { custom_feature_enabled: true } : {}),
  })
}

function notFollowed(market: Market): VenueError {
  return new VenueError({
    kind: 'refused',
    sent: 'no',
    code: 'MARKET_NOT_FOLLOWED',
    message: `The book of ${market.id} cannot be followed: the venue gave no token ids for it.`,
    suggestions: ['Run: markets sync'],
  })
}

function noLogin(cause: Error): VenueError {
  return new VenueError({
    kind: 'auth',
    sent: 'no',
    code: 'STREAM_LOGIN_MISSING',
    message: `Polymarket's user channel was not opened: ${cause.message}`,
    suggestions: ['Run: doctor'],
    cause,
  })
}
