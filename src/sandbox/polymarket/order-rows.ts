import { formatAmount } from '../../domain/amounts.ts'
import type { SandboxOrder } from '../model.ts'
import type { Caller, PolymarketTrader } from './caller.ts'
import type { ClobContext } from './context.ts'
import { assetOf } from './lookup.ts'
import { unixSeconds } from './times.ts'

/** What `status` the venue shows. There is no word for expiry: it shows as cancelled. Source: polymarket.md §3.12. */
function statusWord(order: SandboxOrder): string {
  switch (order.state) {
    case 'delayed':
      return 'DELAYED'
    case 'resting':
      return 'LIVE'
    case 'filled':
      return 'MATCHED'
    case 'cancelled':
      if (order.cancelReason === 'market_closed') return 'CANCELED_MARKET_RESOLVED'
      return order.cancelReason === 'uncovered' ? 'INVALID' : 'CANCELED'
  }
}

function orderType(order: SandboxOrder): string {
  if (order.timeInForce === 'ioc') return 'FAK'
  if (order.timeInForce === 'fok') return 'FOK'
  return order.expiresAtMs === null ? 'GTC' : 'GTD'
}

/** The size as it was sent. For an immediate purchase the venue shows the dollars it was to spend. Source: polymarket.md §3.11. */
function originalSize(order: SandboxOrder): string {
  return formatAmount(order.amount.kind === 'budget' ? order.amount.budget : order.amount.quantity)
}

/** One order as `GET /data/order/{id}` and `/data/orders` print it. */
export function orderRow(
  context: ClobContext,
  caller: Caller,
  trader: PolymarketTrader,
  order: SandboxOrder,
): Readonly<Record<string, unknown>> {
  const view = context.host.exchange.market(order.market)
  const details = view?.market.details
  if (view === null || details?.venue !== 'polymarket') throw new Error(`order ${order.id} is in no known market`)
  return {
    id: order.id,
    status: statusWord(order),
    owner: caller.apiKey,
    maker_address: trader.funder,
    market: details.conditionId,
    asset_id: assetOf(details, order.outcome),
    side: order.side.toUpperCase(),
    original_size: originalSize(order),
    size_matched: formatAmount(order.filled),
    price: formatAmount(order.ownPrice),
    outcome: order.outcome === 'yes' ? view.market.yesLabel : view.market.noLabel,
    expiration: order.expiresAtMs === null ? '0' : String(unixSeconds(order.expiresAtMs) + 60),
    order_type: orderType(order),
    associate_trades: order.tradeIds,
    created_at: unixSeconds(order.createdMs),
  }
}
