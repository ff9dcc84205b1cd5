import type { Quantity } from '../../domain/amounts.ts'
import type { MarketId } from '../../domain/market.ts'
import type { HostChanges } from '../host.ts'
import type { MarketView } from '../model.ts'
import { type KalshiContext, kalshiDetails, viewOf } from './context.ts'
import { fillsOf } from './render-order.ts'
import type { Channel } from './socket-commands.ts'
import { fillMessage, lifecycleMessages, orderMessage, positionMessage, tradeMessage } from './socket-frames.ts'
import { createdMessage, eventMessage } from './socket-listings.ts'

/** A message that is the same for every subscriber who may hear it. */
export interface News {
  readonly type: string
  readonly ticker: string
  readonly msg: Readonly<Record<string, unknown>>
}

/** What changes mean to the subscribers of a channel that tells of events: books and quotes are told otherwise. */
export function newsOf(context: KalshiContext, channel: Channel, changes: HostChanges): readonly News[] {
  switch (channel) {
    case 'trade':
      return changes.trades.flatMap((trade) => {
        const ticker = tickerIn(trade.market)
        return ticker === null ? [] : [{ type: 'trade', ticker, msg: tradeMessage(trade, ticker) }]
      })
    case 'fill':
      return fills(context, changes)
    case 'user_orders':
      return orders(context, changes)
    case 'market_positions':
      return positions(context, changes)
    case 'market_lifecycle_v2':
      return [...listings(context, changes), ...lives(context, changes)]
    default:
      return []
  }
}

/** An event that is new, and then its markets. */
function listings(context: KalshiContext, changes: HostChanges): readonly News[] {
  return changes.listings.flatMap(({ venue, event: id, isNewEvent, markets }) => {
    const event = venue === 'kalshi' ? context.host.catalogue.findEvent('kalshi', id) : null
    if (event === null) return []
    const views = markets.flatMap((market) => viewIn(context, market) ?? [])
    const shard = views[0] === undefined ? 0 : kalshiDetails(views[0].market).exchangeIndex
    const made: News = { type: 'event_lifecycle', ticker: id, msg: eventMessage(event, shard) }
    const created = views.map((view): News => {
      return { type: 'market_lifecycle_v2', ticker: view.market.symbol, msg: createdMessage(view) }
    })
    return [...(isNewEvent ? [made] : []), ...created]
  })
}

function lives(context: KalshiContext, changes: HostChanges): readonly News[] {
  return changes.lives.flatMap((life) => {
    const view = viewIn(context, life.market)
    if (view === null) return []
    const messages = lifecycleMessages(life, view, context.host.clock.nowMs())
    return messages.map((msg) => ({ type: 'market_lifecycle_v2', ticker: view.market.symbol, msg }))
  })
}

function fills(context: KalshiContext, { trades }: HostChanges): readonly News[] {
  const { account } = context.owner
  return trades.flatMap((trade) => {
    const view = viewIn(context, trade.market)
    if (view === null) return []
    const net = netIn(context, trade.market)
    return fillsOf(trade, account).map((own) => ({
      type: 'fill',
      ticker: view.market.symbol,
      msg: fillMessage(own, view, net),
    }))
  })
}

function netIn({ host, owner }: KalshiContext, market: MarketId): Quantity {
  const holding = host.exchange.account(owner.account)?.holdings.get(market)
  return ((holding?.yes ?? 0n) - (holding?.no ?? 0n)) as Quantity
}

function orders(context: KalshiContext, changes: HostChanges): readonly News[] {
  return [...changes.orders].flatMap((id) => {
    const order = context.host.exchange.order(context.owner.account, id)
    const view = order === null ? null : viewIn(context, order.market)
    if (order === null || view === null) return []
    return [{ type: 'user_order', ticker: view.market.symbol, msg: orderMessage(order, view, context.owner.userId) }]
  })
}

function positions(context: KalshiContext, { trades, lives }: HostChanges): readonly News[] {
  const { account } = context.owner
  const traded = trades.filter((trade) => fillsOf(trade, account).length > 0).map(({ market }) => market)
  const settled = lives.filter((life) => life.kind === 'phase' && life.after === 'settled').map(({ market }) => market)
  return [...new Set([...traded, ...settled])].flatMap((market) => {
    const view = viewIn(context, market)
    const msg = view === null ? null : positionMessage(context, view)
    return view === null || msg === null ? [] : [{ type: 'market_position', ticker: view.market.symbol, msg }]
  })
}

/** Null for markets of the other venue. */
export function tickerIn(market: MarketId): string | null {
  return market.startsWith('kalshi:') ? market.slice('kalshi:'.length) : null
}

function viewIn(context: KalshiContext, market: MarketId): MarketView | null {
  const ticker = tickerIn(market)
  return ticker === null ? null : viewOf(context, ticker)
}
