import { type Quantity, subtractQuantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import type { Fill } from '../../domain/fill.ts'
import type { VenueId } from '../../domain/market.ts'
import type { IgnoredOrder } from '../../store/events.ts'
import { ignoredKey } from '../../store/ledger.ts'
import type { Claim } from '../requests.ts'
import type { Trading } from '../trading.ts'
import { adoptForeignOrders } from './adopt.ts'
import { describeOpen } from './differences.ts'
import { foreignOrders } from './foreign-orders.ts'

/**
 * Carries out what a person said of orders placed elsewhere.
 * @returns How many were claimed.
 * @throws ToolkitError `CLAIM_NOT_FOUND` when the one that was named is at none of the venues; VenueError.
 */
export async function claimOrders(
  trading: Trading,
  venues: readonly VenueId[],
  claim: Claim,
  signal?: AbortSignal,
): Promise<number> {
  let claimed = 0
  for (const venue of venues) {
    claimed +=
      claim.verdict === 'adopt'
        ? await adoptForeignOrders(trading, venue, claim.order, signal)
        : await ignoreForeignOrders(trading, venue, claim.order, signal)
  }
  if (claim.order !== null && claimed === 0) throw notFound(claim.order)
  return claimed
}

function notFound(order: string): ToolkitError {
  return new ToolkitError({
    code: 'CLAIM_NOT_FOUND',
    category: 'usage',
    message: `No order ${order} that was placed elsewhere is shown by the venue. Nothing was booked or left out.`,
    facts: { order },
    suggestions: ['crosstape positions reconcile lists them.'],
  })
}

async function ignoreForeignOrders(
  trading: Trading,
  venue: VenueId,
  only: string | null,
  signal?: AbortSignal,
): Promise<number> {
  let ignored = 0
  for (const foreign of await foreignOrders(trading, venue, only, signal)) {
    const { venueOrderId, open, fills } = foreign
    const shown = open === null ? 'ended' : describeOpen(open)
    if (await ignore(trading, { venue, venueOrderId, shown, holdings: holdingsOf(fills) })) ignored++
  }
  return ignored
}

function ignore(trading: Trading, order: IgnoredOrder): Promise<boolean> {
  return trading.ledger.transact(async (state) => {
    const isKnown = (await trading.ledger.findOrder(order.venueOrderId)) !== null
    const before = state.ignoredOrders.get(ignoredKey(order.venue, order.venueOrderId))
    const isSame = before?.shown === order.shown && sameHoldings(before.holdings, order.holdings)
    return isKnown || isSame
      ? { events: [], result: false }
      : { events: [{ type: 'order.ignored', order }], result: true }
  })
}

function sameHoldings(a: IgnoredOrder['holdings'], b: IgnoredOrder['holdings']): boolean {
  return (
    a.length === b.length &&
    a.every((each) => b.some((other) => other.outcome === each.outcome && other.quantity === each.quantity))
  )
}

/** What an order's executions have bought, and with a minus sold, by outcome. */
function holdingsOf(fills: readonly Fill[]): IgnoredOrder['holdings'] {
  const sums = new Map<string, { market: Fill['market']; outcome: Fill['outcome']; quantity: Quantity }>()
  for (const { market, outcome, side, quantity } of fills) {
    const key = `${market}/${outcome}`
    const before = sums.get(key)?.quantity ?? ZERO_QUANTITY
    const signed = side === 'buy' ? quantity : subtractQuantity(ZERO_QUANTITY, quantity)
    sums.set(key, { market, outcome, quantity: subtractQuantity(before, subtractQuantity(ZERO_QUANTITY, signed)) })
  }
  return [...sums.values()]
}
