import { join } from 'node:path'
import { expect } from 'chai'
import { venueIds } from '../../src/domain/market.ts'
import { cancelAllOrders } from '../../src/engine/cancel/cancel-all.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

describe('cancelling everything on both venues', () => {
  let world: TestWorld
  beforeEach(async () => {
    world = await aWorld()
    for (const market of Object.values(marketOf)) {
      await world.control.setBook(market, { bids: [['0.44', '30']], asks: [['0.46', '10']] })
    }
  })
  afterEach(() => world.close())

  it('tells what was cancelled at one venue when the other has no usable key', async () => {
    const trader = await world.open()
    await place(trader, { venue: 'polymarket', quantity: '10', price: '0.30', timeInForce: 'gtc' })
    await trader[Symbol.asyncDispose]()
    const settings = world.settings()
    const missing = { ...settings.venues.kalshi.credentials, privateKeyPath: join(world.dataDir, 'gone.pem') }
    const kalshi = { ...settings.venues.kalshi, credentials: missing }
    const session = await world.open({ venues: { ...settings.venues, kalshi } })
    const outcomes = await cancelAllOrders(session.trading, venueIds)
    expect(outcomes.map(({ venue, outcome, stillResting }) => [venue, outcome, stillResting])).to.deep.equal([
      ['kalshi', 'unknown', null],
      ['polymarket', 'cancelled', 0],
    ])
    expect(outcomes[0]?.message).to.include('gone.pem')
  })
})
