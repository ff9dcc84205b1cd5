import { AsyncLocalStorage } from 'node:async_hooks'
import type { Tape } from '../capture/tape.ts'
import { ToolkitError } from '../domain/errors.ts'
import type { Operation, OperationLog } from '../engine/operations.ts'
import type { Observations } from '../engine/trading.ts'
import { type Clock, isoTime } from '../runtime/clock.ts'
import { encodeOperation, encodeOutcome, type Observed } from './operation-codec.ts'

/**
 * Notes every operation on the tape together with the market data and order times that it took from the world, so that
 * it can be asked for again. An operation inside another is part of it.
 */
export class TapedOperations implements OperationLog {
  readonly #current = new AsyncLocalStorage<Observed[]>()

  constructor(
    private readonly tape: Pick<Tape, 'recordOperation'>,
    private readonly clock: Clock,
  ) {}

  async run<T>(operation: Operation, perform: () => Promise<T>): Promise<T> {
    if (this.#current.getStore() !== undefined) return perform()
    const at = isoTime(this.clock.nowMs())
    const observed: Observed[] = []
    const note = (outcome: unknown): Promise<void> =>
      this.tape.recordOperation({ op: operation.op, input: encodeOperation(operation, observed), outcome, at })
    try {
      const result = await this.#current.run(observed, perform)
      await note(encodeOutcome(operation.op, result))
      return result
    } catch (error) {
      await note(encodeFailure(error))
      throw error
    }
  }

  /** The same observations, kept for the operation that makes them. */
  watch(live: Observations): Observations {
    const keep = <T extends Observed>(seen: T): T => {
      this.#current.getStore()?.push(seen)
      return seen
    }
    return {
      market: async (id, signal) => keep({ kind: 'market', id, market: await live.market(id, signal) }).market,
      book: async (market, signal) => keep({ kind: 'book', book: await live.book(market, signal) }).book,
      positions: async (venue, signal) => {
        return keep({ kind: 'positions', venue, positions: await live.positions(venue, signal) }).positions
      },
      orderTimeMs: () => keep({ kind: 'time', ms: live.orderTimeMs() }).ms,
    }
  }
}

/** An operation that failed is an outcome to be repeated like any other. */
export function encodeFailure(error: unknown): unknown {
  if (error instanceof ToolkitError) return { failed: error.code }
  return { failed: error instanceof Error ? error.name : 'unknown' }
}
