import { cost } from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'
import type { MarketId, VenueId } from '../../domain/market.ts'
import { positionKey } from '../../domain/position.ts'
import type { VenueSettlement } from '../../domain/venue.ts'
import type { BookedSettlement } from '../../store/events.ts'
import type { Trading } from '../trading.ts'
import { type HoldingGap, holdingGaps } from './holding-gaps.ts'

/** What a market paid, or null while it trades, or while nothing is known of a settlement. @throws VenueError */
export async function settlementOf(
  trading: Trading,
  id: MarketId,
  signal?: AbortSignal,
): Promise<VenueSettlement | null> {
  try {
    const market = await trading.observe.market(id, signal)
    return market.status === 'open' ? null : await trading.observe.settlement(market, signal)
  } catch (error) {
    // A market that has left the catalogue tells nothing; the holding stays a difference.
    if (error instanceof VenueError && error.kind === 'not_found') return null
    throw error
  }
}

/**
 * Books what settled markets paid for holdings that the venue does not hold any more. Only where the holding is the one
 * that was paid for: with a missed execution, the payout would be booked for the wrong number.
 * @returns How many were booked. @throws VenueError
 */
export async function bookSettlements(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<number> {
  let booked = 0
  for (const gap of await holdingGaps(trading, venue, signal)) {
    if (gap.theirs !== 0n || gap.ours <= 0n) continue
    const settlement = await settlementOf(trading, gap.market, signal)
    if (settlement !== null && isPaidFor(settlement, gap) && (await bookOne(trading, settlement, gap))) booked++
  }
  return booked
}

/** A venue that does not say how many it paid for has at least none left; missed executions were booked before. */
function isPaidFor({ paidFor }: VenueSettlement, { outcome, ours }: HoldingGap): boolean {
  return paidFor === null || paidFor[outcome] === ours
}

/** Decided under the lock: an execution may have been booked meanwhile, and a payout is booked once. */
function bookOne(
  trading: Trading,
  settlement: VenueSettlement,
  { market, outcome, ours }: HoldingGap,
): Promise<boolean> {
  return trading.ledger.transact((state) => {
    const held = state.positions.get(positionKey(market, outcome))
    if (held?.quantity !== ours || held.provisionalBought !== 0n || held.provisionalSold !== 0n)
      return { events: [], result: false }
    const payout = cost(settlement.payout[outcome], ours, 'down')
    const booked: BookedSettlement = { market, outcome, quantity: ours, payout, time: settlement.time }
    return { events: [{ type: 'position.settled', settlement: booked }], result: true }
  })
}
