import { VenueError } from '../../domain/errors.ts'
import { marketId } from '../../domain/market.ts'
import type { Doubt } from '../../domain/market-stream.ts'
import {
  BadFrame,
  isMembers,
  listIn,
  type Members,
  parseFrame,
  refusedFrame,
  textOf,
  unreadableFrame,
  wholeOrNull,
} from '../streams/frame.ts'
import type { SocketOrder } from '../streams/socket.ts'
import { KalshiChanges } from './stream-changes.ts'
import { Commands } from './stream-commands.ts'
import {
  accountEventOf,
  changeOf,
  lifecycleOf,
  type NoSidePrices,
  printOf,
  quoteOf,
  snapshotOf,
} from './stream-frames.ts'
import { KalshiLives, tickerOf } from './stream-lives.ts'
import { KalshiNews } from './stream-news.ts'
import type { ProtocolOptions } from './stream-options.ts'
import { BOOKS, LIFECYCLE, messageOf, type Numbering, nameOf, Subscriptions } from './stream-subscriptions.ts'

/** Codes after which a subscription is dead. Source: venue page §8. */
const TERMINAL_CODES: ReadonlySet<number> = new Set([10, 25])

/**
 * Kalshi's socket as a conversation: texts in, events and texts out. Knows no network and no timers. One for the life of
 * the stream; `opened` begins it anew.
 */
export class KalshiProtocol {
  private readonly tickers = new Set<string>()
  /** The states of the markets, which the stream reads from REST where it is asked to. */
  readonly lives: KalshiLives
  private readonly news: KalshiNews
  private readonly subscriptions: Subscriptions
  private readonly commands: Commands
  private readonly changes: KalshiChanges
  /** Tickers whose snapshot was asked for, and when. */
  private readonly awaited = new Map<string, number>()
  private connection: number
  private provingTurn = 0
  private livesAskedAtMs = 0
  private broken: string | null = null
  private isOpen = false
  private readonly noSidePrices: NoSidePrices

  constructor(private readonly options: ProtocolOptions) {
    this.connection = options.connectionsBefore ?? 0
    this.noSidePrices = options.noSidePrices ?? 'yes'
    this.lives = new KalshiLives(options.sink)
    this.news = new KalshiNews(options.sink)
    this.changes = new KalshiChanges(options.sink)
    this.subscriptions = new Subscriptions(options.nowMs)
    this.commands = new Commands(options.nowMs)
  }

  watch(tickers: readonly string[]): readonly string[] {
    const fresh = tickers.filter((ticker) => !this.tickers.has(ticker))
    for (const ticker of fresh) this.tickers.add(ticker)
    this.changes.watch(fresh)
    if (this.isOpen && fresh.length > 0) {
      this.subscribeTo(fresh)
      this.lives.doubt(fresh)
    }
    return this.commands.drain()
  }

  unwatch(tickers: readonly string[]): readonly string[] {
    const known = tickers.filter((ticker) => this.tickers.delete(ticker))
    for (const ticker of known) {
      this.awaited.delete(ticker)
      this.lives.forget(ticker)
      this.changes.forget(ticker)
    }
    const books = this.subscriptions.of(BOOKS)
    if (books !== null) this.update(books.sid, 'delete_markets', known)
    return this.commands.drain()
  }

  /** Somebody doubts a book: its snapshot is asked for, in sequence. */
  resync(ticker: string): readonly string[] {
    this.askSnapshots([ticker])
    return this.commands.drain()
  }

  opened(): readonly string[] {
    this.connection++
    this.isOpen = true
    this.broken = null
    this.forgetConnection()
    if (this.tickers.size > 0) this.subscribeTo([...this.tickers])
    this.commands.add('subscribe', { channels: [LIFECYCLE] })
    this.lives.doubt(this.tickers)
    if (this.connection > 1) this.news.missedFees()
    if (this.options.channels.account) {
      this.commands.add('subscribe', { channels: ['fill', 'user_orders', 'market_positions'] })
      this.options.sink.onAccount?.({ kind: 'missed', venue: 'kalshi', why: 'connected' })
    }
    return this.commands.drain()
  }

  lost(): void {
    this.isOpen = false
    this.forgetConnection()
    this.doubtAll({ kind: 'disconnected' })
    this.lives.doubt(this.tickers)
  }

  received(text: string): readonly string[] {
    const frame = parseFrame(text)
    if (isMembers(frame)) this.read(frame, text)
    else {
      this.report(unreadableFrame('Kalshi', 'without a name', 'it is no JSON object'))
      // It may have been any of these, and the next number would tell only when it comes.
      for (const type of ['fill', LIFECYCLE, 'event_fee_update', BOOKS]) this.makeUpFor(type, {})
    }
    return this.commands.drain()
  }

  tick(): SocketOrder {
    if (this.broken !== null) return { kind: 'reconnect', reason: this.broken }
    const nowMs = this.options.nowMs()
    const { answerWithinMs, proveEveryMs } = this.options
    const books = this.subscriptions.of(BOOKS)
    if (this.isAnswerLate(nowMs - answerWithinMs)) {
      return { kind: 'reconnect', reason: `an answer did not come within ${answerWithinMs} ms` }
    }
    if (books !== null && nowMs - books.heardAtMs >= proveEveryMs && this.awaited.size === 0) this.askProof()
    const lives = this.subscriptions.of(LIFECYCLE)
    if (lives !== null && nowMs - Math.max(lives.heardAtMs, this.livesAskedAtMs) >= proveEveryMs) {
      // Subscribing again changes nothing, and its answer is numbered.
      this.livesAskedAtMs = nowMs
      this.commands.add('subscribe', { channels: [LIFECYCLE] })
    }
    return { kind: 'send', texts: this.commands.drain() }
  }

  private isAnswerLate(sinceMs: number): boolean {
    const commandMs = this.commands.oldestMs()
    if (commandMs !== null && commandMs < sinceMs) return true
    const heardAtMs = this.subscriptions.of(BOOKS)?.heardAtMs ?? 0
    for (const [ticker, askedAtMs] of this.awaited) {
      if (askedAtMs >= sinceMs) continue
      if (heardAtMs <= askedAtMs) return true
      // The others go on, and a lost snapshot would show as a gap: the venue has no such market. It stays without a book.
      this.awaited.delete(ticker)
    }
    return false
  }

  /** Any snapshot will do: its number shows whether something was missed. The markets take turns. */
  private askProof(): void {
    const tickers = [...this.tickers]
    const ticker = tickers[this.provingTurn++ % Math.max(1, tickers.length)]
    if (ticker !== undefined) this.askSnapshots([ticker])
  }

  /** Subscribing again to a channel adds markets, whether or not the first answer has come. Source: venue page §8, 2026-09. */
  private subscribeTo(tickers: readonly string[]): void {
    const { quotes, trades } = this.options.channels
    this.commands.addForMarkets('subscribe', tickers, { channels: [BOOKS], use_yes_price: true })
    const others = [...(quotes ? ['ticker'] : []), ...(trades ? ['trade'] : [])]
    if (others.length > 0) this.commands.addForMarkets('subscribe', tickers, { channels: others })
    // The first books of a subscription come unasked, and must.
    this.expectSnapshots(tickers)
  }

  private askSnapshots(tickers: readonly string[]): void {
    const books = this.subscriptions.of(BOOKS)
    if (books === null) return
    const fresh = tickers.filter((ticker) => this.tickers.has(ticker) && !this.awaited.has(ticker))
    this.update(books.sid, 'get_snapshot', fresh)
    this.expectSnapshots(fresh)
  }

  private expectSnapshots(tickers: readonly string[]): void {
    const nowMs = this.options.nowMs()
    for (const ticker of tickers) this.awaited.set(ticker, nowMs)
  }

  private update(sid: number, action: string, tickers: readonly string[]): void {
    this.commands.addForMarkets('update_subscription', tickers, { sids: [sid], action })
  }

  private forgetConnection(): void {
    this.subscriptions.clear()
    this.awaited.clear()
    this.commands.clear()
  }

  private doubtAll(doubt: Doubt): void {
    for (const ticker of this.tickers) this.doubt(ticker, doubt)
  }

  private doubt(ticker: string, doubt: Doubt): void {
    this.options.sink.onMarket({ kind: 'doubt', market: marketId('kalshi', ticker), doubt })
  }

  private read(frame: Members, text: string): void {
    const type = typeof frame.type === 'string' ? frame.type : ''
    try {
      const [sid, seq] = [wholeOrNull(frame, 'sid'), wholeOrNull(frame, 'seq')]
      const numbering = this.subscriptions.count(sid, seq, { type, connection: this.connection })
      if (numbering.kind === 'old') return
      if (numbering.kind === 'gap') this.closeGap(numbering)
      this.take(type, frame, text)
      // Last, so that a book is never proven by a message that it did not take.
      if (numbering.kind === 'next' && numbering.subscription.channel === BOOKS) {
        this.options.sink.onMarket(numbering.subscription.proven)
      }
    } catch (error) {
      if (!(error instanceof BadFrame) && !(error instanceof VenueError)) throw error
      this.report(error instanceof VenueError ? error : unreadableFrame('Kalshi', type, error.message))
      this.makeUpFor(type, frame)
    }
  }

  /** All markets of a subscription share its numbers, so none of its books is known any more. */
  private closeGap({ subscription, expected, received }: Extract<Numbering, { readonly kind: 'gap' }>): void {
    // What was missed may have closed a market, and no message says so again.
    if (subscription.channel === LIFECYCLE) {
      this.lives.doubt(this.tickers)
      this.news.missedFees()
    }
    if (subscription.channel !== BOOKS) return
    // What was asked for before may be among what was missed.
    this.awaited.clear()
    this.doubtAll({ kind: 'gap', expected, received })
    this.askSnapshots([...this.tickers])
  }

  private take(type: string, frame: Members, text: string): void {
    const { sink } = this.options
    switch (type) {
      case 'orderbook_delta':
        this.changes.tell(changeOf(messageOf(frame), this.noSidePrices))
        return
      case 'orderbook_snapshot':
        this.takeSnapshot(frame)
        return
      case 'ticker':
        sink.onQuote?.(quoteOf(messageOf(frame)))
        return
      case 'trade':
        sink.onPrint?.(printOf(messageOf(frame)))
        return
      case 'fill':
      case 'user_order':
      case 'market_position':
        sink.onAccount?.(accountEventOf(type, text))
        return
      case LIFECYCLE:
        this.takeLife(messageOf(frame))
        return
      case 'event_lifecycle':
        this.news.event(messageOf(frame))
        return
      case 'event_fee_update':
        this.news.fees(text)
        return
      case 'subscribed':
        this.takeSubscribed(frame)
        return
      case 'unsubscribed':
      case 'ok':
        this.commands.answered(wholeOrNull(frame, 'id'))
        return
      case 'error':
        this.takeError(frame)
        return
      default:
        // Invented since: passed by, and counted by whoever wants to know.
        this.news.unknown(type)
    }
  }

  private takeLife(msg: Members): void {
    for (const event of lifecycleOf(msg)) {
      if (event.kind === 'status') this.lives.told(tickerOf(event.market))
      this.options.sink.onMarket(event)
    }
    this.news.life(msg)
  }

  private takeSnapshot(frame: Members): void {
    const msg = messageOf(frame)
    const sid = wholeOrNull(frame, 'sid') ?? 0
    this.awaited.delete(textOf(msg, 'market_ticker'))
    this.options.sink.onMarket(snapshotOf(msg, this.noSidePrices, nameOf(this.connection, sid)))
  }

  /** One command may name several channels: it is answered when the first of them is. */
  private takeSubscribed(frame: Members): void {
    this.commands.answered(wholeOrNull(frame, 'id'))
    const msg = messageOf(frame)
    const sid = wholeOrNull(msg, 'sid')
    if (sid === null) throw new BadFrame('sid is missing')
    this.subscriptions.open(sid, textOf(msg, 'channel'), this.connection)
  }

  private takeError(frame: Members): void {
    this.commands.answered(wholeOrNull(frame, 'id'))
    const msg = messageOf(frame)
    const code = wholeOrNull(msg, 'code') ?? 0
    this.report(refusedFrame('Kalshi', String(code), textOf(msg, 'msg')))
    if (TERMINAL_CODES.has(code)) this.broken = `the venue ended a subscription (${code})`
    // A market that is refused gets no book. To wait for it would break off what works for the others.
    for (const ticker of [...listIn(msg, 'market_tickers'), msg.market_ticker]) {
      if (typeof ticker === 'string') this.awaited.delete(ticker)
    }
  }

  /** A message of which only the envelope could be read: its number counts, and what it was about is read anew. */
  private makeUpFor(type: string, frame: Members): void {
    if (type === 'fill' || type === 'user_order' || type === 'market_position') {
      this.options.sink.onAccount?.({ kind: 'missed', venue: 'kalshi', why: 'undecodable' })
    }
    if (type === LIFECYCLE) this.lives.doubt(this.tickers)
    if (type === 'event_fee_update') this.news.missedFees(frame.msg)
    if (type !== 'orderbook_delta' && type !== 'orderbook_snapshot') return
    const named = isMembers(frame.msg) ? frame.msg.market_ticker : null
    const doubted = typeof named === 'string' ? [named] : [...this.tickers]
    for (const ticker of doubted) this.doubt(ticker, { kind: 'undecodable', detail: type })
    // A snapshot that cannot be read would come back the same: its book stays untradable until it is its turn again.
    if (type === 'orderbook_delta') this.askSnapshots(doubted)
  }

  private report(problem: VenueError): void {
    this.options.sink.onProblem?.(problem)
  }
}
