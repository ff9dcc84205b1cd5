import type { Money, Quantity } from '../domain/amounts.ts'
import type { MarketId, Outcome } from '../domain/market.ts'
import type { Clock } from '../runtime/clock.ts'
import type {
  AmendCommand,
  AmendResult,
  CancelAllCommand,
  CancelAllResult,
  CancelCommand,
  CancelResult,
  Command,
  CommandResult,
  DecreaseCommand,
  DecreaseResult,
  DoneResult,
  OrderGroupCommand,
  OrderGroupResult,
  PlaceCommand,
  PlaceResult,
  SetBookCommand,
  SetCashCommand,
  SetMarketCommand,
  TransferCommand,
  TransferResult,
} from './commands.ts'
import type { Faults } from './faults.ts'
import type { FeeDesk } from './fee-changes.ts'
import type {
  AccountId,
  BookView,
  Catalogue,
  MarketView,
  SandboxAccount,
  SandboxOrder,
  SandboxTrade,
  SettlementRecord,
  TradeStatus,
  Transfer,
} from './model.ts'
import type { OrderGroup } from './order-group.ts'
import type { PolymarketSwitches } from './polymarket/switches.ts'

/** An HTTP request as a venue's face sees it. */
export interface FaceRequest {
  /** Upper case. */
  readonly method: string
  /** Without query, as it came (Kalshi signs it), e.g. `/trade-api/v2/markets`. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface FaceReply {
  readonly status: number
  /** Exact text; null sends no body. */
  readonly body: string | null
  /** `application/json` unless told otherwise. */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** One venue service: Kalshi's REST, or Polymarket's CLOB, Gamma or Data API. */
export interface Face {
  /** Short name of what a request calls, e.g. `place_order`: fault rules choose by it. */
  endpoint(request: FaceRequest): string
  handle(request: FaceRequest): FaceReply | Promise<FaceReply>
}

/** What a face may use of the process that hosts the exchange. */
export interface SandboxHost {
  readonly exchange: HostedExchange
  readonly catalogue: Required<Catalogue>
  readonly faults: Faults
  /** What stands otherwise at Polymarket than on an ordinary day. */
  readonly polymarket: PolymarketSwitches
  /** The exchange's clock: the host's clock plus what the control API moved it by. */
  readonly clock: Clock
  readonly seed: string
}

/** Runs a command now. The command is on disk before the call returns. */
export interface Execute {
  (command: PlaceCommand): PlaceResult
  (command: CancelCommand): CancelResult
  (command: CancelAllCommand): CancelAllResult
  (command: DecreaseCommand): DecreaseResult
  (command: AmendCommand): AmendResult
  (command: TransferCommand): TransferResult
  (command: OrderGroupCommand): OrderGroupResult
  (command: SetBookCommand | SetMarketCommand | SetCashCommand): DoneResult
  (command: Command): CommandResult
}

/** The exchange brought up to the present moment at each call. */
export interface HostedExchange {
  readonly execute: Execute
  /** Null when the catalogue has no such market. */
  market(id: MarketId): MarketView | null
  /** Empty for markets that are unknown or not trading. */
  book(id: MarketId): BookView
  /** Any state. Null when this account has no such order. */
  order(account: AccountId, id: string): SandboxOrder | null
  /** All of an account's orders, newest first. */
  orders(account: AccountId): readonly SandboxOrder[]
  /** Groups of an account's orders, in order of creation. */
  orderGroups(account: AccountId): readonly OrderGroup[]
  /** How an order looked before its last change, null when that change made it: what a lagging read shows. */
  previousOrder(id: string): SandboxOrder | null
  /** Newest first. Trades of one account, of one market, or both. */
  trades(filter: { readonly account?: AccountId; readonly market?: MarketId }): readonly SandboxTrade[]
  /** Where settlement stands now. Kalshi's are confirmed at once. */
  tradeStatus(trade: SandboxTrade): { readonly status: TradeStatus; readonly sinceMs: number }
  account(id: AccountId): SandboxAccount | null
  /** In the order in which they were opened. */
  accounts(): readonly SandboxAccount[]
  /** Cash of a pool that no resting order ties up. */
  available(account: AccountId, pool: string): Money
  /** Contracts held that no resting sale ties up. */
  availableHolding(account: AccountId, market: MarketId, outcome: Outcome): Quantity
  /** Newest first. */
  settlements(account: AccountId): readonly SettlementRecord[]
  /** What was changed about fees, as charged and as told. */
  fees(): FeeDesk
  /** Newest first. */
  transfers(account: AccountId): readonly Transfer[]
}
