import { parseMoney } from '../domain/amounts.ts'
import { ToolkitError } from '../domain/errors.ts'
import type { Clock } from '../runtime/clock.ts'
import { seededRandom } from '../runtime/random.ts'
import type {
  AmendCommand,
  AmendResult,
  CancelAllCommand,
  CancelAllResult,
  CancelCommand,
  CancelResult,
  Command,
  CommandResult,
  CommandWatcher,
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
import type { CoreChanges } from './core.ts'
import { Exchange } from './exchange.ts'
import type { Execute, HostedExchange, SandboxHost } from './face.ts'
import { Faults } from './faults.ts'
import { Injections } from './inject/injections.ts'
import type { AccountId, Catalogue, SandboxTrade } from './model.ts'
import { PolymarketSwitches } from './polymarket/switches.ts'
import { typeOfWallet, walletAccount } from './polymarket/wallets.ts'
import { type LogEntry, newState, type SavedState } from './saved/saved.ts'
import type { StateStore } from './state-files.ts'

export const kalshiAccount: AccountId = 'kalshi-main'
export const polymarketAccount: AccountId = 'polymarket-main'

/** Commands after which a snapshot replaces the log. */
const SNAPSHOT_EVERY = 1_000

export interface HostOptions {
  readonly store: StateStore
  readonly clock: Clock
  /** Seed of a sandbox that does not exist yet. */
  readonly freshSeed: () => string
  readonly createCatalogue: (origin: { readonly seed: string; readonly originMs: number }) => Catalogue
}

/** The exchange-wide switches of Kalshi's status page. They last as long as the process. */
export interface TradingSwitches {
  tradingActive: boolean
  exchangeActive: boolean
}

/** What changed at once, and what was traded with it. */
export interface HostChanges extends CoreChanges {
  readonly trades: readonly SandboxTrade[]
}

/** The exchange in its process: clock, log, faults and the accounts it opens with. */
export class Host implements SandboxHost {
  readonly catalogue: Required<Catalogue>
  readonly faults: Faults
  readonly clock: Clock
  readonly seed: string
  readonly exchange: HostedExchange
  readonly switches: TradingSwitches = { tradingActive: true, exchangeActive: true }
  readonly polymarket = new PolymarketSwitches()
  readonly injections: Injections
  /** The exchange without the clock: for the control interface. */
  readonly core: Exchange
  private sequence: number
  private sinceSnapshot = 0
  private offsetMs: number
  private readonly originMs: number
  private readonly listeners = new Set<(changes: HostChanges) => void>()
  private readonly watchers = new Set<CommandWatcher>()
  private isTelling = false
  private tradesTold = 0

  constructor(private readonly options: HostOptions) {
    const { state, log } = options.store.load()
    const origin = state ?? startNew(options)
    this.seed = origin.seed
    this.originMs = origin.originMs
    this.sequence = origin.sequence
    this.offsetMs = origin.clockOffsetMs
    this.faults = new Faults(seededRandom(`${origin.seed}/faults`))
    this.clock = this.offsetClock(options.clock)
    this.core = exchangeOf(options, origin)
    this.catalogue = this.core.catalogue
    try {
      for (const entry of log) this.replay(entry)
      this.core.advanceTo(this.clock.nowMs())
    } catch (error) {
      throw options.store.unusable(error)
    }
    this.exchange = this.hosted()
    if (this.core.account(kalshiAccount) === null) this.openAccounts()
    this.injections = new Injections(this)
  }

  private offsetClock(base: Clock): Clock {
    return {
      nowMs: () => base.nowMs() + this.offsetMs,
      monotonicMs: () => base.monotonicMs(),
      sleep: (ms, signal) => base.sleep(ms, signal),
    }
  }

  private openAccounts(): void {
    const kalshi = { '0': '10000', '1': '2000', '2': '2000', '3': '2000' }
    this.execute(openCommand(kalshiAccount, 'kalshi', kalshi))
    this.execute(openCommand(polymarketAccount, 'polymarket', { pusd: '10000' }))
  }

  /** A further wallet of Polymarket's signer, with cash of its own. False when it has another one of this type. */
  openWallet(signatureType: 1 | 2 | 3, funder: string, cash: string): boolean {
    const account = walletAccount(signatureType, funder)
    const other = this.core.accounts().find(({ id }) => id !== account && typeOfWallet(id) === signatureType)
    if (other !== undefined) return false
    this.execute(openCommand(account, 'polymarket', { pusd: cash }))
    return true
  }

  private replay(entry: LogEntry): void {
    this.sequence = entry.n
    this.sinceSnapshot++
    if (entry.clockOffsetMs !== undefined) this.offsetMs = entry.clockOffsetMs
    if (entry.command === undefined) return
    try {
      this.core.execute(entry.command, entry.t)
    } catch (error) {
      // A control command that was refused the first time is refused again, with the same consequences: none.
      if (!(error instanceof ToolkitError)) throw error
    }
  }

  /** Logs, then executes. Refused commands are logged too: they draw numbers as any other. */
  private execute(command: Command): CommandResult {
    for (const watcher of this.watchers) watcher.before(command)
    this.core.advanceTo(this.clock.nowMs())
    this.log({ command })
    const result = this.core.execute(command, this.core.nowMs)
    this.tellChanges()
    for (const watcher of this.watchers) watcher.after(command, result)
    return result
  }

  /** Has each command shown to a watcher from now on. Returns what ends it. */
  watchCommands(watcher: CommandWatcher): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** Tells of every change from now on, at once and before whoever caused it is answered. Returns what ends it. */
  onChange(listener: (changes: HostChanges) => void): () => void {
    this.listeners.add(listener)
    this.tradesTold = this.core.tradeCount
    this.core.collectChanges(true)
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size === 0) this.core.collectChanges(false)
    }
  }

  /** Lets the clock do its work, and tells of it. */
  settleTime(): void {
    this.core.advanceTo(this.clock.nowMs())
    this.tellChanges()
  }

  private tellChanges(): void {
    // Listeners read the exchange, and reading it may bring the next changes about.
    if (this.listeners.size === 0 || this.isTelling) return
    this.isTelling = true
    try {
      for (let changes = this.core.takeChanges(); changes !== null; changes = this.core.takeChanges()) {
        const trades = this.core.tradesSince(this.tradesTold)
        this.tradesTold += trades.length
        for (const listener of this.listeners) listener({ ...changes, trades })
      }
    } finally {
      this.isTelling = false
    }
  }

  private log(what: { readonly command?: Command; readonly clockOffsetMs?: number }): void {
    this.sequence++
    this.sinceSnapshot++
    this.options.store.append({ n: this.sequence, t: this.core.nowMs, ...what })
  }

  /** Moves the exchange's clock ahead of the host's. What falls due on the way happens in its order. */
  advanceClock(ms: number): void {
    this.offsetMs += ms
    this.log({ clockOffsetMs: this.offsetMs })
    this.settleTime()
  }

  get clockOffsetMs(): number {
    return this.offsetMs
  }

  /** Replaces the log by a snapshot when it has grown, between two requests. */
  compact(): void {
    if (this.sinceSnapshot >= SNAPSHOT_EVERY) this.save()
  }

  save(): void {
    if (this.sinceSnapshot === 0) return
    this.options.store.save({
      ...newState({ seed: this.seed, originMs: this.originMs }),
      sequence: this.sequence,
      clockOffsetMs: this.offsetMs,
      snapshot: this.core.snapshot(),
    })
    this.sinceSnapshot = 0
  }

  /** Nothing is done of its own accord any more: another host is in charge, or none. */
  retire(): void {
    this.injections.end()
  }

  close(): void {
    this.retire()
    this.save()
    this.options.store.close()
  }

  /** `execute` with each command's own result type. */
  private typedExecute(): Execute {
    const run = (command: Command): CommandResult => this.execute(command)
    function execute(command: PlaceCommand): PlaceResult
    function execute(command: CancelCommand): CancelResult
    function execute(command: CancelAllCommand): CancelAllResult
    function execute(command: DecreaseCommand): DecreaseResult
    function execute(command: AmendCommand): AmendResult
    function execute(command: TransferCommand): TransferResult
    function execute(command: OrderGroupCommand): OrderGroupResult
    function execute(command: SetBookCommand | SetMarketCommand | SetCashCommand): DoneResult
    function execute(command: Command): CommandResult
    function execute(command: Command): CommandResult {
      return run(command)
    }
    return execute
  }

  private hosted(): HostedExchange {
    const now = (): Exchange => {
      this.settleTime()
      return this.core
    }
    return {
      execute: this.typedExecute(),
      market: (id) => now().market(id),
      book: (id) => now().book(id),
      order: (account, id) => now().order(account, id),
      orders: (account) => now().orders(account),
      orderGroups: (account) => now().orderGroups(account),
      previousOrder: (id) => now().previousOrder(id),
      trades: (filter) => now().trades(filter),
      tradeStatus: (trade) => now().tradeStatus(trade),
      account: (id) => now().account(id),
      accounts: () => now().accounts(),
      available: (account, pool) => now().available(account, pool),
      availableHolding: (account, market, outcome) => now().availableHolding(account, market, outcome),
      settlements: (account) => now().settlements(account),
      fees: () => now().fees(),
      transfers: (account) => now().transfers(account),
    }
  }
}

/** A sandbox that never was: its day begins now, and its origin is on disk before anything depends on it. */
function startNew(options: HostOptions): SavedState {
  const dayMs = 86_400_000
  const originMs = Math.floor(options.clock.nowMs() / dayMs) * dayMs
  const state = newState({ seed: options.freshSeed(), originMs })
  options.store.save(state)
  return state
}

function openCommand(
  account: AccountId,
  venue: 'kalshi' | 'polymarket',
  cash: Readonly<Record<string, string>>,
): Command {
  const pools = Object.entries(cash).map(([pool, amount]) => [pool, parseMoney(amount)] as const)
  return { kind: 'open_account', account, venue, unlimited: false, cash: Object.fromEntries(pools) }
}

/** The exchange as it was kept. A file with another shape than this version writes is refused, not guessed at. */
function exchangeOf({ store, createCatalogue }: HostOptions, { seed, originMs, snapshot }: SavedState): Exchange {
  try {
    return new Exchange({
      catalogue: createCatalogue({ seed, originMs }),
      seed,
      nowMs: originMs,
      ...(snapshot === null ? {} : { snapshot }),
    })
  } catch (error) {
    throw store.unusable(error)
  }
}
