import { expect } from 'chai'
import type { Session } from '../../../src/cli/session/session.ts'
import type { Market } from '../../../src/domain/market.ts'
import { cancelOrder } from '../../../src/engine/cancel/cancel-order.ts'
import { showMarket } from '../../../src/engine/markets/show-market.ts'
import { placeOrder } from '../../../src/engine/place/place-order.ts'
import { planOrder } from '../../../src/engine/place/plan-order.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { aDraft, place } from '../../support/session.ts'
import { type Json, plain, routed, Scenario, standing } from './support.ts'

const exchangeV3 = '0xe3333700cA9d93003F00f0F71f8515005F6c00Aa'

describe('polymarket scenario: Protocol V2 markets', () => {
  let scenario: Scenario
  let session: Session
  let market: Market
  before(async () => {
    scenario = await Scenario.open()
    session = await scenario.session()
    market = await scenario.market(session, routed('3', false))
  })
  after(() => scenario.close())
  beforeEach(() => scenario.book([['0.40', '500']], [['0.45', '500']], market.id))

  it('live an order through on ExchangeV3: bought, final, sold, and the venue agrees', async () => {
    const { order, preview } = await place(session, { market: market.id, quantity: '20', price: '0.45' })
    expect(preview).to.include({ exchange: exchangeV3, domainVersion: '3', tokenId: market.routing.yesToken })
    expect(standing(order)).to.deep.equal(['filled', '20', '20', '0', '0'])
    scenario.pass(60_000)
    await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    const sale = await place(session, { market: market.id, side: 'sell', quantity: '20', price: '0.40' })
    expect(sale.order.status).to.equal('filled')
    scenario.pass(60_000)
    const report = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    expect([report.differences, report.unsettled]).to.deep.equal([[], []])
  })

  it('rest, are listed and are cancelled under their own id', async () => {
    const { order } = await place(session, { market: market.id, quantity: '10', price: '0.30', timeInForce: 'gtc' })
    const open = await (await session.trading.client('polymarket')).listOpenOrders()
    expect(open.map(({ venueOrderId, market: id }) => [venueOrderId, id])).to.deep.equal([
      [order.venueOrderId, market.id],
    ])
    expect((await cancelOrder(session.trading, order.intent.id)).outcome).to.equal('cancelled')
  })

  it('have condition ids of 62 digits in the catalogue, and of 64 everywhere else', async () => {
    const row = (await scenario.ask(`/markets/slug/${market.symbol}`, 'gamma')).json
    expect(row.conditionId).to.have.length(2 + 62)
    expect(market.routing.conditionId).to.equal(`${row.conditionId}00`)
    const statuses = [row.conditionId, market.routing.conditionId].map(
      async (id) => (await scenario.ask(`/clob-markets/${id}`)).status,
    )
    expect(await Promise.all(statuses)).to.deep.equal([404, 200])
    // A person may paste either.
    for (const id of [row.conditionId, market.routing.conditionId]) {
      expect((await showMarket(session.trading, `polymarket:${id}`)).market.id).to.equal(market.id)
    }
  })

  it('refuse what is signed for the CTF exchange by its name, and the refusal is certain', async () => {
    const plan = await planOrder(session.trading, aDraft({ market: market.id, quantity: '11', price: '0.45' }))
    const misled = { ...plan, market: { ...market, routing: { ...market.routing, domainVersion: '2' } } }
    const { order } = await placeOrder(session.trading, misled)
    expect(order.status).to.equal('rejected')
    expect(order.reason).to.contain('order_version_mismatch')
  })

  it('keep shares under another kind of asset and ask for approvals of their own', async () => {
    await place(session, { market: market.id, quantity: '7', price: '0.45' })
    const balance = async (kind: string): Promise<Json> =>
      (
        await scenario.call(
          'GET',
          `/balance-allowance?asset_type=${kind}&token_id=${market.routing.yesToken}&signature_type=0`,
        )
      ).json
    expect([(await balance('CONDITIONAL')).balance, (await balance('CONDITIONAL-V2')).balance]).to.deep.equal([
      '0',
      '7000000',
    ])
    await scenario.venue({ approve: { asset: 'conditional', exchange: 'v3', amount: '0' } })
    const { order } = await place(session, { market: market.id, side: 'sell', quantity: '7', price: '0.40' })
    expect(order.status).to.equal('rejected')
    expect(order.reason).to.contain(`the allowance is not enough -> spender: ${exchangeV3}`)
    await scenario.venue({ approve: { asset: 'conditional', exchange: 'v3', amount: null } })
  })

  it('do not tempt a v1 market to its position ids, which have no book', async () => {
    const client = await session.trading.client('polymarket')
    const rows: Json[] = (await scenario.ask('/markets/keyset?limit=100&closed=false', 'gamma')).json.markets
    const both = rows.find((row) => row.version === 'v1' && row.positionIds !== undefined && row.acceptingOrders)
    const found = await client.getMarket(both.slug)
    expect(found.routing.yesToken).to.equal(JSON.parse(both.clobTokenIds)[0])
    expect((await scenario.ask(`/book?token_id=${both.positionIds[0]}`)).status).to.equal(404)
    expect((await client.getBook(found)).market).to.equal(found.id)
  })

  it('are not traded when the venue does not say which exchange they are on', async () => {
    await scenario.fault('missing_version', { endpoint: 'get_market' })
    const plan = await planOrder(session.trading, aDraft({ market: plain, quantity: '10', price: '0.5' }))
    expect(plan.market.untradableReason).to.match(/does not say which exchange/)
    expect(plan.verdict.kind).to.equal('denied')
  })
})
