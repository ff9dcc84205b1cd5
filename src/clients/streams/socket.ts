import { WebSocket } from 'ws'
import type { VenueId } from '../../domain/market.ts'
import type { Link, LinkState } from '../../domain/venue-stream.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import { backoffMs } from '../rates/backoff.ts'
import type { HandshakeFailure, OpenStreamTape, StreamTape } from './tape.ts'

/** How long a book may go unproven before the venue is asked, where nothing else is said. */
export const PROVE_EVERY_MS = 4_000

/** How long a handshake may take. */
const HANDSHAKE_MS = 10_000
/** How often silence and heartbeats are looked after. */
const CHECK_EVERY_MS = 1_000
/** How long a connection must have lasted for the next one to be tried at once. */
const SETTLED_MS = 5_000
/** How long a venue may take to say goodbye. */
const CLOSE_MS = 500
/** What a venue may send in one message. Source: Kalshi's limit of 64 MiB, venue page §8. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024

export interface SocketOptions {
  readonly venue: VenueId
  readonly name: string
  readonly url: string
  readonly baseUrl: string
  readonly clock: Clock
  readonly random: Random
  /** Made afresh for every attempt, so that no signature is sent twice. */
  readonly headers?: () => Readonly<Record<string, string>>
  /** A venue answered a handshake, sent at this time (Unix ms), without opening a socket. */
  readonly onRefused?: (headers: Readonly<Record<string, string>>, sentAtMs: number) => void
  /** Silence after which the connection counts as dead, in ms. */
  readonly silenceLimitMs: number
  /** Our own sign of life, where the venue wants one. */
  readonly heartbeat?: { readonly text: string; readonly everyMs: number }
  readonly openTape?: OpenStreamTape
  readonly onState: (link: Link) => void
}

/** What a connection is used for. */
export interface SocketUser {
  /** It is open: what is to be sent first. */
  opened(): readonly string[]
  /** A message came: what is to be sent in return. */
  received(text: string): readonly string[]
  /** It is gone, whoever ended it. */
  lost(): void
  /** Called every second while it is open. */
  tick(): SocketOrder
}

export type SocketOrder =
  | { readonly kind: 'send'; readonly texts: readonly string[] }
  /** Nothing good comes from this connection any more. */
  | { readonly kind: 'reconnect'; readonly reason: string }

/** One connection that keeps itself alive: heartbeat, watch over silence, backoff with jitter, a fresh handshake each time. */
export class StreamSocket implements Link {
  readonly name: string
  reconnects = 0
  state: LinkState = { kind: 'connecting', attempt: 1 }
  private readonly closing = new AbortController()
  private socket: WebSocket | null = null
  private tape: StreamTape | null = null
  private heardAtMs = 0
  private running: Promise<void> | null = null

  constructor(
    private readonly options: SocketOptions,
    private readonly user: SocketUser,
  ) {
    this.name = options.name
  }

  get silentForMs(): number | null {
    return this.state.kind === 'up' ? this.options.clock.monotonicMs() - this.heardAtMs : null
  }

  start(): void {
    this.running ??= this.run()
  }

  /** Sends when the connection is open; otherwise `opened` says it all anyway when it is. */
  send(texts: readonly string[]): void {
    const { socket } = this
    if (socket === null || socket.readyState !== WebSocket.OPEN || this.state.kind !== 'up') return
    for (const text of texts) {
      this.tape?.sent(text)
      socket.send(text)
    }
  }

  /** Ends this connection; another one is made. */
  reconnect(): void {
    this.socket?.terminate()
  }

  async close(): Promise<void> {
    this.closing.abort()
    await this.running
    this.enter({ kind: 'closed' })
  }

  private async run(): Promise<void> {
    const { clock, random } = this.options
    let strikes = 0
    while (!this.closing.signal.aborted) {
      this.enter({ kind: 'connecting', attempt: strikes + 1 })
      const startMs = clock.monotonicMs()
      const reason = await this.connectOnce()
      const lastedMs = clock.monotonicMs() - startMs
      if (this.closing.signal.aborted) return
      // A venue that takes a connection and drops it at once is not there either.
      strikes = lastedMs >= SETTLED_MS ? 1 : strikes + 1
      this.reconnects++
      const retryInMs = backoffMs(strikes, random)
      this.enter({ kind: 'waiting', reason, retryInMs })
      await clock.sleep(retryInMs, this.closing.signal)
    }
  }

  private enter(state: LinkState): void {
    this.state = state
    this.options.onState(this)
  }

  /** One connection from handshake to end. Resolves with why it ended. */
  private connectOnce(): Promise<string> {
    const { url, venue, baseUrl, openTape } = this.options
    const headers = this.options.headers?.() ?? {}
    const sentAtMs = this.options.clock.nowMs()
    const tape = openTape?.({ alias: { venue, service: 'ws', baseUrl }, url, headers }) ?? null
    this.tape = tape
    return new Promise((resolve) => {
      const socket = new WebSocket(url, {
        headers: { ...headers },
        handshakeTimeout: HANDSHAKE_MS,
        maxPayload: MAX_MESSAGE_BYTES,
      })
      this.socket = socket
      let opened = false
      let by: 'us' | 'venue' | 'network' = 'network'
      let reason = 'the connection was lost'
      const watch = new AbortController()
      const end = (ending: string): void => {
        reason = ending
        by = 'us'
        socket.terminate()
      }
      const abandon = (): void => {
        by = 'us'
        reason = 'closed by us'
        if (!opened) {
          socket.terminate()
          return
        }
        socket.close(1000)
        // A peer that does not answer the close must not keep us.
        void this.options.clock.sleep(CLOSE_MS, watch.signal).then(() => socket.terminate())
      }
      this.closing.signal.addEventListener('abort', abandon, { once: true })
      const heard = (): void => {
        this.heardAtMs = this.options.clock.monotonicMs()
      }
      socket.on('upgrade', (response) => {
        tape?.opened({ status: response.statusCode ?? 101, headers: response.headers })
      })
      socket.on('open', () => {
        opened = true
        heard()
        this.enter({ kind: 'up' })
        this.send(this.user.opened())
        void this.lookAfter(watch.signal, end)
      })
      socket.on('message', (data, isBinary) => {
        heard()
        const text = String(data)
        tape?.received(text, isBinary ? 2 : 1)
        this.send(this.user.received(text))
      })
      socket.on('ping', (body) => {
        heard()
        tape?.received(body, 9)
      })
      socket.on('pong', heard)
      socket.on('unexpected-response', (_request, response) => {
        by = 'venue'
        reason = `the venue answered ${response.statusCode ?? 0} instead of opening a socket`
        tape?.failed({ outcome: 'response', code: 'REFUSED', status: response.statusCode ?? 0 })
        const { date } = response.headers
        this.options.onRefused?.(date === undefined ? {} : { date }, sentAtMs)
        response.destroy()
        socket.terminate()
      })
      socket.on('error', (error) => {
        if (by === 'network') reason = error.message
        if (!opened && by !== 'venue') tape?.failed(failureOf(error))
      })
      socket.on('close', (code, text) => {
        watch.abort()
        this.closing.signal.removeEventListener('abort', abandon)
        this.socket = null
        if (code !== 1006 && by === 'network') {
          by = 'venue'
          reason = `the venue closed the connection (${code})`
        }
        if (opened) {
          tape?.closed({ code: code === 1006 ? null : code, reason: String(text), by })
          this.user.lost()
        }
        resolve(reason)
      })
    })
  }

  /** Heartbeats, and an end to a connection that has fallen silent or that its user gives up. */
  private async lookAfter(signal: AbortSignal, end: (reason: string) => void): Promise<void> {
    const { clock, heartbeat, silenceLimitMs } = this.options
    let beatAtMs = clock.monotonicMs()
    const everyMs = Math.min(
      CHECK_EVERY_MS,
      silenceLimitMs / 4,
      heartbeat === undefined ? CHECK_EVERY_MS : heartbeat.everyMs,
    )
    for (;;) {
      await clock.sleep(everyMs, signal)
      if (signal.aborted) return
      const nowMs = clock.monotonicMs()
      if (nowMs - this.heardAtMs > silenceLimitMs) return end(`nothing was heard for ${silenceLimitMs} ms`)
      if (heartbeat !== undefined && nowMs - beatAtMs >= heartbeat.everyMs) {
        beatAtMs = nowMs
        this.send([heartbeat.text])
      }
      const order = this.user.tick()
      if (order.kind === 'reconnect') return end(order.reason)
      this.send(order.texts)
    }
  }
}

function failureOf(error: Error): HandshakeFailure {
  const code = 'code' in error ? String(error.code) : 'UNKNOWN'
  const syscall = 'syscall' in error ? { syscall: String(error.syscall) } : {}
  const outcome = code === 'ECONNRESET' ? 'reset' : code === 'ECONNREFUSED' ? 'refused' : 'timeout'
  return { outcome, code, ...syscall }
}
