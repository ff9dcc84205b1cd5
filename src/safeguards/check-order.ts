import { type Money, ZERO_MONEY } from '../domain/amounts.ts'
import { worstTakerFee } from '../domain/fees.ts'
import type { ApprovedOrder, OrderIntent } from '../domain/order.ts'
import { bookKnown } from './checks/book-known.ts'
import { breakers } from './checks/breakers.ts'
import { cancelAllTail } from './checks/cancel-all-tail.ts'
import { crossedBook } from './checks/crossed-book.ts'
import { dailyLoss } from './checks/daily-loss.ts'
import { duplicateIntent } from './checks/duplicate-intent.ts'
import { exposure } from './checks/exposure.ts'
import { feeDrift } from './checks/fee-drift.ts'
import { feeKnown } from './checks/fee-known.ts'
import { frozenTrades } from './checks/frozen-trades.ts'
import { killSwitch } from './checks/kill-switch.ts'
import { lostRecords } from './checks/lost-records.ts'
import { marketOpen } from './checks/market-open.ts'
import { notional } from './checks/notional.ts'
import { priceBand } from './checks/price-band.ts'
import { quantity } from './checks/quantity.ts'
import { sellBeyondHeld } from './checks/sell-beyond-held.ts'
import { sessionBudget } from './checks/session-budget.ts'
import { slippage } from './checks/slippage.ts'
import { staleBook } from './checks/stale-book.ts'
import { tickSize } from './checks/tick-size.ts'
import { timeInForce } from './checks/time-in-force.ts'
import { unsettledOrders } from './checks/unsettled-orders.ts'
import type { Denial } from './denials.ts'
import type { Limits } from './limits.ts'
import { tiedUp } from './risk.ts'
import type { Check, Snapshot } from './snapshot.ts'

export type { Snapshot } from './snapshot.ts'

export type CheckedOrder =
  | {
      readonly kind: 'approved'
      readonly order: ApprovedOrder
      /** Dollars that the order can newly tie up, fee excluded: its limit for a buy, nothing for a sale of what is held. */
      readonly worstCost: Money
      readonly worstFee: Money
    }
  | { readonly kind: 'denied'; readonly denials: readonly Denial[] }

/** In the order in which a person would want to hear of them. */
const checks: readonly Check[] = [
  killSwitch,
  breakers,
  cancelAllTail,
  marketOpen,
  timeInForce,
  priceBand,
  tickSize,
  feeKnown,
  feeDrift,
  quantity,
  notional,
  sellBeyondHeld,
  bookKnown,
  staleBook,
  crossedBook,
  slippage,
  exposure,
  dailyLoss,
  sessionBudget,
  lostRecords,
  unsettledOrders,
  frozenTrades,
  duplicateIntent,
]

const approvals = new WeakSet<ApprovedOrder>()

/**
 * Runs every safeguard and reports each one that says no, never just the first. The only maker of approved orders.
 * @throws Error when the snapshot is of another market: checks against it would mean nothing.
 */
export function checkOrder(intent: OrderIntent, snapshot: Snapshot, limits: Limits): CheckedOrder {
  const { market, book } = snapshot
  if (market.id !== intent.market || (book !== null && book.market !== intent.market)) {
    throw new Error(
      `order ${intent.id} in ${intent.market} was held against ${market.id} and a book of ${book?.market}`,
    )
  }
  const denials = checks.flatMap((check) => check(intent, snapshot, limits))
  if (denials.length > 0) return { kind: 'denied', denials }
  // Known, since the fee check passed.
  const worstFee = worstTakerFee(market.fees, intent) ?? ZERO_MONEY
  return { kind: 'approved', order: approve(intent), worstCost: tiedUp(intent, snapshot), worstFee }
}

function approve(intent: OrderIntent): ApprovedOrder {
  // Frozen, so that what was checked is what is sent.
  const order = Object.freeze({ intent: Object.freeze({ ...intent }) }) as ApprovedOrder
  approvals.add(order)
  return order
}

/** Whether `checkOrder` made this very object: catches at run time what a cast slipped past the compiler. */
export function isApproved(order: ApprovedOrder): boolean {
  return approvals.has(order)
}
