/** Who goes first when several wait: what ends a risk, then what takes one, then what only asks. */
export const priorities = ['cancel', 'order', 'read'] as const
export type Priority = (typeof priorities)[number]

/** What a call costs in one of the venue's pools, in the venue's own units. */
export interface PoolCost {
  readonly pool: string
  readonly cost: number
}

/** What a call takes from a venue's budget, all at once or not at all. */
export interface Charge {
  readonly priority: Priority
  readonly costs: readonly PoolCost[]
}

/** How an attempt ended, as far as budgets care. */
export type AttemptEnd =
  /** The venue, or somebody before it, answered. Header names in lower case. */
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly text: string
    }
  /** It left, and no answer came: the venue may have counted it. */
  | { readonly kind: 'lost' }
  /** It certainly never left. */
  | { readonly kind: 'unsent' }

/** Why our own budget held a call back. Codes of the errors that callers see. */
export const refusals = ['RATE_BUDGET_SPENT', 'RATE_BUDGET_QUEUE_FULL', 'RATE_BUDGET_BATCH_TOO_LARGE'] as const
export type Refusal = (typeof refusals)[number]
