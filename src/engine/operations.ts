import type { Market } from '../domain/market.ts'
import type { OrderBook } from '../domain/order-book.ts'
import type { OrderPlan } from './plan-order.ts'

/** A use case as it was asked for, with the market data it acted on: enough to ask for it again in a replay. */
export type Operation =
  | { readonly op: 'place'; readonly plan: OrderPlan }
  | {
      readonly op: 'place_pair'
      readonly plans: readonly [OrderPlan, OrderPlan]
      readonly edgeExpected: string
      readonly tradeId: string
    }
  | { readonly op: 'cancel'; readonly order: string }
  | { readonly op: 'cancel_all'; readonly venues: readonly string[] }
  | { readonly op: 'refresh'; readonly order: string }
  | {
      readonly op: 'reconcile'
      readonly order: string | null
      readonly fix: boolean
      readonly venues: readonly string[]
    }

/** Records operations while a tape runs, and does nothing but call through otherwise. */
export interface OperationLog {
  run<T>(operation: Operation, perform: () => Promise<T>): Promise<T>
}

/** Market data that an operation read on its way, kept with it for the replay. */
export interface SeenMarketData {
  readonly markets: readonly Market[]
  readonly books: readonly OrderBook[]
}

export const noOperationLog: OperationLog = { run: (_operation, perform) => perform() }
