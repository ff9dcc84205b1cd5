import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import { type BudgetMode, type LimitOf, RateBudget } from './budget.ts'
import type { Priority } from './charge.ts'
import type { PoolReport } from './pool.ts'

/** What is left of one venue's budget. */
export interface BudgetReport {
  /** Venue and address. */
  readonly budget: string
  readonly waiting: Readonly<Record<Priority, number>>
  readonly pools: readonly PoolReport[]
}

/** Reads the limits that a venue grants the account. Throws when it does not say. */
type Learn = (signal?: AbortSignal) => Promise<void>

/**
 * The budgets of a process. Made once where a session is put together and handed to every client, so that two clients of
 * one account do not each spend the whole of it.
 */
export class RateBudgets {
  private readonly budgets = new Map<string, RateBudget>()
  private readonly learners = new Map<string, Learn>()
  private readonly random: Random

  constructor(
    private readonly options: { readonly clock: Clock; readonly random: Random; readonly mode?: BudgetMode },
  ) {
    this.random = options.random.fork('rates')
  }

  /** The budget of a venue at an address, made when it is first asked for. */
  budget(key: string, limitOf: LimitOf): RateBudget {
    const known = this.budgets.get(key)
    if (known !== undefined) return known
    const { clock, mode = 'metered' } = this.options
    const made = new RateBudget(key, { clock, random: this.random.fork(key), mode, limitOf })
    this.budgets.set(key, made)
    return made
  }

  /** Registers how an account's limits are read. The latest one stands: it signs with the key in use. */
  teach(account: string, learn: Learn): void {
    this.learners.set(account, learn)
  }

  /** Asks every venue in use for its limits. @throws whatever the first venue that does not say throws. */
  async learn(signal?: AbortSignal): Promise<void> {
    for (const learn of this.learners.values()) await learn(signal)
  }

  /** For a person: what is believed of each limit in use, and what is left. */
  describe(): readonly BudgetReport[] {
    return [...this.budgets.values()].map((budget) => ({
      budget: budget.key,
      waiting: budget.waiting(),
      pools: budget.report(),
    }))
  }
}
