import { addMoney, formatAmount, type Money, subtractMoney } from '../../domain/amounts.ts'
import type { Exposure } from '../../domain/exposure.ts'
import { dollars, duration } from '../wording.ts'
import { denialText } from './denial-text.ts'

export const accountTexts = {
  EXPOSURE_ABOVE_MAX: denialText(
    'Positions, provisional fills, resting and unknown orders, and this order at its worst, tie up at most limits.maxExposure. Sales that only reduce, and unwinds, are exempt.',
    (facts: { readonly exposure: Exposure; readonly order: Money; readonly limit: Money }) => {
      const { positions, provisional, resting, unknown, total } = facts.exposure
      const left = facts.limit > total ? dollars(subtractMoney(facts.limit, total)) : '$0.00'
      return {
        message: `it ties up ${dollars(facts.order)} on top of ${dollars(total)} (positions ${dollars(positions)}, ${provisional === 0n ? '' : `provisional fills ${dollars(provisional)}, `}resting ${dollars(resting)}, unknown ${dollars(unknown)}); the maximum exposure is ${dollars(facts.limit)}, which leaves ${left}.`,
        value: formatAmount(addMoney(total, facts.order)),
        limit: formatAmount(facts.limit),
        suggestion:
          unknown > 0n
            ? 'crosstape positions reconcile settles unknown orders; or order less, or raise limits.maxExposure.'
            : 'Order less, cancel resting orders, close a position, or raise limits.maxExposure.',
      }
    },
  ),
  DAILY_LOSS_REACHED: denialText(
    'Less than limits.maxDailyLoss was lost since 00:00 UTC, with what orders without an answer and two-leg trades under way lose at worst. Sales that only reduce, and unwinds, are exempt.',
    (facts: {
      readonly loss: Money
      /** What orders without an answer may have lost. */
      readonly unsettled: Money
      /** What two-leg trades under way can lose. */
      readonly reserved: Money
      readonly limit: Money
    }) => {
      const { loss, unsettled, reserved, limit } = facts
      const hidden = unsettled > 0n ? `, orders without an answer may have lost ${dollars(unsettled)}` : ''
      const underWay = reserved > 0n ? `, and two-leg trades under way can lose ${dollars(reserved)}` : ''
      const wait = 'Wait for the next day (UTC), or raise limits.maxDailyLoss.'
      return {
        message: `${dollars(loss)} was lost since 00:00 UTC${hidden}${underWay}; the daily limit is ${dollars(limit)}.`,
        value: formatAmount(addMoney(loss, unsettled, reserved)),
        limit: formatAmount(limit),
        suggestion: unsettled > 0n ? `crosstape positions reconcile settles them. ${wait}` : wait,
      }
    },
  ),
  SESSION_BUDGET_EXCEEDED: denialText(
    'The orders of one session cost at most limits.sessionBudget, fees included. Unwinds are exempt.',
    (facts: { readonly spent: Money; readonly order: Money; readonly limit: Money }) => ({
      message: `it can cost ${dollars(facts.order)} with its fee, and ${dollars(facts.spent)} of the session's budget of ${dollars(facts.limit)} is used.`,
      value: formatAmount(addMoney(facts.spent, facts.order)),
      limit: formatAmount(facts.limit),
      suggestion: 'Order less, or start a session with a larger limits.sessionBudget.',
    }),
  ),
  RECORDS_LOST: denialText(
    'No records are missing from the journal (cut off, set back or replaced), or orders, positions and cash of the venue have agreed with it since. Unwinds are exempt.',
    ({ venue, upTo }: { readonly venue: string; readonly upTo: number }) => ({
      message: `records up to ${upTo} were lost from the journal, so what is held and what rests at ${venue} is not known here. That ends when positions reconcile finds no difference with ${venue}.`,
      value: String(upTo),
      suggestion:
        'crosstape positions reconcile, with --fix or --claim for what it finds; crosstape audit verify shows the loss.',
    }),
  ),
  ORDERS_UNSETTLED: denialText(
    'No order has been without a clear answer for more than a minute. Unwinds, and such an order that is sent again, are exempt.',
    ({ orders, olderThanMs }: { readonly orders: readonly string[]; readonly olderThanMs: number }) => ({
      message: `${orders.length === 1 ? 'order' : 'orders'} ${orders.join(', ')} may be live: no clear answer for more than ${duration(olderThanMs)}.`,
      value: orders.join(', '),
      suggestion: 'crosstape positions reconcile',
    }),
  ),
  TRADE_FROZEN: denialText(
    'No two-leg trade is frozen or under way in the market, and no order of the same trade is without an answer.',
    ({ trades }: { readonly trades: readonly string[] }) => ({
      message: `two-leg trade ${trades.join(', ')} is frozen or under way, and waits for its orders to be settled.`,
      value: trades.join(', '),
      suggestion: 'crosstape positions reconcile, then close or keep the legs by hand.',
    }),
  ),
  DUPLICATE_INTENT: denialText(
    'An equal order (market, outcome, side, quantity, price, time in force) was not sent within limits.duplicateWindowMs.',
    (facts: { readonly orderId: string; readonly ageMs: number; readonly windowMs: number }) => ({
      message: `order ${facts.orderId}, sent ${duration(facts.ageMs)} ago, is the same; within ${duration(facts.windowMs)} that is taken for a mistake.`,
      value: facts.orderId,
      limit: String(facts.windowMs),
      suggestion: `crosstape trade status ${facts.orderId}; --allow-duplicate if you want both.`,
    }),
  ),
}
