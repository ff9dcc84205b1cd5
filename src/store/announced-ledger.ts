import type { JournalEvent } from './events.ts'
import type { Decision, FindOptions, Ledger, LedgerState } from './ledger.ts'

export interface Announcement {
  readonly session: string
  readonly command: string
  readonly version: string
}

/**
 * A ledger that says in the journal which command wrote what follows, with its first write and at the cost of no write of
 * its own. A session that writes nothing leaves no trace.
 */
export class AnnouncedLedger implements Ledger {
  #announced = false
  #tape: string | null = null

  constructor(
    private readonly ledger: Ledger,
    private readonly announcement: Announcement,
  ) {}

  get state(): LedgerState {
    return this.ledger.state
  }

  append(...events: readonly JournalEvent[]): Promise<void> {
    return this.ledger.append(...this.#announce(events))
  }

  transact<T>(decide: (state: LedgerState) => Decision<T> | Promise<Decision<T>>): Promise<T> {
    return this.ledger.transact(async (state) => {
      const { events, result } = await decide(state)
      return { events: this.#announce(events), result }
    })
  }

  /** Names the recording of this session's order traffic. Before the first write, or it goes unsaid. */
  recordedAs(tape: string): void {
    this.#tape = tape
  }

  #announce(events: readonly JournalEvent[]): readonly JournalEvent[] {
    if (this.#announced || events.length === 0) return events
    this.#announced = true
    const tape = this.#tape === null ? {} : { tape: this.#tape }
    return [{ type: 'session.started', ...this.announcement, ...tape }, ...events]
  }

  /** Says how the session ended, if it said that it began. */
  async end(outcome: string): Promise<void> {
    const { session } = this.announcement
    if (this.#announced) await this.ledger.append({ type: 'session.ended', session, outcome })
  }

  refresh(): ReturnType<Ledger['refresh']> {
    return this.ledger.refresh()
  }

  findOrder(reference: string, options?: FindOptions): ReturnType<Ledger['findOrder']> {
    return this.ledger.findOrder(reference, options)
  }

  listOrders(query: Parameters<Ledger['listOrders']>[0]): ReturnType<Ledger['listOrders']> {
    return this.ledger.listOrders(query)
  }

  listTrades(query: Parameters<Ledger['listTrades']>[0]): ReturnType<Ledger['listTrades']> {
    return this.ledger.listTrades(query)
  }

  records(query?: Parameters<Ledger['records']>[0]): ReturnType<Ledger['records']> {
    return this.ledger.records(query)
  }

  close(): Promise<void> {
    return this.ledger.close()
  }
}
