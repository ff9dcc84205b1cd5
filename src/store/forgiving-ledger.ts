import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ToolkitError } from '../domain/errors.ts'
import { journalDirectory } from './directories.ts'
import type { JournalEvent } from './events.ts'
import { emptyState } from './fold-state.ts'
import type { Decision, FindOptions, Ledger, LedgerState } from './ledger.ts'
import { memoryLedger } from './memory-ledger.ts'
import { type LedgerOptions, openLedger } from './open-ledger.ts'
import { readHeader } from './read-journal.ts'
import { rebuild } from './rebuild.ts'
import { JOURNAL_FORMAT } from './upcast.ts'

/** Long enough for a process that does its work under the lock, short enough for somebody who wants out. */
const LOCK_WAIT_MS = 300

/**
 * A ledger for work that must not wait for the journal, nor fail with it: taking orders off the book. As long as the
 * journal can be written it is; from the first failure on, events are kept in memory, and the warning says that
 * `positions reconcile` has to find out what happened. Never for placing: an intent that is not durable is not sent.
 */
export async function openForgivingLedger(options: LedgerOptions): Promise<Ledger> {
  const patient: LedgerOptions = { ...options, lockWaitMs: LOCK_WAIT_MS }
  try {
    return new ForgivingLedger(await openLedger(patient), options)
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
    warn(options, error)
    return memoryLedger({ ...options, state: await peek(options) })
  }
}

class ForgivingLedger implements Ledger {
  #ledger: Ledger

  constructor(
    private readonly journal: Ledger,
    private readonly options: LedgerOptions,
  ) {
    this.#ledger = journal
  }

  get state(): LedgerState {
    return this.#ledger.state
  }

  append(...events: readonly JournalEvent[]): Promise<void> {
    return this.#tryJournal((ledger) => ledger.append(...events))
  }

  transact<T>(decide: (state: LedgerState) => Decision<T> | Promise<Decision<T>>): Promise<T> {
    return this.#tryJournal((ledger) => ledger.transact(decide))
  }

  refresh(): Promise<LedgerState> {
    return this.#tryJournal((ledger) => ledger.refresh())
  }

  findOrder(reference: string, options?: FindOptions): ReturnType<Ledger['findOrder']> {
    return this.#tryJournal((ledger) => ledger.findOrder(reference, options))
  }

  listOrders(query: Parameters<Ledger['listOrders']>[0]): ReturnType<Ledger['listOrders']> {
    return this.#tryJournal((ledger) => ledger.listOrders(query))
  }

  listTrades(query: Parameters<Ledger['listTrades']>[0]): ReturnType<Ledger['listTrades']> {
    return this.#tryJournal((ledger) => ledger.listTrades(query))
  }

  records(query?: Parameters<Ledger['records']>[0]): ReturnType<Ledger['records']> {
    return this.#ledger.records(query)
  }

  close(): Promise<void> {
    return this.journal.close()
  }

  async #tryJournal<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
    try {
      return await work(this.#ledger)
    } catch (error) {
      const isJournals = error instanceof ToolkitError && error.category !== 'bug' && this.#ledger === this.journal
      if (!isJournals) throw error
      warn(this.options, error)
      this.#ledger = memoryLedger({ ...this.options, state: this.journal.state })
      return work(this.#ledger)
    }
  }
}

function warn({ onWarning }: LedgerOptions, { message }: ToolkitError): void {
  onWarning(
    `the journal could not be written, and cancelling goes on without it. ${message} Run \`crosstape positions reconcile\` afterwards.`,
  )
}

/**
 * What the journal says, read without its lock and without touching it or its views. Empty when not even that works: then
 * an order is known by nothing, and everything can still be cancelled at once.
 */
async function peek(options: LedgerOptions): Promise<LedgerState> {
  const directory = journalDirectory(options.dataDir, options.environment)
  let scratch: string | null = null
  try {
    const header = await readHeader(directory)
    scratch = await mkdtemp(join(tmpdir(), 'crosstape-views-'))
    const { state } = await rebuild({
      viewsDirectory: scratch,
      journalDirectory: directory,
      format: header?.format ?? JOURNAL_FORMAT,
      nettingOf: options.nettingOf,
      upToSeq: Number.POSITIVE_INFINITY,
      aboveArchive: 0,
    })
    return state
  } catch (error) {
    options.onWarning(
      `what the journal says could not be read either. \`crosstape trade cancel --all\` needs none of it. ${String(error)}`,
    )
    return emptyState
  } finally {
    if (scratch !== null) await rm(scratch, { recursive: true, force: true })
  }
}
