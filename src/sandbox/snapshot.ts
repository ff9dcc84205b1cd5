import type { Money, Price, Quantity } from '../domain/amounts.ts'
import { ZERO_QUANTITY } from '../domain/amounts.ts'
import type { MarketId, MarketStatus, VenueId } from '../domain/market.ts'
import { insertResting } from './book.ts'
import { type Core, type Counters, findCatalogued, indexOrder, onGrid } from './core.ts'
import { emptyFeeDesk, type FeeDesk } from './fee-changes.ts'
import type { Listing } from './listing/entry.ts'
import type {
  Grid,
  Holding,
  MarketTexts,
  SandboxOrder,
  SandboxTrade,
  Schedule,
  SettlementRecord,
  Transfer,
} from './model.ts'
import type { OrderGroup } from './order-group.ts'

/** The exchange's state as plain values in a fixed order, ready for `encodeJson`. */
export interface ExchangeSnapshot {
  readonly nowMs: number
  readonly counters: Counters
  readonly venueCash: Money
  readonly fees: FeeDesk
  readonly accounts: readonly AccountSnapshot[]
  readonly markets: readonly MarketSnapshot[]
  readonly orders: readonly SandboxOrder[]
  /** Absent in states from before there were any. */
  readonly groups?: readonly OrderGroup[]
  readonly trades: readonly SandboxTrade[]
  readonly settlements: readonly SettlementRecord[]
  /** Not in files of earlier versions. */
  readonly transfers?: readonly Transfer[]
  /** What was listed after the start. Not in files of earlier versions. */
  readonly listings?: readonly Listing[]
}

interface AccountSnapshot {
  readonly id: string
  readonly venue: VenueId
  readonly netting: 'net' | 'per_outcome'
  readonly unlimited: boolean
  readonly cash: readonly (readonly [string, Money])[]
  readonly holdings: readonly (readonly [MarketId, Holding])[]
  readonly usedClientOrderIds: readonly (readonly [string, string | null])[]
  readonly orderIds: readonly string[]
  readonly cancelTailUntilMs: number
}

interface MarketSnapshot {
  readonly id: MarketId
  /** Null while it is the catalogue's own. */
  readonly schedule: Schedule | null
  /** Null or absent while it is the catalogue's own. */
  readonly grid?: Grid | null
  readonly texts?: MarketTexts | null
  readonly phase: MarketStatus
  readonly lastPrice: Price | null
  readonly volume: Quantity
  readonly updatedMs: number
  readonly bookUpdatedMs: number
}

export function snapshotCore(core: Core): ExchangeSnapshot {
  return {
    nowMs: core.nowMs,
    counters: core.counters,
    venueCash: core.venueCash,
    fees: core.fees,
    accounts: [...core.accounts.values()].map((account) => ({
      id: account.id,
      venue: account.venue,
      netting: account.netting,
      unlimited: account.unlimited,
      cash: [...account.cash],
      holdings: [...account.holdings],
      usedClientOrderIds: [...account.usedClientOrderIds],
      orderIds: [...account.orderIds],
      cancelTailUntilMs: account.cancelTailUntilMs,
    })),
    markets: [...core.markets.values()].map((state) => ({
      id: state.id,
      schedule: state.schedule === state.market.schedule ? null : state.schedule,
      grid: state.grid,
      texts: state.texts,
      phase: state.phase,
      lastPrice: state.lastPrice,
      volume: state.volume,
      updatedMs: state.updatedMs,
      bookUpdatedMs: state.bookUpdatedMs,
    })),
    orders: [...core.orders.values()],
    groups: [...core.groups.values()],
    trades: [...core.trades],
    settlements: [...core.settlements],
    transfers: [...core.transfers],
    listings: [...core.catalogue.listings],
  }
}

/** Fills an empty core. Markets that the catalogue no longer has are dropped with their orders. */
export function restoreCore(core: Core, snapshot: ExchangeSnapshot): void {
  core.nowMs = snapshot.nowMs
  core.counters = snapshot.counters
  core.venueCash = snapshot.venueCash
  core.fees = snapshot.fees ?? emptyFeeDesk
  for (const listing of snapshot.listings ?? []) core.catalogue.add(listing)
  for (const account of snapshot.accounts) {
    core.accounts.set(account.id, {
      ...account,
      cash: new Map(account.cash),
      holdings: new Map(account.holdings),
      usedClientOrderIds: new Map(account.usedClientOrderIds),
      orderIds: [...account.orderIds],
      live: new Set(),
    })
  }
  for (const saved of snapshot.markets) restoreMarket(core, saved)
  for (const order of snapshot.orders) restoreOrder(core, order)
  for (const group of snapshot.groups ?? []) core.groups.set(group.id, group)
  core.trades.push(...snapshot.trades)
  for (const trade of snapshot.trades) {
    if (trade.doomed && trade.failedMs === null) core.doomedTrades.add(trade.sequence)
  }
  core.settlements.push(...snapshot.settlements)
  core.transfers.push(...(snapshot.transfers ?? []))
}

function restoreMarket(core: Core, saved: MarketSnapshot): void {
  const catalogued = findCatalogued(core, saved.id)
  if (catalogued === null) return
  const grid = saved.grid ?? null
  const texts = saved.texts ?? null
  const priced = grid === null ? catalogued : onGrid(catalogued, grid)
  const market = texts === null ? priced : { ...priced, ...texts }
  core.markets.set(saved.id, {
    ...saved,
    market,
    grid,
    texts,
    bids: [],
    asks: [],
    schedule: saved.schedule ?? market.schedule,
    volume: saved.volume ?? ZERO_QUANTITY,
  })
}

function restoreOrder(core: Core, order: SandboxOrder): void {
  const account = core.accounts.get(order.account)
  const state = core.markets.get(order.market)
  if (account === undefined || state === undefined) return
  core.orders.set(order.id, order)
  if (!account.unlimited) indexOrder(core, account, order)
  if (order.state !== 'resting') return
  const updatedMs = state.bookUpdatedMs
  insertResting(state, order, updatedMs)
}
