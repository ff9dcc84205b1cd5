import { createHash } from 'node:crypto'
import { formatAmount } from '../../domain/amounts.ts'
import type { SandboxMarket, SandboxTrade, TradeParty, TradeStatus } from '../model.ts'
import type { Caller, PolymarketTrader } from './caller.ts'
import type { ClobContext } from './context.ts'
import type { PolymarketDetails } from './details.ts'
import { assetOf } from './lookup.ts'
import { unixSeconds } from './times.ts'

/** Strangers' addresses and keys: the same for everything that the synthetic maker does. */
const STRANGER_WALLET = `0x${'5a4db0c5'.repeat(5)}`
const STRANGER_KEY = '00000000-0000-4000-8000-000000000000'

/** A trade seen by one of its parties. Polymarket shows a trade between two orders of one account to the taker. */
export interface OwnTrade {
  readonly trade: SandboxTrade
  readonly trader: PolymarketTrader
}

/** A made-up transaction hash, there once the trade is on chain. */
export function transactionHash(trade: SandboxTrade): string {
  return `0x${createHash('sha256').update(`transaction/${trade.id}`).digest('hex')}`
}

/**
 * One trade as `GET /data/trades` prints it. The top level describes the taker, whoever asks; a maker finds itself in
 * `maker_orders`, in terms of its own asset. Source: polymarket.md §3.11.
 */
export function tradeRow(context: ClobContext, caller: Caller, own: OwnTrade): Readonly<Record<string, unknown>> {
  const { trade, trader } = own
  const { market, details } = marketOf(context, trade)
  const isTaker = trade.taker.account === trader.account
  const { status, sinceMs } = context.host.exchange.tradeStatus(trade)
  const onChain = status === 'mined' || status === 'confirmed'
  const names = (party: TradeParty): { owner: string; maker_address: string } =>
    party.account === trader.account
      ? { owner: caller.apiKey, maker_address: trader.funder }
      : { owner: STRANGER_KEY, maker_address: STRANGER_WALLET }
  return {
    id: trade.id,
    taker_order_id: orderIdOf(trade.taker),
    market: details.conditionId,
    asset_id: assetOf(details, trade.taker.outcome),
    side: trade.taker.side.toUpperCase(),
    size: formatAmount(trade.quantity),
    fee_rate_bps: '1000',
    price: formatAmount(trade.taker.ownPrice),
    status: statusWord(status, context.host.clock.nowMs() - sinceMs),
    match_time: String(unixSeconds(trade.timeMs)),
    match_time_nano: `${trade.timeMs}000000`,
    last_update: String(unixSeconds(sinceMs)),
    outcome: labelOf(market, trade.taker),
    bucket_index: bucketOf(context, trade),
    ...names(trade.taker),
    transaction_hash: onChain ? transactionHash(trade) : '',
    err_msg: status === 'failed' ? 'settlement reverted' : '',
    trader_side: isTaker ? 'TAKER' : 'MAKER',
    maker_orders: [
      {
        order_id: orderIdOf(trade.maker),
        ...names(trade.maker),
        matched_amount: formatAmount(trade.quantity),
        price: formatAmount(trade.maker.ownPrice),
        fee_rate_bps: '1000',
        asset_id: assetOf(details, trade.maker.outcome),
        outcome: labelOf(market, trade.maker),
        side: trade.maker.side.toUpperCase(),
      },
    ],
  }
}

/** A match waits a moment before it is sent to the chain, which only REST tells. Source: polymarket.md §3.12. */
const BROADCAST_AFTER_MS = 1_000

function statusWord(status: TradeStatus, ageMs: number): string {
  return status === 'matched' && ageMs >= BROADCAST_AFTER_MS ? 'MATCHED_NOT_BROADCASTED' : status.toUpperCase()
}

function marketOf(context: ClobContext, trade: SandboxTrade): { market: SandboxMarket; details: PolymarketDetails } {
  const market = context.host.exchange.market(trade.market)?.market
  if (market?.details.venue !== 'polymarket') throw new Error(`trade ${trade.id} is in no known market`)
  return { market, details: market.details }
}

function labelOf(market: SandboxMarket, party: TradeParty): string {
  return party.outcome === 'yes' ? market.yesLabel : market.noLabel
}

/** The synthetic maker's orders have short names inside the sandbox; outside all ids are hashes. */
function orderIdOf(party: TradeParty): string {
  return party.orderId.startsWith('0x')
    ? party.orderId
    : `0x${createHash('sha256').update(`order/${party.orderId}`).digest('hex')}`
}

/** Executions of one taker order are numbered from zero. */
function bucketOf(context: ClobContext, trade: SandboxTrade): number {
  const order = context.host.exchange.order(trade.taker.account, trade.taker.orderId)
  return Math.max(0, order?.tradeIds.indexOf(trade.id) ?? 0)
}
