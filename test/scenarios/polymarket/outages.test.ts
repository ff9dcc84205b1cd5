import { expect } from 'chai'
import type { Session } from '../../../src/cli/session/session.ts'
import { cancelAllOrders } from '../../../src/engine/cancel/cancel-all.ts'
import { cancelOrder } from '../../../src/engine/cancel/cancel-order.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { refreshOrder } from '../../../src/engine/settle/order-status.ts'
import { place } from '../../support/session.ts'
import { Scenario, standing } from './support.ts'

describe('polymarket scenario: answers that are not what they seem, and a venue that is not itself', () => {
  let scenario: Scenario
  let session: Session
  beforeEach(async () => {
    scenario = await Scenario.open()
    session = await scenario.session()
    await scenario.book([['0.40', '500']], [['0.45', '500']])
  })
  afterEach(() => scenario.close())

  const buy = (more = {}) => place(session, { venue: 'polymarket', quantity: '10', price: '0.45', ...more })
  const rest = (more = {}) => buy({ price: '0.30', timeInForce: 'gtc', ...more })
  const look = () => reconcile(session.trading, { fix: false, venues: ['polymarket'] })

  it('delayed: neither filled nor cancelled until the delay is over, then followed to its end', async () => {
    await scenario.fault('delayed_match', { ms: 60_000 })
    const { order } = await buy({ timeInForce: 'gtc' })
    expect(standing(order)).to.deep.equal(['unknown', '0', '0', '0', null])
    const cancelled = await cancelOrder(session.trading, order.intent.id)
    expect([cancelled.outcome, cancelled.order.status]).to.deep.equal(['unknown', 'unknown'])
    scenario.pass(60_000)
    const { settled } = await look()
    expect(settled.map(({ from, to }) => [from, to])).to.deep.equal([['unknown', 'filled']])
  })

  it('delayed, and nothing was left when it ended', async () => {
    await scenario.fault('delayed_match', { ms: 60_000 })
    const { order } = await buy()
    await scenario.book([], [])
    scenario.pass(60_000)
    await look()
    const { order: after } = await refreshOrder(session.trading, order.intent.id)
    expect(standing(after)).to.deep.equal(['cancelled', '0', '0', '0', '0'])
  })

  it('unmatched: it is read before anything is concluded, and rests', async () => {
    await scenario.fault('answer_form', { form: 'unmatched' })
    const { order } = await rest()
    expect(standing(order)).to.deep.equal(['resting', '0', '0', '0', '10'])
  })

  it('matched without settlement hashes is a match, in whole units or in millionths', async () => {
    await scenario.fault('answer_form', { form: 'millionths' })
    const { order: inMillionths } = await buy()
    const { order: inUnits } = await buy({ allowDuplicate: true })
    expect(standing(inMillionths)).to.deep.equal(standing(inUnits))
    expect(standing(inUnits)).to.deep.equal(['filled', '10', '10', '0', '0'])
  })

  for (const form of ['refused_as_success', 'refused_with_200'] as const) {
    it(`a refusal that comes with status 200 (${form}) is a refusal`, async () => {
      await scenario.fault('answer_form', { form })
      const { order } = await buy()
      expect(order.status).to.equal('rejected')
      expect(order.reason).to.contain('not enough balance / allowance')
      expect((await scenario.account()).orders).to.deep.equal([])
    })
  }

  it('an unknown order is a null body, from which nothing is concluded', async () => {
    expect(await scenario.call('GET', `/data/order/0x${'00'.repeat(32)}`)).to.deep.equal({ status: 200, json: null })
    const { order } = await rest()
    await scenario.fault('stale_reads', { endpoint: 'get_order', ms: 3_600_000, times: 9 })
    const { order: after } = await refreshOrder(session.trading, order.intent.id)
    expect(after.status).to.equal('resting')
  })

  it('while it restarts an answer proves nothing; afterwards only post-only orders and cancels are taken', async () => {
    const { order: before } = await rest()
    await scenario.venue({ restart: true })
    const { order: lost } = await rest({ price: '0.31' })
    expect(lost.status).to.equal('unknown')
    scenario.pass(10_000)
    const { order: refused } = await rest({ price: '0.32' })
    expect(refused.status).to.equal('rejected')
    expect(refused.reason).to.contain('post-only mode: only post-only orders and cancels are allowed')
    expect((await rest({ price: '0.33', postOnly: true })).order.status).to.equal('resting')
    expect((await cancelOrder(session.trading, before.intent.id)).outcome).to.equal('cancelled')
    scenario.pass(120_000)
    // Nothing more is sent while an order is unsettled. What was lost in the restart never arrived, which takes proof.
    expect((await rest({ price: '0.34' })).denials.map(({ code }) => code)).to.deep.equal(['ORDERS_UNSETTLED'])
    const { settled } = await look()
    expect(settled.find(({ orderId }) => orderId === lost.intent.id)?.to).to.equal('rejected')
    expect((await rest({ price: '0.34', allowDuplicate: true })).order.status).to.equal('resting')
  })

  it('cancel-only takes cancels and no orders', async () => {
    const { order } = await rest()
    await scenario.venue({ trading: 'cancel_only' })
    expect((await buy()).order.status).to.equal('rejected')
    expect((await cancelOrder(session.trading, order.intent.id)).outcome).to.equal('cancelled')
  })

  it('disabled takes no orders, for certain', async () => {
    await scenario.venue({ trading: 'disabled' })
    expect((await buy()).order.status).to.equal('rejected')
  })

  it('takes our orders off when another program of the same key fell silent', async () => {
    const { order } = await rest()
    expect((await scenario.call('POST', '/v1/heartbeats', { heartbeat_id: '' })).json.heartbeat_id).to.be.a('string')
    scenario.pass(11_000)
    const { order: after } = await refreshOrder(session.trading, order.intent.id)
    expect(after.status).to.equal('cancelled')
  })

  it('cancels some of a batch and says of each other why not', async () => {
    const { order: resting } = await rest()
    const { order: filled } = await buy()
    const { json } = await scenario.call('DELETE', '/orders', [resting.venueOrderId, filled.venueOrderId])
    expect(json).to.deep.equal({
      canceled: [resting.venueOrderId],
      not_canceled: { [filled.venueOrderId ?? '']: 'Order already matched' },
    })
    const { settled } = await look()
    expect(settled.map(({ to }) => to)).to.include('cancelled')
  })

  it('cancels everything of the key, orders of other programs included', async () => {
    await rest()
    await rest({ price: '0.31' })
    const [outcome] = await cancelAllOrders(session.trading, ['polymarket'])
    expect(outcome).to.include({ outcome: 'cancelled', cancelled: 2, stillResting: 0 })
  })
})
