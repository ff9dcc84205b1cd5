import { expect } from 'chai'
import { ServerTime } from '../../src/clients/server-time.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'

/** A venue whose clock is `ahead` ms ahead of ours, and answers in 40 ms. */
function answersOf(
  ahead: number,
  atMs: readonly number[],
): { readonly time: ServerTime; readonly clock: VirtualClock } {
  const clock = new VirtualClock(1_800_000_000_000)
  const time = new ServerTime(clock)
  for (const ms of atMs) {
    clock.advanceTo(1_800_000_000_000 + ms)
    const sentAtMs = clock.nowMs()
    clock.advanceTo(sentAtMs + 40)
    time.observe({ date: new Date(sentAtMs + 20 + ahead).toUTCString() }, sentAtMs)
  }
  return { time, clock }
}

describe('the time of a venue', () => {
  it('is ours before it has answered', () => {
    const { time, clock } = answersOf(5_000, [])
    expect(time.nearestMs()).to.equal(clock.nowMs())
  })

  it('is told from whole seconds the better the more answers there were', () => {
    for (const ahead of [-600_000, -900, 0, 700, 20_000]) {
      const { time, clock } = answersOf(ahead, [0, 130, 310, 450, 620, 790, 930])
      expect(Math.abs(time.nearestMs() - clock.nowMs() - ahead)).to.be.below(150)
    }
  })

  it('begins anew when our clock was set', () => {
    const { time, clock } = answersOf(0, [0, 300, 600])
    clock.advanceTo(clock.nowMs() + 3_600_000)
    const sentAtMs = clock.nowMs()
    time.observe({ date: new Date(sentAtMs - 3_600_000).toUTCString() }, sentAtMs)
    expect(Math.abs(time.nearestMs() - (clock.nowMs() - 3_600_000))).to.be.at.most(1_000)
  })

  it('is not learned from an answer that lay in a cache', () => {
    const { time, clock } = answersOf(0, [0, 300])
    const before = time.nearestMs() - clock.nowMs()
    time.observe({ date: new Date(0).toUTCString(), age: '60' }, clock.nowMs())
    expect(time.nearestMs() - clock.nowMs()).to.equal(before)
  })
})
