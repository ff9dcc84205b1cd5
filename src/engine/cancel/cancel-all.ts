import { ToolkitError, VenueError } from '../../domain/errors.ts'
import type { VenueId } from '../../domain/market.ts'
import type { CallOptions, VenueClient } from '../../domain/venue.ts'
import { type Clock, isoTime } from '../../runtime/clock.ts'
import { trySettleOrder } from '../settle/settle-order.ts'
import type { Trading } from '../trading.ts'

export interface CancelAllOutcome {
  readonly venue: VenueId
  readonly outcome: 'cancelled' | 'unknown'
  /** Null when the venue does not say how many. */
  readonly cancelled: number | null
  /** Orders that the venue still shows as resting afterwards. Null when that could not be read. */
  readonly stillResting: number | null
  readonly message: string | null
  /** Until when the venue may cancel new orders too, RFC 3339. Null where what is placed after a cancel-all stands. */
  readonly tailUntil: string | null
}

/** Reads lag: an order that is gone may still be shown for a moment. */
export const readsMax = 5
const readWaitMs = 300

/**
 * Cancels every order of the account, on each venue at once, reads back until none rests, and brings our own record of
 * each open order up to date.
 */
export function cancelAllOrders(
  trading: Trading,
  venues: readonly VenueId[],
  signal?: AbortSignal,
): Promise<readonly CancelAllOutcome[]> {
  return trading.operations.run({ op: 'cancel_all', venues }, () =>
    Promise.all(venues.map((venue) => tryCancelAllAt(trading, venue, signal === undefined ? {} : { signal }))),
  )
}

/** One venue's missing key must not hide what was cancelled at the other. */
async function tryCancelAllAt(trading: Trading, venue: VenueId, options: CallOptions): Promise<CancelAllOutcome> {
  try {
    return await cancelAllAt(trading, venue, options)
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
    return { venue, outcome: 'unknown', cancelled: null, stillResting: null, message: error.message, tailUntil: null }
  }
}

async function cancelAllAt(trading: Trading, venue: VenueId, options: CallOptions): Promise<CancelAllOutcome> {
  const client = await trading.client(venue)
  await trading.ledger.append({ type: 'cancel_all.requested', venue })
  const answer = await sendCancelAll(client, options)
  await trading.ledger.append({
    type: 'cancel_all.answered',
    venue,
    outcome: answer.outcome,
    message: answer.message,
  })
  const stillResting = await restingAfter(client, trading.runtime.clock, options)
  const state = await trading.ledger.refresh()
  const ours = [...state.openOrders.values()].filter((order) => order.venue === venue)
  for (const order of ours) await trySettleOrder(trading, order, 'cancel', options.signal)
  return { venue, ...answer, stillResting, tailUntil: tailOf(client, state.cancelledAllAt.get(venue) ?? null) }
}

export function tailOf({ capabilities }: VenueClient, atMs: number | null): string | null {
  return atMs === null || capabilities.cancelAllTailMs === 0 ? null : isoTime(atMs + capabilities.cancelAllTailMs)
}

/** Cancelling everything twice does no harm. */
export async function sendCancelAll(
  client: VenueClient,
  options: CallOptions,
): Promise<Pick<CancelAllOutcome, 'outcome' | 'cancelled' | 'message'>> {
  try {
    return { outcome: 'cancelled', cancelled: (await client.cancelAll(options)).cancelled, message: null }
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    return { outcome: 'unknown', cancelled: null, message: error.message }
  }
}

/** As the venue shows it, once its reads have caught up. Null when that could not be read. */
export async function restingAfter(
  client: VenueClient,
  clock: Clock,
  options: CallOptions,
  reads = readsMax,
): Promise<number | null> {
  let resting: number | null = null
  for (let attempt = 0; attempt < reads && options.signal?.aborted !== true; attempt++) {
    if (attempt > 0) await clock.sleep(readWaitMs, options.signal)
    resting = await countResting(client, options)
    if (resting === 0) break
  }
  return resting
}

/** Orders that the venue shows as resting. Null when it could not be read. */
export async function countResting(client: VenueClient, options: CallOptions): Promise<number | null> {
  try {
    return (await client.listOpenOrders(options)).length
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    return null
  }
}
