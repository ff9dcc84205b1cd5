import { join } from 'node:path'
import { expect } from 'chai'
import type { Session } from '../../src/cli/session/session.ts'
import { formatAmount } from '../../src/domain/amounts.ts'
import { exposureOf } from '../../src/domain/exposure.ts'
import { venueIds } from '../../src/domain/market.ts'
import type { Order } from '../../src/domain/order.ts'
import { cancelEach } from '../../src/engine/cancel/cancel-each.ts'
import { cancelOrder } from '../../src/engine/cancel/cancel-order.ts'
import { type ReconcileReport, reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { refreshOrder } from '../../src/engine/settle/order-status.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { hideOrders, mendAll, spoil } from '../support/faults.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

const startMs = Date.parse('2026-11-20T12:00:00Z')

for (const venue of venueIds) {
  describe(`an order on ${venue} that was called absent and that the venue shows after all`, () => {
    let world: TestWorld
    let session: Session
    let order: Order
    beforeEach(async () => {
      const clock = new VirtualClock(startMs)
      world = await aWorld({}, clock)
      session = await world.open()
      await world.control.setBook(marketOf[venue], { bids: [['0.44', '30']], asks: [['0.46', '30']] })
      await run()
      await spoil(world, 'place_order', 'drop_response')
      const lost = await place(session, { venue, quantity: '10', price: '0.40', timeInForce: 'gtc' })
      // As good as an order that arrives a minute late: every look for it finds nothing, and then it is there.
      await hideOrders(world, venue, [lost.order])
      clock.advanceTo(clock.nowMs() + 61_000)
      await run()
      order = await known(lost.order)
      expect(order.status).to.equal('rejected')
      await mendAll(world)
    })
    afterEach(() => world.close())

    const run = (fix = false): Promise<ReconcileReport> => reconcile(session.trading, { fix, venues: [venue] })
    const known = async ({ intent }: Order): Promise<Order> => {
      await session.trading.ledger.refresh()
      const found = await session.trading.ledger.findOrder(intent.id)
      if (found === null) throw new Error('the journal lost the order')
      return found
    }
    const restingAtVenue = async (): Promise<number> =>
      (await world.control.account(venue)).orders.filter(({ state }) => state === 'resting').length

    it('rests again, counts again, and leaves no difference', async () => {
      const { settled, differences, unsettled } = await run()
      expect(settled).to.have.length(1)
      expect(settled[0]).to.include({ orderId: order.intent.id, from: 'rejected', to: 'resting' })
      expect([differences, unsettled]).to.deep.equal([[], []])
      const { positions, openOrders } = session.trading.ledger.state
      expect(formatAmount(exposureOf(positions.values(), openOrders.values()).resting)).to.equal('4')
      expect((await run()).differences).to.deep.equal([])
    })

    it('keeps what it has filled meanwhile', async () => {
      await world.control.setBook(marketOf[venue], { bids: [['0.30', '30']], asks: [['0.40', '4']] })
      await run(true)
      expect(await known(order)).to.include({ status: 'resting', bookedQuantity: 4_000_000n })
      expect((await run()).differences).to.deep.equal([])
    })

    describe('once it has filled, so that only its executions are shown', () => {
      beforeEach(() => world.control.setBook(marketOf[venue], { bids: [['0.30', '30']], asks: [['0.40', '30']] }))

      const booked = async (): Promise<string> => {
        await session.trading.ledger.refresh()
        const { positions } = session.trading.ledger.state
        return [...positions.values()].map(({ outcome, quantity }) => `${formatAmount(quantity)} ${outcome}`).join(', ')
      }
      const orders = async (): Promise<number> => (await session.trading.ledger.listOrders({})).length

      it('is booked as itself with --fix, once', async () => {
        await run(true)
        expect([await booked(), await orders()]).to.deep.equal(['10 yes', 1])
        expect(await known(order)).to.include({ status: 'filled', bookedQuantity: 10_000_000n })
        expect((await run(true)).differences).to.deep.equal([])
        expect((await refreshOrder(session.trading, order.intent.id)).order.status).to.equal('filled')
        expect([await booked(), await orders()]).to.deep.equal(['10 yes', 1])
      })

      it('is booked once where it is asked for first', async () => {
        expect((await refreshOrder(session.trading, order.intent.id)).order.status).to.equal('filled')
        await run(true)
        expect([await booked(), await orders()]).to.deep.equal(['10 yes', 1])
      })

      it('is opened again without --fix: what is ours is not a difference for a person', async () => {
        const { settled, differences } = await run()
        expect(settled.map(({ orderId, to }) => [orderId, to])).to.deep.equal([[order.intent.id, 'filled']])
        expect(differences).to.deep.equal([])
      })
    })

    it('is shown as it stands when it is asked for', async () => {
      expect((await refreshOrder(session.trading, order.intent.id)).order.status).to.equal('resting')
    })

    it('can be cancelled by its own id', async () => {
      const { outcome } = await cancelOrder(session.trading, order.intent.id)
      expect([outcome, await restingAtVenue()]).to.deep.equal(['cancelled', 0])
      expect((await known(order)).status).to.equal('cancelled')
    })

    it('can be cancelled among others', async () => {
      await place(session, { venue, quantity: '11', price: '0.40', timeInForce: 'gtc' })
      const [other] = [...session.trading.ledger.state.openOrders.keys()]
      const outcomes = await cancelEach(session.trading, [order.intent.id, other ?? ''])
      expect(outcomes.map(({ outcome }) => outcome)).to.deep.equal(['cancelled', 'cancelled'])
      expect(await restingAtVenue()).to.equal(0)
    })
  })

  describe(`an order on ${venue} that never arrived`, () => {
    let world: TestWorld
    afterEach(() => world.close())

    it('stays absent beside an order of another tool, which is booked as that', async () => {
      const clock = new VirtualClock(startMs)
      world = await aWorld({}, clock)
      await using session = await world.open()
      const run = (fix: boolean) => reconcile(session.trading, { fix, venues: [venue] })
      await world.control.setBook(marketOf[venue], { bids: [['0.44', '30']], asks: [['0.46', '30']] })
      await run(false)
      await spoil(world, 'place_order', 'drop_request')
      const { order } = await place(session, { venue, quantity: '10', price: '0.40', timeInForce: 'gtc' })
      clock.advanceTo(clock.nowMs() + 61_000)
      await run(false)
      await using other = await world.open({ dataDir: join(world.dataDir, 'elsewhere') })
      await place(other, { venue, quantity: '5', price: '0.46', timeInForce: 'ioc' })
      clock.advanceTo(clock.nowMs() + 61_000)

      const { settled, differences } = await run(true)
      expect(settled).to.deep.equal([])
      expect(differences.map(({ cause, fixed }) => [cause, fixed])).to.deep.equal([['placed_elsewhere', true]])
      expect((await session.trading.ledger.findOrder(order.intent.id))?.status).to.equal('rejected')
    })
  })
}
