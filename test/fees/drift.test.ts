import { join } from 'node:path'
import { expect } from 'chai'
import { switchOn } from '../../src/cli/halt/kill-switch.ts'
import { replayRecordingFolder } from '../../src/cli/replay/replay-session.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { formatAmount } from '../../src/domain/amounts.ts'
import type { FeeDrift } from '../../src/domain/fee-drift.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { settleOrder } from '../../src/engine/settle/settle-order.ts'
import type { JournalEvent } from '../../src/store/events.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

/** What becomes of a fee that is not what the venue says it would be, from the wire to the journal. */
describe('a fee that is not what the schedule gives', function () {
  this.timeout(20_000)
  const series = 'KXHOUSE'
  let world: TestWorld
  let session: Session

  beforeEach(async () => {
    world = await aWorld()
    session = await world.open()
    await world.control.setBook(marketOf.kalshi, { bids: [['0.44', '30']], asks: [['0.46', '30']] })
  })
  afterEach(() => world.close())

  async function charge(multiplier: string, secret: boolean): Promise<void> {
    await change({ series, type: 'quadratic', multiplier, secret })
  }

  async function change(body: object): Promise<void> {
    const reply = await fetch(`${world.sandbox.control}/fees`, { method: 'POST', body: JSON.stringify(body) })
    expect(reply.status, await reply.text()).to.equal(200)
  }

  async function drifts(): Promise<readonly Extract<JournalEvent, { type: 'fee.drift' }>[]> {
    const found: Extract<JournalEvent, { type: 'fee.drift' }>[] = []
    for await (const { event } of session.trading.ledger.records()) if (event.type === 'fee.drift') found.push(event)
    return found
  }

  const amounts = (drift: FeeDrift | undefined) =>
    drift === undefined ? null : [drift.charged, drift.predicted].map((each) => formatAmount(each))

  it('is journalled with what was charged and predicted, and stays with the order', async () => {
    await charge('1.05', true)
    const { order } = await place(session, { quantity: '5', price: '0.46' })
    expect(amounts(order.feeDrift)).to.deep.equal(['0.0913', '0.09'])
    const [event, ...others] = await drifts()
    expect(others).to.deep.equal([])
    expect(event?.drift).to.include({ series, schedule: 'taker rate 0.07, maker rate 0' })
    expect(event?.fillIds).to.deep.equal(order.fillIds)
    const next = await world.open()
    const kept = await next.trading.ledger.findOrder(order.intent.id)
    expect(amounts(kept?.feeDrift)).to.deep.equal(['0.0913', '0.09'])
  })

  it('is none when the venue had told of the change', async () => {
    await charge('2', false)
    const { order } = await place(session, { quantity: '5', price: '0.46' })
    expect([order.status, order.feeDrift, await drifts()]).to.deep.equal(['filled', undefined, []])
  })

  it('is none on an account that a broker rounds to cents, nor within a waiver', async () => {
    await change({ balanceStep: '0.01' })
    const { order } = await place(session, { quantity: '5', price: '0.46' })
    expect([order.feeDrift, order.fees === null ? null : formatAmount(order.fees)]).to.deep.equal([undefined, '0.09'])
    await change({ waive: marketOf.kalshi, forMs: 3_600_000 })
    const waived = await place(session, { quantity: '6', price: '0.46' })
    expect([waived.order.feeDrift, waived.order.fees]).to.deep.equal([undefined, 0n])
  })

  it('of a resting order is found by reconcile, which names it', async () => {
    const { order } = await place(session, { quantity: '5', price: '0.45', timeInForce: 'gtc' })
    await change({ series, type: 'quadratic_with_maker_fees', multiplier: '1', secret: true })
    await world.control.setBook(marketOf.kalshi, { bids: [], asks: [['0.45', '5']] })
    const report = await reconcile(session.trading, { fix: false, venues: ['kalshi'] })
    expect(report.feeDrifts.map(({ orderId, drift }) => [orderId, ...(amounts(drift) ?? [])])).to.deep.equal([
      [order.intent.id, '0.0217', '0'],
    ])
    expect((await reconcile(session.trading, { fix: false, venues: ['kalshi'] })).feeDrifts).to.deep.equal([])
  })

  it('holds back what would open in the series once it was more than limits had counted, until a person resumes', async () => {
    await charge('2', true)
    const { order } = await place(session, { quantity: '5', price: '0.46' })
    expect(order.feeDrift === undefined ? null : order.feeDrift.charged > order.feeDrift.worst).to.equal(true)
    const denied = await place(session, { quantity: '6', price: '0.46' })
    expect(denied.denials.map(({ code }) => code)).to.deep.equal(['FEE_DRIFT'])
    expect(denied.denials[0]?.message).to.contain(series).and.to.contain(order.intent.id)
    const closing = await place(session, { side: 'sell', quantity: '5', price: '0.44' })
    expect(closing.order.status).to.equal('filled')
    await switchOn({ settings: world.settings(), onWarning: (message) => world.warnings.push(message) })
    await session.trading.ledger.refresh()
    const after = await place(session, { quantity: '6', price: '0.46' })
    expect(after.denials).to.deep.equal([])
  })

  it('holds nothing back when it was no more than limits had counted', async () => {
    await charge('0.5', true)
    const { order } = await place(session, { quantity: '5', price: '0.46' })
    expect(order.feeDrift).to.not.equal(undefined)
    expect((await place(session, { quantity: '6', price: '0.46' })).denials).to.deep.equal([])
  })

  it('is found again, and the same, when the order is replayed', async () => {
    const captureDir = join(world.dataDir, 'tapes')
    const taped = await world.open({ captureDir, session: 'drift' })
    await charge('2', true)
    const { order } = await place(taped, { quantity: '5', price: '0.46' })
    expect(order.feeDrift).to.not.equal(undefined)
    await taped[Symbol.asyncDispose]()
    const report = await replayRecordingFolder('drift', { captureDir })
    expect(report.drifts.map((drift) => drift.describe())).to.deep.equal([])
    expect(report.verdict).to.equal('same')
  })

  it('is not journalled twice for the same fills', async () => {
    await charge('1.05', true)
    const { order } = await place(session, { quantity: '5', price: '0.46' })
    await settleOrder(session.trading, order, 'poll')
    expect(await drifts()).to.have.length(1)
  })
})
