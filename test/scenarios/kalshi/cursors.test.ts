import { expect } from 'chai'
import { VenueError } from '../../../src/domain/errors.ts'
import { aKalshiWorld, type Json, type KalshiWorld } from './world.ts'

/** A cursor that Kalshi does not understand starts again at page one, with status 200 (venue page §4.7). */
describe('kalshi scenario: garbage cursors', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld()
    await world.book([['0.40', '20']], [['0.50', '20']])
    await world.place({ price: '0.50', timeInForce: 'ioc' })
    await world.place()
  })
  afterEach(() => world.close())

  it('at the venue: the first page again', async () => {
    const page = async (query: string): Promise<readonly unknown[]> => {
      const { status, body } = await world.venue('GET', `/portfolio/orders?limit=1${query}`)
      expect(status).to.equal(200)
      return (body.orders as readonly Json[]).map((order) => order.order_id)
    }
    expect(await page('&cursor=garbage')).to.deep.equal(await page(''))
  })

  const lists: Readonly<Record<string, (world: KalshiWorld) => Promise<unknown>>> = {
    list_orders: ({ client }) => client.listOpenOrders(),
    list_fills: ({ client }) => client.listFills({}),
    historical_fills: async ({ client, pass }) => {
      pass(91 * 24 * 3_600_000)
      return client.listFills({})
    },
    list_positions: ({ client }) => client.listPositions(),
    list_events: async ({ client }) => {
      for await (const page of client.listMarkets({ status: 'open' })) expect(page).to.have.length(4)
    },
    list_markets: async ({ client, control }) => {
      await control('POST', '/markets', { market: 'kalshi:KXSHARD3', status: 'paused' })
      for await (const page of client.listMarkets({ status: 'paused' })) expect(page).to.have.length(1)
    },
  }
  for (const [endpoint, read] of Object.entries(lists)) {
    it(`here: ${endpoint} ends with an error, is not read for ever and counts nothing twice`, async () => {
      await world.spoil(endpoint, { fault: 'garbage_cursor' }, null)
      const problem: unknown = await read(world).catch((error: unknown) => error)
      expect(problem).to.be.instanceOf(VenueError)
      expect(problem).to.deep.include({ kind: 'undecodable', code: 'LIST_NOT_WHOLE' })
    })
  }

  it('here: an order that is not seen in such a list is not called absent', async () => {
    await world.spoil('place_order', { fault: 'drop_request' })
    const { order } = await world.place({ price: '0.44' })
    world.pass(120_000)
    await world.spoil('list_orders', { fault: 'garbage_cursor' }, null)
    const report = await world.reconcile()
    expect((await world.known(order)).status).to.equal('unknown')
    expect(report.unsettled[0]?.reason).to.contain('could not be read to its end')
    expect(report.differences.map(({ kind }) => kind)).to.deep.equal(['venue_unreadable'])
    await world.control('DELETE', '/faults')
    await world.reconcile()
    expect((await world.known(order)).status).to.equal('rejected')
  })
})
