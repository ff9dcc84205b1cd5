import { join } from 'node:path'
import { expect } from 'chai'
import { formatAmount } from '../../src/domain/amounts.ts'
import { venueIds } from '../../src/domain/market.ts'
import { positionKey } from '../../src/domain/position.ts'
import { cancelOrder } from '../../src/engine/cancel-order.ts'
import { reconcile } from '../../src/engine/reconcile.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

for (const venue of venueIds) {
  describe(`orders placed elsewhere on ${venue}`, () => {
    let world: TestWorld
    beforeEach(async () => {
      world = await aWorld()
      const asks = [['0.46', '10']] as const
      await world.control.setBook(marketOf[venue], { bids: [['0.44', '30']], asks })
      // The same account, traded from another data directory.
      const other = await world.open({ dataDir: join(world.dataDir, 'elsewhere') })
      await place(other, { venue, quantity: '10', price: '0.46' })
      await place(other, { venue, quantity: '10', price: '0.30', timeInForce: 'gtc' })
      await other[Symbol.asyncDispose]()
      await world.control.advance(60_000)
    })
    afterEach(() => world.close())

    it('are differences, and stay so without --fix', async () => {
      const session = await world.open()
      const report = await reconcile(session.trading, { fix: false, venues: [venue] })
      expect(report.differences.map(({ kind, fixed }) => [kind, fixed])).to.have.deep.members([
        ['order_placed_elsewhere', false],
        ['position', false],
      ])
      expect(session.trading.ledger.state.positions.size).to.equal(0)
    })

    it('are booked with --fix as the venue shows them, once', async () => {
      const session = await world.open()
      const report = await reconcile(session.trading, { fix: true, venues: [venue] })
      expect(report.differences.map(({ fixed }) => fixed)).to.deep.equal([true, true])
      const held = session.trading.ledger.state.positions.get(positionKey(marketOf[venue], 'yes'))
      expect(held === undefined ? null : [formatAmount(held.quantity), formatAmount(held.totalCost)]).to.deep.equal([
        '10',
        '4.6',
      ])
      const again = await reconcile(session.trading, { fix: true, venues: [venue] })
      expect(again.differences).to.deep.equal([])
    })

    it('can be cancelled here once they are adopted', async () => {
      const session = await world.open()
      await reconcile(session.trading, { fix: true, venues: [venue] })
      const resting = [...session.trading.ledger.state.openOrders.values()].find(({ status }) => status === 'resting')
      const cancelled = await cancelOrder(session.trading, resting?.intent.id ?? 'none')
      expect(cancelled.order.status).to.equal('cancelled')
    })
  })
}
