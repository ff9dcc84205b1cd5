import { addMoney, type Money, ZERO_MONEY } from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'
import { denyPlanned, type PlaceOutcome, placeOrder } from '../../engine/place/place-order.ts'
import { type OrderDraft, type OrderPlan, planOrder } from '../../engine/place/plan-order.ts'
import type { Trading } from '../../engine/trading.ts'
import { declined, type Prompter } from './prompt.ts'

/** A market that keeps moving while somebody reads must not hold them at the prompt for ever. */
const QUESTIONS_MAX = 3

export interface Consent {
  readonly prompter: Prompter
  /** Shows what is about to happen, before anyone is asked. */
  preview(plan: OrderPlan): Promise<void>
}

/**
 * Plans an order, shows the plan, asks, and places it. What was agreed to is what is sent: when the plan that is judged
 * afresh after the answer costs more than the one that was shown, it is shown and asked again.
 * @throws ToolkitError (declined); VenueError when the market cannot be read.
 */
export async function placeWithConsent(
  trading: Trading,
  draft: OrderDraft,
  consent: Consent,
  signal: AbortSignal,
): Promise<PlaceOutcome> {
  let plan = await planUnsent(trading, draft, signal)
  for (let question = 0; question < QUESTIONS_MAX; question++) {
    await consent.preview(plan)
    if (plan.verdict.kind === 'denied') {
      const denied = await denyPlanned(trading, plan)
      if (denied !== null) return denied
      // Another process has made room since: nobody has agreed to this order yet, so it is shown like any other.
      plan = await planUnsent(trading, draft, signal)
      continue
    }
    const askedAtMs = trading.runtime.clock.nowMs()
    if (!(await consent.prompter.confirm('Send this order?', signal))) throw declined('the order was not confirmed.')
    if (trading.runtime.clock.nowMs() - askedAtMs < trading.limits.maxBookAgeMs / 10) {
      return placeOrder(trading, plan, signal)
    }
    // Reading takes a person longer than a book stays fresh.
    const fresh = await planUnsent(trading, draft, signal)
    if (fresh.verdict.kind === 'approved' && worstOf(fresh) <= worstOf(plan)) return placeOrder(trading, fresh, signal)
    plan = fresh
  }
  throw declined('the market moved each time before the order was confirmed.')
}

/** A read that fails here comes before any order, and whoever reads the message must know that. */
async function planUnsent(trading: Trading, draft: OrderDraft, signal: AbortSignal): Promise<OrderPlan> {
  try {
    return await planOrder(trading, draft, signal)
  } catch (error) {
    if (!(error instanceof VenueError) || /nothing was sent/i.test(error.message)) throw error
    const { code, facts, suggestions, kind, sent, httpStatus, venueCode } = error
    const message = `${error.message} No order was sent.`
    throw new VenueError({ code, message, facts, suggestions, kind, sent, httpStatus, venueCode, cause: error })
  }
}

function worstOf(plan: OrderPlan): Money {
  if (plan.verdict.kind === 'denied') return ZERO_MONEY
  return addMoney(plan.verdict.worstCost, plan.verdict.worstFee)
}
