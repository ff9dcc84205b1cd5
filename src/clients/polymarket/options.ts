import type { ClientOptions } from '../venue-module.ts'
import type { PolymarketAccount } from './account.ts'

export interface PolymarketClientOptions extends Omit<ClientOptions, 'urls' | 'account'> {
  readonly urls: { readonly clob: string; readonly gamma: string; readonly data: string }
  /** Null for public reads only. A function is called when something first needs the account. */
  readonly account: PolymarketAccount | null | (() => Promise<PolymarketAccount | null>)
}
