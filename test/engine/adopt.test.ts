import { join } from 'node:path'
import { expect } from 'chai'
import { formatAmount } from '../../src/domain/amounts.ts'
import { venueIds } from '../../src/domain/market.ts'
import { positionKey } from '../../src/domain/position.ts'
import { cancelOrder } from '../../src/engine/cancel/cancel-order.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
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

describe('an order of ours whose answer was lost', () => {
  for (const timeInForce of ['ioc', 'gtc'] as const) {
    it(`is not taken for one placed elsewhere while it cannot be looked for (${timeInForce})`, async () => {
      const world = await aWorld()
      try {
        const asks = [['0.46', '10']] as const
        await world.control.setBook(marketOf.kalshi, { bids: [['0.44', '30']], asks })
        const session = await world.open()
        await world.control.loseNextAnswer('kalshi')
        await place(session, { venue: 'kalshi', quantity: '20', price: '0.46', timeInForce })
        // The search for the order fails with its retries; the comparison that follows does not.
        const body = JSON.stringify({ venue: 'kalshi', endpoint: 'list_orders', fault: 'drop_request', times: 3 })
        await fetch(`${world.sandbox.control}/faults`, { method: 'POST', body })
        await reconcile(session.trading, { fix: true, venues: ['kalshi'] })
        await reconcile(session.trading, { fix: true, venues: ['kalshi'] })
        const held = session.trading.ledger.state.positions.get(positionKey(marketOf.kalshi, 'yes'))
        expect(held === undefined ? null : formatAmount(held.quantity)).to.equal('10')
        expect(await session.trading.ledger.listOrders({})).to.have.length(1)
      } finally {
        await world.close()
      }
    })
  }
})
