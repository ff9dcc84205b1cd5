import { formatAmount } from '../domain/amounts.ts'
import type { MarketId } from '../domain/market.ts'
import type { Level } from '../domain/order-book.ts'
import { isoTime } from '../runtime/clock.ts'
import { tickerOf } from './catalogue/kalshi-market.ts'
import type { Exchange } from './exchange.ts'
import type { Host } from './host.ts'
import { draftOf, type ListedEntry } from './listing/entry.ts'
import type { SandboxAccount, SandboxOrder } from './model.ts'

type Json = Readonly<Record<string, unknown>>

/** The exchange's own truth about its accounts: what reconciliation must arrive at. */
export function renderAccounts(exchange: Exchange): readonly Json[] {
  return exchange
    .accounts()
    .filter((account) => !account.unlimited)
    .map((account) => renderAccount(exchange, account))
}

function renderAccount(exchange: Exchange, account: SandboxAccount): Json {
  return {
    account: account.id,
    venue: account.venue,
    cash: Object.fromEntries([...account.cash].map(([pool, amount]) => [pool, formatAmount(amount)])),
    available: Object.fromEntries(
      [...account.cash.keys()].map((pool) => [pool, formatAmount(exchange.available(account.id, pool))]),
    ),
    positions: [...account.holdings].map(([market, holding]) => ({
      market,
      yes: formatAmount(holding.yes),
      no: formatAmount(holding.no),
      cost: formatAmount(holding.yesCost),
      noCost: formatAmount(holding.noCost),
      realizedPnl: formatAmount(holding.realizedPnl),
      fees: formatAmount(holding.fees),
    })),
    orders: exchange.orders(account.id).map(renderOrder),
    fills: exchange.trades({ account: account.id }).map((trade) => ({
      id: trade.id,
      market: trade.market,
      quantity: formatAmount(trade.quantity),
      yesPrice: formatAmount(trade.yesPrice),
      takerOrder: trade.taker.orderId,
      makerOrder: trade.maker.orderId,
      status: exchange.tradeStatus(trade).status,
    })),
  }
}

function renderOrder(order: SandboxOrder): Json {
  return {
    id: order.id,
    clientOrderId: order.clientOrderId,
    market: order.market,
    outcome: order.outcome,
    side: order.side,
    price: formatAmount(order.ownPrice),
    quantity: order.amount.kind === 'quantity' ? formatAmount(order.amount.quantity) : null,
    budget: order.amount.kind === 'budget' ? formatAmount(order.amount.budget) : null,
    filled: formatAmount(order.filled),
    remaining: formatAmount(order.remaining),
    state: order.state,
    cancelReason: order.cancelReason,
    createdMs: order.createdMs,
  }
}

/** What was listed: the event, and its markets as they stand. */
export function renderListing(host: Host, entry: ListedEntry): Json {
  const draft = draftOf(entry)
  const markets = draft.markets.map((market): MarketId => {
    return draft.venue === 'kalshi' ? `kalshi:${tickerOf(draft, market)}` : `polymarket:${market.key}`
  })
  return {
    venue: draft.venue,
    event: draft.venue === 'kalshi' ? draft.ticker : draft.slug,
    markets: markets.flatMap((id) => {
      const view = host.exchange.market(id)
      if (view === null) return []
      const { bids, asks } = host.exchange.book(id)
      return {
        market: id,
        title: view.market.title,
        status: view.status,
        opens: isoTime(view.schedule.openMs),
        closes: isoTime(view.schedule.closeMs),
        bids: bids.map(renderLevel),
        asks: asks.map(renderLevel),
      }
    }),
  }
}

export function renderMarketState(host: Host, id: MarketId): Json {
  const view = host.exchange.market(id)
  if (view === null) return { market: id, status: null }
  const book = host.exchange.book(id)
  return {
    market: id,
    status: view.status,
    schedule: {
      ...view.schedule,
      yesPayout: view.schedule.yesPayout === null ? null : formatAmount(view.schedule.yesPayout),
    },
    bids: book.bids.map(renderLevel),
    asks: book.asks.map(renderLevel),
  }
}

function renderLevel(level: Level): readonly [string, string] {
  return [formatAmount(level.price), formatAmount(level.quantity)]
}
