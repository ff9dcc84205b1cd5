import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Session } from '../../src/cli/session/session.ts'
import { parsePrice } from '../../src/domain/amounts.ts'
import { venueIds } from '../../src/domain/market.ts'
import { amendOrder } from '../../src/engine/amend/amend-order.ts'
import { planAmend } from '../../src/engine/amend/plan-amend.ts'
import { lookingLast } from '../../src/engine/place/last-look.ts'
import { resendOrder } from '../../src/engine/place/resend-order.ts'
import { type Clock, VirtualClock } from '../../src/runtime/clock.ts'
import { listenToMilestones } from '../../src/runtime/milestones.ts'
import { journalDirectory } from '../../src/store/directories.ts'
import type { JournalEvent } from '../../src/store/events.ts'
import { aTimeMs } from '../support/builders.ts'
import { aWorld, marketOf, place, type TestWorld, type Wanted } from '../support/session.ts'

/** As where the process is suspended between its checks and the wire, and the account is halted meanwhile. */
describe('an order that has passed its checks', () => {
  let clock: VirtualClock
  let world: TestWorld
  let session: Session
  beforeEach(async () => {
    // Looking for an order that was lost takes its time.
    clock = new VirtualClock(aTimeMs)
    world = await aWorld({}, clock)
    for (const market of Object.values(marketOf)) {
      await world.control.setBook(market, { bids: [['0.44', '30']], asks: [['0.46', '10']] })
    }
    session = await world.open()
  })
  afterEach(async () => {
    listenToMilestones(() => undefined)
    await world.close()
  })

  type Meanwhile = () => void

  const halted: Meanwhile = () => {
    const text = JSON.stringify({ reason: 'odd prices', at: '2026-11-20T12:00:00.000Z', by: 'test' })
    writeFileSync(join(world.dataDir, 'halt.json'), text)
  }
  const suspended: Meanwhile = () => clock.advanceTo(clock.nowMs() + 5_001)

  const journal = (): string => join(journalDirectory(world.dataDir, 'sandbox'), '00000001.jsonl')

  /** Once the intent is durable, and before a byte leaves. */
  function onceDurable(intent: JournalEvent['type'], meanwhile: Meanwhile): void {
    const before = readFileSync(journal(), 'utf8').length
    listenToMilestones((milestone) => {
      if (milestone !== 'journal.write:synced' || !readFileSync(journal(), 'utf8').slice(before).includes(intent))
        return
      listenToMilestones(() => undefined)
      meanwhile()
    })
  }

  async function atVenue(venue: keyof typeof marketOf): Promise<readonly string[]> {
    const { orders } = await world.control.account(venue)
    return orders.filter(({ state }) => state === 'resting').map(({ price }) => price)
  }

  const resting = { quantity: '10', price: '0.30', timeInForce: 'gtc', allowDuplicate: true } as const satisfies Wanted

  const reasons = [
    ['while the account is halted', halted, 'Trading was halted before it left'],
    ['after its process was suspended', suspended, 'More than 5 s lie between'],
  ] as const

  for (const [when, meanwhile, reason] of reasons) {
    for (const venue of venueIds) {
      it(`is not sent to ${venue} ${when}, and is known not to be there`, async () => {
        onceDurable('order.submitted', meanwhile)
        const { order, answer } = await place(session, { ...resting, venue })
        expect([order.status, answer]).to.deep.equal(['rejected', 'held_back'])
        expect(order.reason).to.include(reason)
        expect(await atVenue(venue)).to.deep.equal([])
      })

      it(`is not sent to ${venue} again ${when}, and only what the venue shows settles it`, async () => {
        await world.control.fault({ venue, endpoint: 'place_order', times: 1, fault: 'drop_request' })
        const { order } = await place(session, { ...resting, venue })
        onceDurable('order.resent', meanwhile)
        const { answer, order: later } = await resendOrder(session.trading, order.intent.id)
        expect([order.status, answer]).to.deep.equal(['unknown', 'held_back'])
        expect(later.status).to.be.oneOf(['unknown', 'rejected'])
        expect(readFileSync(journal(), 'utf8')).to.include('it was not sent again: ')
        expect(await atVenue(venue)).to.deep.equal([])
      })
    }

    it(`is not changed ${when}, and is known to be as it was`, async () => {
      const { order } = await place(session, { ...resting, venue: 'kalshi' })
      const planning = await planAmend(session.trading, order.intent.id, {
        kind: 'terms',
        price: parsePrice('0.35'),
        quantity: null,
      })
      if (planning.kind !== 'planned') throw new Error('there is nothing to change')
      onceDurable('amend.requested', meanwhile)
      const { outcome, order: later } = await amendOrder(session.trading, planning.plan)
      expect([outcome, later.status, later.pendingAmend]).to.deep.equal(['held_back', 'resting', null])
      expect(await atVenue('kalshi')).to.deep.equal(['0.3'])
    })
  }

  it('leaves after seconds in which nothing else changed', async () => {
    onceDurable('order.submitted', () => clock.advanceTo(clock.nowMs() + 4_000))
    const { order } = await place(session, { ...resting, venue: 'kalshi' })
    expect(order.status).to.equal('resting')
  })
})

describe('the age of an approval', () => {
  const ages = [
    ['both clocks agree that it is young', { wallMs: 5_000, monotonicMs: 5_000 }, true],
    ['the machine slept', { wallMs: 60_000, monotonicMs: 3 }, false],
    ['the process stood still', { wallMs: 6_000, monotonicMs: 6_000 }, false],
    ['the clock was set back', { wallMs: -60_000, monotonicMs: 3 }, false],
    ['the clock was set back while the process stood still', { wallMs: 0, monotonicMs: 6_000 }, false],
  ] as const

  for (const [what, { wallMs, monotonicMs }, mayLeave] of ages) {
    it(`${mayLeave ? 'lets it leave' : 'keeps it back'} where ${what}`, async () => {
      const clock: Clock = {
        nowMs: () => aTimeMs + wallMs,
        monotonicMs: () => 7 + monotonicMs,
        sleep: () => Promise.resolve(),
      }
      const trading = { runtime: { clock }, readHalt: () => Promise.resolve(null) }
      const { lastLook } = lookingLast(trading, { wallMs: aTimeMs, monotonicMs: 7 })
      expect(await lastLook?.()).to.equal(mayLeave ? null : 'APPROVAL_TOO_OLD')
    })
  }
})
