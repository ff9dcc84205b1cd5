import { addMoney, formatAmount, type Money, subtractMoney } from '../domain/amounts.ts'
import type { VenueId } from '../domain/market.ts'
import type { JournalEvent } from '../store/events.ts'
import type { Difference } from './differences.ts'
import type { Trading } from './trading.ts'

/** How far the venue's cash is from what the journal explains. */
export interface CashGap {
  /** As the venue shows it now, in dollars. */
  readonly balance: Money
  /** Dollars that are there without explanation, and with a minus missing. */
  readonly amount: Money
  /** Dollars by which rounding and fees that the venue does not tell may explain more. */
  readonly tolerance: Money
}

/** Null while the cash never agreed: then there is nothing to hold it against. @throws VenueError */
export async function unexplainedCash(trading: Trading, venue: VenueId, signal?: AbortSignal): Promise<CashGap | null> {
  const line = trading.ledger.state.cash.get(venue)
  if (line === undefined) return null
  const { available: balance, step } = await trading.observe.balance(venue, signal)
  // Both figures were cut off at a step.
  const tolerance = addMoney(line.slack, step, step)
  return { balance, amount: subtractMoney(balance, addMoney(line.agreed, line.moved)), tolerance }
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
  const gap = await unexplainedCash(trading, venue, signal)
  if (gap === null) {
    const { available: balance } = await trading.observe.balance(venue, signal)
    await trading.ledger.append({ type: 'cash.agreed', venue, balance })
    return []
  }
  const agreed: JournalEvent = { type: 'cash.agreed', venue, balance: gap.balance }
  const size = gap.amount < 0n ? -gap.amount : gap.amount
  if (size <= gap.tolerance) {
    const { agreed: before } = trading.ledger.state.cash.get(venue) ?? {}
    if (before !== gap.balance) await trading.ledger.append(agreed)
    return []
  }
  if (acceptCash) await trading.ledger.append({ type: 'cash.claimed', venue, amount: gap.amount }, agreed)
  return [gapDifference(trading, venue, gap, acceptCash)]
}

function gapDifference(trading: Trading, venue: VenueId, gap: CashGap, fixed: boolean): Difference {
  const { balance, amount } = gap
  const computed = trading.ledger.state.cash.get(venue)?.computedFees ?? 0n
  const isFee = amount < 0n ? -amount <= computed : amount <= computed
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
