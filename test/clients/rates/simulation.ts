import { type Admission, RateBudget } from '../../../src/clients/rates/budget.ts'
import type { Priority } from '../../../src/clients/rates/charge.ts'
import type { RateLimit } from '../../../src/clients/rates/limit.ts'
import { seededRandom } from '../../../src/runtime/random.ts'
import { quiet, TimedClock } from '../../support/timed-clock.ts'

export interface PlannedCall {
  readonly atMs: number
  readonly priority: Priority
  readonly costs: Readonly<Record<string, number>>
  /** From us to the venue, and back. */
  readonly thereMs: number
  readonly backMs: number
  /** After asking. Null: never. */
  readonly abortAfterMs: number | null
}

export interface SeenCall {
  readonly planned: PlannedCall
  readonly outcome: Admission['kind']
  /** When it was let go, held back or given up. */
  readonly decidedAtMs: number
  /** Where the order of decisions at one time matters. */
  readonly turn: number
}

/** An exact count at the venue, written once more: a copy of ours would hide its mistakes. */
class VenueCount {
  private readonly arrivals: { readonly atMs: number; readonly cost: number }[] = []

  constructor(private readonly limit: RateLimit) {}

  /** By how much the calls that arrived exceed the limit, with this one; at most 0 when it fits. */
  arrive(atMs: number, cost: number): number {
    this.arrivals.push({ atMs, cost })
    const { limit } = this
    if (limit.kind === 'window') {
      return this.sumSince(atMs - limit.periodMs, 'after') - limit.most
    }
    const excess = this.arrivals.map(({ atMs: fromMs }) => {
      const refill = ((atMs - fromMs) / 1_000) * limit.refillPerSecond
      return this.sumSince(fromMs, 'from') - refill - limit.capacity
    })
    return Math.max(...excess)
  }

  private sumSince(fromMs: number, edge: 'from' | 'after'): number {
    return this.arrivals
      .filter(({ atMs }) => (edge === 'from' ? atMs >= fromMs : atMs > fromMs))
      .reduce((sum, { cost }) => sum + cost, 0)
  }
}

export interface Simulated {
  readonly seen: readonly SeenCall[]
  /** The most by which any pool of the venue was ever exceeded. */
  readonly worstExcess: number
  readonly budget: RateBudget
  readonly clock: TimedClock
}

/** Plays calls against a budget and a venue that counts exactly, over a network that takes its time. */
export async function simulate(
  limits: Readonly<Record<string, RateLimit>>,
  plan: readonly PlannedCall[],
): Promise<Simulated> {
  const clock = new TimedClock()
  const limitOf = (pool: string): RateLimit => {
    const limit = limits[pool]
    if (limit === undefined) throw new Error(`no limit for ${pool}`)
    return limit
  }
  const budget = new RateBudget('test', { clock, random: seededRandom('rates'), mode: 'metered', limitOf })
  const venue = new Map(Object.entries(limits).map(([pool, limit]) => [pool, new VenueCount(limit)]))
  const seen: SeenCall[] = []
  let worstExcess = Number.NEGATIVE_INFINITY
  const run = async (planned: PlannedCall): Promise<void> => {
    await clock.sleep(planned.atMs)
    const stop = new AbortController()
    const { abortAfterMs } = planned
    if (abortAfterMs !== null) clock.sleep(abortAfterMs).then(() => stop.abort())
    const costs = Object.entries(planned.costs).map(([pool, cost]) => ({ pool, cost }))
    const admission = await budget.admit({ priority: planned.priority, costs }, stop.signal)
    seen.push({ planned, outcome: admission.kind, decidedAtMs: clock.nowMs(), turn: seen.length })
    if (admission.kind !== 'admitted') return
    await clock.sleep(planned.thereMs)
    for (const { pool, cost } of costs) {
      worstExcess = Math.max(worstExcess, venue.get(pool)?.arrive(clock.nowMs(), cost) ?? 0)
    }
    await clock.sleep(planned.backMs)
    admission.permit.end('counted')
  }
  const all = Promise.all(plan.map(run))
  for (await quiet(); clock.advance(); ) await quiet()
  await all
  return { seen, worstExcess, budget, clock }
}
