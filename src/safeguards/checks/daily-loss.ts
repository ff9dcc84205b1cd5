import {
  addMoney,
  type Money,
  moneyOf,
  negateMoney,
  parseMoney,
  subtractMoney,
  ZERO_MONEY,
} from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import type { OrderIntent } from '../../domain/order.ts'
import { reservingTrades, unsettledLoss } from '../../domain/unsettled-loss.ts'
import { isoTime } from '../../runtime/clock.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { deny } from '../denials.ts'
import { isUnwind, tiedUp } from '../risk.ts'
import type { Check } from '../snapshot.ts'

/**
 * After the day's loss nothing new is opened; what is held can still be closed. What two-leg trades under way lose at worst
 * is counted as lost already, up to the limit itself for a trade's own orders; so is what orders without an answer may have lost.
 */
export const dailyLoss: Check = (intent, snapshot, { maxDailyLoss: limit }) => {
  if (limit === null || isUnwind(intent) || tiedUp(intent, snapshot) === 0n) return []
  const { today } = snapshot.state
  const isToday = today.day === isoTime(snapshot.nowMs).slice(0, 10)
  const loss = negateMoney(moneyOf(isToday ? today.realized : 0n))
  const { own, others } = reservedBy(snapshot.state, intent)
  // Only the intent's own venue has told how it nets; of the other one the worse is taken.
  const nets = (venue: VenueId): boolean => venue !== snapshot.market.venue || snapshot.capabilities.netting === 'net'
  const unsettled = hiddenLoss(snapshot.state, intent, nets)
  const lost = addMoney(loss, unsettled, others)
  const isWithin = lost < limit && addMoney(lost, own) <= limit
  return isWithin ? [] : [deny('DAILY_LOSS_REACHED', { loss, unsettled, reserved: addMoney(own, others), limit })]
}

/** Dollars that other orders without an answer may have lost. */
function hiddenLoss(
  { openOrders, openTrades, positions }: LedgerState,
  { id }: OrderIntent,
  nets: (venue: VenueId) => boolean,
): Money {
  const others = [...openOrders.values()].filter((order) => order.intent.id !== id)
  return unsettledLoss(others, { positions, reserving: reservingTrades(openTrades.values()), nets })
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
