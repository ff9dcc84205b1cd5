import { expect } from 'chai'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { cancelOrder } from '../../../src/engine/cancel/cancel-order.ts'
import { codeOf } from '../../sandbox/support/kalshi-http.ts'
import { aKalshiWorld, type Json, type KalshiWorld, marketOn } from './world.ts'

const orders = '/portfolio/events/orders'
const transfers = '/portfolio/intra_exchange_instance_transfer'

/** Money on one exchange shard does not back an order on another (venue page §4.5). */
describe('kalshi scenario: collateral by exchange shard', () => {
  let world: KalshiWorld
  beforeEach(async () => {
    world = await aKalshiWorld()
  })
  afterEach(() => world.close())

  const setCash = (shard: number, amount: string | null): Promise<Json> =>
    world.control('POST', '/cash', { venue: 'kalshi', pool: String(shard), amount })

  async function pools(): Promise<Readonly<Record<string, string>>> {
    const balance = await world.client.getBalance()
    return Object.fromEntries(balance.pools.map(({ name, available }) => [name, formatAmount(available)]))
  }

  it('shows the cash of each shard and what it adds up to', async () => {
    expect(await pools()).to.deep.equal({ 0: '10000', 1: '2000', 2: '2000', 3: '2000' })
    expect(formatAmount((await world.client.getBalance()).available)).to.equal('16000')
    const { body } = await world.venue('GET', '/portfolio/balance?exchange_index=2')
    expect(body).to.deep.include({ balance_dollars: '2000.0000', balance: 200_000 })
    expect(body.balance_breakdown).to.deep.equal([{ exchange_index: 2, balance: '2000.0000' }])
  })

  for (const shard of [1, 2, 3] as const) {
    it(`refuses an order on shard ${shard} that only shard 0 could pay, and says where the cash is missing`, async () => {
      await setCash(shard, '1')
      const { order } = await world.place({ market: marketOn(shard) })
      expect(order.status).to.equal('rejected')
      expect(order.reason)
        .to.contain('there is not enough cash on the exchange shard of this market')
        .and.to.contain('No order was placed.')
        .and.to.contain('cash elsewhere does not count')
    })
  }

  it('refuses an order on a shard that the account was never set up on, and says so', async () => {
    await setCash(3, null)
    expect(await pools()).not.to.have.property('3')
    const { order } = await world.place({ market: marketOn(3) })
    expect(order.status).to.equal('rejected')
    expect(order.reason).to.contain('the account is not set up on the exchange shard of this market')
  })

  it('takes a pinned wrong shard for a market that does not exist; our orders pin none', async () => {
    const body = {
      ticker: 'KXSHARD2',
      side: 'bid',
      count: '1.00',
      price: '0.4500',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
    }
    const wrong = await world.venue('POST', orders, { ...body, exchange_index: 0 })
    expect([wrong.status, codeOf(wrong)]).to.deep.equal([404, 'market_not_found'])
    const { order } = await world.place({ market: marketOn(2) })
    expect(order.status).to.equal('resting')
  })

  it('looks for an order on shard 0 when a cancel names no market; our cancels name it', async () => {
    const { order } = await world.place({ market: marketOn(2) })
    const lost = await world.venue('DELETE', `${orders}/${order.venueOrderId}`)
    expect([lost.status, codeOf(lost)]).to.deep.equal([404, 'not_found'])
    expect((await world.client.listOpenOrders()).length).to.equal(1)
    expect((await cancelOrder(world.session.trading, order.intent.id)).outcome).to.equal('cancelled')
  })

  describe('moving cash', () => {
    const move = (change: Json = {}): ReturnType<KalshiWorld['venue']> =>
      world.venue('POST', transfers, {
        source: 'event_contract',
        destination: 'event_contract',
        amount: 125_000,
        source_exchange_shard: 0,
        destination_exchange_shard: 1,
        ...change,
      })

    it('takes centicents, leaves at once and arrives later; then it backs orders there', async () => {
      await setCash(1, '0')
      const { body } = await move()
      const read = async (): Promise<unknown> =>
        (await world.venue('GET', `/portfolio/intra_exchange_instance_transfers/${body.transfer_id}`)).body.transfer
      expect(await read()).to.include({ amount: '12.5000', status: 'pending', destination_exchange_shard: 1 })
      expect(await pools()).to.include({ 0: '9987.5', 1: '0' })
      expect((await world.place({ market: marketOn(1) })).order.status).to.equal('rejected')
      world.pass(1_000)
      expect(await read()).to.include({ status: 'complete' })
      expect(await pools()).to.include({ 0: '9987.5', 1: '12.5' })
      expect((await world.place({ market: marketOn(1) })).order.status).to.equal('resting')
    })

    it('moves no more than is free, and nothing twice under one id', async () => {
      await setCash(0, '10')
      await world.place({ quantity: '10', price: '0.90' })
      expect(codeOf(await move({ amount: 20_000 }))).to.equal('insufficient_balance')
      expect((await move({ amount: 10_000, client_transfer_id: 'one' })).status).to.equal(200)
      const again = await move({ amount: 10_000, client_transfer_id: 'one' })
      expect([again.status, codeOf(again)]).to.deep.equal([409, 'transfer_already_applied'])
      world.pass(1_000)
      expect(await pools()).to.include({ 0: '9', 1: '2001' })
    })
  })
})
