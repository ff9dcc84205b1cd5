import { type Money, parseQuantity, type Quantity, type Rate } from './amounts.ts'

export const policyKinds = ['unwind', 'complete', 'hold'] as const

/** What a person can decide about the excess of a trade that was left to them. */
export const decisions = ['unwind', 'complete'] as const
export type Decision = (typeof decisions)[number]

/** What is done when one leg of a trade holds more than the other. */
export interface Policy {
  /**
   * `unwind` sells the excess, `complete` buys what is missing and sells what of it cannot be bought, `hold` leaves it to a
   * person.
   */
  readonly kind: (typeof policyKinds)[number]
  /** Sales tried, and before them purchases where the policy completes. */
  readonly attemptsMax: number
  /** How much further from the price at entry each attempt may go than the one before: 0.05 is 5 %. */
  readonly rung: Rate
  /** Contracts that are bought against a fill which can still be reversed. Sales have no such bound: they undo it. */
  readonly provisionalMax: Quantity
}

/** How a two-leg trade is carried out. */
export interface PairPlan {
  readonly policy: Policy
  /** `together`, or the leg that is sent first and decides how much of the other one follows. */
  readonly order: 'together' | 0 | 1
  /** Dollars lost at most if either leg fails. Null: not computed. Counted against the daily loss while the trade is open. */
  readonly worstLoss: Money | null
  /** As approvals name it. Null: the markets were not approved as a pair. */
  readonly pair: string | null
}

/** Sells the excess, each attempt a rung further from the price at entry. */
export function defaultPolicy(rung: Rate): Policy {
  return { kind: 'unwind', attemptsMax: 5, rung, provisionalMax: parseQuantity('100') }
}

export function defaultPlan(rung: Rate): PairPlan {
  return { policy: defaultPolicy(rung), order: 'together', worstLoss: null, pair: null }
}
