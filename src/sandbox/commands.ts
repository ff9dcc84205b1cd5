import type { Money, Price, Quantity, Rate } from '../domain/amounts.ts'
import type { MarketId, Outcome, VenueId } from '../domain/market.ts'
import type { Level } from '../domain/order-book.ts'
import type { Side } from '../domain/side.ts'
import type { FeeChange } from './fee-changes.ts'
import type { ListedEntry } from './listing/entry.ts'
import type {
  AccountId,
  Grid,
  MarketTexts,
  OrderAmount,
  SandboxOrder,
  SandboxTrade,
  Schedule,
  SelfTrade,
  Transfer,
} from './model.ts'
import type { OrderGroup } from './order-group.ts'
import type { Refused } from './refused.ts'

/** Everything that changes the exchange. Commands are what the log on disk holds, so they are plain values. */
export type Command =
  | OpenAccountCommand
  | SetCashCommand
  | TransferCommand
  | PlaceCommand
  | CancelCommand
  | CancelAllCommand
  | DecreaseCommand
  | AmendCommand
  | OrderGroupCommand
  | SetBookCommand
  | SetMarketCommand
  | ListEventCommand
  | SetFeesCommand
  | SetFeeWaiverCommand
  | SetMarketRateCommand
  | SetBalanceStepCommand

export interface OpenAccountCommand {
  readonly kind: 'open_account'
  readonly account: AccountId
  readonly venue: VenueId
  readonly unlimited: boolean
  readonly cash: Readonly<Record<string, Money>>
}

/** What one pool holds from now on. Null takes the pool itself away: an account that was never set up there. */
export interface SetCashCommand {
  readonly kind: 'set_cash'
  readonly account: AccountId
  readonly pool: string
  readonly amount: Money | null
}

/** Moves cash between two pools of one account. It leaves at once and arrives later. */
export interface TransferCommand {
  readonly kind: 'transfer'
  readonly account: AccountId
  readonly clientId: string | null
  readonly from: string
  readonly to: string
  readonly amount: Money
  readonly delayMs: number
}

export interface PlaceCommand {
  readonly kind: 'place'
  readonly account: AccountId
  readonly market: MarketId
  /** Given where ids are hashes of the order (Polymarket), else null and the exchange draws one. */
  readonly orderId: string | null
  readonly clientOrderId: string | null
  readonly outcome: Outcome
  readonly side: Side
  /** Limit in dollars of `outcome`. */
  readonly ownPrice: Price
  readonly amount: OrderAmount
  /** Good till a time is `gtc` with `expiresAtMs`. */
  readonly timeInForce: 'gtc' | 'ioc' | 'fok'
  /** When the exchange removes it: early removal rules of a venue are the face's. */
  readonly expiresAtMs: number | null
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  readonly selfTrade: SelfTrade
  readonly cancelOnPause: boolean
  /** An immediate order that meets nothing is refused (`no_match`) instead of accepted and cancelled. */
  readonly refuseUnmatched: boolean
  /** Matching happens this much later; until then the order can be neither filled nor cancelled. */
  readonly delayMs: number
  /** Its executions will fail to settle. */
  readonly doomed: boolean
  /** Its executions settle at the second attempt. */
  readonly retried?: boolean
  /** Absent when the order is in no group. */
  readonly groupId?: string
}

export interface CancelCommand {
  readonly kind: 'cancel'
  readonly account: AccountId
  readonly orderId: string
  /** The owner's wish unless told otherwise. */
  readonly reason?: 'uncovered'
}

export interface CancelAllCommand {
  readonly kind: 'cancel_all'
  readonly account: AccountId
  readonly market: MarketId | null
  readonly outcome: Outcome | null
  /** Orders placed this long after the call are accepted and then cancelled too. */
  readonly tailMs: number
}

export interface DecreaseCommand {
  readonly kind: 'decrease'
  readonly account: AccountId
  readonly orderId: string
  readonly change:
    | { readonly kind: 'by'; readonly quantity: Quantity }
    | { readonly kind: 'to'; readonly quantity: Quantity }
}

export interface AmendCommand {
  readonly kind: 'amend'
  readonly account: AccountId
  readonly orderId: string
  readonly market: MarketId
  readonly side: Side
  readonly ownPrice: Price
  /** What is filled plus what shall remain. */
  readonly total: Quantity
  readonly clientOrderId: string | null
  readonly expiry:
    | { readonly kind: 'keep' }
    | { readonly kind: 'clear' }
    | { readonly kind: 'set'; readonly atMs: number }
}

/** Makes, changes or ends a group of orders. Deleting one cancels its orders too. */
export interface OrderGroupCommand {
  readonly kind: 'order_group'
  readonly account: AccountId
  readonly action:
    | { readonly kind: 'create'; readonly pool: string; readonly limit: Quantity }
    | { readonly kind: 'limit'; readonly groupId: string; readonly limit: Quantity }
    | { readonly kind: 'trigger' | 'reset' | 'delete'; readonly groupId: string }
}

/** Replaces the synthetic maker's orders. Its new orders trade against what other accounts have resting. */
export interface SetBookCommand {
  readonly kind: 'set_book'
  readonly market: MarketId
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** Moves a market's life by hand: any part of the schedule, pauses included, the price grid, and what it says of itself. */
export interface SetMarketCommand {
  readonly kind: 'set_market'
  readonly market: MarketId
  readonly schedule: Partial<Schedule>
  /** Orders that rest on prices of the old grid stay as they are. */
  readonly grid?: Grid
  readonly texts?: MarketTexts
}

/** Lists an event with its markets at a venue, from now on. */
export interface ListEventCommand {
  readonly kind: 'list_event'
  readonly entry: ListedEntry
}

/** Changes what Kalshi charges from a time on, and tells of it unless it is secret. */
export interface SetFeesCommand {
  readonly kind: 'set_fees'
  readonly change: Omit<FeeChange, 'id'>
}

/** No trade fee in a market until a time, Unix ms. */
export interface SetFeeWaiverCommand {
  readonly kind: 'set_fee_waiver'
  readonly market: MarketId
  readonly untilMs: number
}

/** What takers pay in a market of Polymarket's from now on. Nothing tells of it, as at the venue. */
export interface SetMarketRateCommand {
  readonly kind: 'set_market_rate'
  readonly market: MarketId
  readonly rate: Rate
}

/** What the balance of an account moves in: dollars. */
export interface SetBalanceStepCommand {
  readonly kind: 'set_balance_step'
  readonly account: AccountId
  readonly step: Money
}

export type PlaceResult =
  | { readonly kind: 'placed'; readonly order: SandboxOrder; readonly trades: readonly SandboxTrade[] }
  | Refused

export type CancelResult =
  | { readonly kind: 'cancelled'; readonly order: SandboxOrder; readonly reducedBy: Quantity }
  | Refused

export interface CancelAllResult {
  readonly kind: 'cancelled_all'
  readonly orders: readonly SandboxOrder[]
}

export type DecreaseResult = { readonly kind: 'decreased'; readonly order: SandboxOrder } | Refused

export type AmendResult =
  | { readonly kind: 'amended'; readonly order: SandboxOrder; readonly trades: readonly SandboxTrade[] }
  | Refused

export type TransferResult = { readonly kind: 'transferred'; readonly transfer: Transfer } | Refused
export type OrderGroupResult = { readonly kind: 'grouped'; readonly group: OrderGroup } | Refused

export interface DoneResult {
  readonly kind: 'done'
}

export type CommandResult =
  | PlaceResult
  | CancelResult
  | CancelAllResult
  | DecreaseResult
  | AmendResult
  | TransferResult
  | OrderGroupResult
  | DoneResult

/** Stands beside every command, and may give commands of its own. */
export interface CommandWatcher {
  /** What is done here is done before the command is carried out. */
  before(command: Command): void
  /** Whoever listens to the exchange has heard of it, and its sender has not. */
  after(command: Command, result: CommandResult): void
}
