import { expect } from 'chai'
import { type Script, ScriptedClock } from '../../src/runtime/scripted-clock.ts'

describe('a scripted clock', () => {
  function aScript(times: readonly number[], log: string[]): Script {
    const left = [...times]
    return {
      get nextAtMs() {
        return left[0] ?? null
      },
      happen: () => {
        log.push(`event ${left.shift()}`)
      },
    }
  }

  it('lets events and the ends of waits come in the order of their times', async () => {
    const log: string[] = []
    const clock = new ScriptedClock(0)
    clock.play(aScript([5, 10, 25, 99], log))
    const wait = async (ms: number): Promise<void> => {
      await clock.sleep(ms)
      log.push(`waited ${ms} at ${clock.nowMs()}`)
    }
    await Promise.all([wait(20), wait(7), wait(30)])
    expect(log).to.deep.equal([
      'event 5',
      'waited 7 at 7',
      'event 10',
      'waited 20 at 20',
      'event 25',
      'waited 30 at 30',
    ])
  })

  it('starts two waits that begin together at one time', async () => {
    const clock = new ScriptedClock(0)
    await Promise.all([clock.sleep(100), clock.sleep(100)])
    expect(clock.nowMs()).to.equal(100)
  })

  it('ends a wait early, at the time of what ended it', async () => {
    const clock = new ScriptedClock(0)
    const stop = new AbortController()
    const times = [40]
    clock.play({
      get nextAtMs() {
        return times[0] ?? null
      },
      happen: () => {
        times.shift()
        stop.abort()
      },
    })
    await clock.sleep(1_000, stop.signal)
    expect(clock.nowMs()).to.equal(40)
  })
})
