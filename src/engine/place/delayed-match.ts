import { VenueError } from '../../domain/errors.ts'
import type { Market } from '../../domain/market.ts'
import type { VenueClient } from '../../domain/venue.ts'
import { knownOrder } from '../settle/known-order.ts'
import type { Trading } from '../trading.ts'

/** Venues hold orders on live games back for up to some seconds. Longer than this is for `reconcile`. */
const waitsMs: readonly number[] = [250, 500, 1_000, 2_000, 4_000, 4_000]

/**
 * Waits for an order that the venue has accepted and will match later: until then nobody knows what it becomes. Reads
 * only; an order that is still undecided at the end stays unknown.
 */
export async function followDelayedMatch(
  trading: Trading,
  client: VenueClient,
  orderId: string,
  market: Market,
  signal?: AbortSignal,
): Promise<void> {
  for (const waitMs of waitsMs) {
    await trading.runtime.clock.sleep(waitMs, signal)
    if (signal?.aborted === true) return
    const order = await knownOrder(trading, orderId)
    try {
      const report = await client.getOrder(order, market, signal === undefined ? {} : { signal })
      if (report === null || report.status === 'unknown') continue
      await trading.ledger.append({ type: 'order.reported', orderId, report, source: 'poll' })
      return
    } catch (error) {
      // The order stays unknown, which is what it is.
      if (!(error instanceof VenueError)) throw error
    }
  }
}
