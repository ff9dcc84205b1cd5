import type { Netting } from '../domain/holding.ts'
import type { VenueId } from '../domain/market.ts'
import type { Order } from '../domain/order.ts'
import { type Clock, isoTime } from '../runtime/clock.ts'
import type { ArbTrade, JournalEvent, JournalRecord } from './events.ts'
import { applyRecords } from './fold.ts'
import type { FoldState, OrderTrack, TrackedOrder, TrackedTrade } from './fold-state.ts'
import type { Decision, FindOptions, Ledger, LedgerState } from './ledger.ts'

export interface MemoryLedgerOptions {
  /** Where it starts from, e.g. the state that a dry run must be judged by. */
  readonly state: LedgerState
  readonly clock: Clock
  readonly nettingOf: (venue: VenueId) => Netting
}

/**
 * A ledger that keeps everything in memory and writes nothing: for dry runs and replays, which run the same use cases
 * with the same folds and must leave no trace.
 */
export function memoryLedger(options: MemoryLedgerOptions): Ledger {
  return new MemoryLedger(options)
}

class MemoryLedger implements Ledger {
  #state: FoldState
  readonly #ended = new Map<string, TrackedOrder>()
  readonly #endedTrades = new Map<string, TrackedTrade>()
  readonly #records: JournalRecord[] = []
  #queue: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: MemoryLedgerOptions) {
    this.#state = foldStateOf(options.state)
  }

  get state(): LedgerState {
    return this.#state
  }

  append(...events: readonly JournalEvent[]): Promise<void> {
    return this.transact(() => ({ events, result: undefined }))
  }

  transact<T>(decide: (state: LedgerState) => Decision<T> | Promise<Decision<T>>): Promise<T> {
    const turn = this.#queue.then(async () => {
      const { events, result } = await decide(this.#state)
      this.#apply(events)
      return result
    })
    // The next one waits for this one, and not for it to succeed.
    this.#queue = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }

  #apply(events: readonly JournalEvent[]): void {
    const time = isoTime(this.options.clock.nowMs())
    const records = events.map((event, index) => ({ seq: this.#state.seq + index + 1, time, event }))
    const { state, orders, trades } = applyRecords(this.#state, records, {
      nettingOf: this.options.nettingOf,
      recall: {
        order: (id) => this.#ended.get(id) ?? null,
        trade: (id) => this.#endedTrades.get(id) ?? null,
      },
    })
    this.#state = state
    this.#records.push(...records)
    for (const { id, value } of orders) this.#ended.set(id, value)
    for (const { id, value } of trades) this.#endedTrades.set(id, value)
  }

  refresh(): Promise<LedgerState> {
    return Promise.resolve(this.#state)
  }

  findOrder(reference: string, { prefix = false }: FindOptions = {}): Promise<Order | null> {
    const orders = this.#orders()
    const exact = orders.find(({ intent, venueOrderId }) =>
      [intent.id, intent.clientOrderId, venueOrderId].includes(reference),
    )
    const byPrefix = prefix && reference !== '' ? orders.filter(({ intent }) => intent.id.startsWith(reference)) : []
    return Promise.resolve(exact ?? (byPrefix.length === 1 ? (byPrefix[0] ?? null) : null))
  }

  /** Open ones last, as the newest word on an order that ended and came back. */
  #orders(): readonly Order[] {
    const ended = [...this.#ended.values()].map(({ order }) => order)
    const open = this.#state.openOrders
    return [...ended.filter((order) => !open.has(order.intent.id)), ...open.values()]
  }

  listOrders(query: { readonly limit?: number; readonly openOnly?: boolean }): Promise<readonly Order[]> {
    const orders = query.openOnly === true ? [...this.#state.openOrders.values()] : this.#orders()
    return Promise.resolve([...orders].reverse().slice(0, query.limit))
  }

  listTrades(query: { readonly limit?: number }): Promise<readonly ArbTrade[]> {
    const ended = [...this.#endedTrades.values()].map(({ trade }) => trade)
    return Promise.resolve([...ended, ...this.#state.openTrades.values()].reverse().slice(0, query.limit))
  }

  async *records(query: { readonly fromSeq?: number } = {}): AsyncGenerator<JournalRecord> {
    const { fromSeq = 0 } = query
    yield* this.#records.filter((record) => record.seq >= fromSeq)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/** A ledger state with the bookkeeping that the fold keeps beside it. */
export function foldStateOf(state: LedgerState): FoldState {
  const track: OrderTrack = { ordinal: 0, provisionalFills: [] }
  return {
    orderTracks: new Map([...state.openOrders.keys()].map((id) => [id, track])),
    pendingFills: new Map(),
    tradeOrdinals: new Map([...state.openTrades.keys()].map((id) => [id, 0])),
    ordersCreated: 0,
    tradesCreated: 0,
    ...state,
  }
}
