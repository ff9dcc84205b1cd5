import { expect } from 'chai'
import { placementJson } from '../../../src/cli/json/order-json.ts'
import type { Session } from '../../../src/cli/session/session.ts'
import { placementView } from '../../../src/cli/views/placement.ts'
import { renderDocument } from '../../../src/cli/views/render.ts'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { exposureOf } from '../../../src/domain/exposure.ts'
import { positionKey } from '../../../src/domain/position.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { place } from '../../support/session.ts'
import { plain, Scenario, standing } from './support.ts'

describe('polymarket scenario: immediate purchases spend dollars', () => {
  let scenario: Scenario
  let session: Session
  beforeEach(async () => {
    scenario = await Scenario.open()
    session = await scenario.session()
  })
  afterEach(() => scenario.close())

  const held = (): string =>
    formatAmount(session.trading.ledger.state.positions.get(positionKey(plain, 'yes'))?.quantity ?? (0n as never))

  for (const timeInForce of ['ioc', 'fok'] as const) {
    it(`${timeInForce} takes more shares than asked for at a better price, and never more dollars`, async () => {
      await scenario.book([], [['0.48', '500']])
      const { order } = await place(session, { venue: 'polymarket', quantity: '20', price: '0.50', timeInForce })
      // 20 at 0.50 are 10 dollars, which buy 20.833333 at 0.48.
      expect(standing(order)).to.deep.equal(['filled', '20.833333', '20.833333', '0', '0'])
      expect(held()).to.equal('20.833333')
      const { positions, openOrders } = session.trading.ledger.state
      const exposure = exposureOf(positions.values(), openOrders.values())
      // What was checked before sending bounds it: quantity times limit.
      expect(exposure.total <= 10_000_000n).to.equal(true)
      scenario.pass(60_000)
      const report = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
      expect(report.differences).to.deep.equal([])
    })
  }

  it('says so to the person', async () => {
    await scenario.book([], [['0.48', '500']])
    const outcome = await place(session, { venue: 'polymarket', quantity: '20', price: '0.50' })
    const shown = await renderDocument(placementView(placementJson(outcome, false)), null)
    expect(shown).to.contain('20.833333 of 20 filled')
    expect(shown).to.contain('0.833333 more than asked for')
  })

  it('a resting purchase targets shares: a better price costs less', async () => {
    await scenario.book([], [['0.48', '500']])
    const { order } = await place(session, { venue: 'polymarket', quantity: '20', price: '0.50', timeInForce: 'gtc' })
    expect(standing(order).slice(0, 2)).to.deep.equal(['filled', '20'])
    expect(order.averagePrice).to.equal(480_000n)
  })

  it('is partly filled when the book has less, and the rest is gone', async () => {
    await scenario.book([], [['0.48', '5']])
    const { order } = await place(session, { venue: 'polymarket', quantity: '20', price: '0.50' })
    expect(standing(order)).to.deep.equal(['partially_filled', '5', '5', '0', '0'])
    expect(held()).to.equal('5')
  })

  it('is killed whole when it must fill whole and cannot', async () => {
    await scenario.book([], [['0.48', '5']])
    const { order } = await place(session, { venue: 'polymarket', quantity: '20', price: '0.50', timeInForce: 'fok' })
    expect(order.status).to.equal('rejected')
    expect(order.reason).to.match(/FOK orders are fully filled or killed/)
    expect(held()).to.equal('0')
  })

  it('must spend whole cents: another number of shares is suggested, nothing is resized', async () => {
    await scenario.book([], [['0.35', '500']])
    const { order, denials } = await place(session, { venue: 'polymarket', quantity: '42.85', price: '0.35' })
    expect(order.status).to.equal('denied')
    expect(denials[0]?.message).to.match(/whole cents/)
    expect(denials[0]?.suggestion).to.match(/--quantity 42.8 or --quantity 43/)
    // The same numbers rest without a word.
    const { order: resting } = await place(session, {
      venue: 'polymarket',
      quantity: '42.85',
      price: '0.34',
      timeInForce: 'gtc',
    })
    expect(resting.status).to.equal('resting')
  })
})
