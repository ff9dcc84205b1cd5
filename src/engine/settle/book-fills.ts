import { VenueError } from '../../domain/errors.ts'
import { feeDrift } from '../../domain/fee-drift.ts'
import type { Fill } from '../../domain/fill.ts'
import type { Market } from '../../domain/market.ts'
import type { Order } from '../../domain/order.ts'
import type { VenueClient } from '../../domain/venue.ts'
import type { JournalEvent } from '../../store/events.ts'
import type { Trading } from '../trading.ts'
import { fillNews } from './fill-news.ts'
import { knownOrder } from './known-order.ts'

/** Venues show fills a moment after they report them. Beyond this the order stays unbooked and `reconcile` goes on. */
const attemptsMax = 6
const firstWaitMs = 100

/**
 * Reads an order's executions and books those that are new, until what is booked covers what was reported filled.
 * Bounded; an order that is not covered in time keeps counting in full against the exposure limit. So does one whose
 * executions cannot be read: the order itself is known, and that must not get lost in an error about a later read.
 */
export async function bookFills(
  trading: Trading,
  client: VenueClient,
  order: Order,
  market: Market,
  signal?: AbortSignal,
): Promise<Order> {
  let current = order
  for (let attempt = 0; attempt < attemptsMax && current.bookedQuantity < current.filledQuantity; attempt++) {
    if (signal?.aborted === true) break
    if (attempt > 0) await trading.runtime.clock.sleep(firstWaitMs * 2 ** (attempt - 1), signal)
    const fills = await readFills(client, current, market, signal)
    if (fills === null) break
    await journalFills(trading, current.intent.id, market, fills)
    current = await knownOrder(trading, order.intent.id)
  }
  return current
}

/** Reads an ended order's executions once and books those that were missed. @throws VenueError */
export async function bookMissedFills(
  trading: Trading,
  client: VenueClient,
  order: Order,
  market: Market,
  signal?: AbortSignal,
): Promise<void> {
  const fills = await client.listFills({ order: { order, market } }, signal === undefined ? {} : { signal })
  await journalFills(trading, order.intent.id, market, fills)
}

/** Null when the venue cannot be read: reads were retried below already. */
async function readFills(
  client: VenueClient,
  order: Order,
  market: Market,
  signal?: AbortSignal,
): Promise<readonly Fill[] | null> {
  try {
    return await client.listFills({ order: { order, market } }, signal === undefined ? {} : { signal })
  } catch (error) {
    if (error instanceof VenueError) return null
    throw error
  }
}

/**
 * Journals fills not seen before, changes of finality of those seen, and whether the order was charged for all of them
 * what its market's schedule gives. Decided under the lock: no fill counts twice.
 */
export async function journalFills(
  trading: Trading,
  orderId: string,
  market: Market,
  fills: readonly Fill[],
): Promise<void> {
  if (fills.length === 0) return
  await trading.ledger.transact(async () => {
    const order = await knownOrder(trading, orderId)
    const events: JournalEvent[] = [...fillNews(order, fills)]
    const live = fills.filter((fill) => fill.finality !== 'failed')
    const booked = events.some(({ type }) => type === 'fill.booked')
    const drift = booked ? feeDrift(market.fees, order.intent, live) : null
    if (drift !== null) {
      const fillIds = live.map((fill) => fill.id)
      events.push({ type: 'fee.drift', orderId, market: market.id, fillIds, drift })
    }
    return { events, result: undefined }
  })
}
