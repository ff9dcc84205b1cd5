import type { Money, Price, Quantity } from '../domain/amounts.ts'
import { ZERO_MONEY, ZERO_QUANTITY } from '../domain/amounts.ts'
import type { Netting } from '../domain/holding.ts'
import type { MarketId, MarketStatus, VenueId } from '../domain/market.ts'
import { parseMarketId } from '../domain/market.ts'
import { seededIds } from '../runtime/ids.ts'
import { seededRandom } from '../runtime/random.ts'
import { emptyFeeDesk, type FeeDesk } from './fee-changes.ts'
import { statusAt } from './lifecycle.ts'
import { GrowingCatalogue } from './listing/growing-catalogue.ts'
import type {
  AccountId,
  Catalogue,
  Grid,
  Holding,
  MarketTexts,
  SandboxMarket,
  SandboxOrder,
  SandboxTrade,
  Schedule,
  SettlementRecord,
  Transfer,
} from './model.ts'
import type { OrderGroup } from './order-group.ts'

/** What a command or the clock changed. Collected only while somebody is told of it. */
export interface CoreChanges {
  readonly markets: Set<MarketId>
  /** Orders of real accounts. */
  readonly orders: Set<string>
  readonly lives: LifeChange[]
  readonly listings: ListingChange[]
}

/** Markets that are there from now on, of an event that may be new itself. */
export interface ListingChange {
  readonly venue: VenueId
  /** Kalshi's event ticker, Polymarket's event slug. */
  readonly event: string
  readonly isNewEvent: boolean
  readonly markets: readonly MarketId[]
}

/** A turn in a market's life. `close`: it is to close at another time; `grid`: it trades on other prices; `texts`: it reads otherwise. */
export type LifeChange =
  | { readonly kind: 'phase'; readonly market: MarketId; readonly before: MarketStatus; readonly after: MarketStatus }
  | { readonly kind: 'close' | 'grid' | 'texts'; readonly market: MarketId }

/** The mutable heart of the exchange: what is stored, and the indexes over it. Only the command handlers write to it. */
export interface Core {
  readonly catalogue: GrowingCatalogue
  readonly seed: string
  readonly accounts: Map<AccountId, AccountState>
  readonly markets: Map<MarketId, MarketState>
  /** All orders of real accounts; of the synthetic maker only those that rest. */
  readonly orders: Map<string, SandboxOrder>
  readonly groups: Map<string, OrderGroup>
  readonly trades: SandboxTrade[]
  readonly settlements: SettlementRecord[]
  readonly transfers: Transfer[]
  /** Orders as they were before the command that last changed them. Not stored: it only serves lagging reads. */
  readonly previous: Map<string, { readonly command: number; readonly order: SandboxOrder | null }>
  /** Everything that waits for a time. Rebuilt on load. */
  readonly timedOrders: Set<string>
  readonly doomedTrades: Set<number>
  fees: FeeDesk
  counters: Counters
  /** What the venue kept: fees and settlement dust. */
  venueCash: Money
  nowMs: number
  /** Null while nobody is told of changes. */
  changes: CoreChanges | null
}

export interface Counters {
  readonly command: number
  readonly order: number
  readonly trade: number
  readonly priority: number
}

export interface AccountState {
  readonly id: AccountId
  readonly venue: VenueId
  readonly netting: Netting
  readonly unlimited: boolean
  readonly cash: Map<string, Money>
  readonly holdings: Map<MarketId, Holding>
  readonly usedClientOrderIds: Map<string, string | null>
  /** In order of placement. Empty for the synthetic maker. */
  readonly orderIds: string[]
  readonly live: Set<string>
  /** Orders placed before this time go a moment after they came: a cancel-all is still at work. Unix ms. */
  cancelTailUntilMs: number
}

/** A market that something happened to. Untouched markets are functions of the catalogue and the seed. */
export interface MarketState {
  readonly id: MarketId
  market: SandboxMarket
  /** Null while it trades on the catalogue's own. */
  grid: Grid | null
  /** Null while it says what it said when it was listed. */
  texts: MarketTexts | null
  /** Best first; equal prices in order of priority. */
  readonly bids: SandboxOrder[]
  readonly asks: SandboxOrder[]
  schedule: Schedule
  /** The status whose consequences (cancellations, payout) have been carried out. */
  phase: MarketStatus
  lastPrice: Price | null
  volume: Quantity
  updatedMs: number
  bookUpdatedMs: number
}

export const emptyHolding: Holding = {
  yes: ZERO_QUANTITY,
  no: ZERO_QUANTITY,
  yesCost: ZERO_MONEY,
  noCost: ZERO_MONEY,
  realizedPnl: ZERO_MONEY,
  fees: ZERO_MONEY,
  traded: ZERO_MONEY,
  updatedMs: 0,
}

export function createCore(options: {
  readonly catalogue: Catalogue
  readonly seed: string
  readonly nowMs: number
}): Core {
  return {
    catalogue: new GrowingCatalogue(options.catalogue, options.seed),
    seed: options.seed,
    accounts: new Map(),
    markets: new Map(),
    orders: new Map(),
    groups: new Map(),
    trades: [],
    settlements: [],
    transfers: [],
    previous: new Map(),
    timedOrders: new Set(),
    fees: emptyFeeDesk,
    doomedTrades: new Set(),
    counters: { command: 0, order: 0, trade: 0, priority: 0 },
    venueCash: ZERO_MONEY,
    nowMs: options.nowMs,
    changes: null,
  }
}

export function noChanges(): CoreChanges {
  return { markets: new Set(), orders: new Set(), lives: [], listings: [] }
}

export function count(core: Core, name: keyof Counters): number {
  const next = core.counters[name] + 1
  core.counters = { ...core.counters, [name]: next }
  return next
}

/** A UUID that depends only on the seed and the number. */
export function drawId(core: Core, kind: 'order' | 'trade' | 'group' | 'transfer', number: number): string {
  return seededIds(seededRandom(`${core.seed}/${kind}/${number}`)).uuid()
}

/** The market as it is now: the catalogue's, unless the control interface changed what it trades in. */
export function findCatalogued(core: Core, id: MarketId): SandboxMarket | null {
  const touched = core.markets.get(id)
  if (touched !== undefined) return touched.market
  const parsed = parseMarketId(id)
  return parsed === null ? null : core.catalogue.find(parsed.venue, parsed.symbol)
}

/** The same market on another price grid. */
export function onGrid(market: SandboxMarket, grid: Grid): SandboxMarket {
  const { details } = market
  const named = details.venue === 'kalshi' ? { ...details, priceLevelStructure: grid.name } : details
  return { ...market, ladder: grid.ladder, details: named }
}

export function scheduleOf(core: Core, market: SandboxMarket): Schedule {
  return core.markets.get(market.id)?.schedule ?? market.schedule
}

export function statusOf(core: Core, market: SandboxMarket): MarketStatus {
  return statusAt(scheduleOf(core, market), core.nowMs)
}

export function makerAccountOf(venue: VenueId): AccountId {
  return `${venue}-maker`
}

/** Stores a new version of an order and keeps the one before this command. */
export function putOrder(core: Core, order: SandboxOrder): void {
  const account = core.accounts.get(order.account)
  if (account === undefined) throw new Error(`order ${order.id} of an account that does not exist`)
  const live = order.state === 'resting' || order.state === 'delayed'
  core.changes?.markets.add(order.market)
  if (account.unlimited) {
    if (live) core.orders.set(order.id, order)
    else core.orders.delete(order.id)
    return
  }
  core.changes?.orders.add(order.id)
  const before = core.orders.get(order.id)
  if (core.previous.get(order.id)?.command !== core.counters.command) {
    core.previous.set(order.id, { command: core.counters.command, order: before ?? null })
  }
  if (before === undefined) account.orderIds.push(order.id)
  core.orders.set(order.id, order)
  indexOrder(core, account, order)
}

/** Brings the indexes of live and time-bound orders up to date with one order. */
export function indexOrder(core: Core, account: AccountState, order: SandboxOrder): void {
  const live = order.state === 'resting' || order.state === 'delayed'
  if (live) account.live.add(order.id)
  else account.live.delete(order.id)
  const timed = order.expiresAtMs !== null || order.matchAtMs !== null || sweptAtMs(account, order) !== null
  if (live && timed) core.timedOrders.add(order.id)
  else core.timedOrders.delete(order.id)
}

/** How long an order that follows a cancel-all rests before it is taken too. Accepted first, so that its owner believes in it. */
const tailSweepMs = 1_000

/** When an order goes because a cancel-all came shortly before it, Unix ms. Older orders went with the cancel-all itself. */
export function sweptAtMs(account: AccountState, order: SandboxOrder): number | null {
  return order.createdMs < account.cancelTailUntilMs ? order.createdMs + tailSweepMs : null
}

export function liveOrders(core: Core, account: AccountState): readonly SandboxOrder[] {
  const orders: SandboxOrder[] = []
  for (const id of account.live) {
    const order = core.orders.get(id)
    if (order !== undefined) orders.push(order)
  }
  return orders
}
