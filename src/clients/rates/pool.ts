import {
  type Allowance,
  capacityOf,
  leftAt,
  lowered,
  type RateLimit,
  relimited,
  spend,
  unspent,
  waitMs,
} from './limit.ts'

/** Where a limit comes from: our own table, or the venue itself. */
export type LimitSource = 'assumed' | 'venue'

/** One limit of a venue and what we know of its state. */
export class Pool {
  private allowance: Allowance
  /**
   * Costs of calls under way. The venue counts a call when it arrives, which we learn only from its end: until then its
   * cost is missing here and gives nothing back. So what we let through fits the venue's own count whatever the network
   * does in between.
   */
  private held = 0
  private strikes = 0
  private pausedAtMs = Number.NEGATIVE_INFINITY
  private resumesAtMs = Number.NEGATIVE_INFINITY

  constructor(
    readonly name: string,
    private limit: RateLimit,
    private source: LimitSource,
    nowMs: number,
  ) {
    this.allowance = unspent(limit, nowMs)
  }

  get isAssumed(): boolean {
    return this.source === 'assumed'
  }

  /** The most that one call may ever cost here. */
  get capacity(): number {
    return capacityOf(this.limit)
  }

  left(nowMs: number): number {
    return leftAt(this.allowance, nowMs) - this.held
  }

  /** Milliseconds until `need` is free. Infinity while only the end of a call under way can make room. */
  waitMs(need: number, nowMs: number): number {
    return Math.max(this.pauseMs(nowMs), waitMs(this.allowance, need + this.held, nowMs))
  }

  /** The allowance as if every call under way had just been counted: for estimates. */
  settled(nowMs: number): Allowance {
    return this.held === 0 ? this.allowance : spend(this.allowance, this.held, nowMs)
  }

  /** How much longer the venue wants nothing to be sent. */
  pauseMs(nowMs: number): number {
    return Math.max(0, this.resumesAtMs - nowMs)
  }

  hold(cost: number): void {
    this.held += cost
  }

  /** A call under way ended: `counted` by the venue, or never seen by it. */
  release(cost: number, end: 'counted' | 'unseen', nowMs: number): void {
    this.held -= cost
    if (end === 'counted') this.allowance = spend(this.allowance, cost, nowMs)
  }

  /** The venue counted more than was known before. */
  debit(cost: number, nowMs: number): void {
    this.allowance = spend(this.allowance, cost, nowMs)
  }

  /**
   * The venue says how much is left. Believed only when it is less: another program may use the same account. Calls under
   * way are taken to be counted in it already, since answers come in any order and none may be counted twice.
   */
  lower(left: number, nowMs: number): void {
    this.allowance = lowered(this.allowance, left + this.held, nowMs)
  }

  relimit(limit: RateLimit, nowMs: number): void {
    this.source = 'venue'
    if (sameLimit(limit, this.limit)) return
    this.allowance = relimited(this.allowance, limit, nowMs)
    this.limit = limit
  }

  /** The venue refused a call that left at `sentAtMs`. Refusals of calls that were under way together count as one. */
  strike(sentAtMs: number, nowMs: number, pauseFor: (strikes: number) => number): void {
    if (sentAtMs > this.pausedAtMs) {
      this.strikes += 1
      this.pausedAtMs = nowMs
      this.resumesAtMs = nowMs + pauseFor(this.strikes)
    }
    this.allowance = lowered(this.allowance, 0, nowMs)
  }

  /** The venue took a call that left at `sentAtMs`. */
  clear(sentAtMs: number): void {
    if (sentAtMs > this.pausedAtMs) this.strikes = 0
  }

  report(nowMs: number): PoolReport {
    const { name, limit, source, held } = this
    return { name, limit, source, left: Math.floor(this.left(nowMs)), underWay: held, pauseMs: this.pauseMs(nowMs) }
  }
}

/** One pool for a person: costs and remainders in the venue's units. */
export interface PoolReport {
  readonly name: string
  readonly limit: RateLimit
  readonly source: LimitSource
  /** Below zero after cancels that went ahead of the count. */
  readonly left: number
  readonly underWay: number
  readonly pauseMs: number
}

function sameLimit(a: RateLimit, b: RateLimit): boolean {
  if (a.kind === 'bucket')
    return b.kind === 'bucket' && a.capacity === b.capacity && a.refillPerSecond === b.refillPerSecond
  return b.kind === 'window' && a.most === b.most && a.periodMs === b.periodMs
}
