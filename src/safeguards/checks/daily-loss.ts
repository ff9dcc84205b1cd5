import {
  addMoney,
  type Money,
  moneyOf,
  negateMoney,
  parseMoney,
  subtractMoney,
  ZERO_MONEY,
} from '../../domain/amounts.ts'
import type { OrderIntent } from '../../domain/order.ts'
import { isoTime } from '../../runtime/clock.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { deny } from '../denials.ts'
import { isUnwind, tiedUp } from '../risk.ts'
import type { Check } from '../snapshot.ts'

/**
 * After the day's loss nothing new is opened; what is held can still be closed. What two-leg trades under way lose at worst
 * is counted as lost already, up to the limit itself for a trade's own orders.
 */
export const dailyLoss: Check = (intent, snapshot, { maxDailyLoss: limit }) => {
  if (limit === null || isUnwind(intent) || tiedUp(intent, snapshot) === 0n) return []
  const { today } = snapshot.state
  const isToday = today.day === isoTime(snapshot.nowMs).slice(0, 10)
  const loss = negateMoney(moneyOf(isToday ? today.realized : 0n))
  const { own, others } = reservedBy(snapshot.state, intent)
  const lost = addMoney(loss, others)
  const isWithin = lost < limit && addMoney(lost, own) <= limit
  return isWithin ? [] : [deny('DAILY_LOSS_REACHED', { loss, reserved: addMoney(own, others), limit })]
}

/** Dollars that two-leg trades under way lose at worst: the one that this order belongs to, and the others. */
function reservedBy(
  { openTrades }: LedgerState,
  { purpose }: OrderIntent,
): { readonly own: Money; readonly others: Money } {
  const ownId = 'tradeId' in purpose ? purpose.tradeId : null
  let [own, all] = [ZERO_MONEY, ZERO_MONEY]
  for (const { id, worstLossExpected } of openTrades.values()) {
    const worst = worstLossExpected === undefined ? ZERO_MONEY : parseMoney(worstLossExpected)
    all = addMoney(all, worst)
    if (id === ownId) own = worst
  }
  return { own, others: subtractMoney(all, own) }
}
