import { expect } from 'chai'
import { positionListJson } from '../../../src/cli/json/position-json.ts'
import type { Session } from '../../../src/cli/session/session.ts'
import { formatAmount, parseMoney } from '../../../src/domain/amounts.ts'
import { listPositions } from '../../../src/engine/positions.ts'
import { type ReconcileReport, reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { refreshOrder } from '../../../src/engine/settle/order-status.ts'
import { readAudit } from '../../../src/store/audit.ts'
import { place } from '../../support/session.ts'
import { plain, Scenario, standing } from './support.ts'

/** Long enough for any settlement, second attempts included. */
const settledMs = 120_000

describe('polymarket scenario: a match is provisional until it is confirmed, and may fail', () => {
  let scenario: Scenario
  let session: Session
  beforeEach(async () => {
    scenario = await Scenario.open()
    session = await scenario.session()
    await scenario.book([['0.40', '500']], [['0.45', '500']])
  })
  afterEach(() => scenario.close())

  const buy = (quantity = '10') => place(session, { venue: 'polymarket', quantity, price: '0.45' })
  const sell = (quantity = '10') => place(session, { venue: 'polymarket', side: 'sell', quantity, price: '0.40' })
  const look = (): Promise<ReconcileReport> => reconcile(session.trading, { fix: false, venues: ['polymarket'] })
  const held = async () => {
    const { positions, exposure, totals } = positionListJson(await listPositions(session.trading, { prices: false }))
    return { position: positions[0], exposure, totals }
  }
  const tradeStatus = async (): Promise<string> => (await scenario.call('GET', '/data/trades')).json.data[0].status

  it('goes from matched over the chain to confirmed, and only then is it final', async () => {
    const { order } = await buy()
    expect(standing(order)).to.deep.equal(['filled', '10', '10', '0', '0'])
    const seen: [string, string | undefined][] = []
    for (const waitMs of [0, 1_000, 1_000, 3_000]) {
      scenario.pass(waitMs)
      await look()
      seen.push([await tradeStatus(), (await held()).position?.provisionalQuantity])
    }
    expect(seen).to.deep.equal([
      ['MATCHED', '10'],
      ['MATCHED_NOT_BROADCASTED', '10'],
      ['MINED', '10'],
      ['CONFIRMED', '0'],
    ])
    expect((await held()).position).to.include({ quantity: '10', finalQuantity: '10' })
  })

  it('counts what is provisional apart: in the position, in exposure and in the result', async () => {
    await buy()
    const bought = await held()
    expect(bought.position).to.include({ quantity: '10', finalQuantity: '0', provisionalQuantity: '10' })
    expect(bought.exposure).to.include({ positions: '0', provisional: '4.5', total: '4.5' })
    scenario.pass(settledMs)
    await look()
    await sell('6')
    const sold = await held()
    expect(sold.position).to.include({ quantity: '4', finalQuantity: '10', provisionalSold: '6' })
    // The sale may come back: it frees nothing yet, and its loss is not realised for certain.
    expect(sold.exposure).to.include({ positions: '4.5', provisional: '0', total: '4.5' })
    expect(sold.position).to.include({ realizedPnl: '0', provisionalPnl: '-0.3' })
    scenario.pass(settledMs)
    await look()
    const final = await held()
    expect(final.position).to.include({ quantity: '4', finalQuantity: '4', provisionalSold: '0', realizedPnl: '-0.3' })
    expect(final.exposure).to.include({ positions: '1.8', total: '1.8' })
  })

  it('takes a failed purchase back by name: position, fee and order are as if it had never been', async () => {
    const before = (await scenario.account()).cash.pusd
    await scenario.fault('settlement_failed')
    const { order } = await buy()
    expect((await held()).position).to.include({ quantity: '10', provisionalQuantity: '10' })
    scenario.pass(settledMs)
    const report = await look()
    expect(report.reversed).to.have.length(1)
    expect(report.reversed[0]).to.deep.include({
      orderId: order.intent.id,
      market: plain,
      outcome: 'yes',
      side: 'buy',
      quantity: '10',
    })
    expect(report.differences).to.deep.equal([])
    expect(report.unsettled).to.deep.equal([])
    const { position, totals, exposure } = await held()
    expect(position).to.equal(undefined)
    expect(totals).to.deep.equal({ realizedPnl: '0', provisionalPnl: '0', fees: '0' })
    expect(exposure.total).to.equal('0')
    const { order: after, fills } = await refreshOrder(session.trading, order.intent.id)
    expect(standing(after)).to.deep.equal(['cancelled', '0', '0', '10', '0'])
    expect(after.fees).to.equal(0n)
    expect(fills.map(({ finality }) => finality)).to.deep.equal(['failed'])
    expect((await scenario.account()).cash.pusd).to.equal(before)
  })

  it('gives the shares of a failed sale back at what they had cost', async () => {
    await buy()
    scenario.pass(settledMs)
    await look()
    const before = await held()
    await scenario.fault('settlement_failed')
    await sell()
    // Nothing is held if it settles, and all of it if it does not.
    expect((await held()).position).to.include({ quantity: '0', finalQuantity: '10', provisionalSold: '10' })
    scenario.pass(settledMs)
    expect((await look()).reversed.map(({ side, quantity }) => [side, quantity])).to.deep.equal([['sell', '10']])
    expect(await held()).to.deep.equal(before)
    expect((await scenario.account()).positions[0].yes).to.equal('10')
  })

  it('keeps following a settlement that is tried again', async () => {
    await scenario.fault('settlement_retried')
    await buy()
    scenario.pass(10_000)
    await look()
    expect([await tradeStatus(), (await held()).position?.provisionalQuantity]).to.deep.equal(['RETRYING', '10'])
    scenario.pass(settledMs)
    const { reversed, differences } = await look()
    expect([await tradeStatus(), (await held()).position?.provisionalQuantity]).to.deep.equal(['CONFIRMED', '0'])
    expect([reversed, differences]).to.deep.equal([[], []])
  })

  it('takes a match back that failed before its trade was ever listed', async () => {
    await scenario.fault('settlement_failed')
    await scenario.fault('stale_reads', { endpoint: 'list_trades', ms: 3_600_000, times: 50 })
    const { order } = await buy()
    // The answer claims ten, and no trade shows them: they are in no position, and count in full.
    expect(standing(order)).to.deep.equal(['filled', '10', '10', '0', '0'])
    expect(formatAmount(order.bookedQuantity)).to.equal('0')
    const claimed = await held()
    expect(claimed.position).to.include({ quantity: '0', finalQuantity: '0', claimedQuantity: '10' })
    expect(claimed.exposure).to.include({ positions: '0', provisional: '0', resting: '4.5' })
    await scenario.control('DELETE', '/faults')
    scenario.pass(settledMs)
    const report = await look()
    expect(report.reversed.map(({ quantity }) => quantity)).to.deep.equal(['10'])
    expect(report.unsettled).to.deep.equal([])
    expect((await held()).exposure.total).to.equal('0')
  })

  it('says what orders claim beyond what is booked', async () => {
    await buy()
    await scenario.fault('stale_reads', { endpoint: 'list_trades', ms: 3_600_000, times: 50 })
    await place(session, { venue: 'polymarket', quantity: '20', price: '0.45' })
    expect((await held()).position).to.include({ quantity: '10', claimedQuantity: '20' })
  })

  it('does not put on offer again what a resting order matched and lost', async () => {
    await scenario.book([['0.40', '500']], [['0.45', '30']])
    await scenario.fault('settlement_failed')
    const { order } = await place(session, { venue: 'polymarket', quantity: '50', price: '0.45', timeInForce: 'gtc' })
    expect(standing(order)).to.deep.equal(['resting', '30', '30', '0', '20'])
    scenario.pass(settledMs)
    const report = await look()
    expect(report.differences).to.deep.equal([])
    const { order: after } = await refreshOrder(session.trading, order.intent.id)
    expect(standing(after)).to.deep.equal(['resting', '0', '0', '30', '20'])
  })

  it('reverses the failed part of an order and keeps the rest', async () => {
    await buy('10')
    await scenario.fault('settlement_failed')
    await place(session, { venue: 'polymarket', quantity: '20', price: '0.45' })
    expect((await held()).position).to.include({ quantity: '30', provisionalQuantity: '30' })
    scenario.pass(settledMs)
    await look()
    expect((await held()).position).to.include({ quantity: '10', finalQuantity: '10', averageCost: '0.45' })
  })

  it('tells the trail, where a person finds it later', async () => {
    await scenario.fault('settlement_failed')
    const { order } = await buy()
    scenario.pass(settledMs)
    await look()
    const entries = []
    for await (const entry of readAudit({ dataDir: scenario.world.dataDir, environment: 'sandbox' }))
      entries.push(entry)
    const ghost = entries.filter(({ action, order: id }) => action === 'fill.settled' && id === order.intent.id)
    expect(ghost.map(({ success, error }) => [success, error])).to.deep.equal([
      [false, 'The venue reversed the fill: nothing moved.'],
    ])
  })

  it('lets limits count the worst: a sale that is not final frees nothing for the next order', async () => {
    await scenario.close()
    scenario = await Scenario.open({ maxExposure: parseMoney('10') })
    session = await scenario.session()
    await scenario.book([['0.40', '500']], [['0.45', '500']])
    await buy('20')
    scenario.pass(settledMs)
    await look()
    await sell('20')
    const denied = await place(session, { venue: 'polymarket', quantity: '10', price: '0.45' })
    expect(denied.denials.map(({ code }) => code)).to.deep.equal(['EXPOSURE_ABOVE_MAX'])
    scenario.pass(settledMs)
    await look()
    const { order } = await place(session, { venue: 'polymarket', quantity: '10', price: '0.45', allowDuplicate: true })
    expect(order.status).to.equal('filled')
  })
})
