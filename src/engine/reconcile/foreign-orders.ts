import type { Fill } from '../../domain/fill.ts'
import type { MarketId, VenueId } from '../../domain/market.ts'
import type { VenueOpenOrder } from '../../domain/venue.ts'
import type { Ledger } from '../../store/ledger.ts'
import type { Trading } from '../trading.ts'
import { absentOrders } from './absent-orders.ts'

/** How far back executions are looked for. What is older stays a difference. */
export const fillsLookBackMs = 90 * 24 * 60 * 60 * 1000
/** Executions of this long before an attempt count as since it, in case the two clocks differ. */
export const clockMarginMs = 60_000

/** An order of the account that this journal does not hold, as far as the venue shows it. */
export interface ForeignOrder {
  readonly venueOrderId: string
  /** Null when it does not rest. */
  readonly open: VenueOpenOrder | null
  /** Empty when it has none. Null when that is not known: the venue keeps none, does not show it, or was not asked. */
  readonly clientOrderId: string | null
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
    const fills = byOrder.get(venueOrderId) ?? []
    const clientOrderId = await clientIdOf(trading, venue, { venueOrderId, open, fills }, signal)
    if (await isOurs(trading, venueOrderId, clientOrderId)) continue
    foreign.push({ venueOrderId, open, clientOrderId, fills })
  }
  return foreign
}

/** Executions do not tell the client's id. The venue is asked for it where it decides: while an order there is lost. */
async function clientIdOf(
  trading: Trading,
  venue: VenueId,
  { venueOrderId, open, fills }: Omit<ForeignOrder, 'clientOrderId'>,
  signal?: AbortSignal,
): Promise<string | null> {
  if (open !== null) return open.clientOrderId
  const market = fills[0]?.market
  if (market === undefined || !(await isAnyLost(trading.ledger, market))) return null
  const client = await trading.client(venue)
  return client.clientOrderIdOf(venueOrderId, signal === undefined ? {} : { signal })
}

/** Whether an order of ours in this market, lost or called absent, has no venue id, so that any order there may be it. */
export async function isAnyLost(ledger: Ledger, market: MarketId): Promise<boolean> {
  const absent = await absentOrders(ledger, (each) => each === market)
  const orders = [...ledger.state.openOrders.values(), ...absent]
  return orders.some((order) => order.venueOrderId === null && order.intent.market === market)
}

/** An order of ours whose answer was lost has no venue id here yet: the venue names it by the client's. */
async function isOurs(trading: Trading, venueOrderId: string, clientOrderId: string | null): Promise<boolean> {
  if ((await trading.ledger.findOrder(venueOrderId)) !== null) return true
  return clientOrderId !== null && clientOrderId !== '' && (await trading.ledger.findOrder(clientOrderId)) !== null
}
