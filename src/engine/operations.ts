import type { MarketId, VenueId } from '../domain/market.ts'
import type { PairPlan, Policy } from '../domain/pair-plan.ts'
import type { AmendRequest, Claim, OrderRequest } from './requests.ts'

/** A use case as it was asked for, with the market data it acted on: enough to ask for it again in a replay. */
export type Operation =
  | { readonly op: 'place'; readonly request: OrderRequest }
  /** An order that its preview denied. Nothing goes to a venue, and the decision is as much a decision as an order is. */
  | { readonly op: 'deny'; readonly request: OrderRequest }
  | {
      readonly op: 'place_pair'
      readonly requests: readonly [OrderRequest, OrderRequest]
      readonly edgeExpected: string
      readonly tradeId: string
      /** Missing in recordings of earlier versions: then the default. */
      readonly plan?: PairPlan
    }
  /** What one leg of a trade holds in excess is mended at a later time than the trade. */
  | {
      readonly op: 'mend_trade'
      readonly trade: string
      readonly policy: Policy
      readonly round: string
      /** Missing in recordings of earlier versions, which knew no other prices than those of now. */
      readonly prices?: 'entry' | 'now'
    }
  | { readonly op: 'place_batch'; readonly requests: readonly OrderRequest[] }
  | { readonly op: 'amend'; readonly request: AmendRequest }
  | { readonly op: 'cancel'; readonly order: string }
  | { readonly op: 'cancel_each'; readonly orders: readonly string[] }
  | { readonly op: 'cancel_market'; readonly market: MarketId }
  | { readonly op: 'cancel_all'; readonly venues: readonly VenueId[] }
  | { readonly op: 'resend'; readonly order: string }
  | { readonly op: 'refresh'; readonly order: string }
  | { readonly op: 'update'; readonly order: string }
  /** A socket told something of this order. */
  | { readonly op: 'hear'; readonly order: string }
  | {
      readonly op: 'reconcile'
      readonly order: string | null
      readonly fix: boolean
      readonly claim: Claim | null
      readonly acceptCash: boolean
      readonly venues: readonly VenueId[]
    }

/** Records operations while a tape runs, and does nothing but call through otherwise. */
export interface OperationLog {
  run<T>(operation: Operation, perform: () => Promise<T>): Promise<T>
}

export const noOperationLog: OperationLog = { run: (_operation, perform) => perform() }
