import type { FaceRequest } from '../face.ts'
import type { AccountId } from '../model.ts'
import type { SignatureType } from './order-body.ts'

/** A wallet that may trade, and the exchange account behind it. One signer may have several wallets. */
export interface PolymarketTrader {
  readonly account: AccountId
  /** The signing EOA, checksummed. */
  readonly signer: string
  /** The wallet that holds the funds: `maker` of its orders. The signer itself for type 0. */
  readonly funder: string
  readonly signatureType: SignatureType
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
