import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import { backoffMs } from './backoff.ts'
import { type Charge, type PoolCost, type Priority, priorities, type Refusal } from './charge.ts'
import { drainMs, type RateLimit } from './limit.ts'
import { Pool, type PoolReport } from './pool.ts'

/**
 * Longest wait of an order in ms. Its price was judged against a book that counts as fresh for ten seconds, so it may not
 * lie about; a second is what an account of the lowest tier needs for a whole bucket of orders.
 */
export const ORDER_WAIT_MS = 1_000
/** After this long a cancel goes out whatever our count says: the venue decides, and it has more to tell than we. */
export const CANCEL_WAIT_MS = 1_000
/** A read that would wait longer is refused at once: whoever asks has a loop that does not look at what it does. */
const READ_WAIT_MS = 60_000
/** More orders and reads than this do not wait. Cancels always may. */
export const QUEUE_MAX = 1_000

/** Leave to send one attempt. Must be ended, once. */
export interface Permit {
  readonly charge: Charge
  readonly sentAtMs: number
  end(kind: 'counted' | 'unseen'): void
}

export type Admission =
  | { readonly kind: 'admitted'; readonly permit: Permit }
  | { readonly kind: 'refused'; readonly code: Refusal }
  /** The signal aborted while it waited. */
  | { readonly kind: 'given_up' }

interface Waiter {
  readonly charge: Charge
  readonly sinceMs: number
  readonly signal: AbortSignal | undefined
  readonly resolve: (admission: Admission) => void
}

/** Limits that are believed until the venue tells others, for a pool that is first used. */
export type LimitOf = (pool: string) => RateLimit

/** `open` counts and never holds back: in a replay the tape says what happened, waits and refusals included. */
export type BudgetMode = 'metered' | 'open'

interface BudgetOptions {
  readonly clock: Clock
  readonly random: Random
  readonly mode: BudgetMode
  readonly limitOf: LimitOf
}

/**
 * What one venue lets the clients of this process send. Calls that fit go at once; the others wait, cancels before orders
 * before reads, each kind in the order in which it came. A call that is overtaken keeps what it waits for: whoever goes
 * past it must leave its costs in every pool.
 */
export class RateBudget {
  private readonly pools = new Map<string, Pool>()
  private readonly queues: Readonly<Record<Priority, Waiter[]>> = { cancel: [], order: [], read: [] }
  private readonly watched = new WeakSet<AbortSignal>()
  private alarm: { readonly atMs: number; readonly stop: AbortController } | null = null

  constructor(
    readonly key: string,
    private readonly options: BudgetOptions,
  ) {}

  /** Answers at once when nothing has to wait; a promise means that the call waits. Costs of 0 and less are a bug. */
  admit(charge: Charge, signal?: AbortSignal): Admission | Promise<Admission> {
    if (this.options.mode === 'open') return this.grant(charge)
    const nowMs = this.nowMs()
    if (charge.costs.some(({ pool, cost }) => cost > this.pool(pool).capacity)) {
      // Waiting cannot help. What we believe of the limit may be wrong, and a cancel is not held back for a belief.
      return charge.priority === 'cancel' ? this.grant(charge) : refused('RATE_BUDGET_BATCH_TOO_LARGE')
    }
    const ahead = this.isIdle() ? nothingReserved : this.costsAhead(charge.priority)
    if (this.fits(charge, ahead, nowMs)) return this.grant(charge)
    const code = this.refusal(charge, ahead, nowMs)
    return code === null ? this.wait(charge, ahead, signal) : refused(code)
  }

  /** The venue answered 429 and did not act. `askedMs`: the wait that it asked for; null when it named none. */
  refusedByVenue(permit: Permit, pools: readonly string[], askedMs: number | null): void {
    for (const name of pools) {
      const pause = (strikes: number): number => askedMs ?? backoffMs(strikes, this.options.random)
      this.pool(name).strike(permit.sentAtMs, this.nowMs(), pause)
    }
    this.serve()
  }

  /** The venue took the call: refusals before it are forgotten. */
  takenByVenue({ charge, sentAtMs }: Permit): void {
    for (const { pool } of charge.costs) this.pool(pool).clear(sentAtMs)
  }

  /** See `Pool.debit`, `lower` and `relimit`. */
  debit({ pool, cost }: PoolCost): void {
    this.pool(pool).debit(cost, this.nowMs())
  }

  lower(pool: string, left: number): void {
    this.pool(pool).lower(left, this.nowMs())
  }

  relimit(pool: string, limit: RateLimit): void {
    this.pool(pool).relimit(limit, this.nowMs())
    this.serve()
  }

  /** Whether it would help to ask the venue for the limit. Never in a replay, whose tape holds no such question. */
  wantsLimit(pool: string): boolean {
    return this.options.mode === 'metered' && this.pool(pool).isAssumed
  }

  /** Pools in use. */
  report(): readonly PoolReport[] {
    return [...this.pools.values()].map((pool) => pool.report(this.nowMs()))
  }

  waiting(): Readonly<Record<Priority, number>> {
    const { cancel, order, read } = this.queues
    return { cancel: cancel.length, order: order.length, read: read.length }
  }

  private wait(charge: Charge, ahead: ReadonlyMap<string, number>, signal?: AbortSignal): Promise<Admission> {
    if (signal?.aborted === true) return Promise.resolve({ kind: 'given_up' })
    // One listener a signal: Node warns of a leak when hundreds of calls hang on one.
    if (signal !== undefined && !this.watched.has(signal)) {
      this.watched.add(signal)
      signal.addEventListener('abort', () => this.serve(), { once: true })
    }
    return new Promise((resolve) => {
      const nowMs = this.nowMs()
      const waiter: Waiter = { charge, sinceMs: nowMs, signal, resolve }
      this.queues[charge.priority].push(waiter)
      const againMs = this.againMs(waiter, ahead, nowMs)
      if (this.alarm === null || nowMs + againMs < this.alarm.atMs) this.setAlarm(nowMs, againMs)
    })
  }

  /** Why a call that has to wait may not even begin to. Null when it may. */
  private refusal({ priority, costs }: Charge, ahead: ReadonlyMap<string, number>, nowMs: number): Refusal | null {
    if (priority === 'cancel') return null
    if (this.queues[priority].length >= QUEUE_MAX) return 'RATE_BUDGET_QUEUE_FULL'
    const waits = costs.map(({ pool: name, cost }) => {
      const pool = this.pool(name)
      const work = cost + (ahead.get(name) ?? 0)
      return Math.max(pool.pauseMs(nowMs), drainMs(pool.settled(nowMs), work, nowMs))
    })
    const expectedMs = Math.max(0, ...waits)
    if (priority === 'order') return expectedMs > ORDER_WAIT_MS ? 'RATE_BUDGET_SPENT' : null
    return expectedMs > READ_WAIT_MS ? 'RATE_BUDGET_QUEUE_FULL' : null
  }

  private costsAhead(priority: Priority): ReadonlyMap<string, number> {
    const reserved = new Map<string, number>()
    for (const each of priorities.slice(0, priorities.indexOf(priority) + 1)) {
      for (const { charge } of this.queues[each]) reserve(reserved, charge)
    }
    return reserved
  }

  /** Lets go whoever may, and comes back when the next one might. */
  private serve(): void {
    const nowMs = this.nowMs()
    const reserved = new Map<string, number>()
    let nextMs = Number.POSITIVE_INFINITY
    for (const priority of priorities) {
      for (const waiter of [...this.queues[priority]]) {
        const admission = this.decide(waiter, reserved, nowMs)
        if (admission === null) {
          nextMs = Math.min(nextMs, this.againMs(waiter, reserved, nowMs))
          reserve(reserved, waiter.charge)
        } else {
          this.drop(waiter)
          waiter.resolve(admission)
        }
      }
    }
    this.setAlarm(nowMs, nextMs)
  }

  /** Null: it goes on waiting. */
  private decide(waiter: Waiter, reserved: ReadonlyMap<string, number>, nowMs: number): Admission | null {
    const { charge, sinceMs, signal } = waiter
    if (signal?.aborted === true) return { kind: 'given_up' }
    if (this.fits(charge, reserved, nowMs)) return this.grant(charge)
    const waitedMs = nowMs - sinceMs
    switch (charge.priority) {
      case 'cancel':
        return waitedMs >= CANCEL_WAIT_MS && this.pauseMs(charge, nowMs) === 0 ? this.grant(charge) : null
      case 'order':
        return waitedMs >= ORDER_WAIT_MS ? refused('RATE_BUDGET_SPENT') : null
      case 'read':
        return null
    }
  }

  /** Milliseconds after which a waiter may be decided differently. */
  private againMs({ charge, sinceMs }: Waiter, reserved: ReadonlyMap<string, number>, nowMs: number): number {
    const roomMs = Math.max(
      ...charge.costs.map(({ pool, cost }) => this.pool(pool).waitMs(cost + (reserved.get(pool) ?? 0), nowMs)),
    )
    switch (charge.priority) {
      case 'cancel':
        return Math.min(roomMs, Math.max(sinceMs + CANCEL_WAIT_MS - nowMs, this.pauseMs(charge, nowMs)))
      case 'order':
        return Math.min(roomMs, sinceMs + ORDER_WAIT_MS - nowMs)
      case 'read':
        return roomMs
    }
  }

  private setAlarm(nowMs: number, inMs: number): void {
    const atMs = nowMs + Math.max(1, Math.ceil(inMs))
    if (this.alarm !== null && this.alarm.atMs === atMs) return
    this.alarm?.stop.abort()
    this.alarm = null
    if (!Number.isFinite(atMs)) return
    const stop = new AbortController()
    const alarm = { atMs, stop }
    this.alarm = alarm
    this.options.clock.sleep(atMs - nowMs, stop.signal).then(() => {
      if (this.alarm !== alarm) return
      this.alarm = null
      this.serve()
    })
  }

  private fits({ costs }: Charge, reserved: ReadonlyMap<string, number>, nowMs: number): boolean {
    return costs.every(({ pool: name, cost }) => {
      const pool = this.pool(name)
      return pool.pauseMs(nowMs) === 0 && pool.left(nowMs) >= cost + (reserved.get(name) ?? 0)
    })
  }

  private pauseMs({ costs }: Charge, nowMs: number): number {
    return Math.max(...costs.map(({ pool }) => this.pool(pool).pauseMs(nowMs)))
  }

  private grant(charge: Charge): Admission {
    for (const { pool, cost } of charge.costs) this.pool(pool).hold(cost)
    let isOpen = true
    const end = (kind: 'counted' | 'unseen'): void => {
      if (!isOpen) return
      isOpen = false
      for (const { pool, cost } of charge.costs) this.pool(pool).release(cost, kind, this.nowMs())
      if (!this.isIdle()) this.serve()
    }
    return { kind: 'admitted', permit: { charge, sentAtMs: this.nowMs(), end } }
  }

  private drop(waiter: Waiter): void {
    const queue = this.queues[waiter.charge.priority]
    const index = queue.indexOf(waiter)
    if (index >= 0) queue.splice(index, 1)
  }

  private isIdle(): boolean {
    const { cancel, order, read } = this.queues
    return cancel.length + order.length + read.length === 0
  }

  private pool(name: string): Pool {
    const known = this.pools.get(name)
    if (known !== undefined) return known
    const made = new Pool(name, this.options.limitOf(name), 'assumed', this.nowMs())
    this.pools.set(name, made)
    return made
  }

  private nowMs(): number {
    return this.options.clock.monotonicMs()
  }
}

const nothingReserved: ReadonlyMap<string, number> = new Map()

function reserve(reserved: Map<string, number>, { costs }: Charge): void {
  for (const { pool, cost } of costs) reserved.set(pool, (reserved.get(pool) ?? 0) + cost)
}

function refused(code: Refusal): Admission {
  return { kind: 'refused', code }
}
