import type { Fill } from '../domain/fill.ts'
import type { VenueId } from '../domain/market.ts'
import type { VenueOpenOrder } from '../domain/venue.ts'
import type { Trading } from './trading.ts'

/** How far back executions are looked for. What is older stays a difference. */
export const fillsLookBackMs = 90 * 24 * 60 * 60 * 1000

/** An order of the account that this journal does not hold, as far as the venue shows it. */
export interface ForeignOrder {
  readonly venueOrderId: string
  /** Null when it does not rest. */
  readonly open: VenueOpenOrder | null
  /** Its executions of the last 90 days. */
  readonly fills: readonly Fill[]
}

/** Orders placed elsewhere: those that rest, and those that have executions. @param only The venue's id of the one that is meant. */
export async function foreignOrders(
  trading: Trading,
  venue: VenueId,
  only: string | null,
  signal?: AbortSignal,
): Promise<readonly ForeignOrder[]> {
  const resting = await trading.observe.openOrders(venue, signal)
  const sinceMs = trading.runtime.clock.nowMs() - fillsLookBackMs
  const byOrder = new Map<string, Fill[]>()
  for (const fill of await trading.observe.fills(venue, sinceMs, signal)) {
    if (fill.finality === 'failed') continue
    byOrder.set(fill.venueOrderId, [...(byOrder.get(fill.venueOrderId) ?? []), fill])
  }
  const foreign: ForeignOrder[] = []
  for (const venueOrderId of new Set([...byOrder.keys(), ...resting.map((open) => open.venueOrderId)])) {
    if (only !== null && venueOrderId !== only) continue
    const open = resting.find((each) => each.venueOrderId === venueOrderId) ?? null
    if (await isOurs(trading, venueOrderId, open)) continue
    foreign.push({ venueOrderId, open, fills: byOrder.get(venueOrderId) ?? [] })
  }
  return foreign
}

/** An order of ours whose answer was lost has no venue id here yet: the venue names it by the client's. */
async function isOurs(trading: Trading, venueOrderId: string, open: VenueOpenOrder | null): Promise<boolean> {
  if ((await trading.ledger.findOrder(venueOrderId)) !== null) return true
  const clientOrderId = open?.clientOrderId ?? null
  return clientOrderId !== null && (await trading.ledger.findOrder(clientOrderId)) !== null
}
