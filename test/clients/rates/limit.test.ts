import { expect } from 'chai'
import fc from 'fast-check'
import {
  capacityOf,
  drainMs,
  leftAt,
  lowered,
  type RateLimit,
  relimited,
  spend,
  unspent,
  waitMs,
} from '../../../src/clients/rates/limit.ts'

const aBucket: RateLimit = { kind: 'bucket', capacity: 100, refillPerSecond: 100 }
const aWindow: RateLimit = { kind: 'window', most: 50, periodMs: 10_000 }

const limits: fc.Arbitrary<RateLimit> = fc.oneof(
  fc.record({
    kind: fc.constant('bucket' as const),
    capacity: fc.integer({ min: 1, max: 1_000 }),
    refillPerSecond: fc.integer({ min: 1, max: 1_000 }),
  }),
  fc.record({
    kind: fc.constant('window' as const),
    most: fc.integer({ min: 1, max: 1_000 }),
    periodMs: fc.integer({ min: 100, max: 100_000 }),
  }),
)
const calls = fc.array(
  fc.record({ pauseMs: fc.integer({ min: 0, max: 5_000 }), cost: fc.integer({ min: 1, max: 40 }) }),
  { minLength: 1, maxLength: 60 },
)

describe('rate limits', () => {
  it('gives a bucket back what it refills, and no more than it holds', () => {
    const spent = spend(unspent(aBucket, 0), 100, 0)
    expect(leftAt(spent, 0)).to.equal(0)
    expect(leftAt(spent, 500)).to.be.within(49.9, 50)
    expect(leftAt(spent, 60_000)).to.equal(100)
  })

  it('counts a call in a window for the whole of its period', () => {
    const spent = spend(unspent(aWindow, 0), 50, 0)
    expect(leftAt(spent, 10_000)).to.equal(0)
    expect(leftAt(spent, 10_300)).to.equal(50)
  })

  it('never has room for more than the limit ever allows', () => {
    expect(waitMs(unspent(aBucket, 0), 101, 0)).to.equal(Number.POSITIVE_INFINITY)
    expect(waitMs(unspent(aWindow, 0), 51, 0)).to.equal(Number.POSITIVE_INFINITY)
    expect(drainMs(unspent(aBucket, 0), 200, 0)).to.be.within(1_000, 1_002)
  })

  it('believes the venue when it has less left, and not when it has more', () => {
    expect(leftAt(lowered(unspent(aBucket, 0), 30, 0), 0)).to.equal(30)
    expect(leftAt(lowered(spend(unspent(aBucket, 0), 90, 0), 80, 0), 0)).to.equal(10)
  })

  it('keeps what is left when the venue names another limit, and fills up by the new one', () => {
    const larger: RateLimit = { kind: 'bucket', capacity: 900, refillPerSecond: 300 }
    const raised = relimited(spend(unspent(aBucket, 0), 100, 0), larger, 0)
    expect(leftAt(raised, 0)).to.equal(0)
    expect(leftAt(raised, 1_000)).to.be.within(299, 300)
    expect(leftAt(relimited(spend(unspent(larger, 0), 900, 0), aBucket, 0), 0)).to.equal(0)
    expect(leftAt(relimited(spend(unspent(larger, 0), 100, 0), aBucket, 0), 0)).to.equal(100)
    expect(leftAt(relimited(unspent(aBucket, 0), larger, 0), 0)).to.equal(900)
  })

  it('waits until there is room, and has it then', () => {
    fc.assert(
      fc.property(limits, calls, (limit, schedule) => {
        let [state, nowMs] = [unspent(limit, 0), 0]
        for (const { pauseMs, cost } of schedule) {
          nowMs += pauseMs
          const wait = waitMs(state, cost, nowMs)
          if (cost > capacityOf(limit)) {
            expect(wait).to.equal(Number.POSITIVE_INFINITY)
            continue
          }
          nowMs += Math.ceil(wait)
          expect(leftAt(state, nowMs)).to.be.at.least(cost)
          state = spend(state, cost, nowMs)
        }
      }),
    )
  })

  it('lets through no more than the capacity and what came back, in any interval', () => {
    fc.assert(
      fc.property(limits, calls, (limit, schedule) => {
        const sent: { readonly atMs: number; readonly cost: number }[] = []
        let [state, nowMs] = [unspent(limit, 0), 0]
        for (const { pauseMs, cost } of schedule) {
          nowMs += pauseMs % 200
          if (leftAt(state, nowMs) < cost) continue
          state = spend(state, cost, nowMs)
          sent.push({ atMs: nowMs, cost })
        }
        for (const from of sent) {
          for (const to of sent) {
            if (to.atMs < from.atMs) continue
            const within = sent.filter(({ atMs }) => atMs >= from.atMs && atMs <= to.atMs)
            const total = within.reduce((sum, one) => sum + one.cost, 0)
            const lengthMs = to.atMs - from.atMs
            if (limit.kind === 'bucket') {
              expect(total).to.be.at.most(limit.capacity + (lengthMs / 1_000) * limit.refillPerSecond)
            } else if (lengthMs < limit.periodMs) expect(total).to.be.at.most(limit.most)
          }
        }
      }),
    )
  })
})
