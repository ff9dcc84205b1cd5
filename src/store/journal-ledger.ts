import { join } from 'node:path'
import { ToolkitError } from '../domain/errors.ts'
import type { Order } from '../domain/order.ts'
import { type Clock, isoTime } from '../runtime/clock.ts'
import { type Decoded, encodeRecord } from './codec.ts'
import type { ArbTrade, JournalEvent, JournalRecord } from './events.ts'
import { storageError } from './files.ts'
import { applyRecords, type FoldContext } from './fold.ts'
import { orderBegunBy, type Recalled, recallFor } from './fold-archived.ts'
import { emptyState, type FoldState } from './fold-state.ts'
import type { Journal } from './journal.ts'
import type { Decision, FindOptions, Ledger, LedgerState } from './ledger.ts'
import { findOrder, listOrders, listTrades } from './ledger-queries.ts'
import { withLock } from './lock.ts'
import { readFrom } from './read-from.ts'
import { rebuild } from './rebuild.ts'
import type { JournalPosition } from './segments.ts'
import { ViewDamaged } from './view-file.ts'
import { type Archives, removeArchives, saveViews } from './views.ts'

/** Records until the next checkpoint. */
const CHECKPOINT_EVERY = 500
/** What a start after a crash reads at most, but for the records of one write. */
const CHECKPOINT_OVERDUE = 1_000
/** Warnings of one fold that are shown one by one. */
const WARNINGS_SHOWN = 5

export interface JournalLedgerOptions {
  readonly journal: Journal
  readonly viewsDirectory: string
  readonly clock: Clock
  readonly nettingOf: FoldContext['nettingOf']
  readonly onWarning: (message: string) => void
  readonly lockWaitMs?: number
}

export interface LedgerStart {
  readonly state: FoldState
  readonly position: JournalPosition
  readonly archives: Archives
  /** Whether the views on the disk say the same. */
  readonly saved: boolean
}

/** The ledger over a journal and its views. Made by `openLedger`. */
export class JournalLedger implements Ledger {
  private folded: FoldState = emptyState
  private archives: Archives | null = null
  private savedSeq = 0
  /** Whether this process has recorded anything that no anchor of its own has seen. */
  private unanchored = false
  private owed: JournalEvent | null = null
  /** Operations of this process, one after the other. */
  private queue: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: JournalLedgerOptions) {}

  get state(): LedgerState {
    return this.folded
  }

  /** Goes on from a checkpoint or a rebuild; what a rebuild made is not saved yet. */
  adopt(start: LedgerStart): void {
    this.folded = start.state
    this.archives = start.archives
    this.savedSeq = start.saved ? start.state.seq : 0
    this.options.journal.rewind(start.position)
  }

  warn(messages: readonly string[]): void {
    for (const message of messages.slice(0, WARNINGS_SHOWN)) this.options.onWarning(message)
    const more = messages.length - WARNINGS_SHOWN
    if (more > 0) this.options.onWarning(`${more} more records of this kind. See \`crosstape audit verify\`.`)
  }

  append(...events: readonly JournalEvent[]): Promise<void> {
    return this.oneByOne(async () => {
      await this.locked(() => this.record(events))
      await this.saveAfter(CHECKPOINT_EVERY)
    })
  }

  /** Goes into the journal before anything else does: what could not be recorded when it was found out. */
  owe(event: JournalEvent): void {
    this.owed = event
  }

  transact<T>(decide: (state: LedgerState) => Decision<T> | Promise<Decision<T>>): Promise<T> {
    return this.oneByOne(async () => {
      const result = await this.locked(async () => {
        const failure = await this.payOwed()
        const decision = await decide(this.folded)
        // Decided without what is owed.
        if (failure !== null && decision.events.length > 0) throw failure
        await this.record(decision.events)
        return decision.result
      })
      // An order may be sent next, and what follows it is appended: the views can wait for that.
      await this.saveAfter(CHECKPOINT_OVERDUE)
      return result
    })
  }

  refresh(): Promise<LedgerState> {
    return this.oneByOne(() => this.locked(async () => this.folded))
  }

  async findOrder(reference: string, options?: FindOptions): Promise<Order | null> {
    return this.healing(() => findOrder(this.folded, this.current(), reference, options))
  }

  async listOrders(query: { readonly limit?: number; readonly openOnly?: boolean }): Promise<readonly Order[]> {
    return this.healing(() => listOrders(this.folded, this.current(), query))
  }

  async listTrades(query: { readonly limit?: number }): Promise<readonly ArbTrade[]> {
    return this.healing(() => listTrades(this.folded, this.current(), query))
  }

  async *records(query: { readonly fromSeq?: number } = {}): AsyncGenerator<JournalRecord> {
    const { directory, format } = this.options.journal
    for await (const { record } of readFrom(directory, format, query.fromSeq ?? 1)) yield record
  }

  close(): Promise<void> {
    return this.oneByOne(async () => {
      if (this.folded.seq !== this.savedSeq) await this.save()
      if (this.unanchored) await this.anchor()
      await this.options.journal.close()
    })
  }

  private oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work)
    // The caller gets the failure; the next in line does not.
    this.queue = done.catch(() => undefined)
    return done
  }

  /** Holds the lock from having caught up with the other processes to the end of `work`. */
  private locked<T>(work: () => Promise<T>): Promise<T> {
    const { journal, lockWaitMs } = this.options
    const caughtUp = async (): Promise<T> => {
      await journal.catchUp(async (placed) => {
        const records = placed.map(({ record }) => record)
        this.fold(records, await this.recall(records))
      })
      return work()
    }
    return withLock(join(journal.directory, 'lock'), caughtUp, lockWaitMs)
  }

  private async payOwed(): Promise<ToolkitError | null> {
    if (this.owed === null) return null
    try {
      await this.record([this.owed])
      this.owed = null
      return null
    } catch (error) {
      if (error instanceof ToolkitError) return error
      throw error
    }
  }

  private async record(decided: readonly JournalEvent[]): Promise<void> {
    if (decided.length === 0) return
    const keyChange = await this.options.journal.keyChange()
    const events = keyChange === null ? decided : [keyChange, ...decided]
    const time = isoTime(this.options.clock.nowMs())
    const written = events.map((event, index) => encodeRecord({ seq: this.folded.seq + 1 + index, time, event }))
    // What is folded is what a later process will read back, not what was handed in.
    const records = written.map(({ decoded }) => recordOf(decoded))
    const recall = await this.recall(records)
    await this.refuseImpossible(records, recall)
    await this.options.journal.append(written.map(({ text }) => text))
    this.unanchored = true
    this.fold(records, recall)
  }

  private fold(records: readonly JournalRecord[], recall: Recalled): void {
    const outcome = applyRecords(this.folded, records, { nettingOf: this.options.nettingOf, recall })
    const { orders, trades } = this.current()
    orders.put(outcome.orders)
    trades.put(outcome.trades)
    this.folded = outcome.state
    this.warn(outcome.warnings)
  }

  private async recall(records: readonly JournalRecord[]): Promise<Recalled> {
    const fetch = (): Promise<Recalled> => recallFor(records, this.folded, this.current())
    const recalled = await this.healing(fetch)
    if (recalled.missing.length === 0) return recalled
    // An order that nobody has begun is as good a sign of damaged views as any.
    await this.heal(`they do not know order ${recalled.missing[0]}`)
    return fetch()
  }

  /** Events about no order, or a second order under a used id, would make fills uncountable: a mistake of the caller. */
  private async refuseImpossible(records: readonly JournalRecord[], recall: Recalled): Promise<void> {
    const [missing] = recall.missing
    if (missing !== undefined) throw impossible('ORDER_NOT_IN_JOURNAL', `The journal holds no order ${missing}`)
    const begun = new Set<string>()
    for (const { event } of records) {
      const id = orderBegunBy(event)
      if (id === null) continue
      const known =
        begun.has(id) || this.folded.openOrders.has(id) || (await this.healing(() => this.current().orders.holds(id)))
      if (known) throw impossible('ORDER_ID_REUSED', `The order id ${id} has been used before`)
      begun.add(id)
    }
  }

  private current(): Archives {
    if (this.archives === null) throw new Error('the ledger is used before it has a start')
    return this.archives
  }

  private async healing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ViewDamaged)) throw error
      await this.heal(error.message)
      return work()
    }
  }

  /** Makes the views anew, up to the record that this process has reached. */
  private async heal(reason: string): Promise<void> {
    const { journal, viewsDirectory, nettingOf } = this.options
    for (;;) {
      const { seq } = this.folded
      const rebuilt = await rebuild({
        viewsDirectory,
        journalDirectory: journal.directory,
        format: journal.format,
        nettingOf,
        upToSeq: seq,
        aboveArchive: this.current().number,
      })
      // Queries do not wait in line: the state may have moved on meanwhile.
      const overtaken = this.folded.seq !== seq
      await removeArchives(viewsDirectory, overtaken ? rebuilt.archives.number : this.current().number)
      if (overtaken || this.folded.seq !== seq) continue
      this.folded = rebuilt.state
      this.archives = rebuilt.archives
      this.savedSeq = 0
      this.options.onWarning(`The views were made anew from ${seq} journal records: ${reason}. Nothing was lost.`)
      return
    }
  }

  /** The trail is whole without it; only its last records could then be cut off without a trace. */
  private async anchor(): Promise<void> {
    try {
      await this.options.journal.anchor()
      this.unanchored = false
    } catch (error) {
      if (!(error instanceof ToolkitError)) throw error
      this.options.onWarning(
        `The end of the journal could not be anchored; the journal has everything. ${error.message}`,
      )
    }
  }

  private async saveAfter(records: number): Promise<void> {
    if (this.folded.seq - this.savedSeq >= records) await this.save()
  }

  /** Views can be made again at any time: not being able to write them costs the next start some time, no more. */
  private async save(): Promise<void> {
    const { journal, viewsDirectory, onWarning } = this.options
    const write = (): Promise<'saved' | 'gone'> => {
      return saveViews({ viewsDirectory, position: journal.position, state: this.folded, archives: this.current() })
    }
    try {
      if ((await this.healing(write)) === 'gone') {
        await this.heal('another process has replaced them')
        await write()
      }
      this.savedSeq = this.folded.seq
    } catch (error) {
      const reason = storageError(error, viewsDirectory)
      if (!(reason instanceof ToolkitError)) throw error
      onWarning(`The views could not be written; the journal has everything. ${reason.message}`)
    }
  }
}

/** @throws ToolkitError EVENT_NOT_STORABLE: a record that cannot be read back must not get into the journal. */
function recordOf(decoded: Decoded): JournalRecord {
  if (decoded.ok) return decoded.record
  const { problem } = decoded
  const what = problem.kind === 'malformed' ? problem.what : `${problem.type} is no known event`
  throw impossible('EVENT_NOT_STORABLE', `A journal record cannot be written: ${what}`)
}

function impossible(code: string, what: string): ToolkitError {
  return new ToolkitError({
    code,
    category: 'bug',
    message: `${what}. This step was not recorded.`,
    suggestions: ['Run `crosstape positions reconcile`, and report this as a bug.'],
  })
}
