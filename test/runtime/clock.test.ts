import { expect } from 'chai'
import { isoTime, systemClock, VirtualClock } from '../../src/runtime/clock.ts'

describe('virtual clock', () => {
  it('moves by exactly what was slept', async () => {
    const clock = new VirtualClock(1000)
    await clock.sleep(60_000)
    expect([clock.nowMs(), clock.monotonicMs()]).to.deep.equal([61_000, 61_000])
  })

  it('never goes back', async () => {
    const clock = new VirtualClock(1000)
    clock.advanceTo(500)
    await clock.sleep(-5)
    expect(clock.nowMs()).to.equal(1000)
  })

  it('does not wait for an aborted signal', async () => {
    const clock = new VirtualClock(0)
    await clock.sleep(1000, AbortSignal.abort())
    expect(clock.nowMs()).to.equal(0)
  })
})

describe('system clock', () => {
  it('wakes early, without an error, when the signal aborts', async () => {
    const abort = new AbortController()
    const began = systemClock.monotonicMs()
    const sleeping = systemClock.sleep(60_000, abort.signal)
    abort.abort()
    await sleeping
    expect(systemClock.monotonicMs() - began).to.be.lessThan(5_000)
  })

  it('writes times as RFC 3339 in UTC', () => {
    expect(isoTime(0)).to.equal('1970-01-01T00:00:00.000Z')
  })
})
