import { expect } from 'chai'
import { previewJson } from '../../../src/cli/json/preview-json.ts'
import type { Session } from '../../../src/cli/session/session.ts'
import type { Market } from '../../../src/domain/market.ts'
import { showMarket } from '../../../src/engine/markets/show-market.ts'
import { planOrder } from '../../../src/engine/place/plan-order.ts'
import { listPositions } from '../../../src/engine/positions.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { refreshOrder } from '../../../src/engine/settle/order-status.ts'
import { aDraft, place } from '../../support/session.ts'
import { type Json, plain, routed, Scenario, standing } from './support.ts'

const exchangeV2 = '0xE111180000d2663C0091e4f400237545B87B996B'

describe('polymarket scenario: balances and approvals', () => {
  let scenario: Scenario
  let session: Session
  let market: Market
  beforeEach(async () => {
    scenario = await Scenario.open()
    session = await scenario.session()
    market = (await showMarket(session.trading, plain)).market
    await scenario.book([['0.40', '500']], [['0.45', '500']])
  })
  afterEach(() => scenario.close())

  const buy = (quantity: string, more = {}) => place(session, { venue: 'polymarket', quantity, price: '0.45', ...more })
  const balance = async (query: string): Promise<Json> =>
    (await scenario.call('GET', `/balance-allowance?${query}`)).json
  const cash = (dollars: string): Promise<void> => scenario.venue({ cash: dollars })

  it('count resting orders against the balance, and the refusal is certain', async () => {
    await cash('10')
    const { order: resting } = await buy('20', { price: '0.30', timeInForce: 'gtc' })
    expect(resting.status).to.equal('resting')
    const { order } = await buy('20', { price: '0.31', timeInForce: 'gtc' })
    expect(order.status).to.equal('rejected')
    expect(order.reason).to.contain('not enough balance / allowance').and.to.contain('balance: 4000000')
    expect((await listPositions(session.trading, { prices: false })).exposure.total).to.equal(6_000_000n)
  })

  it('must cover the fee on top of what an immediate purchase spends', async () => {
    // 20 shares at 0.45 are 9 dollars, and a taker pays a fee on top.
    await cash('9')
    const { order: short } = await buy('20')
    expect([short.status, short.filledQuantity]).to.deep.equal(['rejected', 0n])
    await cash('10')
    expect((await buy('20', { allowDuplicate: true })).order.status).to.equal('filled')
  })

  it('refuse a purchase that the exchange may not take the dollars for, and name the spender', async () => {
    await scenario.venue({ approve: { asset: 'collateral', exchange: 'v2', amount: '0' } })
    const { order } = await buy('10')
    expect(order.status).to.equal('rejected')
    expect(order.reason).to.contain(`the allowance is not enough -> spender: ${exchangeV2}, allowance: 0`)
    expect((await balance('asset_type=COLLATERAL&signature_type=0')).allowances[exchangeV2]).to.equal('0')
  })

  it('are given exchange by exchange: one without approval leaves the others alone', async () => {
    await scenario.venue({ approve: { asset: 'collateral', exchange: 'v2NegRisk', amount: '0' } })
    const negRisk = await scenario.market(session, routed('2', true))
    await scenario.book([['0.40', '500']], [['0.45', '500']], negRisk.id)
    const { order } = await place(session, { market: negRisk.id, quantity: '10', price: '0.45' })
    expect(order.status).to.equal('rejected')
    expect((await buy('10')).order.status).to.equal('filled')
  })

  it('take resting orders off that the wallet no longer covers, and those are cancelled', async () => {
    const { order } = await buy('20', { price: '0.30', timeInForce: 'gtc' })
    await cash('5')
    expect((await scenario.call('GET', `/data/order/${order.venueOrderId}`)).json.status).to.equal('INVALID')
    const report = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    expect(report.settled.map(({ to }) => to)).to.deep.equal(['cancelled'])
    const { order: after } = await refreshOrder(session.trading, order.intent.id)
    expect(standing(after)).to.deep.equal(['cancelled', '0', '0', '0', '0'])
  })

  it('take resting orders off when an approval is withdrawn', async () => {
    const { order } = await buy('20', { price: '0.30', timeInForce: 'gtc' })
    await scenario.venue({ approve: { asset: 'collateral', exchange: 'v2', amount: '0' } })
    const { order: after } = await refreshOrder(session.trading, order.intent.id)
    expect(after.status).to.equal('cancelled')
  })

  it('are nothing under a signature type that is not the wallet’s', async () => {
    expect((await balance('asset_type=COLLATERAL&signature_type=0')).balance).to.equal('10000000000')
    for (const type of ['1', '2', '3']) {
      const shown = await balance(`asset_type=COLLATERAL&signature_type=${type}`)
      expect([shown.balance, shown.allowances[exchangeV2]]).to.deep.equal(['0', '0'])
    }
    const client = await session.trading.client('polymarket')
    expect((await client.getBalance()).available).to.equal(10_000_000_000n)
  })

  it('lag behind a purchase in the venue’s cache: the sale is refused until the venue has looked again', async () => {
    await scenario.venue({ balanceLagMs: 600_000 })
    await buy('10')
    const sell = () =>
      place(session, { venue: 'polymarket', side: 'sell', quantity: '10', price: '0.40', allowDuplicate: true })
    const { order: refused } = await sell()
    expect(refused.status).to.equal('rejected')
    expect(refused.reason).to.contain('the balance is not enough -> balance: 0, order amount: 10000000')
    const token = `asset_type=CONDITIONAL&token_id=${market.routing.yesToken}&signature_type=0`
    expect((await balance(token)).balance).to.equal('0')
    // What we hold is what we bought, whatever the venue's cache says.
    const { positions } = await listPositions(session.trading, { prices: false })
    expect(positions[0]?.position.quantity).to.equal(10_000_000n)
    scenario.pass(1_000)
    await scenario.call('GET', `/balance-allowance/update?${token}`)
    expect((await balance(token)).balance).to.equal('10000000')
    expect((await sell()).order.status).to.equal('filled')
  })

  it('let shares be sold again that are not final yet: the venue decides, the position tells', async () => {
    await buy('10')
    const sale = { venue: 'polymarket', side: 'sell', quantity: '10', price: '0.40' } as const
    const plan = await planOrder(session.trading, aDraft(sale))
    expect(previewJson(session.trading, session.settings, plan).soldBeforeFinal).to.equal('10')
    const { order } = await place(session, sale)
    expect(order.status).to.equal('filled')
    const { positions } = await listPositions(session.trading, { prices: false })
    expect(positions[0]?.position).to.include({ quantity: 0n, finalQuantity: 0n, provisionalBought: 10_000_000n })
  })
})
