import type { Outcome } from '../../domain/market.ts'
import type { SandboxHost } from '../face.ts'
import type { MarketView, SandboxMarket } from '../model.ts'
import type { ApiKeys } from './api-keys.ts'
import type { PolymarketTrader } from './caller.ts'
import type { PolymarketDetails } from './details.ts'
import type { ReadonlyKeys } from './readonly-keys.ts'

/** What the handlers of the order service work with. */
export interface ClobContext {
  readonly host: SandboxHost
  /** All that there are now: the control interface opens further ones. */
  readonly traders: () => readonly PolymarketTrader[]
  readonly keys: ApiKeys
  readonly readonlyKeys: ReadonlyKeys
  readonly lookup: Lookup
}

/** A market with its Polymarket details at hand, as it stands now. */
export interface PolymarketView {
  readonly view: MarketView
  readonly market: SandboxMarket
  readonly details: PolymarketDetails
}

/** An asset that has a book: the market and which outcome the token stands for. */
export interface AssetView extends PolymarketView {
  readonly outcome: Outcome
}

/** Ways from the venue's ids to markets. */
export interface Lookup {
  bySlug(slug: string): PolymarketView | null
  byCondition(conditionId: string): PolymarketView | null
  /** By any token or position id, whether or not the market's version gives it a book. */
  byAsset(assetId: string): AssetView | null
  all(): readonly PolymarketView[]
}
