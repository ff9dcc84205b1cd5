import { moneyOf, negateMoney } from '../../domain/amounts.ts'
import { isoTime } from '../../runtime/clock.ts'
import { deny } from '../denials.ts'
import { isUnwind, tiedUp } from '../risk.ts'
import type { Check } from '../snapshot.ts'

/** After the day's loss nothing new is opened; what is held can still be closed. */
export const dailyLoss: Check = (intent, snapshot, { maxDailyLoss: limit }) => {
  if (limit === null || isUnwind(intent) || tiedUp(intent, snapshot) === 0n) return []
  const { today } = snapshot.state
  const isToday = today.day === isoTime(snapshot.nowMs).slice(0, 10)
  const loss = negateMoney(moneyOf(isToday ? today.realized : 0n))
  return loss < limit ? [] : [deny('DAILY_LOSS_REACHED', { loss, limit })]
}
