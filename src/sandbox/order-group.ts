import type { Quantity } from '../domain/amounts.ts'
import type { AccountId } from './model.ts'

/** Orders that are cancelled together when they trade too much in a short time. Kalshi only. */
export interface OrderGroup {
  readonly id: string
  readonly account: AccountId
  /** Orders of markets with another pool cannot join. */
  readonly pool: string
  /** Contracts that may trade within the window. */
  readonly limit: Quantity
  /** Its orders are gone and new ones refused until it is reset. */
  readonly triggered: boolean
  /** Trades up to this sequence are not counted any more. */
  readonly countsAfter: number
}
