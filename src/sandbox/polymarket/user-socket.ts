import type { HostChanges } from '../host.ts'
import type { SandboxOrder, SandboxTrade, TradeStatus } from '../model.ts'
import type { SocketSession, Wire } from '../socket-face.ts'
import type { Caller, PolymarketTrader } from './caller.ts'
import type { ClobContext } from './context.ts'
import { callerFor } from './logins.ts'
import { orderRow } from './order-rows.ts'
import { tradeRow } from './trade-rows.ts'

type Json = Readonly<Record<string, unknown>>

/** What a connection is closed with whose login will not do; the venue says nothing more. */
const POLICY_VIOLATION = 1008

/** A trade of the account that can still change. */
interface Pending {
  readonly trade: SandboxTrade
  readonly trader: PolymarketTrader
  told: TradeStatus
}

/** One connection to the user channel. The login is its first message. Source: polymarket.md §8.3. */
export class UserSession implements SocketSession {
  private caller: Caller | null = null
  /** Condition ids; null for all. */
  private markets: ReadonlySet<string> | null = null
  private readonly seen = new Set<string>()
  private readonly pending = new Map<string, Pending>()
  private readonly openedMs: number

  constructor(
    private readonly context: ClobContext,
    private readonly wire: Wire,
  ) {
    this.openedMs = context.host.clock.nowMs()
  }

  received(text: string): void {
    if (text.trim() === 'PING') {
      this.wire.send('pong', 'PONG')
      return
    }
    if (this.caller !== null) return
    const login = readLogin(text)
    const address = login === null ? null : this.context.keys.verifyTriple(login)
    if (login === null || address === null) {
      this.wire.close(POLICY_VIOLATION, '')
      return
    }
    this.caller = callerFor(this.context, login.apiKey, address)
    this.markets = login.markets
  }

  changed({ orders, trades }: HostChanges): void {
    const { caller } = this
    if (caller === null) return
    for (const trade of trades) this.takeTrade(caller, trade)
    for (const id of orders) {
      for (const trader of caller.traders) {
        const order = this.context.host.exchange.order(trader.account, id)
        if (order !== null) this.tellOrder(caller, trader, order)
      }
    }
  }

  private takeTrade(caller: Caller, trade: SandboxTrade): void {
    const trader = caller.traders.find(
      ({ account }) => trade.taker.account === account || trade.maker.account === account,
    )
    if (trader === undefined) return
    const pending: Pending = { trade, trader, told: 'matched' }
    this.pending.set(trade.id, pending)
    this.tellTrade(caller, pending, 'matched')
  }

  private tellTrade(caller: Caller, pending: Pending, status: TradeStatus): void {
    const { trade, trader } = pending
    pending.told = status
    const row = tradeRow(this.context, caller, { trade, trader })
    this.send('trade', String(row.market), {
      event_type: 'trade',
      type: 'TRADE',
      ...row,
      status: status.toUpperCase(),
      trade_owner: caller.apiKey,
      timestamp: String(this.context.host.clock.nowMs()),
    })
    if (status === 'confirmed' || status === 'failed') this.pending.delete(trade.id)
  }

  private tellOrder(caller: Caller, trader: PolymarketTrader, order: SandboxOrder): void {
    const isNew = !this.seen.has(order.id) && order.createdMs >= this.openedMs
    this.seen.add(order.id)
    const row = orderRow(this.context, caller, trader, order)
    const say = (type: string): void =>
      this.send('order', String(row.market), {
        event_type: 'order',
        type,
        ...row,
        order_owner: caller.apiKey,
        created_at: String(row.created_at),
        timestamp: String(order.updatedMs),
      })
    if (isNew) say('PLACEMENT')
    else if (order.state !== 'cancelled') say('UPDATE')
    if (order.state === 'cancelled') say('CANCELLATION')
  }

  /** A trade settles by the clock: matched, mined, confirmed, or taken back. */
  tick(): void {
    const { caller } = this
    if (caller === null) return
    for (const pending of [...this.pending.values()]) {
      const current = this.current(pending.trade)
      const { status } = this.context.host.exchange.tradeStatus(current)
      if (status !== pending.told) this.tellTrade(caller, { ...pending, trade: current }, status)
      if (this.pending.has(current.id)) this.pending.set(current.id, { ...pending, trade: current, told: status })
    }
  }

  /** The trade as the exchange holds it now. */
  private current(trade: SandboxTrade): SandboxTrade {
    const trades = this.context.host.exchange.trades({ market: trade.market })
    return trades.find(({ id }) => id === trade.id) ?? trade
  }

  private send(type: string, market: string, message: Json): void {
    if (this.markets === null || this.markets.has(market)) this.wire.send(type, JSON.stringify(message))
  }
}

function readLogin(text: string): {
  readonly apiKey: string
  readonly secret: string
  readonly passphrase: string
  readonly markets: ReadonlySet<string> | null
} | null {
  const message = objectIn(text)
  const auth = message?.auth
  if (message === null || typeof auth !== 'object' || auth === null) return null
  const { apiKey, secret, passphrase } = { apiKey: null, secret: null, passphrase: null, ...auth }
  if (typeof apiKey !== 'string' || typeof secret !== 'string' || typeof passphrase !== 'string') return null
  const markets = Array.isArray(message.markets) ? message.markets.filter((id) => typeof id === 'string') : []
  return { apiKey, secret, passphrase, markets: markets.length === 0 ? null : new Set(markets) }
}

function objectIn(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}
