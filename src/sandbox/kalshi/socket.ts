import type { MarketId } from '../../domain/market.ts'
import { noChanges } from '../core.ts'
import type { FaceRequest } from '../face.ts'
import type { HostChanges } from '../host.ts'
import type { MarketView, SandboxOrder } from '../model.ts'
import type { SocketAnswer, SocketFace, SocketSession, Wire } from '../socket-face.ts'
import { refuseUnsigned } from './auth.ts'
import { type KalshiContext, tickerId, viewOf } from './context.ts'
import { feeUpdates } from './fee-changes.ts'
import { ToldBook } from './socket-book.ts'
import { type Channel, type Command, readCommand } from './socket-commands.ts'
import { deltaMessage, type LevelDelta, snapshotMessage, tickerMessage } from './socket-frames.ts'
import { newsOf, tickerIn } from './socket-news.ts'

/** Where Kalshi's socket is. Signed like a GET of this path. */
export const kalshiSocketPath = '/trade-api/ws/v2'

const HEARTBEAT_MS = 10_000

/** Channels whose messages are numbered. Source: venue page §8. */
const numbered: ReadonlySet<Channel> = new Set([
  'orderbook_delta',
  'trade',
  'market_lifecycle_v2',
  'multivariate_market_lifecycle',
  'order_group_updates',
  'communications',
])

type Json = Readonly<Record<string, unknown>>

interface Subscription {
  readonly sid: number
  readonly channel: Channel
  /** Null: all markets. */
  tickers: Set<string> | null
  readonly usesYesPrice: boolean
  seq: number
  readonly told: Map<string, ToldBook>
  /** What was last said of a market on the ticker channel. */
  readonly quoted: Map<string, string>
}

export function createKalshiSockets(context: KalshiContext): SocketFace {
  return {
    accept: (request: FaceRequest): SocketAnswer | null => {
      if (request.path !== kalshiSocketPath) return null
      const refused = refuseUnsigned(request, context.owner.keys, context.owner.hostClock)
      if (refused !== null) return { kind: 'refuse', reply: refused }
      return { kind: 'open', start: (wire) => new KalshiSession(context, wire) }
    },
  }
}

/** One connection with its subscriptions. */
export class KalshiSession implements SocketSession {
  private readonly subscriptions = new Map<number, Subscription>()
  private lastSid = 0
  private beatAtMs: number
  private readonly feesTold: Set<string>
  private readonly statuses = new Map<MarketId, MarketView['status']>()

  constructor(
    private readonly context: KalshiContext,
    private readonly wire: Wire,
  ) {
    this.beatAtMs = context.owner.hostClock.monotonicMs()
    this.feesTold = new Set(feeUpdates(context).keys())
  }

  received(text: string): void {
    const { id, command } = readCommand(text)
    if (command.kind === 'error') this.say('error', id, { msg: { code: command.code, msg: command.message } })
    else this.carryOut(id, command)
  }

  private carryOut(id: number | null, command: Command): void {
    switch (command.kind) {
      case 'subscribe':
        for (const channel of command.channels) this.subscribe(id, channel, command)
        break
      case 'unsubscribe':
        for (const sid of command.sids) this.unsubscribe(id, sid)
        break
      case 'update':
        this.update(id, command)
        break
      case 'list': {
        const msg = [...this.subscriptions.values()].map(({ channel, sid }) => ({ channel, sid }))
        this.say('ok', id, { msg })
        break
      }
    }
  }

  private subscribe(id: number | null, channel: Channel, command: Extract<Command, { kind: 'subscribe' }>): void {
    const tickers = this.known(command.tickers)
    const existing = [...this.subscriptions.values()].find((one) => one.channel === channel)
    // Subscribing again adds markets. Seen 2026-08: `ok` with all of them, then the books of the new ones.
    if (existing !== undefined) {
      this.addMarkets(id, existing, tickers)
      return
    }
    const subscription: Subscription = {
      sid: ++this.lastSid,
      channel,
      tickers: tickers === null ? null : new Set(tickers),
      usesYesPrice: command.usesYesPrice,
      seq: 0,
      told: new Map(),
      quoted: new Map(),
    }
    this.subscriptions.set(subscription.sid, subscription)
    this.say('subscribed', id, { msg: { channel, sid: subscription.sid } })
    for (const ticker of tickers ?? []) this.begin(subscription, ticker, command.wantsInitial)
  }

  /** Unknown markets are passed over in silence: error 16 was retired in September 2026. */
  private known(tickers: readonly string[] | null): readonly string[] | null {
    return tickers === null ? null : [...new Set(tickers)].filter((ticker) => viewOf(this.context, ticker) !== null)
  }

  private addMarkets(id: number | null, subscription: Subscription, tickers: readonly string[] | null): void {
    const fresh = (tickers ?? []).filter((ticker) => subscription.tickers?.has(ticker) === false)
    for (const ticker of fresh) subscription.tickers?.add(ticker)
    this.confirm(id, subscription)
    for (const ticker of fresh) this.begin(subscription, ticker, false)
  }

  private confirm(id: number | null, subscription: Subscription): void {
    const msg = { market_tickers: [...(subscription.tickers ?? [])].sort() }
    this.say('ok', id, { sid: subscription.sid, ...this.number(subscription), msg })
  }

  private unsubscribe(id: number | null, sid: number): void {
    const subscription = this.subscriptions.get(sid)
    if (subscription === undefined) {
      this.say('error', id, { msg: { code: 7, msg: 'Unknown subscription ID' } })
      return
    }
    this.say('unsubscribed', id, { sid, ...this.number(subscription, true) })
    this.subscriptions.delete(sid)
  }

  private update(id: number | null, { sid, action, tickers }: Extract<Command, { kind: 'update' }>): void {
    const subscription = this.subscriptions.get(sid)
    if (subscription === undefined) {
      this.say('error', id, { msg: { code: 7, msg: 'Unknown subscription ID' } })
      return
    }
    const known = this.known(tickers) ?? []
    switch (action) {
      case 'add_markets':
        this.addMarkets(id, subscription, known)
        break
      case 'delete_markets':
        for (const ticker of known) {
          subscription.tickers?.delete(ticker)
          subscription.told.delete(ticker)
        }
        this.confirm(id, subscription)
        break
      case 'get_snapshot':
        this.confirm(id, subscription)
        for (const ticker of known) this.tellSnapshot(subscription, ticker)
        break
    }
  }

  /** First news of a market on a subscription. */
  private begin(subscription: Subscription, ticker: string, wantsInitial: boolean): void {
    if (subscription.channel === 'orderbook_delta') this.tellSnapshot(subscription, ticker)
    else if (subscription.channel === 'ticker' && wantsInitial) this.tellTicker(subscription, ticker)
  }

  private tellSnapshot(subscription: Subscription, ticker: string): void {
    const book = this.context.host.exchange.book(tickerId(ticker))
    // What changed up to now is in it, whether or not it was told.
    if (subscription.tickers?.has(ticker) === true) subscription.told.set(ticker, new ToldBook(book))
    this.tell(subscription, 'orderbook_snapshot', snapshotMessage(ticker, book, subscription.usesYesPrice))
  }

  changed(changes: HostChanges): void {
    for (const subscription of [...this.subscriptions.values()]) this.tellChanges(subscription, changes)
  }

  private tellChanges(subscription: Subscription, changes: HostChanges): void {
    switch (subscription.channel) {
      case 'orderbook_delta':
        for (const ticker of this.tickersIn(subscription, changes)) this.tellDeltas(subscription, ticker, changes)
        break
      case 'ticker':
        for (const ticker of this.tickersIn(subscription, changes)) this.tellTicker(subscription, ticker)
        break
      default:
        this.tellNews(subscription, changes)
    }
  }

  private tellNews(subscription: Subscription, changes: HostChanges): void {
    for (const { type, ticker, msg } of newsOf(this.context, subscription.channel, changes)) {
      if (subscription.tickers?.has(ticker) !== false) this.tell(subscription, type, msg)
    }
  }

  private tickersIn({ tickers }: Subscription, { markets }: HostChanges): readonly string[] {
    const touched = [...markets].map(tickerIn).filter((ticker) => ticker !== null)
    return tickers === null ? touched : touched.filter((ticker) => tickers.has(ticker))
  }

  private tellDeltas(subscription: Subscription, ticker: string, changes: HostChanges): void {
    const id = tickerId(ticker)
    const book = this.context.host.exchange.book(id)
    const told = subscription.told.get(ticker)
    if (told === undefined) return
    for (const delta of told.advance(book)) {
      const cause = this.causeOf(delta, id, changes)
      const { usesYesPrice } = subscription
      const nowMs = this.context.host.clock.nowMs()
      this.tell(subscription, 'orderbook_delta', deltaMessage(ticker, delta, { usesYesPrice, nowMs, cause }))
    }
  }

  /** The own order that made a level change, where one of this account's did. */
  private causeOf(delta: LevelDelta, market: MarketId, { orders }: HostChanges): SandboxOrder | null {
    for (const id of orders) {
      const order = this.context.host.exchange.order(this.context.owner.account, id)
      if (order?.market === market && order.bookSide === delta.side && order.yesPrice === delta.price) return order
    }
    return null
  }

  private tellTicker(subscription: Subscription, ticker: string): void {
    const view = viewOf(this.context, ticker)
    if (view === null) return
    const { exchange, clock } = this.context.host
    const [last] = exchange.trades({ market: view.market.id })
    const message = tickerMessage(view, exchange.book(view.market.id), last ?? null, clock.nowMs())
    const { ts: _ts, ts_ms: _ms, time: _time, ...figures } = message
    const said = JSON.stringify(figures)
    if (subscription.quoted.get(ticker) === said) return
    subscription.quoted.set(ticker, said)
    this.tell(subscription, 'ticker', message)
  }

  tick(): void {
    this.beat()
    this.tellFees()
    for (const subscription of this.subscriptions.values()) {
      if (subscription.channel !== 'orderbook_delta') continue
      for (const ticker of subscription.told.keys()) this.watchStatus(ticker, subscription)
    }
  }

  /** An override of an event's fees is told when it takes effect. Source: AsyncAPI, `event_fee_update`, read 2026-10. */
  private tellFees(): void {
    for (const [id, msg] of feeUpdates(this.context)) {
      if (this.feesTold.has(id)) continue
      this.feesTold.add(id)
      for (const subscription of this.subscriptions.values()) {
        if (subscription.channel === 'market_lifecycle_v2') this.tell(subscription, 'event_fee_update', msg)
      }
    }
  }

  private beat(): void {
    const nowMs = this.context.owner.hostClock.monotonicMs()
    if (nowMs - this.beatAtMs < HEARTBEAT_MS) return
    this.beatAtMs = nowMs
    this.wire.ping('heartbeat')
  }

  /** A market that nobody traded in closes without a change in the exchange: its book is simply gone. */
  private watchStatus(ticker: string, subscription: Subscription): void {
    const view = viewOf(this.context, ticker)
    if (view === null) return
    const before = this.statuses.get(view.market.id)
    this.statuses.set(view.market.id, view.status)
    if (before === undefined || before === view.status) return
    this.tellDeltas(subscription, ticker, { ...noChanges(), trades: [] })
  }

  /** A message of a subscription, numbered where its channel is. */
  private tell(subscription: Subscription, type: string, msg: Json): void {
    const frame = { type, sid: subscription.sid, ...this.number(subscription), msg }
    this.wire.send(type, JSON.stringify(frame))
  }

  private number(subscription: Subscription, always = false): Json {
    if (!numbered.has(subscription.channel) && !always) return {}
    subscription.seq++
    return { seq: subscription.seq }
  }

  private say(type: string, id: number | null, rest: Json): void {
    this.wire.send(type, JSON.stringify({ type, ...(id === null ? {} : { id }), ...rest }))
  }
}
