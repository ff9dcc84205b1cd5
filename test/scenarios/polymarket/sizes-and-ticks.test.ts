import { expect } from 'chai'
import type { Session } from '../../../src/cli/session/session.ts'
import { parseMoney } from '../../../src/domain/amounts.ts'
import { placeOrder } from '../../../src/engine/place/place-order.ts'
import { planOrder } from '../../../src/engine/place/plan-order.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { listOrders } from '../../../src/engine/settle/order-status.ts'
import { aDraft, place } from '../../support/session.ts'
import { plain, Scenario } from './support.ts'

describe('polymarket scenario: smallest orders and ticks', () => {
  let scenario: Scenario
  let session: Session
  beforeEach(async () => {
    scenario = await Scenario.open({ minNotional: parseMoney('0.1') })
    session = await scenario.session()
    await scenario.book([['0.40', '500']], [['0.45', '500']])
  })
  afterEach(() => scenario.close())

  it('take five shares and not fewer', async () => {
    const buy = (quantity: string) =>
      place(session, { venue: 'polymarket', quantity, price: '0.45', timeInForce: 'gtc' })
    const { order, denials } = await buy('4.99')
    expect([order.status, denials.map(({ code }) => code)]).to.deep.equal(['denied', ['QUANTITY_BELOW_MINIMUM']])
    expect((await buy('5')).order.status).to.equal('filled')
  })

  it('want a dollar of a purchase that trades at once, and not of one that rests', async () => {
    await scenario.book([['0.05', '500']], [['0.10', '500']])
    const buy = (price: string) => place(session, { venue: 'polymarket', quantity: '9', price, timeInForce: 'gtc' })
    const { order } = await buy('0.10')
    expect(order.status).to.equal('rejected')
    expect(order.reason).to.contain('invalid amount for a marketable BUY order ($0.9), min size: $1')
    expect((await buy('0.09')).order.status).to.equal('resting')
  })

  it('change under a resting order, which stays; the next one must be on the new tick', async () => {
    const rest = { venue: 'polymarket', quantity: '10', timeInForce: 'gtc' } as const
    const { order: first } = await place(session, { ...rest, price: '0.33' })
    const stale = await planOrder(session.trading, aDraft({ ...rest, price: '0.34' }))
    await scenario.venue({ tick: { market: plain, size: '0.1' } })
    // A plan from before the change is sent, and refused for certain.
    const { order: refused } = await placeOrder(session.trading, stale)
    expect(refused.status).to.equal('rejected')
    expect(refused.reason).to.contain('breaks minimum tick size rule: 0.1')
    const { denials } = await place(session, { ...rest, price: '0.35' })
    expect(denials.map(({ code }) => code)).to.include('PRICE_OFF_TICK')
    expect((await place(session, { ...rest, price: '0.3' })).order.status).to.equal('resting')
    const report = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    expect(report.differences).to.deep.equal([])
    const open = await listOrders(session.trading, { limit: 10, openOnly: true })
    expect(open.map(({ intent }) => intent.id)).to.include(first.intent.id)
  })
})
