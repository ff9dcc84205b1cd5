import { addMoney, formatAmount, type Money, negateMoney, subtractMoney, ZERO_MONEY } from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import { isUncertain } from '../../domain/order.ts'
import { isoTime } from '../../runtime/clock.ts'
import type { JournalEvent } from '../../store/events.ts'
import type { CashLine, LedgerState } from '../../store/ledger.ts'
import type { Trading } from '../trading.ts'
import type { Difference } from './difference.ts'
import { holdingGaps, isTooSmallToShow } from './holding-gaps.ts'

/** How far the venue's cash is from what the journal explains. */
export interface CashGap {
  /** As the venue shows it now, in dollars. */
  readonly balance: Money
  /** When it was read, by the venue's clock, Unix ms. */
  readonly asOfMs: number | null
  /** Dollars that are there without explanation, and with a minus missing. */
  readonly amount: Money
  /** Dollars by which rounding and fees that the venue does not tell may explain more. */
  readonly tolerance: Money
}

/** Null while the cash never agreed: then there is nothing to hold it against. @throws VenueError */
export async function unexplainedCash(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<CashGap | null> {
  const line = trading.ledger.state.cash.get(venue)
  if (line === undefined) return null
  const { available: balance, asOfMs, step } = await trading.observe.balance(venue, signal)
  // Both figures were cut off at a step.
  const tolerance = addMoney(line.slack, step, step)
  return { balance, asOfMs, amount: subtractMoney(balance, addMoney(line.agreed, line.moved)), tolerance }
}

/**
 * Holds the venue's cash against what executions, fees and payouts have moved since it last agreed. Only for a venue with
 * which orders and positions agree: before that, a gap in cash says nothing of its own. A gap is never absorbed: it
 * stays until a person says that it was a deposit or a withdrawal.
 */
export async function cashDifferences(
  trading: Trading,
  venue: VenueId,
  acceptCash: boolean,
  signal?: AbortSignal,
): Promise<readonly Difference[]> {
  const before = trading.ledger.state.cash.get(venue)
  const gap = (await unexplainedCash(trading, venue, signal)) ?? (await firstLook(trading, venue, signal))
  const isGap = sizeOf(gap.amount) > gap.tolerance
  // An execution between the two reads has moved the cash, and is not booked yet: the next run sees both.
  if (await hasMoved(trading, venue, signal)) return []
  if (isGap && !acceptCash) return [gapDifference(trading, venue, gap, false)]
  const took = await agree(trading, venue, { before, gap, isGap })
  return isGap ? [gapDifference(trading, venue, gap, took)] : []
}

async function hasMoved(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<boolean> {
  const { hidesHoldingsBelow } = (await trading.client(venue)).capabilities
  const gaps = await holdingGaps(trading, venue, signal)
  return gaps.some((gap) => !isTooSmallToShow(gap, hidesHoldingsBelow))
}

/**
 * Takes the gap of a venue where an order has no answer as moved by the person, who says so: it then keeps no conclusion
 * about that order back. Should the order turn out to have traded after all, its execution shows as a new gap.
 * @throws VenueError
 */
export async function acceptGap(
  trading: Trading,
  venue: VenueId,
  signal?: AbortSignal,
): Promise<readonly Difference[]> {
  const gap = await unexplainedCash(trading, venue, signal)
  if (gap === null || sizeOf(gap.amount) <= gap.tolerance) return []
  await trading.ledger.append({ type: 'cash.claimed', venue, amount: gap.amount })
  return [gapDifference(trading, venue, gap, true)]
}

function sizeOf(amount: Money): Money {
  return amount < 0n ? negateMoney(amount) : amount
}

/** Nothing to hold it against yet. @throws VenueError */
async function firstLook(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<CashGap> {
  const { available: balance, asOfMs } = await trading.observe.balance(venue, signal)
  return { balance, asOfMs, amount: ZERO_MONEY, tolerance: ZERO_MONEY }
}

/**
 * Keeps the balance as the one at which everything agreed. Decided under the lock: what another process has moved since the
 * balance was read is not in it, and what it has sent may be.
 */
function agree(
  trading: Trading,
  venue: VenueId,
  seen: { readonly before: CashLine | undefined; readonly gap: CashGap; readonly isGap: boolean },
): Promise<boolean> {
  const { before, gap, isGap } = seen
  return trading.ledger.transact((state) => {
    const now = state.cash.get(venue)
    const isSame = now?.moved === before?.moved && now?.agreedAtMs === before?.agreedAtMs
    if (!isSame || isCashMoving(state, venue)) return { events: [], result: false }
    const isNews = state.lostRecords?.venues.includes(venue) === true
    if (!isGap && !isNews && before?.agreed === gap.balance && before.moved === ZERO_MONEY) {
      return { events: [], result: true }
    }
    const claimed: JournalEvent = { type: 'cash.claimed', venue, amount: gap.amount }
    const asOf = gap.asOfMs === null ? {} : { asOf: isoTime(gap.asOfMs) }
    const agreed: JournalEvent = { type: 'cash.agreed', venue, balance: gap.balance, ...asOf }
    return { events: isGap ? [claimed, agreed] : [agreed], result: true }
  })
}

/** An order of the venue may have moved cash that is not booked. */
export function isCashMoving({ openOrders }: LedgerState, venue: VenueId): boolean {
  return [...openOrders.values()].some(
    (order) => order.venue === venue && (isUncertain(order) || order.bookedQuantity < order.filledQuantity),
  )
}

function gapDifference(trading: Trading, venue: VenueId, gap: CashGap, fixed: boolean): Difference {
  const { balance, amount } = gap
  const computed = trading.ledger.state.cash.get(venue)?.computedFees ?? 0n
  const isFee = sizeOf(amount) <= computed
  const moved = amount < 0n ? 'a withdrawal, or a purchase' : 'a deposit, or a sale or payout'
  return {
    kind: 'cash',
    cause: isFee ? 'fee_drift' : 'cash_moved_elsewhere',
    venue,
    subject: venue,
    ours: `$${formatAmount(subtractMoney(balance, amount))} explained`,
    theirs: `$${formatAmount(balance)}`,
    likelyCause: isFee
      ? 'fees that the venue does not tell were not what its schedule gives; --accept-cash takes it as it is'
      : `${moved} that this journal does not hold; --accept-cash takes it as it is`,
    fixed,
  }
}
