import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Session } from '../../src/cli/session/session.ts'
import { parsePrice } from '../../src/domain/amounts.ts'
import { venueIds } from '../../src/domain/market.ts'
import { amendOrder } from '../../src/engine/amend/amend-order.ts'
import { planAmend } from '../../src/engine/amend/plan-amend.ts'
import { resendOrder } from '../../src/engine/place/resend-order.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { listenToMilestones } from '../../src/runtime/milestones.ts'
import { journalDirectory } from '../../src/store/directories.ts'
import type { JournalEvent } from '../../src/store/events.ts'
import { clearHalt } from '../../src/store/halt.ts'
import { aTimeMs } from '../support/builders.ts'
import { aWorld, marketOf, place, type TestWorld, type Wanted } from '../support/session.ts'

/** As where the process is suspended between its checks and the wire, and the account is halted meanwhile. */
describe('an order that has passed its checks when the account is halted', () => {
  let world: TestWorld
  let session: Session
  before(async () => {
    // Looking for an order that was lost takes its time.
    world = await aWorld({}, new VirtualClock(aTimeMs))
    for (const market of Object.values(marketOf)) {
      await world.control.setBook(market, { bids: [['0.44', '30']], asks: [['0.46', '10']] })
    }
  })
  after(() => world.close())
  beforeEach(async () => {
    session = await world.open()
  })
  afterEach(async () => {
    listenToMilestones(() => undefined)
    await clearHalt(world.dataDir)
  })

  /** Once the intent is durable, and before a byte leaves. */
  function haltAfter(intent: JournalEvent['type']): void {
    const text = JSON.stringify({ reason: 'odd prices', at: '2026-11-20T12:00:00.000Z', by: 'test' })
    const journal = join(journalDirectory(world.dataDir, 'sandbox'), '00000001.jsonl')
    const before = readFileSync(journal, 'utf8').length
    listenToMilestones((milestone) => {
      if (milestone !== 'journal.write:synced' || !readFileSync(journal, 'utf8').slice(before).includes(intent)) return
      writeFileSync(join(world.dataDir, 'halt.json'), text)
    })
  }

  async function atVenue(venue: keyof typeof marketOf): Promise<readonly string[]> {
    const { orders } = await world.control.account(venue)
    return orders.filter(({ state }) => state === 'resting').map(({ price }) => price)
  }

  const resting = { quantity: '10', price: '0.30', timeInForce: 'gtc', allowDuplicate: true } as const satisfies Wanted

  for (const venue of venueIds) {
    it(`is not sent to ${venue}, and is known not to be there`, async () => {
      haltAfter('order.submitted')
      const { order, answer } = await place(session, { ...resting, venue })
      expect([order.status, answer]).to.deep.equal(['rejected', 'not_sent'])
      expect(order.reason).to.include('odd prices')
      expect(await atVenue(venue)).to.deep.equal([])
    })

    it(`is not sent to ${venue} again, and only what the venue shows settles it`, async () => {
      await world.control.fault({ venue, endpoint: 'place_order', times: 1, fault: 'drop_request' })
      const { order } = await place(session, { ...resting, venue })
      haltAfter('order.resent')
      const { answer, order: after } = await resendOrder(session.trading, order.intent.id)
      expect([order.status, answer]).to.deep.equal(['unknown', 'not_sent'])
      expect(after.status).to.be.oneOf(['unknown', 'rejected'])
      expect(await atVenue(venue)).to.deep.equal([])
    })
  }

  it('is not changed, and is known to be as it was', async () => {
    const { order } = await place(session, { ...resting, venue: 'kalshi' })
    const planning = await planAmend(session.trading, order.intent.id, {
      kind: 'terms',
      price: parsePrice('0.35'),
      quantity: null,
    })
    if (planning.kind !== 'planned') throw new Error('there is nothing to change')
    haltAfter('amend.requested')
    const { outcome, order: after } = await amendOrder(session.trading, planning.plan)
    expect([outcome, after.status, after.pendingAmend]).to.deep.equal(['refused', 'resting', null])
    expect(await atVenue('kalshi')).to.deep.equal(['0.3'])
  })
})
