import { expect } from 'chai'
import { formatAmount } from '../../src/domain/amounts.ts'
import { listPositions } from '../../src/engine/positions.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

const venue = 'polymarket'
const book = { bids: [['0.44', '30']], asks: [['0.46', '30']] } as const

describe('a match that fails to settle before its fill was booked', () => {
  let world: TestWorld
  before(async () => {
    world = await aWorld()
  })
  after(() => world.close())

  it('lets go of the order: nothing is held, nothing is tied up, nothing stays unsettled', async () => {
    await world.control.setBook(marketOf[venue], book)
    const session = await world.open()
    await inject({ endpoint: 'place_order', fault: 'settlement_failed', times: 1 })
    // Every look at the fills right after the order comes to nothing.
    await inject({ endpoint: 'list_trades', fault: 'status', status: 500, body: '{}', executed: false, times: 3 })
    const { order } = await place(session, { venue, quantity: '10', price: '0.46', timeInForce: 'gtc' })
    expect(order.status).to.equal('filled')
    expect(formatAmount(order.bookedQuantity)).to.equal('0')

    await world.control.advance(120_000)
    const report = await reconcile(session.trading, { fix: false, venues: [venue] })

    expect(report.unsettled).to.deep.equal([])
    expect(report.differences).to.deep.equal([])
    const settled = await session.trading.ledger.findOrder(order.intent.id)
    expect(settled?.status).to.equal('cancelled')
    const { exposure } = await listPositions(session.trading, { prices: false })
    expect(formatAmount(exposure.total)).to.equal('0')
  })

  async function inject(fault: Readonly<Record<string, unknown>>): Promise<void> {
    const body = JSON.stringify({ venue, ...fault })
    const reply = await fetch(`${world.sandbox.control}/faults`, { method: 'POST', body })
    expect(reply.ok, await reply.text()).to.equal(true)
  }
})
