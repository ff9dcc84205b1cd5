import { expect } from 'chai'
import type { Session } from '../../src/cli/session/session.ts'
import { venueIds } from '../../src/domain/market.ts'
import type { Order } from '../../src/domain/order.ts'
import { resendOrder } from '../../src/engine/place/resend-order.ts'
import { type ReconcileReport, reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { refreshOrder } from '../../src/engine/settle/order-status.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { hideOrders, mendAll, spoil } from '../support/faults.ts'
import { aWorld, marketOf, place, type TestWorld, type Wanted } from '../support/session.ts'

const startMs = Date.parse('2026-11-20T12:00:00Z')

for (const venue of venueIds) {
  describe(`an order on ${venue} whose answer was lost, beside others that may have traded`, () => {
    let world: TestWorld
    let clock: VirtualClock
    let session: Session
    beforeEach(async () => {
      clock = new VirtualClock(startMs)
      world = await aWorld({}, clock)
      session = await world.open()
      await world.control.setBook(marketOf[venue], { bids: [['0.44', '30']], asks: [['0.46', '30']] })
      await run()
    })
    afterEach(() => world.close())

    const run = (): Promise<ReconcileReport> => reconcile(session.trading, { fix: false, venues: [venue] })
    const lose = async (wanted: Pick<Wanted, 'quantity' | 'side' | 'price'>): Promise<Order> => {
      await spoil(world, 'place_order', 'drop_response')
      return (await place(session, { venue, ...wanted })).order
    }
    const statusOf = async ({ intent }: Order): Promise<string | undefined> =>
      (await session.trading.ledger.findOrder(intent.id))?.status

    it('is not called absent when both landed and only position and cash show it', async () => {
      const orders = [await lose({ quantity: '10', price: '0.46' }), await lose({ quantity: '12', price: '0.46' })]
      await hideOrders(world, venue, orders)
      clock.advanceTo(clock.nowMs() + 61_000)
      await run()
      expect(await Promise.all(orders.map(statusOf))).to.deep.equal(['unknown', 'unknown'])
      await mendAll(world)
      await run()
      expect(await Promise.all(orders.map(statusOf))).to.deep.equal(['filled', 'filled'])
    })

    it('can be sent again while the other one stays without an answer, too', async () => {
      const orders = [await lose({ quantity: '10', price: '0.46' }), await lose({ quantity: '12', price: '0.46' })]
      clock.advanceTo(clock.nowMs() + 61_000)
      for (const order of orders) {
        const { answer, denials } = await resendOrder(session.trading, order.intent.id)
        expect([answer, denials]).to.deep.equal(['duplicate', []])
      }
      expect(await Promise.all(orders.map(statusOf))).to.deep.equal(['filled', 'filled'])
    })

    it('says so where the cash was never compared before', async () => {
      const other = await aWorld({}, clock)
      try {
        const fresh = await other.open()
        await spoil(other, 'place_order', 'drop_request')
        const { order } = await place(fresh, { venue, quantity: '5', price: '0.46' })
        clock.advanceTo(clock.nowMs() + 61_000)
        await reconcile(fresh.trading, { fix: false, venues: [venue] })
        const { evidence } = await refreshOrder(fresh.trading, order.intent.id)
        expect(evidence.find(({ source }) => source === 'get_balance')?.evidence).to.contain('never compared')
      } finally {
        await other.close()
      }
    })
  })
}
