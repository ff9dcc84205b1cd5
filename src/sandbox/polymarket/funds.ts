import type { PolymarketTrader } from './caller.ts'
import type { AssetView, ClobContext } from './context.ts'
import { exchangeContracts } from './contracts.ts'
import type { WireOrder } from './order-body.ts'
import type { ExchangeName } from './typed-data.ts'

/** The exchange that settles a market's orders. Source: polymarket.md §3.1. */
export function exchangeOf({ details }: Pick<AssetView, 'details'>): ExchangeName {
  if (details.version === 'v2') return 'v3'
  return details.negRisk ? 'v2NegRisk' : 'v2'
}

/**
 * Why approvals or the venue's cached balance do not cover an order, or null. What is really there is the exchange's to
 * check. Source: polymarket.md §3.13, §10.7.
 */
export function refuseUncovered(
  context: ClobContext,
  trader: PolymarketTrader,
  asset: AssetView,
  order: WireOrder,
): string | null {
  const exchange = exchangeOf(asset)
  const allowance = context.host.polymarket.allowance(order.side === 'BUY' ? 'collateral' : 'conditional', exchange)
  if (allowance !== null && allowance < order.makerAmount) {
    return `not enough balance / allowance: the allowance is not enough -> spender: ${exchangeContracts[exchange]}, allowance: ${allowance}, order amount: ${order.makerAmount}`
  }
  if (order.side === 'BUY') return null
  const unseen = unseenPurchases(context, trader, asset, order.tokenId)
  if (unseen === 0n) return null
  const seen = context.host.exchange.availableHolding(trader.account, asset.market.id, asset.outcome) - unseen
  return seen >= order.makerAmount ? null : lacking(seen > 0n ? seen : 0n, order.makerAmount)
}

export function lacking(balance: bigint, amount: bigint): string {
  return `not enough balance / allowance: the balance is not enough -> balance: ${balance}, order amount: ${amount}`
}

/** Shares bought so lately that the cached balance of their token does not show them. */
export function unseenPurchases(
  { host }: ClobContext,
  { account }: PolymarketTrader,
  { market, outcome }: AssetView,
  tokenId: string,
): bigint {
  const { polymarket, exchange, clock } = host
  if (polymarket.balanceLagMs === 0) return 0n
  const seenMs = polymarket.balanceSeenMs(account, tokenId, clock.nowMs())
  let unseen = 0n
  for (const trade of exchange.trades({ account, market: market.id })) {
    if (trade.timeMs <= seenMs || trade.failedMs !== null) continue
    for (const party of [trade.taker, trade.maker]) {
      if (party.account === account && party.side === 'buy' && party.outcome === outcome) unseen += trade.quantity
    }
  }
  return unseen
}
