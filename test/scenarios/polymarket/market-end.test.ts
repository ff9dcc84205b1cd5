import { expect } from 'chai'
import type { Session } from '../../../src/cli/session/session.ts'
import { showMarket } from '../../../src/engine/markets/show-market.ts'
import { placeOrder } from '../../../src/engine/place/place-order.ts'
import { planOrder } from '../../../src/engine/place/plan-order.ts'
import { listPositions } from '../../../src/engine/positions.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { aDraft, place } from '../../support/session.ts'
import { plain, Scenario, standing } from './support.ts'

describe('polymarket scenario: the end of a market', () => {
  let scenario: Scenario
  let session: Session
  beforeEach(async () => {
    scenario = await Scenario.open()
    session = await scenario.session()
    await scenario.book([['0.40', '500']], [['0.45', '500']])
  })
  afterEach(() => scenario.close())

  const end = (status: string, result?: string): Promise<unknown> =>
    scenario.control('POST', '/markets', { market: plain, status, ...(result === undefined ? {} : { result }) })

  it('takes resting orders with it, and those are cancelled', async () => {
    const { order } = await place(session, { venue: 'polymarket', quantity: '10', price: '0.30', timeInForce: 'gtc' })
    await end('closed')
    const { json } = await scenario.call('GET', `/data/order/${order.venueOrderId}`)
    expect(json.status).to.equal('CANCELED_MARKET_RESOLVED')
    const { settled } = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    expect(settled.map(({ to }) => to)).to.deep.equal(['cancelled'])
  })

  it('takes the book with it, and orders are denied before anything is sent', async () => {
    const { market } = await showMarket(session.trading, plain)
    await end('closed')
    expect(await scenario.ask(`/book?token_id=${market.routing.yesToken}`)).to.deep.equal({
      status: 404,
      json: { error: 'No orderbook exists for the requested token id' },
    })
    const after = await showMarket(session.trading, plain)
    expect([after.market.status, after.book]).to.deep.equal(['closed', null])
    const { order, denials } = await place(session, { venue: 'polymarket', quantity: '10', price: '0.45' })
    expect(order.status).to.equal('denied')
    expect(denials.map(({ code }) => code)).to.include('MARKET_NOT_OPEN')
  })

  it('comes without a word to an order that was planned before: it is refused for certain', async () => {
    const plan = await planOrder(
      session.trading,
      aDraft({ venue: 'polymarket', quantity: '10', price: '0.45', timeInForce: 'gtc' }),
    )
    await end('closed')
    const { order } = await placeOrder(session.trading, plan)
    expect(standing(order)).to.deep.equal(['rejected', '0', '0', '0', '0'])
  })

  it('leaves what is held as it is until it is paid, and then says that it is gone', async () => {
    await place(session, { venue: 'polymarket', quantity: '10', price: '0.45' })
    scenario.pass(60_000)
    await end('determined', 'yes')
    const report = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    expect(report.differences).to.deep.equal([])
    expect((await showMarket(session.trading, plain)).market).to.include({ status: 'determined', result: 'yes' })
    const { positions } = await listPositions(session.trading, { prices: true })
    expect([positions[0]?.position.quantity, positions[0]?.marketPrice]).to.deep.equal([10_000_000n, null])
    await end('settled', 'yes')
    const paid = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    expect(paid.differences.map(({ ours, theirs, likelyCause }) => [ours, theirs, likelyCause])).to.deep.equal([
      ['10', '0', 'the market has settled and pays $1 for each; --fix books it once what was held agrees'],
    ])
  })

  it('does not pay for what fails to settle', async () => {
    await scenario.fault('settlement_failed')
    await place(session, { venue: 'polymarket', quantity: '10', price: '0.45' })
    await end('settled', 'yes')
    expect((await scenario.account()).cash.pusd).to.equal('10000')
    const report = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    expect(report.reversed.map(({ quantity }) => quantity)).to.deep.equal(['10'])
    expect(report.differences).to.deep.equal([])
  })
})
