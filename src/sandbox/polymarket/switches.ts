import type { MarketId } from '../../domain/market.ts'
import type { AccountId } from '../model.ts'
import type { ExchangeName } from './typed-data.ts'

/** What an approval covers: collateral for purchases, outcome tokens for sales. */
export type ApprovedAsset = 'collateral' | 'conditional'

/** After a restart the service answers 425 for this long, and then takes post-only orders and cancels alone. */
const RESTART_MS = 10_000
const POST_ONLY_MS = 120_000

export type TradingMode =
  | { readonly kind: 'open' | 'restarting' | 'cancel_only' | 'disabled' }
  | { readonly kind: 'post_only'; readonly retryAfterS: number }

/**
 * What can stand otherwise at the venue than on an ordinary day: approvals, caches, restarts, ticks. Set
 * by the control interface; lasts as long as the process.
 */
export class PolymarketSwitches {
  /** Whether new orders are taken at all. */
  trading: 'open' | 'cancel_only' | 'disabled' = 'open'
  /** When the matching engine last began to restart, Unix ms. */
  restartedMs: number | null = null
  /** How long the cached balance of a token does not show what was bought, in ms, unless it is refreshed. */
  balanceLagMs = 0
  /** Coarser ticks than the catalogue's, as the venue prints them. */
  readonly ticks = new Map<MarketId, string>()
  /** Slugs of neg-risk events that still get outcomes: their last market stands for whatever is not named yet. */
  readonly augmentedEvents = new Set<string>()
  private readonly allowances = new Map<string, bigint>()
  private readonly refreshed = new Map<string, number>()

  /** Millionths that an exchange may take. Null: without limit. */
  allowance(asset: ApprovedAsset, exchange: ExchangeName): bigint | null {
    return this.allowances.get(`${asset}/${exchange}`) ?? null
  }

  approve(asset: ApprovedAsset, exchange: ExchangeName, amount: bigint | null): void {
    if (amount === null) this.allowances.delete(`${asset}/${exchange}`)
    else this.allowances.set(`${asset}/${exchange}`, amount)
  }

  /** The venue has read this token's balance from the chain. */
  refresh(account: AccountId, tokenId: string, nowMs: number): void {
    this.refreshed.set(`${account}/${tokenId}`, nowMs)
  }

  /** Purchases after this time are not in the cached balance. */
  balanceSeenMs(account: AccountId, tokenId: string, nowMs: number): number {
    return Math.max(nowMs - this.balanceLagMs, this.refreshed.get(`${account}/${tokenId}`) ?? 0)
  }

  mode(nowMs: number): TradingMode {
    const sinceMs = this.restartedMs === null ? Number.POSITIVE_INFINITY : nowMs - this.restartedMs
    if (sinceMs < RESTART_MS) return { kind: 'restarting' }
    const leftMs = RESTART_MS + POST_ONLY_MS - sinceMs
    if (leftMs > 0) return { kind: 'post_only', retryAfterS: Math.ceil(leftMs / 1000) }
    return { kind: this.trading }
  }
}
