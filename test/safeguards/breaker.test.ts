import { expect } from 'chai'
import fc from 'fast-check'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import { type Breaker, createBreaker } from '../../src/safeguards/breaker.ts'
import type { BreakerMemory } from '../../src/store/events.ts'
import { aTimeMs } from '../support/builders.ts'

interface Rig {
  readonly breaker: Breaker
  readonly clock: VirtualClock
  readonly changes: BreakerMemory[]
}

function aRig(options: { memory?: BreakerMemory | null; nowMs?: number; seed?: string } = {}): Rig {
  const clock = new VirtualClock(options.nowMs ?? aTimeMs)
  const changes: BreakerMemory[] = []
  const breaker = createBreaker({
    name: 'kalshi',
    memory: options.memory ?? null,
    clock,
    random: seededRandom(options.seed ?? 'seed'),
    onChange: (memory) => changes.push(memory),
  })
  return { breaker, clock, changes }
}

function fail(breaker: Breaker, times: number): void {
  for (let count = 0; count < times; count++) breaker.recordFailure()
}

async function openRig(seed?: string): Promise<Rig> {
  const rig = aRig(seed === undefined ? {} : { seed })
  fail(rig.breaker, 5)
  return rig
}

async function recoveringRig(seed?: string): Promise<Rig> {
  const rig = await openRig(seed)
  await rig.clock.sleep(60_000)
  rig.breaker.recordSuccess()
  return rig
}

describe('breaker', () => {
  it('stays closed through four failures in a row', () => {
    const { breaker } = aRig()
    fail(breaker, 4)
    expect(breaker.admit()).to.deep.equal({ name: 'kalshi', admitted: true, state: 'closed', retryAtMs: null })
  })

  it('opens with the fifth, for a minute', () => {
    const { breaker } = aRig()
    fail(breaker, 5)
    expect(breaker.admit()).to.deep.equal({
      name: 'kalshi',
      admitted: false,
      state: 'open',
      retryAtMs: aTimeMs + 60_000,
    })
  })

  it('counts failures in a row: an answer in between begins anew', () => {
    const { breaker } = aRig()
    fail(breaker, 4)
    breaker.recordSuccess()
    fail(breaker, 4)
    expect(breaker.admit().state).to.equal('closed')
  })

  it('is open until the minute is over and half open from then on', async () => {
    const { breaker, clock } = await openRig()
    await clock.sleep(59_999)
    expect(breaker.admit().state).to.equal('open')
    await clock.sleep(1)
    expect(breaker.admit()).to.include({ state: 'half_open', admitted: true })
  })

  it('while open, neither answers nor failures of reads change anything', async () => {
    const { breaker, clock } = await openRig()
    await clock.sleep(30_000)
    breaker.recordSuccess()
    breaker.recordFailure()
    expect(breaker.admit()).to.include({ state: 'open', retryAtMs: aTimeMs + 60_000 })
  })

  it('a failure while half open opens it for another minute', async () => {
    const { breaker, clock } = await openRig()
    await clock.sleep(60_000)
    breaker.recordFailure()
    expect(breaker.admit()).to.include({ state: 'open', retryAtMs: aTimeMs + 120_000 })
  })

  it('an answer while half open begins the recovery', async () => {
    const { breaker } = await recoveringRig()
    expect(breaker.admit().state).to.equal('recovering')
  })

  it('any failure during recovery opens it again', async () => {
    const { breaker, clock } = await recoveringRig()
    await clock.sleep(29_000)
    breaker.recordFailure()
    expect(breaker.admit()).to.include({ state: 'open', retryAtMs: aTimeMs + 149_000 })
  })

  it('is closed again after 30 s of recovery, and then takes five failures to open', async () => {
    const { breaker, clock } = await recoveringRig()
    await clock.sleep(29_999)
    expect(breaker.admit().state).to.equal('recovering')
    await clock.sleep(1)
    expect(breaker.admit()).to.include({ state: 'closed', admitted: true })
    fail(breaker, 4)
    expect(breaker.admit().state).to.equal('closed')
  })

  it('lets a growing share of orders through while it recovers', async () => {
    const shares = [0, 0, 0]
    for (let seed = 0; seed < 40; seed++) {
      const { breaker, clock } = await recoveringRig(`seed ${seed}`)
      for (let third = 0; third < 3; third++) {
        for (let call = 0; call < 20; call++, await clock.sleep(500)) {
          if (breaker.admit().admitted) shares[third] = (shares[third] ?? 0) + 1 / (40 * 20)
        }
      }
    }
    const [first = 0, second = 0, last = 0] = shares
    expect(first).to.be.within(0.1, 0.25)
    expect(second).to.be.within(0.4, 0.6)
    expect(last).to.be.within(0.75, 0.92)
  })

  it('lets every order through in the last moment of its recovery', async () => {
    for (let seed = 0; seed < 400; seed++) {
      const { breaker, clock } = await recoveringRig(`seed ${seed}`)
      await clock.sleep(29_999)
      expect(breaker.admit().admitted).to.equal(true)
    }
  })

  it('says during recovery when to try again, and lets the order through then', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { breaker, clock } = await recoveringRig(`seed ${seed}`)
      const { admitted, retryAtMs } = breaker.admit()
      expect(admitted).to.equal(retryAtMs === null)
      if (retryAtMs !== null) clock.advanceTo(retryAtMs)
      expect(breaker.admit().admitted).to.equal(true)
    }
  })

  it('gives the same answer when asked twice: a preview uses nothing up', async () => {
    const { breaker } = await recoveringRig()
    expect(breaker.admit()).to.deep.equal(breaker.admit())
  })

  it('admits the same orders for the same seed and times', async () => {
    const run = async (): Promise<readonly boolean[]> => {
      const { breaker, clock } = await recoveringRig('same')
      const admitted: boolean[] = []
      for (let call = 0; call < 60; call++, await clock.sleep(500)) admitted.push(breaker.admit().admitted)
      return admitted
    }
    expect(await run()).to.deep.equal(await run())
  })
})

describe('breaker across processes', () => {
  it('tells every change that the next process must know, counts included, and nothing else', async () => {
    const { breaker, clock, changes } = aRig()
    breaker.recordSuccess()
    fail(breaker, 6)
    await clock.sleep(60_000)
    breaker.recordSuccess()
    await clock.sleep(30_000)
    breaker.recordSuccess()
    expect(changes.map(({ state, consecutiveFailures }) => `${state} ${consecutiveFailures}`)).to.deep.equal([
      'closed 1',
      'closed 2',
      'closed 3',
      'closed 4',
      'open 5',
      'recovering 0',
      'closed 0',
    ])
  })

  it('four failures in one process and one in the next open it', () => {
    const first = aRig()
    fail(first.breaker, 4)
    const second = aRig({ memory: first.breaker.memory() })
    second.breaker.recordFailure()
    expect(second.breaker.admit().state).to.equal('open')
  })

  it('behaves the same when every step runs in a new process, through JSON', () => {
    const steps = fc.array(
      fc.record({ waitMs: fc.constantFrom(0, 1_000, 29_000, 30_000, 60_000), failed: fc.boolean() }),
      { maxLength: 25 },
    )
    fc.assert(
      fc.property(steps, (all) => {
        const whole = aRig()
        let memory: BreakerMemory | null = null
        let nowMs = aTimeMs
        for (const { waitMs, failed } of all) {
          nowMs += waitMs
          whole.clock.advanceTo(nowMs)
          const process = aRig({ memory, nowMs })
          for (const { breaker } of [whole, process]) failed ? breaker.recordFailure() : breaker.recordSuccess()
          expect(process.breaker.admit()).to.deep.equal(whole.breaker.admit())
          memory = JSON.parse(JSON.stringify(process.changes.at(-1) ?? memory))
        }
      }),
    )
  })
})
