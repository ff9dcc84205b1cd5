import { expect } from 'chai'
import type { Session } from '../../../src/cli/session/session.ts'
import type { Market } from '../../../src/domain/market.ts'
import { showMarket } from '../../../src/engine/markets/show-market.ts'
import { planOrder } from '../../../src/engine/place/plan-order.ts'
import { aDraft, place } from '../../support/session.ts'
import { routed, Scenario } from './support.ts'

describe('polymarket scenario: neg-risk markets', () => {
  let scenario: Scenario
  let session: Session
  let market: Market
  before(async () => {
    scenario = await Scenario.open()
    session = await scenario.session()
    market = await scenario.market(session, routed('2', true))
    await scenario.book([['0.40', '500']], [['0.45', '500']], market.id)
  })
  after(() => scenario.close())

  it('are signed for their own exchange, which the preview names', async () => {
    const { order, preview } = await place(session, { market: market.id, quantity: '10', price: '0.45' })
    expect(order.status).to.equal('filled')
    expect(preview).to.include({
      exchange: '0xe2222d279d744050d28e00520010520000310F59',
      domainVersion: '2',
      orderId: order.venueOrderId,
    })
    expect((await scenario.ask(`/neg-risk?token_id=${market.routing.yesToken}`)).json).to.deep.equal({ neg_risk: true })
  })

  it('refuse what is signed for the other exchange, and the refusal is certain', async () => {
    const client = await session.trading.client('polymarket')
    const plan = await planOrder(session.trading, aDraft({ market: market.id, quantity: '11', price: '0.45' }))
    const misled = { ...plan, market: { ...market, routing: { ...market.routing, negRisk: 'false' } } }
    expect(client.venue).to.equal('polymarket')
    const { placeOrder } = await import('../../../src/engine/place/place-order.ts')
    const { order } = await placeOrder(session.trading, misled)
    expect(order.status).to.equal('rejected')
    expect(order.reason).to.contain('invalid signature')
    expect(order.filledQuantity).to.equal(0n)
  })

  it('name the event whose outcomes exclude each other', async () => {
    const { json } = await scenario.ask(`/markets/slug/${market.symbol}`, 'gamma')
    expect(json).to.include({ negRisk: true, negRiskOther: false })
    expect(json.negRiskMarketID).to.match(/^0x[0-9a-f]{64}$/)
    const event = (await scenario.ask(`/events/slug/${market.eventId}`, 'gamma')).json
    expect(event).to.include({ negRisk: true, negRiskAugmented: false, negRiskMarketID: json.negRiskMarketID })
    expect(market.eventId).to.equal(json.events[0].slug)
  })

  it('are not traded while they stand for outcomes that have no name yet', async () => {
    const { markets } = (await scenario.ask(`/events/slug/${market.eventId}`, 'gamma')).json
    const last = markets.at(-1).slug
    const plan = () =>
      planOrder(session.trading, aDraft({ market: `polymarket:${last}`, quantity: '10', price: '0.5' }))
    expect((await plan()).market.untradableReason).to.equal(null)
    await scenario.venue({ augment: market.eventId })
    const after = await plan()
    expect(after.market.untradableReason).to.match(/not named yet/)
    expect(after.verdict.kind === 'denied' ? after.verdict.denials.map(({ code }) => code) : []).to.include(
      'MARKET_UNTRADABLE',
    )
    // The named outcomes of the same event stay what they were.
    const named = await showMarket(session.trading, `polymarket:${markets[0].slug}`)
    expect(named.market.untradableReason).to.equal(null)
  })
})
