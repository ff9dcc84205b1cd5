import { addQuantity, type Money, type Quantity, subtractMoney, ZERO_MONEY, ZERO_QUANTITY } from '../domain/amounts.ts'
import { assertNever } from '../domain/errors.ts'
import type { MarketId, Outcome } from '../domain/market.ts'
import { advance } from './advance.ts'
import { levelsOf } from './book.ts'
import { amend, cancel, cancelAll, decrease } from './cancel.ts'
import type { Command, CommandResult } from './commands.ts'
import { openAccount, setBook, setCash, setMarket } from './control-commands.ts'
import { setBalanceStep, setFees, setFeeWaiver, setMarketRate } from './control-fees.ts'
import { type Core, type CoreChanges, count, createCore, findCatalogued, noChanges, scheduleOf } from './core.ts'
import type { FeeDesk } from './fee-changes.ts'
import { changeGroup, enforceGroups } from './groups.ts'
import { cashOf, holdingOf, reservedCash, reservedTokens } from './ledger.ts'
import { keepsOrders, statusAt } from './lifecycle.ts'
import { type SeedLevels, seedLevels } from './liquidity.ts'
import { listEvent } from './listing/list-event.ts'
import type {
  AccountId,
  BookView,
  Catalogue,
  MarketView,
  SandboxAccount,
  SandboxMarket,
  SandboxOrder,
  SandboxTrade,
  SettlementRecord,
  TradeStatus,
  Transfer,
} from './model.ts'
import type { OrderGroup } from './order-group.ts'
import { place } from './place.ts'
import { tradeStatusAt } from './settlement.ts'
import { type ExchangeSnapshot, restoreCore, snapshotCore } from './snapshot.ts'
import { transfer } from './transfer.ts'

/**
 * The simulated exchange of both venues. Deterministic: the same catalogue, seed and commands at the same times give the
 * same state to the byte. It reads no clock; time comes with each command and through `advanceTo`.
 */
export class Exchange {
  private readonly core: Core
  private readonly untouchedQuotes = new Map<MarketId, SeedLevels>()

  constructor(options: {
    readonly catalogue: Catalogue
    readonly seed: string
    readonly nowMs: number
    /** State to go on from; the catalogue and the seed must be the ones it was made with. */
    readonly snapshot?: ExchangeSnapshot
  }) {
    this.core = createCore(options)
    if (options.snapshot !== undefined) restoreCore(this.core, options.snapshot)
  }

  /** With what was listed since. */
  get catalogue(): Required<Catalogue> {
    return this.core.catalogue
  }

  get nowMs(): number {
    return this.core.nowMs
  }

  /** Lets everything happen that falls due by `nowMs`. Earlier times are ignored: time never goes back. */
  advanceTo(nowMs: number): void {
    advance(this.core, nowMs)
  }

  /** From now on changes are collected, until they are collected no more. */
  collectChanges(wanted: boolean): void {
    this.core.changes = wanted ? noChanges() : null
  }

  /** What changed since this was last asked, or null for nothing. */
  takeChanges(): CoreChanges | null {
    const { changes } = this.core
    if (changes === null) return null
    const { markets, orders, lives, listings } = changes
    if (markets.size + orders.size + lives.length + listings.length === 0) return null
    this.core.changes = noChanges()
    return changes
  }

  /** How many trades there have been: those after a count are the new ones. */
  get tradeCount(): number {
    return this.core.trades.length
  }

  /** In the order in which they happened. */
  tradesSince(count: number): readonly SandboxTrade[] {
    return this.core.trades.slice(count)
  }

  /**
   * Carries out one command at a time (or at the exchange's own, if that is later).
   * @throws ToolkitError for control commands that make no sense; orders are refused by value.
   */
  execute(command: Command, nowMs: number): CommandResult {
    advance(this.core, nowMs)
    count(this.core, 'command')
    const result = this.dispatch(command)
    // What traded may have been too much for a group: its orders are gone before anyone hears of this command.
    enforceGroups(this.core)
    return this.asItStands(result)
  }

  private asItStands(result: CommandResult): CommandResult {
    if (result.kind !== 'placed' && result.kind !== 'amended') return result
    return { ...result, order: this.core.orders.get(result.order.id) ?? result.order }
  }

  private dispatch(command: Command): CommandResult {
    const { core } = this
    switch (command.kind) {
      case 'place':
        return place(core, command)
      case 'cancel':
        return cancel(core, command)
      case 'cancel_all':
        return cancelAll(core, command)
      case 'decrease':
        return decrease(core, command)
      case 'amend':
        return amend(core, command)
      case 'order_group':
        return changeGroup(core, command)
      case 'open_account':
        openAccount(core, command)
        return { kind: 'done' }
      case 'set_cash':
        setCash(core, command)
        return { kind: 'done' }
      case 'transfer':
        return transfer(core, command)
      case 'set_book':
        setBook(core, command)
        return { kind: 'done' }
      case 'set_market':
        setMarket(core, command)
        return { kind: 'done' }
      case 'list_event':
        listEvent(core, command)
        return { kind: 'done' }
      case 'set_fees':
        setFees(core, command)
        return { kind: 'done' }
      case 'set_fee_waiver':
        setFeeWaiver(core, command)
        return { kind: 'done' }
      case 'set_market_rate':
        setMarketRate(core, command)
        return { kind: 'done' }
      case 'set_balance_step':
        setBalanceStep(core, command)
        return { kind: 'done' }
      default:
        return assertNever(command)
    }
  }

  market(id: MarketId): MarketView | null {
    const market = findCatalogued(this.core, id)
    if (market === null) return null
    const state = this.core.markets.get(id)
    const schedule = scheduleOf(this.core, market)
    return {
      market,
      status: statusAt(schedule, this.core.nowMs),
      schedule,
      lastPrice: state?.lastPrice ?? null,
      volume: state?.volume ?? ZERO_QUANTITY,
      openInterest: this.openInterest(id),
      updatedMs: state?.updatedMs ?? schedule.createdMs,
    }
  }

  private openInterest(id: MarketId): Quantity {
    if (!this.core.markets.has(id)) return ZERO_QUANTITY
    const held = [...this.core.accounts.values()].map((account) => holdingOf(account, id).yes)
    return addQuantity(...held)
  }

  /** YES levels, best first. A market nobody touched shows what the synthetic maker would quote there. */
  book(id: MarketId): BookView {
    const state = this.core.markets.get(id)
    if (state !== undefined) {
      return { bids: levelsOf(state.bids), asks: levelsOf(state.asks), updatedMs: state.bookUpdatedMs }
    }
    const market = findCatalogued(this.core, id)
    if (market === null) return { bids: [], asks: [], updatedMs: this.core.nowMs }
    const updatedMs = market.schedule.openMs
    if (!keepsOrders(statusAt(market.schedule, this.core.nowMs))) return { bids: [], asks: [], updatedMs }
    return { ...this.quotes(market), updatedMs }
  }

  /** Lists show hundreds of books that never change until someone trades. */
  private quotes(market: SandboxMarket): SeedLevels {
    const known = this.untouchedQuotes.get(market.id)
    if (known !== undefined) return known
    const drawn = seedLevels(market, this.core.seed)
    this.untouchedQuotes.set(market.id, drawn)
    return drawn
  }

  order(account: AccountId, id: string): SandboxOrder | null {
    const order = this.core.orders.get(id)
    return order?.account === account ? order : null
  }

  orders(account: AccountId): readonly SandboxOrder[] {
    const ids = this.core.accounts.get(account)?.orderIds ?? []
    return ids.flatMap((id) => this.core.orders.get(id) ?? []).reverse()
  }

  /** In order of creation. */
  orderGroups(account: AccountId): readonly OrderGroup[] {
    return [...this.core.groups.values()].filter((group) => group.account === account)
  }

  previousOrder(id: string): SandboxOrder | null {
    return this.core.previous.get(id)?.order ?? null
  }

  trades(filter: { readonly account?: AccountId; readonly market?: MarketId }): readonly SandboxTrade[] {
    return this.core.trades
      .filter(
        (trade) =>
          (filter.market === undefined || trade.market === filter.market) &&
          (filter.account === undefined ||
            trade.taker.account === filter.account ||
            trade.maker.account === filter.account),
      )
      .reverse()
  }

  tradeStatus(trade: SandboxTrade): { readonly status: TradeStatus; readonly sinceMs: number } {
    return tradeStatusAt(trade, this.core.nowMs)
  }

  account(id: AccountId): SandboxAccount | null {
    return this.core.accounts.get(id) ?? null
  }

  accounts(): readonly SandboxAccount[] {
    return [...this.core.accounts.values()]
  }

  available(account: AccountId, pool: string): Money {
    const state = this.core.accounts.get(account)
    return state === undefined ? ZERO_MONEY : subtractMoney(cashOf(state, pool), reservedCash(this.core, state, pool))
  }

  availableHolding(account: AccountId, market: MarketId, outcome: Outcome): Quantity {
    const state = this.core.accounts.get(account)
    if (state === undefined) return ZERO_QUANTITY
    const reserved = reservedTokens(this.core, state, market, outcome, null)
    return (holdingOf(state, market)[outcome] - reserved) as Quantity
  }

  settlements(account: AccountId): readonly SettlementRecord[] {
    return this.core.settlements.filter((record) => record.account === account).reverse()
  }

  /** What was changed about fees. */
  fees(): FeeDesk {
    return this.core.fees
  }

  transfers(account: AccountId): readonly Transfer[] {
    return this.core.transfers.filter((each) => each.account === account).reverse()
  }

  /** What the venue kept: fees and rounding. With the accounts' cash and the open pairs it adds up to all deposits. */
  get venueCash(): Money {
    return this.core.venueCash
  }

  /** Markets that something happened to. */
  touchedMarkets(): readonly MarketId[] {
    return [...this.core.markets.keys()]
  }

  snapshot(): ExchangeSnapshot {
    return snapshotCore(this.core)
  }
}
