import { expect } from 'chai'
import fc from 'fast-check'
import {
  type Admission,
  CANCEL_WAIT_MS,
  ORDER_WAIT_MS,
  type Permit,
  QUEUE_MAX,
  RateBudget,
} from '../../../src/clients/rates/budget.ts'
import { type Priority, priorities } from '../../../src/clients/rates/charge.ts'
import type { RateLimit } from '../../../src/clients/rates/limit.ts'
import { seededRandom } from '../../../src/runtime/random.ts'
import { quiet, TimedClock } from '../../support/timed-clock.ts'
import { type PlannedCall, type SeenCall, simulate } from './simulation.ts'

const limits: Readonly<Record<string, RateLimit>> = {
  bucket: { kind: 'bucket', capacity: 100, refillPerSecond: 100 },
  window: { kind: 'window', most: 12, periodMs: 2_000 },
}

function plannedCalls(classes: readonly Priority[]): fc.Arbitrary<PlannedCall[]> {
  return fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 2_000 }),
      priority: fc.constantFrom(...classes),
      costs: fc.constantFrom({ bucket: 10 }, { bucket: 2 }, { bucket: 35 }, { window: 1 }, { bucket: 10, window: 2 }),
      thereMs: fc.integer({ min: 0, max: 300 }),
      backMs: fc.integer({ min: 0, max: 300 }),
      abortAfterMs: fc.option(fc.integer({ min: 0, max: 800 }), { freq: 5 }),
    }),
    { minLength: 1, maxLength: 80, size: 'max' },
  )
}

describe('rate budget: whatever is asked for', () => {
  it("fits the venue's own count, however long the network takes", async () => {
    await fc.assert(
      fc.asyncProperty(plannedCalls(['order', 'read']), async (plan) => {
        const { worstExcess } = await simulate(limits, plan)
        expect(worstExcess).to.be.at.most(0)
      }),
      { numRuns: 30 },
    )
  })

  it('ends every call once, loses none, and has everything back in the end', async () => {
    await fc.assert(
      fc.asyncProperty(plannedCalls(priorities), async (plan) => {
        const { seen, budget, clock } = await simulate(limits, plan)
        expect(seen).to.have.length(plan.length)
        expect(new Set(seen.map(({ planned }) => planned)).size).to.equal(new Set(plan).size)
        expect(budget.waiting()).to.deep.equal({ cancel: 0, order: 0, read: 0 })
        clock.advance(clock.nowMs() + 60_000)
        for (const pool of budget.report()) {
          expect([pool.underWay, pool.left]).to.deep.equal([0, pool.name === 'bucket' ? 100 : 12])
        }
      }),
      { numRuns: 30 },
    )
  })

  it('lets nobody go before one of a higher class, or of its own that came earlier', async () => {
    await fc.assert(
      fc.asyncProperty(plannedCalls(priorities), async (plan) => {
        const alike = plan.map((call) => ({ ...call, costs: { bucket: 10 } }))
        const { seen } = await simulate(limits, alike)
        for (const gone of seen.filter(({ outcome }) => outcome === 'admitted')) {
          const overtaken = seen.filter((other) => other.outcome === 'admitted' && isOvertaken(other, gone))
          expect(overtaken).to.deep.equal([])
        }
      }),
      { numRuns: 30 },
    )
  })
})

/** Asked for by the time the other was let go, let go later, and with more right. */
function isOvertaken(waiting: SeenCall, gone: SeenCall): boolean {
  if (waiting.turn <= gone.turn || waiting.planned.atMs >= gone.decidedAtMs) return false
  if (waiting.decidedAtMs === gone.decidedAtMs) return false
  const [mine, theirs] = [waiting, gone].map(({ planned }) => priorities.indexOf(planned.priority))
  if (mine === undefined || theirs === undefined) throw new Error('no such class')
  return mine < theirs || (mine === theirs && waiting.planned.atMs < gone.planned.atMs)
}

describe('rate budget', () => {
  let clock: TimedClock
  let budget: RateBudget

  beforeEach(() => {
    clock = new TimedClock()
    budget = new RateBudget('test', {
      clock,
      random: seededRandom('rates'),
      mode: 'metered',
      limitOf: (pool) => limits[pool] ?? { kind: 'bucket', capacity: 100, refillPerSecond: 100 },
    })
  })

  function ask(priority: Priority, cost: number, signal?: AbortSignal): Admission | Promise<Admission> {
    return budget.admit({ priority, costs: [{ pool: 'bucket', cost }] }, signal)
  }

  function permitOf(admission: Admission | Promise<Admission>): Permit {
    if (admission instanceof Promise || admission.kind !== 'admitted') throw new Error('it was not admitted at once')
    return admission.permit
  }

  function spendAll(): void {
    permitOf(ask('read', 100)).end('counted')
  }

  async function decided(asked: Admission | Promise<Admission>): Promise<{ kind: string; atMs: number }> {
    let kind: string | null = null
    Promise.resolve(asked).then((admission) => {
      kind = admission.kind === 'refused' ? admission.code : admission.kind
    })
    for (await quiet(); kind === null; await quiet()) if (!clock.advance()) throw new Error('it waits for ever')
    return { kind, atMs: clock.nowMs() }
  }

  it('answers at once while there is room', () => {
    expect(permitOf(ask('order', 100)).sentAtMs).to.equal(0)
  })

  it('gives nothing back for a call under way', () => {
    const permit = permitOf(ask('read', 100))
    clock.advance(5_000)
    expect(ask('read', 10)).to.be.instanceOf(Promise)
    permit.end('counted')
  })

  it('takes nothing for a call that never left', () => {
    permitOf(ask('read', 100)).end('unseen')
    permitOf(ask('read', 100)).end('counted')
  })

  it('ends a call once, however often it is told', () => {
    const permit = permitOf(ask('read', 40))
    permit.end('counted')
    permit.end('counted')
    expect(budget.report().map(({ left }) => left)).to.deep.equal([60])
  })

  it('makes an order wait no longer than its price may lie about', async () => {
    spendAll()
    const [first, second] = [ask('order', 90), ask('order', 20)]
    expect(second).to.deep.equal({ kind: 'refused', code: 'RATE_BUDGET_SPENT' })
    const { kind, atMs } = await decided(first)
    expect(kind).to.equal('admitted')
    expect(atMs).to.be.within(900, 902)
  })

  it('holds an order back in time when cancels came before it', async () => {
    spendAll()
    const order = ask('order', 90)
    for (let i = 0; i < 10; i++) permitLater(ask('cancel', 2))
    const { kind, atMs } = await decided(order)
    expect([kind, atMs]).to.deep.equal(['RATE_BUDGET_SPENT', ORDER_WAIT_MS])
  })

  it('sends a cancel after a second even when the count says that there is no room', async () => {
    permitOf(ask('read', 100))
    const { kind, atMs } = await decided(ask('cancel', 2))
    expect([kind, atMs]).to.deep.equal(['admitted', CANCEL_WAIT_MS])
  })

  it('lets a cancel overtake the orders that wait', async () => {
    spendAll()
    const order = ask('order', 10)
    const cancel = await decided(ask('cancel', 2))
    expect(cancel.atMs).to.be.within(20, 22)
    expect((await decided(order)).atMs).to.be.within(120, 123)
  })

  it('keeps a big call from being starved by small ones behind it', async () => {
    spendAll()
    const big = decided(ask('read', 100))
    for (let i = 0; i < 20; i++) permitLater(ask('read', 2))
    expect((await big).atMs).to.be.within(1_000, 1_003)
  })

  it('refuses a batch that can never fit, and sends a cancel all the same', () => {
    expect(ask('order', 101)).to.deep.equal({ kind: 'refused', code: 'RATE_BUDGET_BATCH_TOO_LARGE' })
    permitOf(ask('cancel', 101))
  })

  it('refuses reads that would wait for over a minute', () => {
    spendAll()
    const asked = Array.from({ length: 60 }, () => ask('read', 100))
    expect(asked.slice(0, 59).every((one) => one instanceof Promise)).to.equal(true)
    expect(asked.at(-1)).to.deep.equal({ kind: 'refused', code: 'RATE_BUDGET_QUEUE_FULL' })
  })

  it('has an end to its queue', () => {
    spendAll()
    const asked = Array.from({ length: QUEUE_MAX + 1 }, () => ask('read', 1))
    expect(asked.slice(0, QUEUE_MAX).every((one) => one instanceof Promise)).to.equal(true)
    expect(asked.at(-1)).to.deep.equal({ kind: 'refused', code: 'RATE_BUDGET_QUEUE_FULL' })
  })

  it('lets a call pass at once whose own pools have room for it and for all before it', () => {
    spendAll()
    expect(ask('read', 50)).to.be.instanceOf(Promise)
    permitOf(budget.admit({ priority: 'read', costs: [{ pool: 'window', cost: 1 }] }))
    const both = [
      { pool: 'bucket', cost: 1 },
      { pool: 'window', cost: 10 },
    ]
    expect(budget.admit({ priority: 'order', costs: both })).to.be.instanceOf(Promise)
    permitOf(budget.admit({ priority: 'read', costs: [{ pool: 'window', cost: 1 }] }))
    expect(budget.admit({ priority: 'read', costs: [{ pool: 'window', cost: 1 }] })).to.be.instanceOf(Promise)
  })

  it('gives up with the signal, and its place is free for the next', async () => {
    spendAll()
    const stop = new AbortController()
    const big = ask('read', 100, stop.signal)
    const small = ask('read', 10)
    stop.abort()
    expect((await decided(big)).kind).to.equal('given_up')
    expect((await decided(small)).atMs).to.be.within(100, 102)
  })

  it('pauses everybody after a refusal, longer each time, and forgets it after a success', async () => {
    const pauses: number[] = []
    for (let strike = 0; strike < 4; strike++) {
      const admission = await admitted(ask('read', 10))
      admission.end('counted')
      budget.refusedByVenue(admission, ['bucket'], null)
      pauses.push(budget.report()[0]?.pauseMs ?? 0)
    }
    const bounds = [
      [125, 250],
      [250, 500],
      [500, 1_000],
      [1_000, 2_000],
    ] as const
    for (const [i, [least, most]] of bounds.entries()) expect(pauses[i]).to.be.within(least, most)
    const taken = await admitted(ask('read', 10))
    taken.end('counted')
    budget.takenByVenue(taken)
    clock.advance(clock.nowMs() + 5_000)
    budget.refusedByVenue(await admitted(ask('read', 10)), ['bucket'], null)
    expect(budget.report()[0]?.pauseMs).to.be.within(125, 250)
  })

  it('counts refusals of calls that were under way together once', () => {
    const together = [permitOf(ask('read', 10)), permitOf(ask('read', 10)), permitOf(ask('read', 10))]
    clock.advance(50)
    for (const permit of together) {
      permit.end('counted')
      budget.refusedByVenue(permit, ['bucket'], null)
    }
    expect(budget.report()[0]?.pauseMs).to.be.within(125, 250)
  })

  it('waits as long as the venue asks, with cancels too', async () => {
    const permit = permitOf(ask('order', 10))
    permit.end('counted')
    budget.refusedByVenue(permit, ['bucket'], 3_000)
    expect(ask('order', 10)).to.deep.equal({ kind: 'refused', code: 'RATE_BUDGET_SPENT' })
    expect(await decided(ask('cancel', 2))).to.deep.equal({ kind: 'admitted', atMs: 3_000 })
  })

  async function admitted(asked: Admission | Promise<Admission>): Promise<Permit> {
    let permit: Permit | null = null
    Promise.resolve(asked).then((admission) => {
      if (admission.kind === 'admitted') permit = admission.permit
    })
    for (await quiet(); permit === null; await quiet()) if (!clock.advance()) throw new Error('it was not admitted')
    return permit
  }

  /** A call under way for no time at all, whenever it may go. */
  function permitLater(asked: Admission | Promise<Admission>): void {
    Promise.resolve(asked).then((admission) => {
      if (admission.kind === 'admitted') admission.permit.end('counted')
    })
  }
})
