import type { Clock } from '../runtime/clock.ts'

/** Tokens that come back each second, and how many the bucket holds. */
export interface BucketLimit {
  readonly refillPerSecond: number
  readonly capacity: number
}

/** One token bucket. Full at first. */
export class TokenBucket {
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
    if (this.left() < cost) return false
    this.tokens -= cost
    return true
  }

  /** Takes more than there may be: what a call turned out to cost. */
  debit(cost: number): void {
    this.tokens = this.left() - cost
  }

  left(): number {
    const nowMs = this.clock.monotonicMs()
    const refill = ((nowMs - this.lastMs) / 1_000) * this.limit.refillPerSecond
    this.tokens = Math.min(this.limit.capacity, this.tokens + Math.max(0, refill))
    this.lastMs = nowMs
    return this.tokens
  }

  /** Milliseconds until it is full again. */
  fullInMs(): number {
    return ((this.limit.capacity - this.left()) / this.limit.refillPerSecond) * 1_000
  }
}
