import type { Clock } from '../../runtime/clock.ts'

/** Tokens that come back each second, and how many the bucket holds. */
export interface BucketLimit {
  readonly refillPerSecond: number
  readonly capacity: number
}

export interface RateLimits {
  readonly tier: string
  readonly read: BucketLimit
  readonly write: BucketLimit
}

/** Source: venue page §7, October 2026. Reads of both tiers and writes of Advanced hold three seconds. */
export const rateLimits = {
  basic: {
    tier: 'basic',
    read: { refillPerSecond: 200, capacity: 600 },
    write: { refillPerSecond: 100, capacity: 100 },
  },
  advanced: {
    tier: 'advanced',
    read: { refillPerSecond: 300, capacity: 900 },
    write: { refillPerSecond: 300, capacity: 900 },
  },
} as const satisfies Readonly<Record<string, RateLimits>>

/** One token bucket. Full at first. */
class TokenBucket {
  private tokens: number
  private lastMs: number

  constructor(
    private readonly limit: BucketLimit,
    private readonly clock: Clock,
  ) {
    this.tokens = limit.capacity
    this.lastMs = clock.monotonicMs()
  }

  /** Takes the whole cost or nothing. */
  take(cost: number): boolean {
    const nowMs = this.clock.monotonicMs()
    const refill = ((nowMs - this.lastMs) / 1_000) * this.limit.refillPerSecond
    this.tokens = Math.min(this.limit.capacity, this.tokens + Math.max(0, refill))
    this.lastMs = nowMs
    if (this.tokens < cost) return false
    this.tokens -= cost
    return true
  }
}

/** The account's two buckets. Full anew when its limits change. */
export class RateLimiter {
  private limits: RateLimits | null = null
  private buckets: Readonly<Record<'read' | 'write', TokenBucket>> | null = null

  constructor(
    private readonly limitsNow: () => RateLimits | null,
    private readonly clock: Clock,
  ) {}

  /** Takes the whole cost or nothing. */
  take(kind: 'read' | 'write', cost: number): boolean {
    const limits = this.limitsNow()
    if (limits === null) return true
    if (this.buckets === null || limits !== this.limits) {
      this.limits = limits
      this.buckets = {
        read: new TokenBucket(limits.read, this.clock),
        write: new TokenBucket(limits.write, this.clock),
      }
    }
    return this.buckets[kind].take(cost)
  }
}

/** Costs that differ from the default of 10. A batch costs this much for each of its orders. */
export const endpointCosts: Readonly<Record<string, number>> = {
  cancel_order: 2,
  batch_cancel: 2,
  cancel_all: 2,
  get_order: 2,
}
export const defaultCost = 10
