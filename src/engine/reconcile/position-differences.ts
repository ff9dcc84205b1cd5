import { formatAmount, type Quantity, ZERO_QUANTITY } from '../../domain/amounts.ts'
import type { Fill } from '../../domain/fill.ts'
import type { VenueId } from '../../domain/market.ts'
import { positionKey } from '../../domain/position.ts'
import { ignoredKey } from '../../store/ledger.ts'
import type { Trading } from '../trading.ts'
import type { Comparison, Difference, DifferenceCause, Dust } from './difference.ts'
import { fillsLookBackMs } from './foreign-orders.ts'
import { type HoldingGap, holdingGaps, isTooSmallToShow } from './holding-gaps.ts'
import { settlementOf } from './settlements.ts'

/** What comparing holdings alone comes to. */
type HoldingComparison = Pick<Comparison, 'differences' | 'dust'>

/** The gaps with their likely causes. Executions are read only when there is a gap. @throws VenueError */
export async function positionDifferences(
  trading: Trading,
  venue: VenueId,
  signal?: AbortSignal,
): Promise<HoldingComparison> {
  const { hidesHoldingsBelow } = (await trading.client(venue)).capabilities
  const all = await holdingGaps(trading, venue, signal)
  const gaps = all.filter((gap) => !isTooSmallToShow(gap, hidesHoldingsBelow))
  const dust = all.filter((gap) => !gaps.includes(gap)).map((gap) => dustOf(venue, gap, hidesHoldingsBelow))
  if (gaps.length === 0) return { differences: [], dust }
  const sinceMs = trading.runtime.clock.nowMs() - fillsLookBackMs
  const fills = await trading.observe.fills(venue, sinceMs, signal)
  const differences: Difference[] = []
  for (const gap of gaps) {
    const explained = await explain(trading, gap, fills, signal)
    differences.push({
      kind: 'position',
      venue,
      subject: positionKey(gap.market, gap.outcome),
      ours: formatAmount(gap.ours),
      theirs: formatAmount(gap.theirs),
      ...explained,
      fixed: false,
    })
  }
  return { differences, dust }
}

function dustOf(venue: VenueId, { market, outcome, ours }: HoldingGap, hidesBelow: Quantity | null): Dust {
  const listedFrom = formatAmount(hidesBelow ?? ZERO_QUANTITY)
  return { venue, subject: positionKey(market, outcome), quantity: formatAmount(ours), listedFrom }
}

interface Explanation {
  readonly cause: DifferenceCause
  readonly likelyCause: string
}

async function explain(
  trading: Trading,
  gap: HoldingGap,
  fills: readonly Fill[],
  signal?: AbortSignal,
): Promise<Explanation> {
  const settlement = gap.theirs === 0n ? await settlementOf(trading, gap.market, signal) : null
  if (settlement !== null) {
    const each = formatAmount(settlement.payout[gap.outcome])
    return {
      cause: 'settled_market',
      likelyCause: `the market has settled and pays $${each} for each; --fix books it once what was held agrees`,
    }
  }
  return (await explainByFills(trading, gap, fills)) ?? explainByAmounts(trading, gap)
}

/** Executions say best what happened: those of orders known here were missed, others were placed elsewhere. */
async function explainByFills(trading: Trading, gap: HoldingGap, fills: readonly Fill[]): Promise<Explanation | null> {
  let foreign = false
  for (const fill of fills) {
    if (fill.market !== gap.market || fill.finality === 'failed') continue
    const order = await trading.ledger.findOrder(fill.venueOrderId)
    if (order === null) {
      foreign ||= !trading.ledger.state.ignoredOrders.has(ignoredKey(fill.venue, fill.venueOrderId))
    } else if (!order.fillIds.includes(fill.id)) {
      const likelyCause = `an execution of order ${order.intent.id} that is not booked; --fix books it`
      return { cause: 'missed_fill', likelyCause }
    }
  }
  if (!foreign) return null
  return { cause: 'placed_elsewhere', likelyCause: 'traded with another tool or data directory; --fix books it' }
}

function explainByAmounts(trading: Trading, { market, ours, theirs }: HoldingGap): Explanation {
  const open = [...trading.ledger.state.openOrders.values()].filter((order) => order.intent.market === market)
  if (ours > theirs && open.some((order) => order.provisionalFillIds.length > 0)) {
    return { cause: 'ghost_fill', likelyCause: 'a match that has not settled, and may not; run reconcile again' }
  }
  if (open.some((order) => order.bookedQuantity < order.filledQuantity)) {
    return { cause: 'missed_fill', likelyCause: 'an execution that the venue does not list yet; run reconcile again' }
  }
  if (ours === 0n) return { cause: 'placed_elsewhere', likelyCause: 'bought with another tool, or moved in' }
  const likelyCause =
    theirs === 0n ? 'sold, moved or redeemed elsewhere' : 'a trade or a transfer that the venue does not list'
  return { cause: 'unexplained', likelyCause }
}
