import { expect } from 'chai'
import { formatAmount } from '../../src/domain/amounts.ts'
import { type VenueId, venueIds } from '../../src/domain/market.ts'
import { positionKey } from '../../src/domain/position.ts'
import { cancelAllOrders } from '../../src/engine/cancel/cancel-all.ts'
import { cancelOrder } from '../../src/engine/cancel/cancel-order.ts'
import { placeOrder } from '../../src/engine/place/place-order.ts'
import { planOrder } from '../../src/engine/place/plan-order.ts'
import { listPositions } from '../../src/engine/positions.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { refreshOrder } from '../../src/engine/settle/order-status.ts'
import { clearHalt, setHalt } from '../../src/store/halt.ts'
import { aDraft, aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

const book = {
  bids: [['0.44', '30']],
  asks: [
    ['0.46', '10'],
    ['0.47', '20'],
  ],
} as const

for (const venue of venueIds) {
  describe(`orders from intent to settlement on ${venue}`, () => {
    let world: TestWorld
    before(async () => {
      world = await aWorld()
    })
    after(() => world.close())
    beforeEach(() => world.control.setBook(marketOf[venue], book))

    it('books what was filled, at the price it was filled at, with its fee', async () => {
      const session = await world.open()
      const { order } = await place(session, { venue, quantity: '10', price: '0.46' })
      expect(order.status).to.equal('filled')
      expect(order.averagePrice === null ? null : formatAmount(order.averagePrice)).to.equal('0.46')
      expect(order.bookedQuantity).to.equal(order.filledQuantity)
      expect(order.fees !== null && order.fees > 0n).to.equal(true)
    })

    it('expects before the order what it then fills, also below the limit', async () => {
      const { trading } = await world.open()
      const plan = await planOrder(trading, aDraft({ venue, quantity: '20', price: '0.48' }))
      const { order } = await placeOrder(trading, plan)
      expect([order.filledQuantity, order.averagePrice]).to.deep.equal([
        plan.expected.quantity,
        plan.expected.averagePrice,
      ])
    })

    it('keeps a partial fill and what it holds apart from what was asked', async () => {
      const session = await world.open()
      const before = heldOn(session.trading.ledger.state.positions.get(positionKey(marketOf[venue], 'yes')))
      const { order } = await place(session, { venue, quantity: '50', price: '0.47' })
      const after = heldOn(session.trading.ledger.state.positions.get(positionKey(marketOf[venue], 'yes')))
      expect(order.status).to.equal('partially_filled')
      expect(formatAmount(order.filledQuantity)).to.equal('30')
      expect(after - before).to.equal(30_000_000n)
    })

    it('shows a resting order to the next process, which can cancel it', async () => {
      const first = await world.open()
      const { order } = await place(first, { venue, quantity: '10', price: '0.31', timeInForce: 'gtc' })
      expect(order.status).to.equal('resting')
      await first[Symbol.asyncDispose]()
      const second = await world.open()
      const cancelled = await cancelOrder(second.trading, order.intent.id)
      expect(cancelled.outcome).to.equal('cancelled')
      expect(cancelled.order.status).to.equal('cancelled')
    })

    it('says that an order has ended instead of cancelling it twice', async () => {
      const session = await world.open()
      const { order } = await place(session, { venue, quantity: '10', price: '0.32', timeInForce: 'gtc' })
      await cancelOrder(session.trading, order.intent.id)
      const again = await cancelOrder(session.trading, order.intent.id)
      expect(again.outcome).to.equal('not_live')
    })

    it('counts a lost answer at its worst, and never sends again while settling it', async () => {
      const session = await world.open()
      await world.control.loseNextAnswer(venue)
      const { order } = await place(session, { venue, quantity: '10', price: '0.33', timeInForce: 'gtc' })
      expect(order.status).to.equal('unknown')
      const { exposure } = await listPositions(session.trading, { prices: false })
      expect(formatAmount(exposure.unknown)).to.equal('3.3')
      const report = await reconcile(session.trading, { order: order.intent.id, fix: false, venues: [venue] })
      expect(report.settled.map(({ to }) => to)).to.deep.equal(['resting'])
      expect(await ordersAt(world, venue, '0.33')).to.equal(1)
      const { evidence } = await refreshOrder(session.trading, order.intent.id)
      expect(evidence.map(({ finding }) => finding)).to.include('shown')
    })

    it('places nothing once halted, and still cancels', async () => {
      const session = await world.open()
      const { order } = await place(session, { venue, quantity: '10', price: '0.36', timeInForce: 'gtc' })
      await setHalt(world.dataDir, { reason: 'test', by: 'test', at: '2026-11-20T12:00:00.000Z' })
      const denied = await place(session, { venue, quantity: '10', price: '0.37', timeInForce: 'gtc' })
      expect(denied.order.status).to.equal('denied')
      expect(denied.denials.map(({ code }) => code)).to.deep.equal(['HALTED'])
      expect((await cancelOrder(session.trading, order.intent.id)).order.status).to.equal('cancelled')
      await clearHalt(world.dataDir)
    })

    it('cancels everything at the venue and in its own books', async () => {
      const session = await world.open()
      await place(session, { venue, quantity: '10', price: '0.34', timeInForce: 'gtc' })
      await place(session, { venue, quantity: '10', price: '0.35', timeInForce: 'gtc' })
      const [outcome] = await cancelAllOrders(session.trading, [venue])
      expect(outcome).to.deep.include({ outcome: 'cancelled', stillResting: 0 })
      const open = [...session.trading.ledger.state.openOrders.values()].filter(({ status }) => status === 'resting')
      expect(open).to.deep.equal([])
    })

    it('agrees with the venue after all of it', async () => {
      const session = await world.open()
      await world.control.advance(60_000)
      const report = await reconcile(session.trading, { fix: false, venues: [venue] })
      expect(report.differences).to.deep.equal([])
      expect(report.unsettled).to.deep.equal([])
    })
  })
}

function heldOn(position: { readonly quantity: bigint } | undefined): bigint {
  return position?.quantity ?? 0n
}

async function ordersAt(world: TestWorld, venue: VenueId, price: string): Promise<number> {
  const { orders } = await world.control.account(venue)
  return orders.filter((order) => order.market === marketOf[venue] && order.price === price).length
}
