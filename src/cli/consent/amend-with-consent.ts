import { addMoney, type Money, ZERO_MONEY } from '../../domain/amounts.ts'
import { type AmendOutcome, amendOrder, denyAmend, nothingToAmend } from '../../engine/amend/amend-order.ts'
import { type AmendPlan, type AmendWish, planAmend } from '../../engine/amend/plan-amend.ts'
import type { Trading } from '../../engine/trading.ts'
import { declined, type Prompter } from './prompt.ts'

/** As for new orders: a market that keeps moving must not hold anyone at the prompt for ever. */
const QUESTIONS_MAX = 3

export interface AmendConsent {
  readonly prompter: Prompter
  /** Shows what is about to happen, before anyone is asked. */
  preview(plan: AmendPlan): Promise<void>
}

/**
 * Plans a change of an order, shows it, asks, and sends it. What was agreed to is what is sent: when the plan that is made
 * afresh after the answer costs more than the one that was shown, it is shown and asked again.
 * @throws ToolkitError (declined), or when the order cannot be changed; VenueError when a read fails.
 */
export async function amendWithConsent(
  trading: Trading,
  change: { readonly order: string; readonly wish: AmendWish },
  consent: AmendConsent,
  signal: AbortSignal,
): Promise<AmendOutcome> {
  const { order, wish } = change
  let planning = await planAmend(trading, order, wish, signal)
  for (let question = 0; question < QUESTIONS_MAX; question++) {
    if (planning.kind === 'nothing_to_do') return nothingToAmend(planning.order, planning.outcome)
    const { plan } = planning
    await consent.preview(plan)
    if (plan.verdict.kind === 'denied') return denyAmend(trading, plan, plan.verdict.denials)
    const askedAtMs = trading.runtime.clock.nowMs()
    if (!(await consent.prompter.confirm('Change this order?', signal))) throw declined('the change was not confirmed.')
    if (trading.runtime.clock.nowMs() - askedAtMs < trading.limits.maxBookAgeMs / 10) {
      return amendOrder(trading, plan, signal)
    }
    // Reading takes a person longer than a book stays fresh.
    const fresh = await planAmend(trading, order, wish, signal)
    const agreed = fresh.kind === 'planned' && isNoWorse(fresh.plan, plan)
    if (agreed) return amendOrder(trading, fresh.plan, signal)
    planning = fresh
  }
  throw declined('the market moved each time before the change was confirmed.')
}

/** The same kind of change to the same terms, at no higher cost. */
function isNoWorse(fresh: AmendPlan, shown: AmendPlan): boolean {
  const sameTerms = fresh.terms.price === shown.terms.price && fresh.terms.quantity === shown.terms.quantity
  return fresh.verdict.kind === 'approved' && fresh.kind === shown.kind && sameTerms && worstOf(fresh) <= worstOf(shown)
}

function worstOf({ verdict }: AmendPlan): Money {
  return verdict.kind === 'denied' ? ZERO_MONEY : addMoney(verdict.worstCost, verdict.worstFee)
}
