import { askedWaitMs } from '../rates/backoff.ts'
import type { Admission, Permit, RateBudget } from '../rates/budget.ts'
import type { RateBudgets } from '../rates/budgets.ts'
import type { AttemptEnd, Charge, Priority } from '../rates/charge.ts'
import type { RateLimit } from '../rates/limit.ts'
import type { Meter, MeteredCall, Verdict } from '../rates/meter.ts'

/**
 * The lowest tier, Basic, in October 2026: reads hold three seconds. Source: Kalshi's page on rate limits. Public reads are
 * counted by address, at about as much (seen on production, 2026-10), and no call tells how much.
 */
const assumedReads: RateLimit = { kind: 'bucket', capacity: 600, refillPerSecond: 200 }
const assumedWrites: RateLimit = { kind: 'bucket', capacity: 100, refillPerSecond: 100 }

const DEFAULT_COST = 10

/** What a call costs that does not cost the default. A batch costs as much for each of its orders. */
export interface EndpointCost {
  readonly method: string
  /** From the base URL; a segment that begins with `:` or `{` takes any value. */
  readonly path: string
  readonly cost: number
}

/** Seen in `GET /account/endpoint_costs` on production, 2026-10-05, as far as we make such calls. */
const assumedCosts: readonly EndpointCost[] = [
  { method: 'DELETE', path: '/portfolio/events/orders', cost: 2 },
  { method: 'DELETE', path: '/portfolio/events/orders/batched', cost: 2 },
  { method: 'DELETE', path: '/portfolio/events/orders/:order_id', cost: 2 },
  { method: 'GET', path: '/portfolio/orders/:order_id', cost: 2 },
]

/** What Kalshi tells of an account's limits. */
export interface KalshiLimits {
  readonly read: RateLimit
  readonly write: RateLimit
  readonly defaultCost: number
  readonly costs: readonly EndpointCost[]
}

/** Kalshi's rules over the budget of its address. */
export class KalshiMeter implements Meter {
  private readonly budget: RateBudget
  private learned: KalshiLimits | null = null
  private asking = false

  constructor(
    private readonly options: {
      readonly budgets: RateBudgets
      readonly baseUrl: string
      /** Id of the API key; null when only public data is read. */
      readonly keyId: string | null
      /** Asks for the limits. Called in the background, at most once, when a call has to wait for limits that are only assumed. */
      readonly onScarce: () => void
    },
  ) {
    this.budget = options.budgets.budget(`kalshi ${options.baseUrl}`, (pool) =>
      pool.endsWith('/read') ? assumedReads : assumedWrites,
    )
  }

  admit(call: MeteredCall, signal?: AbortSignal): Admission | Promise<Admission> {
    const admission = this.budget.admit(this.chargeOf(call), signal)
    if (admission instanceof Promise && call.isPrivate) this.noteScarcity()
    return admission
  }

  settle(_call: MeteredCall, permit: Permit, end: AttemptEnd): Verdict {
    if (end.kind === 'answered' && end.status === 429) {
      const pools = permit.charge.costs.map(({ pool }) => pool)
      // Kalshi's 429 has no Retry-After; what stands before Kalshi may send one. Paused before the permit ends, which would
      // let the next one into what it frees: a bucket charges nothing for what it turns away.
      this.budget.refusedByVenue(permit, pools, askedWaitMs(end.headers))
      permit.end('unseen')
      if (pools.some((pool) => !pool.startsWith('public/'))) this.noteScarcity()
      return 'not_executed'
    }
    permit.end(end.kind === 'unsent' ? 'unseen' : 'counted')
    if (end.kind !== 'answered') return 'unclear'
    this.budget.takenByVenue(permit)
    return 'taken'
  }

  /** What we knew of and the venue does not list costs the default from now on. */
  learn(limits: KalshiLimits): void {
    this.learned = limits
    this.budget.relimit(this.pool('read'), limits.read)
    this.budget.relimit(this.pool('write'), limits.write)
  }

  /** What a call costs, in Kalshi's tokens, and from which bucket. */
  chargeOf(call: MeteredCall): Charge {
    const priority = this.priorityOf(call)
    const cost = this.costOf(call) * Math.max(1, call.items ?? 1)
    return { priority, costs: [{ pool: this.poolOf(call), cost }] }
  }

  priorityOf({ method, path }: MeteredCall): Priority {
    if (method === 'GET') return 'read'
    // Both only ever make an order smaller.
    return method === 'DELETE' || path.endsWith('/decrease') ? 'cancel' : 'order'
  }

  private costOf({ method, path }: MeteredCall): number {
    const { costs, defaultCost } = this.learned ?? { costs: assumedCosts, defaultCost: DEFAULT_COST }
    const listed = costs.filter((one) => one.method === method && fitsPath(one.path, path))
    // `/orders/batched` also fits `/orders/:order_id`: the one without a blank is meant.
    const exact = listed.find((one) => one.path === path) ?? listed[0]
    return exact?.cost ?? defaultCost
  }

  private poolOf(call: MeteredCall): string {
    if (call.method === 'GET') return call.isPrivate ? this.pool('read') : 'public/read'
    const shard = pinnedShard(call)
    if (shard === null) return this.pool('write')
    const pool = this.pool(`shard ${shard}/write`)
    // A shard that is first used after the venue told.
    if (this.learned !== null) this.budget.relimit(pool, this.learned.write)
    return pool
  }

  private pool(name: string): string {
    return `${this.options.keyId ?? 'public'}/${name}`
  }

  private noteScarcity(): void {
    if (this.asking || !this.budget.wantsLimit(this.pool('write'))) return
    this.asking = true
    this.options.onScarce()
  }
}

/** A single write to a named shard other than 0 is counted on that shard; batches and everything else in common. */
function pinnedShard({ path, query, body }: MeteredCall): string | null {
  if (path.endsWith('/batched')) return null
  const asked = query?.exchange_index ?? /"exchange_index"\s*:\s*"?(\d+)/.exec(body ?? '')?.[1]
  return typeof asked === 'string' && /^[1-9]\d*$/.test(asked) ? asked : null
}

function fitsPath(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  return wanted.length === given.length && wanted.every((part, at) => /^[:{]/.test(part) || part === given[at])
}
