import { expect } from 'chai'
import { compareBooks, readAccounts } from '../../../src/cli/drill/books.ts'
import { venueIds } from '../../../src/domain/market.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { aWorld, marketOf, place, type TestWorld } from '../../support/session.ts'

/** The judge of the crash drill must be able to find what it looks for. */
describe("holding the journal against the exchange's own books", () => {
  let world: TestWorld
  beforeEach(async () => {
    world = await aWorld()
    for (const market of Object.values(marketOf)) {
      await world.control.setBook(market, { bids: [['0.44', '30']], asks: [['0.46', '10']] })
    }
  })
  afterEach(() => world.close())

  it('finds nothing where all is well', async () => {
    const before = await readAccounts(world.control)
    const session = await world.open()
    for (const venue of venueIds) await place(session, { venue, quantity: '10', price: '0.46' })
    await world.control.advance(60_000)
    await reconcile(session.trading, { fix: false, venues: venueIds })
    expect(await compareBooks(world.dataDir, before, await readAccounts(world.control))).to.deep.equal([])
  })

  it('finds an order that the journal does not have, its position and its cash', async () => {
    const before = await readAccounts(world.control)
    const session = await world.open({ dataDir: `${world.dataDir}/other` })
    await place(session, { venue: 'kalshi', quantity: '10', price: '0.46' })
    const wrong = await compareBooks(world.dataDir, before, await readAccounts(world.control))
    for (const part of ['lost: ', 'yes: 0 here, 10 there', 'cash at kalshi']) expect(wrong.join()).to.include(part)
  })

  it('finds an order that only the journal has, and one that it still takes for resting', async () => {
    const session = await world.open()
    await place(session, { venue: 'polymarket', quantity: '10', price: '0.30', timeInForce: 'gtc' })
    const { polymarket, kalshi } = await readAccounts(world.control)
    const without = { kalshi, polymarket: { ...polymarket, orders: [] } }
    expect((await compareBooks(world.dataDir, without, without)).join()).to.include('ghost: ')
    const orders = polymarket.orders.map((order) => ({ ...order, state: 'cancelled' }))
    const ended = { kalshi, polymarket: { ...polymarket, orders } }
    expect((await compareBooks(world.dataDir, ended, ended)).join()).to.include('resting here, cancelled there')
  })

  it('finds an order that has other terms than the journal knows of', async () => {
    const session = await world.open()
    await place(session, { venue: 'kalshi', quantity: '10', price: '0.30', timeInForce: 'gtc' })
    const { polymarket, kalshi } = await readAccounts(world.control)
    const orders = kalshi.orders.map((order) => ({ ...order, price: '0.31', remaining: '12' }))
    const changed = { polymarket, kalshi: { ...kalshi, orders } }
    const wrong = (await compareBooks(world.dataDir, changed, changed)).join()
    for (const part of ['at 0.3 here, at 0.31 there', '10 resting here, 12 there']) expect(wrong).to.include(part)
  })

  it('finds two orders for one intent', async () => {
    const session = await world.open()
    await place(session, { venue: 'kalshi', quantity: '10', price: '0.30', timeInForce: 'gtc' })
    const { polymarket, kalshi } = await readAccounts(world.control)
    const orders = kalshi.orders.flatMap((order) => [order, { ...order, id: `${order.id}-again` }])
    const doubled = { polymarket, kalshi: { ...kalshi, orders } }
    expect((await compareBooks(world.dataDir, doubled, doubled)).join()).to.include('double: the exchange has two')
  })
})
