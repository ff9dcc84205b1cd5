import { addQuantity, type Quantity, subtractQuantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import { type MarketId, type Outcome, parseMarketId, type VenueId } from '../../domain/market.ts'
import { type PositionKey, positionKey } from '../../domain/position.ts'
import type { LedgerState } from '../../store/ledger.ts'
import type { Trading } from '../trading.ts'

/** One outcome of which the journal and the venue hold different amounts. */
export interface HoldingGap {
  readonly market: MarketId
  readonly outcome: Outcome
  readonly ours: Quantity
  readonly theirs: Quantity
}

/** Holdings on which journal and venue do not agree, those of orders that a person left out taken off. @throws VenueError */
export async function holdingGaps(
  trading: Trading,
  venue: VenueId,
  signal?: AbortSignal,
): Promise<readonly HoldingGap[]> {
  const theirs = new Map<PositionKey, Quantity>()
  for (const held of await trading.observe.positions(venue, signal)) {
    theirs.set(positionKey(held.market, held.outcome), held.quantity)
  }
  const { state } = trading.ledger
  const leftOut = holdingsLeftOut(state, venue)
  const ours = new Map<PositionKey, Quantity>()
  for (const [key, position] of state.positions) {
    if (position.venue === venue) ours.set(key, position.quantity)
  }
  const gaps: HoldingGap[] = []
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [mine, shown] = [ours.get(key) ?? ZERO_QUANTITY, theirs.get(key) ?? ZERO_QUANTITY]
    // What was left out may be gone again: sold elsewhere, or paid out.
    const others = leftOut.get(key) ?? ZERO_QUANTITY
    if (mine === shown || mine === subtractQuantity(shown, others)) continue
    gaps.push({ ...partsOf(key), ours: mine, theirs: shown })
  }
  return gaps
}

function holdingsLeftOut(state: LedgerState, venue: VenueId): ReadonlyMap<PositionKey, Quantity> {
  const sums = new Map<PositionKey, Quantity>()
  for (const order of state.ignoredOrders.values()) {
    if (order.venue !== venue) continue
    for (const { market, outcome, quantity } of order.holdings) {
      const key = positionKey(market, outcome)
      sums.set(key, addQuantity(sums.get(key) ?? ZERO_QUANTITY, quantity))
    }
  }
  return sums
}

function partsOf(key: PositionKey): { readonly market: MarketId; readonly outcome: Outcome } {
  const slash = key.lastIndexOf('/')
  const parsed = parseMarketId(key.slice(0, slash))
  const outcome = key.slice(slash + 1)
  if (parsed === null || (outcome !== 'yes' && outcome !== 'no')) throw new Error(`not a position: ${key}`)
  return { market: `${parsed.venue}:${parsed.symbol}`, outcome }
}

/** A holding that the venue may have and not list. */
export function isTooSmallToShow({ ours, theirs }: HoldingGap, hidesBelow: Quantity | null): boolean {
  return hidesBelow !== null && theirs === 0n && ours > 0n && ours < hidesBelow
}
