import { VenueError } from '../../domain/errors.ts'
import { type MarketId, parseMarketId } from '../../domain/market.ts'
import type { CallOptions, VenueClient, VenueOpenOrder } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import { chunks } from '../chunks.ts'
import { type CancelAllOutcome, countResting, readsMax, restingAfter, sendCancelAll, tailOf } from './cancel-all.ts'

/** How often everything is cancelled again because something rests after all, or because the venue did not answer. */
const roundsMax = 5
/** Before the second round, ms; twice as long before each later one. A venue that is overwhelmed needs some seconds. */
const pauseMs = 500
/** An order that was on its way when everything was cancelled shows within this. */
const quietMs = 1_000

type Answer = Pick<CancelAllOutcome, 'outcome' | 'cancelled' | 'message'>

/**
 * Cancels every order of the account at one venue until nothing rests, and still nothing a second later. Needs no ledger
 * and writes none: for the kill switch. A lost answer is asked for again, and where the call for all orders fails, those
 * that the venue shows are cancelled by their ids.
 * @throws ToolkitError when the account's keys cannot be used.
 */
export async function emptyVenue(client: VenueClient, clock: Clock, options: CallOptions): Promise<CancelAllOutcome> {
  let cancelled: number | null = 0
  for (let round = 1; ; round++) {
    const all = await sendCancelAll(client, options)
    const answer = all.outcome === 'cancelled' ? all : await cancelByIds(client, all, options)
    const tailUntil = tailOf(client, clock.nowMs())
    cancelled = cancelled === null || answer.cancelled === null ? null : cancelled + answer.cancelled
    // A venue that did not answer is not asked five times whether it will now.
    const reads = answer.outcome === 'cancelled' ? readsMax : 1
    let stillResting = await restingAfter(client, clock, options, reads)
    if (answer.outcome === 'cancelled' && stillResting === 0) {
      await clock.sleep(quietMs, options.signal)
      stillResting = await countResting(client, options)
    }
    const isEmpty = answer.outcome === 'cancelled' && stillResting === 0
    if (isEmpty || round === roundsMax || options.signal?.aborted === true) {
      return { venue: client.venue, ...answer, cancelled, stillResting, tailUntil }
    }
    await clock.sleep(pauseMs * 2 ** (round - 1), options.signal)
  }
}

/**
 * Keeps the failure as the outcome unless something rested and each of it is certainly off the book. How many orders the
 * failed call took off before is not known, so no number is given.
 */
async function cancelByIds(client: VenueClient, failure: Answer, options: CallOptions): Promise<Answer> {
  const resting = new Map<MarketId, string[]>()
  for (const { market, venueOrderId } of await shown(client, options)) {
    resting.set(market, [...(resting.get(market) ?? []), venueOrderId])
  }
  if (resting.size === 0) return failure
  let isGone = true
  for (const [market, ids] of resting) isGone = (await cancelIn(client, market, ids, options)) && isGone
  return isGone
    ? { outcome: 'cancelled', cancelled: null, message: `Cancelled order by order: ${failure.message}` }
    : failure
}

async function shown(client: VenueClient, options: CallOptions): Promise<readonly VenueOpenOrder[]> {
  try {
    return await client.listOpenOrders(options)
  } catch (error) {
    if (error instanceof VenueError) return []
    throw error
  }
}

/** True when none of them is live any more. One market that cannot be read holds up no other. */
async function cancelIn(
  client: VenueClient,
  id: MarketId,
  venueOrderIds: readonly string[],
  options: CallOptions,
): Promise<boolean> {
  const { batches } = client
  const symbol = parseMarketId(id)?.symbol
  if (batches === undefined || symbol === undefined) return false
  try {
    const market = await client.getMarket(symbol, options)
    const targets = venueOrderIds.map((venueOrderId) => ({ venueOrderId, market }))
    let gone = 0
    for (const batch of chunks(targets, batches.cancelMax)) {
      const answers = await batches.cancelOrders(batch, options)
      gone += answers.filter(({ kind }) => kind === 'cancelled' || kind === 'not_live').length
    }
    return gone === targets.length
  } catch (error) {
    if (error instanceof VenueError) return false
    throw error
  }
}
