import type { MarketId } from '../../domain/market.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { SandboxHost } from '../face.ts'
import type { AccountId, KalshiDetails, MarketView, SandboxMarket } from '../model.ts'
import type { KeyBook } from './auth.ts'
import type { RateLimits } from './rate-limit.ts'

/** Who the one account of this face is, and how it is checked. */
export interface KalshiOwner {
  readonly account: AccountId
  /** UUID that order objects carry. */
  readonly userId: string
  readonly keys: KeyBook
  /** Null switches rate limiting off. An upgrade of the account raises them. */
  limits: RateLimits | null
  /** The host's own clock, without what the control interface moved it by: signatures are dated by it. */
  readonly hostClock: Clock
  readonly switches: { readonly tradingActive: boolean; readonly exchangeActive: boolean }
}

export interface KalshiContext {
  readonly host: SandboxHost
  readonly owner: KalshiOwner
}

export function tickerId(ticker: string): MarketId {
  return `kalshi:${ticker}`
}

/** The market of a ticker as it stands now, or null. */
export function viewOf(context: KalshiContext, ticker: string): MarketView | null {
  return context.host.exchange.market(tickerId(ticker))
}

export function kalshiDetails(market: SandboxMarket): KalshiDetails {
  if (market.details.venue !== 'kalshi') throw new Error(`${market.id} is not a Kalshi market`)
  return market.details
}
