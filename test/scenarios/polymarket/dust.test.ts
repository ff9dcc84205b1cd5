import { expect } from 'chai'
import { positionListJson, reconcileJson } from '../../../src/cli/json/position-json.ts'
import type { Session } from '../../../src/cli/session/session.ts'
import { positionListView, reconcileView } from '../../../src/cli/views/positions.ts'
import { renderDocument } from '../../../src/cli/views/render.ts'
import { listPositions } from '../../../src/engine/positions.ts'
import { type ReconcileReport, reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { place } from '../../support/session.ts'
import { plain, Scenario } from './support.ts'

describe('polymarket scenario: dust', () => {
  let scenario: Scenario
  let session: Session
  before(async () => {
    scenario = await Scenario.open()
    session = await scenario.session()
    await scenario.book([['0.45', '500']], [['0.48', '500']])
    // 10 dollars buy 20.833333 shares.
    await place(session, { venue: 'polymarket', quantity: '20', price: '0.50' })
    scenario.pass(60_000)
    await look()
  })
  after(() => scenario.close())

  const look = (): Promise<ReconcileReport> => reconcile(session.trading, { fix: false, venues: ['polymarket'] })
  const positions = async () => positionListJson(await listPositions(session.trading, { prices: true }))
  const sell = (quantity: string) => place(session, { venue: 'polymarket', side: 'sell', quantity, price: '0.45' })

  it('below a hundredth of a share cannot be sold: the sale is denied with what can', async () => {
    const { order, denials } = await sell('20.833333')
    expect(order.status).to.equal('denied')
    const offStep = denials.find(({ code }) => code === 'QUANTITY_OFF_STEP')
    expect(offStep?.suggestion).to.contain('--quantity 20.83')
  })

  it('is named in the list of positions, not hidden', async () => {
    const listed = await positions()
    expect(listed.positions[0]).to.include({ quantity: '20.833333', dustQuantity: '0.003333' })
    expect(await renderDocument(positionListView(listed), null)).to.contain('0.003333 of it is dust')
  })

  it('is left over by a sale of everything that can be sold, and is neither a difference nor nothing', async () => {
    const { order } = await sell('20.83')
    expect(order.status).to.equal('filled')
    scenario.pass(60_000)
    const { json } = await scenario.ask(`/v2/positions?user=${scenario.world.sandbox.polymarket.funder}`, 'data')
    // The venue does not list it, though it is there.
    expect(json.data).to.deep.equal([])
    expect((await scenario.account()).positions[0].yes).to.equal('0.003333')
    const report = await look()
    expect(report.differences).to.deep.equal([])
    expect(report.dust).to.deep.equal([
      { venue: 'polymarket', subject: `${plain}/yes`, quantity: '0.003333', listedFrom: '0.1' },
    ])
    expect(await renderDocument(reconcileView(reconcileJson(report, session.trading.ledger.state)), null)).to.contain(
      '0.003333 is dust',
    )
    expect((await positions()).positions[0]).to.include({ quantity: '0.003333', dustQuantity: '0.003333' })
  })

  it('does not excuse a holding that the venue would list', async () => {
    await place(session, { venue: 'polymarket', outcome: 'no', quantity: '10', price: '0.55', timeInForce: 'gtc' })
    scenario.pass(60_000)
    await scenario.fault('status', {
      endpoint: 'list_positions',
      status: 200,
      body: JSON.stringify({ data: [], pagination: null }),
      executed: false,
    })
    const report = await look()
    expect(report.differences.map(({ subject, ours, theirs }) => [subject, ours, theirs])).to.deep.equal([
      [`${plain}/no`, '10', '0'],
    ])
  })
})
