import { AsyncLocalStorage } from 'node:async_hooks'
import { whileObserving } from '../../capture/record/observing.ts'
import type { Tape } from '../../capture/record/tape.ts'
import { ToolkitError, VenueError } from '../../domain/errors.ts'
import type { Operation, OperationLog } from '../../engine/operations.ts'
import type { Observations } from '../../engine/trading.ts'
import { type Clock, isoTime } from '../../runtime/clock.ts'
import type { Halt } from '../../store/halt.ts'
import { encodeOperation, encodeOutcome, type Observed, observedSubject, type ReadFailure } from './operation-codec.ts'

/** What is being performed, for whom. One for all: every promise of the process pays for each that was ever made. */
const performed = new AsyncLocalStorage<{ readonly by: TapedOperations; readonly observed: Observed[] }>()

/**
 * Notes every operation on the tape together with the market data and order times that it took from the world, so that
 * it can be asked for again. An operation inside another is part of it.
 */
export class TapedOperations implements OperationLog {
  constructor(
    private readonly tape: Pick<Tape, 'recordOperation'>,
    private readonly clock: Clock,
  ) {}

  async run<T>(operation: Operation, perform: () => Promise<T>): Promise<T> {
    if (this.#observed() !== undefined) return perform()
    const at = isoTime(this.clock.nowMs())
    const observed: Observed[] = []
    const note = (outcome: unknown): Promise<void> =>
      this.tape.recordOperation({ op: operation.op, input: encodeOperation(operation, observed), outcome, at })
    try {
      const result = await performed.run({ by: this, observed }, perform)
      await note(encodeOutcome(operation.op, result))
      return result
    } catch (error) {
      await note(encodeFailure(error))
      throw error
    }
  }

  /** Of the operation that is being performed, if it is one of these. */
  #observed(): Observed[] | undefined {
    const current = performed.getStore()
    return current?.by === this ? current.observed : undefined
  }

  /** The kill switch, kept as each operation found it: it can be thrown half way through one. */
  watchHalt(read: () => Promise<Halt | null>): () => Promise<Halt | null> {
    return async () => {
      const halt = await read()
      this.#observed()?.push({ kind: 'halt', halt })
      return halt
    }
  }

  /** The same observations, kept for the operation that makes them. */
  watch(live: Observations): Observations {
    const keep = <T extends Observed>(seen: T): T => {
      this.#observed()?.push(seen)
      return seen
    }
    const read = async <T extends Observed>(of: string, make: () => Promise<T>): Promise<T> => {
      try {
        return keep(await whileObserving(make))
      } catch (error) {
        if (error instanceof VenueError) keep({ kind: 'failed', of, failure: failureOf(error) })
        throw error
      }
    }
    return {
      market: async (id, signal) => {
        const make = async () => ({ kind: 'market', id, market: await live.market(id, signal) }) as const
        return (await read(observedSubject('market', id), make)).market
      },
      book: async (market, signal) => {
        const make = async () => ({ kind: 'book', book: await live.book(market, signal) }) as const
        return (await read(observedSubject('book', market.id), make)).book
      },
      positions: async (venue, signal) => {
        const make = async () => ({ kind: 'positions', venue, positions: await live.positions(venue, signal) }) as const
        return (await read(observedSubject('positions', venue), make)).positions
      },
      openOrders: async (venue, signal) => {
        const make = async () => ({ kind: 'open_orders', venue, orders: await live.openOrders(venue, signal) }) as const
        return (await read(observedSubject('open_orders', venue), make)).orders
      },
      fills: async (venue, sinceMs, signal) => {
        const make = async () => ({ kind: 'fills', venue, fills: await live.fills(venue, sinceMs, signal) }) as const
        return (await read(observedSubject('fills', venue), make)).fills
      },
      balance: async (venue, signal) => {
        const make = async () => ({ kind: 'balance', venue, balance: await live.balance(venue, signal) }) as const
        return (await read(observedSubject('balance', venue), make)).balance
      },
      settlement: async (market, signal) => {
        const { id } = market
        const make = async () =>
          ({ kind: 'settlement', id, settlement: await live.settlement(market, signal) }) as const
        return (await read(observedSubject('settlement', id), make)).settlement
      },
      orderTimeMs: () => keep({ kind: 'time', ms: live.orderTimeMs() }).ms,
    }
  }
}

function failureOf({ code, message, kind, sent }: VenueError): ReadFailure {
  return { code, message, kind, sent }
}

/** An operation that failed is an outcome to be repeated like any other. */
export function encodeFailure(error: unknown): unknown {
  if (error instanceof ToolkitError) return { failed: error.code }
  return { failed: error instanceof Error ? error.name : 'unknown' }
}
