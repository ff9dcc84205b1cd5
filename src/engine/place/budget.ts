import { addMoney, type Money, ZERO_MONEY } from '../../domain/amounts.ts'
import type { SessionBudget } from '../trading.ts'

/** Counts what a session's orders can cost at worst. Starts at nothing with every session. */
export function createBudget(): SessionBudget {
  let spent: Money = ZERO_MONEY
  return {
    spent: () => spent,
    spend: (amount) => {
      spent = addMoney(spent, amount)
    },
  }
}
