import { expect } from 'chai'
import { cancelAllOrders } from '../../../src/engine/cancel/cancel-all.ts'
import { aKalshiWorld, type KalshiWorld } from './world.ts'

/** "Orders placed within the following minute may be cancelled as well" (Kalshi's OpenAPI, Cancel All Orders). */
describe('kalshi scenario: the minute after a cancel-all', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld()
    await world.book([['0.40', '20']], [['0.50', '20']])
  })
  afterEach(() => world.close())

  it('at the venue: an order of another program is accepted, rests, and is gone a moment later', async () => {
    await world.client.cancelAll()
    world.pass(30_000)
    const { placement, order, prepared } = await world.send()
    expect(placement.kind === 'accepted' && placement.report.status).to.equal('resting')
    expect((await world.client.getOrder(order, prepared.market))?.status).to.equal('resting')
    world.pass(2_000)
    expect((await world.client.getOrder(order, prepared.market))?.status).to.equal('cancelled')
  })

  it('at the venue: what trades before that has traded, and what comes after the minute stands', async () => {
    await world.client.cancelAll()
    const { placement } = await world.send({ price: '0.50', timeInForce: 'ioc' })
    expect(placement.kind === 'accepted' && placement.report.status).to.equal('filled')
    world.pass(60_000)
    const { order, prepared } = await world.send()
    world.pass(120_000)
    expect((await world.client.getOrder(order, prepared.market))?.status).to.equal('resting')
  })

  it('here: an order that would rest is denied with the time left, in the preview and when it is placed', async () => {
    await world.place()
    const [outcome] = await cancelAllOrders(world.session.trading, ['kalshi'])
    expect(outcome).to.deep.include({ outcome: 'cancelled', stillResting: 0 })
    const until = Date.parse(outcome?.tailUntil ?? '')
    expect(until - world.clock.nowMs()).to.be.within(55_000, 60_000)
    const { verdict } = await world.plan()
    expect(verdict.kind === 'denied' && verdict.denials.map(({ code }) => code)).to.deep.equal(['CANCEL_ALL_TAIL'])
    const { order, denials } = await world.place()
    expect([order.status, denials.map(({ code }) => code)]).to.deep.equal(['denied', ['CANCEL_ALL_TAIL']])
    expect(denials[0]?.suggestion).to.match(/^Try again in \d\d s/)
    world.clock.advanceTo(until)
    const later = await world.place()
    world.pass(120_000)
    await world.reconcile()
    expect((await world.known(later.order)).status).to.equal('resting')
  })

  it('here: what is offered now can be taken in that minute, and another process knows of it too', async () => {
    await cancelAllOrders(world.session.trading, ['kalshi'])
    const taken = await world.place({ price: '0.50', timeInForce: 'ioc' })
    expect(taken.order.status).to.equal('filled')
    const other = await world.anotherSession()
    expect([...other.trading.ledger.state.cancelledAllAt.keys()]).to.deep.equal(['kalshi'])
    await other[Symbol.asyncDispose]()
  })

  it('here: an order of another program that went with it is not taken for one of ours that lives', async () => {
    const { order } = await world.place()
    await world.client.cancelAll()
    await world.reconcile()
    expect((await world.known(order)).status).to.equal('cancelled')
  })
})
