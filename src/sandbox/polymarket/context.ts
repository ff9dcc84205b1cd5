import type { Outcome } from '../../domain/market.ts'
import type { FaceRequest, SandboxHost } from '../face.ts'
import type { AccountId, MarketView, SandboxMarket } from '../model.ts'
import type { ApiKeys } from './api-keys.ts'
import type { PolymarketDetails } from './details.ts'
import type { ReadonlyKeys } from './readonly-keys.ts'

/** 0 EOA, 1 proxy, 2 Safe, 3 deposit wallet. */
export type SignatureType = 0 | 1 | 2 | 3

/** A wallet that may trade, and the exchange account behind it. One signer may have several wallets. */
export interface PolymarketTrader {
  readonly account: AccountId
  /** The signing EOA, checksummed. */
  readonly signer: string
  /** The wallet that holds the funds: `maker` of its orders. The signer itself for type 0. */
  readonly funder: string
  readonly signatureType: SignatureType
}

/** What the handlers of the order service work with. */
export interface ClobContext {
  readonly host: SandboxHost
  /** All that there are now: the control interface opens further ones. */
  readonly traders: () => readonly PolymarketTrader[]
  readonly keys: ApiKeys
  readonly readonlyKeys: ReadonlyKeys
  readonly lookup: Lookup
}

/** A login by API key. */
export interface Caller {
  readonly apiKey: string
  /** The key's EOA, in lower case. */
  readonly address: string
  readonly traders: readonly PolymarketTrader[]
}

export interface Call {
  readonly request: FaceRequest
  /** Parts of the path, by name. */
  readonly params: Readonly<Record<string, string>>
  /** The route's name, for faults. */
  readonly endpoint: string
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
