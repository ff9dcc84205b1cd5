import { addMoney, ZERO_MONEY } from '../../domain/amounts.ts'
import { worstTakerFee } from '../../domain/fees.ts'
import { deny } from '../denials.ts'
import { isUnwind, tiedUp } from '../risk.ts'
import type { Check } from '../snapshot.ts'

/** A fee that cannot be computed is denied by its own check. */
export const sessionBudget: Check = (intent, snapshot, { sessionBudget: limit }) => {
  if (limit === null || isUnwind(intent)) return []
  const { market, sessionSpent: spent } = snapshot
  const order = addMoney(tiedUp(intent, snapshot), worstTakerFee(market.fees, intent) ?? ZERO_MONEY)
  return addMoney(spent, order) <= limit ? [] : [deny('SESSION_BUDGET_EXCEEDED', { spent, order, limit })]
}
