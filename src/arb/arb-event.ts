import type { SignedOrder } from '../engine/place/sign-orders.ts'
import type { ArbTrade } from '../store/events.ts'
import type { PairOutcome } from './execute-pair.ts'
import type { FeeEvent } from './fee-watch.ts'
import type { Opportunity } from './opportunity.ts'
import type { ArbPair } from './ports.ts'
import type { WorstLoss } from './worst-loss.ts'

/** What happens while the loop runs, for whoever watches it. */
export type ArbEvent =
  | { readonly kind: 'opportunity'; readonly found: Opportunity; readonly worst: WorstLoss }
  | { readonly kind: 'gone'; readonly pair: ArbPair }
  | { readonly kind: 'trading'; readonly found: Opportunity; readonly worst: WorstLoss; readonly tradeId: string }
  | { readonly kind: 'traded'; readonly traded: Traded }
  /** Checked and signed, and nothing sent. */
  | { readonly kind: 'signed'; readonly signed: Signed }
  /** Nothing was sent: the day's losses leave no room for what the trade loses at worst. */
  | { readonly kind: 'no_room'; readonly found: Opportunity; readonly worst: WorstLoss }
  | { readonly kind: 'settled'; readonly tradeId: string; readonly from: string; readonly to: string }
  | { readonly kind: 'mended'; readonly trade: ArbTrade }
  /** Its texts have changed, or it could not be read: it is not traded until both are as a person approved them. */
  | { readonly kind: 'lapsed'; readonly pair: ArbPair }
  | FeeEvent

export interface Traded {
  readonly found: Opportunity
  readonly worst: WorstLoss
  readonly outcome: PairOutcome
}

export interface Signed {
  readonly found: Opportunity
  readonly worst: WorstLoss
  readonly orders: readonly SignedOrder[]
}
