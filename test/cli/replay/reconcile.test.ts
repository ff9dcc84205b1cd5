import { join } from 'node:path'
import { expect } from 'chai'
import { replayRecordingFolder } from '../../../src/cli/replay/replay-session.ts'
import { type VenueId, venueIds } from '../../../src/domain/market.ts'
import { resendOrder } from '../../../src/engine/place/resend-order.ts'
import { type ReconcileOptions, reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { aWorld, marketOf, place, type TestWorld } from '../../support/session.ts'

for (const venue of venueIds) {
  describe(`a replay of what was reconciled with ${venue}`, () => {
    let world: TestWorld
    let clock: VirtualClock
    beforeEach(async () => {
      clock = new VirtualClock(Date.parse('2026-11-20T12:00:00Z'))
      world = await aWorld({}, clock)
      await world.control.setBook(marketOf[venue], { bids: [['0.44', '30']], asks: [['0.46', '30']] })
    })
    afterEach(() => world.close())

    const pass = (ms: number): void => clock.advanceTo(clock.nowMs() + ms)
    const options = (more: Partial<ReconcileOptions> = {}): ReconcileOptions => ({
      fix: false,
      venues: [venue],
      ...more,
    })

    for (const captureFilter of ['orders', 'all']) {
      it(`makes the same of orders elsewhere, cash, payouts and a lost order with the filter ${captureFilter}`, async () => {
        const captureDir = join(world.dataDir, 'tapes')
        await tradeElsewhere(world, venue)
        pass(60_000)
        const session = await world.open({ captureDir, captureFilter, session: 'one' })
        await reconcile(session.trading, options())
        await reconcile(session.trading, options({ claim: { verdict: 'ignore', order: null } }))
        await world.post('/faults', { venue, endpoint: 'place_order', times: 1, fault: 'drop_request' })
        const { order } = await place(session, { venue, quantity: '10', price: '0.46' })
        await resendOrder(session.trading, order.intent.id)
        pass(60_000)
        await reconcile(session.trading, options())
        await world.post('/markets', { market: marketOf[venue], status: 'settled', result: 'yes' })
        pass(60_000)
        await reconcile(session.trading, options({ fix: true }))
        await session[Symbol.asyncDispose]()
        const report = await replayRecordingFolder('one', { captureDir })
        expect(report.drifts.map((drift) => drift.describe())).to.deep.equal([])
        expect(report.operations).to.deep.equal({ ok: 7, different: 0 })
      })
    }

    it('fails to read what could not be read', async () => {
      const captureDir = join(world.dataDir, 'tapes')
      const session = await world.open({ captureDir, session: 'two' })
      const fault = { fault: 'status', status: 500, body: '{}', executed: false }
      await world.post('/faults', { venue, endpoint: 'list_positions', times: 20, ...fault })
      const { differences } = await reconcile(session.trading, options())
      expect(differences.map(({ kind }) => kind)).to.deep.equal(['venue_unreadable'])
      await session[Symbol.asyncDispose]()
      const report = await replayRecordingFolder('two', { captureDir })
      expect(report.drifts.map((drift) => drift.describe())).to.deep.equal([])
    })
  })
}

/** A resting and an executed order from another data directory of the same account. */
async function tradeElsewhere(world: TestWorld, venue: VenueId): Promise<void> {
  const other = await world.open({ dataDir: join(world.dataDir, 'elsewhere') })
  await place(other, { venue, quantity: '5', price: '0.46' })
  await place(other, { venue, quantity: '10', price: '0.30', timeInForce: 'gtc' })
  await other[Symbol.asyncDispose]()
}
