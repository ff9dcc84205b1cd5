import type { WaitingTradeJson } from '../json/trade-json.ts'

/** What stands, and what a person can do about it. */
export function waitingTradeText({ id, status, policy, imbalance }: WaitingTradeJson): string {
  if (status === 'frozen') {
    return `${id} is frozen: an order of it has no clear answer, and nothing is bought or sold for it before. Run: crosstape positions reconcile`
  }
  const what = `${id}: ${imbalance ?? 'an unknown number of'} contracts stand without their other half`
  const decide = 'crosstape arb run --mend unwind (or --mend complete)'
  return policy === 'hold'
    ? `${what}, held for you to decide. To sell them, or to buy the other half: ${decide}`
    : `${what}. The next arb run mends them within the worst loss of the trade; at what the books give: ${decide}`
}
