import { expect } from 'chai'
import fc from 'fast-check'
import type { CallKind } from '../../src/domain/venue.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import {
  type BreakerAdmission,
  breakerAdmission,
  orderAdmissions,
  recoveryShare,
} from '../../src/safeguards/breaker.ts'
import { availabilityEvents, decisionEvents } from '../../src/safeguards/breaker-events.ts'
import { closedMemory, memoryAt } from '../../src/safeguards/breaker-memory.ts'
import type { BreakerMemory, JournalEvent } from '../../src/store/events.ts'
import { aTimeMs } from '../support/builders.ts'

/** What the ledger would hold, on a clock that the test moves. */
class Account {
  readonly clock = new VirtualClock(aTimeMs)
  readonly memories = new Map<string, BreakerMemory>()
  readonly trail: string[] = []

  apply(events: readonly JournalEvent[]): void {
    for (const event of events) {
      if (event.type !== 'breaker.changed') continue
      this.memories.set(event.breaker, event.memory)
      const { state, consecutiveFailures, trialSinceMs } = event.memory
      this.trail.push(`${state} ${consecutiveFailures}${trialSinceMs === undefined ? '' : ' trial'}`)
    }
  }

  answer(available: boolean, times = 1, breaker = 'kalshi', call: CallKind = 'read'): void {
    for (let count = 0; count < times; count++) {
      this.apply(availabilityEvents(this.memories, breaker, { available, call, atMs: this.clock.nowMs() }))
    }
  }

  /** Orders to one venue, before each of which its market was read. */
  order(available: boolean, times = 1): void {
    for (let count = 0; count < times; count++) {
      this.answer(true)
      this.answer(available, 1, 'kalshi', 'write')
    }
  }

  fail(times = 1): void {
    this.answer(false, times)
  }

  send(): void {
    this.apply(decisionEvents(this.memories, this.clock.nowMs(), new Set(['kalshi'])))
  }

  admission(breaker = 'kalshi'): BreakerAdmission {
    return breakerAdmission(this.memories, breaker, this.clock.nowMs())
  }
}

async function openAccount(atMs = aTimeMs): Promise<Account> {
  const account = new Account()
  account.clock.advanceTo(atMs)
  account.fail(5)
  return account
}

/** `atMs` decides which moments of the recovery let orders through. */
async function recovering(atMs = aTimeMs): Promise<Account> {
  const account = await openAccount(atMs)
  await account.clock.sleep(60_000)
  account.answer(true)
  return account
}

describe('breaker', () => {
  it('stays closed through four failures in a row', () => {
    const account = new Account()
    account.fail(4)
    expect(account.admission()).to.deep.equal({ name: 'kalshi', admitted: true, state: 'closed', retryAtMs: null })
  })

  it('opens with the fifth, for a minute', async () => {
    const account = await openAccount()
    const retryAtMs = aTimeMs + 60_000
    expect(account.admission()).to.deep.equal({ name: 'kalshi', admitted: false, state: 'open', retryAtMs })
  })

  it('counts failures in a row: an answer in between begins anew', () => {
    const account = new Account()
    account.fail(4)
    account.answer(true)
    account.fail(4)
    expect(account.admission().state).to.equal('closed')
  })

  it('opens with the fifth order in a row that is lost, though the venue answers the questions in between', () => {
    const account = new Account()
    account.order(false, 4)
    expect(account.admission().state).to.equal('closed')
    account.order(false)
    expect(account.admission().state).to.equal('open')
    expect(account.trail.at(-1)).to.equal('open 5')
  })

  it('counts lost orders anew after one that is answered', () => {
    const account = new Account()
    account.order(false, 4)
    account.order(true)
    account.order(false, 4)
    expect(account.admission().state).to.equal('closed')
  })

  it('counts no questions among the lost orders', () => {
    const account = new Account()
    account.fail(4)
    account.order(false, 4)
    expect(account.admission().state).to.equal('closed')
  })

  it('keeps venues apart', async () => {
    expect((await openAccount()).admission('polymarket').admitted).to.equal(true)
  })

  it('stands before the legs of two-leg trades alone when it is that of arbitrage', () => {
    const account = new Account()
    account.answer(false, 5, 'arbitrage')
    const admitted = (isLeg: boolean): readonly boolean[] =>
      orderAdmissions(account.memories, { venue: 'kalshi', isLeg }, aTimeMs).map((each) => each.admitted)
    expect([admitted(false), admitted(true)]).to.deep.equal([[true], [true, false]])
  })

  it('is open until the minute is over and half open from then on', async () => {
    const account = await openAccount()
    await account.clock.sleep(59_999)
    expect(account.admission().state).to.equal('open')
    await account.clock.sleep(1)
    expect(account.admission()).to.include({ state: 'half_open', admitted: true })
  })

  it('while open, neither answers nor failures of reads change anything', async () => {
    const account = await openAccount()
    await account.clock.sleep(30_000)
    account.answer(true)
    account.fail()
    expect(account.admission()).to.include({ state: 'open', retryAtMs: aTimeMs + 60_000 })
    expect(account.trail.at(-1)).to.equal('open 5')
  })

  it('takes no account of an answer that another process saw before it opened', async () => {
    const account = await openAccount()
    account.apply(availabilityEvents(account.memories, 'kalshi', { available: true, call: 'read', atMs: aTimeMs - 5 }))
    expect(account.admission().state).to.equal('open')
  })

  it('a failure while half open opens it for another minute', async () => {
    const account = await openAccount()
    await account.clock.sleep(60_000)
    account.fail()
    expect(account.admission()).to.include({ state: 'open', retryAtMs: aTimeMs + 120_000 })
  })

  it('an answer while half open begins the recovery', async () => {
    expect((await recovering()).admission().state).to.equal('recovering')
  })

  it('any failure at any moment of the recovery opens it again for a minute', () => {
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 29_999 }), async (waitMs) => {
        const account = await recovering()
        await account.clock.sleep(waitMs)
        account.fail()
        expect(account.admission()).to.include({ state: 'open', retryAtMs: aTimeMs + 120_000 + waitMs })
      }),
    )
  })

  it('is closed again after 30 s of recovery, and then takes five failures to open', async () => {
    const account = await recovering()
    await account.clock.sleep(29_999)
    expect(account.admission().state).to.equal('recovering')
    await account.clock.sleep(1)
    expect(account.admission()).to.include({ state: 'closed', admitted: true })
    account.fail(4)
    expect(account.admission().state).to.equal('closed')
  })
})

describe('breaker, half open', () => {
  async function trying(): Promise<Account> {
    const account = await openAccount()
    await account.clock.sleep(61_000)
    account.send()
    return account
  }

  it('lets one order through to try the venue and holds back the others until it is answered', async () => {
    const account = await trying()
    expect(account.admission()).to.include({ state: 'half_open', admitted: false, retryAtMs: aTimeMs + 91_000 })
    account.answer(true)
    expect(account.admission().state).to.equal('recovering')
  })

  it('opens again when the order that tries the venue is not answered', async () => {
    const account = await trying()
    await account.clock.sleep(10_000)
    account.fail()
    expect(account.admission()).to.include({ state: 'open', retryAtMs: aTimeMs + 131_000 })
  })

  it('tries again after 30 s when the process that tried has died', async () => {
    const account = await trying()
    await account.clock.sleep(29_999)
    expect(account.admission().admitted).to.equal(false)
    await account.clock.sleep(1)
    expect(account.admission()).to.include({ state: 'half_open', admitted: true })
    account.send()
    expect(account.admission().admitted).to.equal(false)
  })

  it('tries by an order alone that goes through this breaker', async () => {
    const account = await openAccount()
    await account.clock.sleep(60_000)
    account.apply(decisionEvents(account.memories, account.clock.nowMs(), new Set(['polymarket'])))
    expect(account.admission()).to.include({ state: 'half_open', admitted: true })
  })
})

describe('breaker, recovering', () => {
  const starts = Array.from({ length: 400 }, (_, index) => aTimeMs + index * 977)

  it('lets a share of orders through that grows evenly from none to all over 30 s', async () => {
    const tenths = Array.from({ length: 10 }, () => 0)
    for (const start of starts) {
      const account = await recovering(start)
      for (let step = 0; step < 120; step++, await account.clock.sleep(250)) {
        const tenth = Math.floor(step / 12)
        if (account.admission().admitted) tenths[tenth] = (tenths[tenth] ?? 0) + 1 / (starts.length * 12)
      }
    }
    for (const [tenth, share] of tenths.entries()) expect(share).to.be.closeTo(tenth / 10 + 0.054, 0.03)
  })

  it('says what that share is', async () => {
    const memory: BreakerMemory = { state: 'recovering', consecutiveFailures: 0, sinceMs: 0 }
    expect([0, 15_000, 29_999].map((nowMs) => recoveryShare(memory, nowMs))).to.deep.equal([1, 51, 100])
    expect(recoveryShare(closedMemory, 0)).to.equal(null)
  })

  it('lets every order through in the last moment of its recovery', async () => {
    for (const start of starts) {
      const account = await recovering(start)
      await account.clock.sleep(29_999)
      expect(account.admission().admitted).to.equal(true)
    }
  })

  it('says when to try again, and any process lets the order through then', async () => {
    for (const start of starts.slice(0, 40)) {
      const account = await recovering(start)
      const { admitted, retryAtMs } = account.admission()
      expect(admitted).to.equal(retryAtMs === null)
      const memories = new Map<string, BreakerMemory>(JSON.parse(JSON.stringify([...account.memories])))
      expect(breakerAdmission(memories, 'kalshi', retryAtMs ?? account.clock.nowMs()).admitted).to.equal(true)
    }
  })
})

describe('breaker trail', () => {
  it('holds every change once, those by time alone included, and nothing else', async () => {
    const account = new Account()
    account.answer(true)
    account.fail(6)
    await account.clock.sleep(61_000)
    account.send()
    account.answer(true, 3)
    await account.clock.sleep(30_000)
    account.answer(true, 3)
    expect(account.trail).to.deep.equal([
      'closed 1',
      'closed 2',
      'closed 3',
      'closed 4',
      'open 5',
      'half_open 5 trial',
      'recovering 0',
      'closed 0',
    ])
  })

  it('tells of a half-open breaker that a read was the first to find', async () => {
    const account = await openAccount()
    await account.clock.sleep(70_000)
    account.answer(true)
    expect(account.trail.slice(-2)).to.deep.equal(['half_open 5', 'recovering 0'])
  })

  it('dates a change by time when it happened, not when it was noticed', async () => {
    const account = await openAccount()
    await account.clock.sleep(600_000)
    const noticed = memoryAt(account.memories.get('kalshi') ?? closedMemory, account.clock.nowMs())
    expect(noticed.sinceMs).to.equal(aTimeMs + 60_000)
  })

  it('is the same when every change is noticed at once as when none is until the next answer', () => {
    const steps = fc.array(
      fc.record({
        waitMs: fc.constantFrom(0, 1_000, 29_000, 30_000, 60_000),
        failed: fc.boolean(),
        call: fc.constantFrom<CallKind>('read', 'write'),
        looks: fc.boolean(),
      }),
      { maxLength: 25 },
    )
    fc.assert(
      fc.property(steps, (all) => {
        const [watched, alone] = [new Account(), new Account()]
        for (const { waitMs, failed, call, looks } of all) {
          for (const account of [watched, alone]) account.clock.advanceTo(account.clock.nowMs() + waitMs)
          if (looks) watched.apply(decisionEvents(watched.memories, watched.clock.nowMs(), new Set()))
          for (const account of [watched, alone]) account.answer(!failed, 1, 'kalshi', call)
          expect(watched.admission()).to.deep.equal(alone.admission())
        }
      }),
    )
  })
})
