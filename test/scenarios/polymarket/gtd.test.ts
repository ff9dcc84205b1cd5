import { expect } from 'chai'
import { parseExpiry } from '../../../src/cli/flags/durations.ts'
import type { Session } from '../../../src/cli/session/session.ts'
import { type PlaceOutcome, placeOrder } from '../../../src/engine/place/place-order.ts'
import { planOrder } from '../../../src/engine/place/plan-order.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { refreshOrder } from '../../../src/engine/settle/order-status.ts'
import { aDraft } from '../../support/session.ts'
import { Scenario, standing } from './support.ts'

describe('polymarket scenario: good till a time', () => {
  let scenario: Scenario
  let session: Session
  beforeEach(async () => {
    scenario = await Scenario.open()
    session = await scenario.session()
    await scenario.book([['0.40', '500']], [['0.45', '500']])
  })
  afterEach(() => scenario.close())

  async function until(expiresAt: string, quantity = '10', price = '0.30'): Promise<PlaceOutcome> {
    const draft = aDraft({ venue: 'polymarket', quantity, price, timeInForce: 'gtd', expiresAt })
    return placeOrder(session.trading, await planOrder(session.trading, draft))
  }

  const statusAtVenue = async (id: string | null): Promise<string> =>
    (await scenario.call('GET', `/data/order/${id}`)).json.status

  it('lives ten minutes when ten minutes were asked for, though the venue takes it off a minute early', async () => {
    const { order, preview } = await until(parseExpiry('+10m', '--expires', scenario.clock.nowMs()))
    expect(preview?.expiration).to.equal(String(scenario.clock.nowMs() / 1000 + 600 + 60))
    scenario.pass(599_000)
    const { order: alive } = await refreshOrder(session.trading, order.intent.id)
    expect([await statusAtVenue(order.venueOrderId), alive.status]).to.deep.equal(['LIVE', 'resting'])
    scenario.pass(1_000)
    const { order: after } = await refreshOrder(session.trading, order.intent.id)
    // The venue has no word for expiry; we do.
    expect(await statusAtVenue(order.venueOrderId)).to.equal('CANCELED')
    expect(standing(after)).to.deep.equal(['expired', '0', '0', '0', '0'])
  })

  it('is denied with the reason when it would live shorter than two minutes', async () => {
    const { order, denials } = await until(scenario.inSeconds(119))
    expect(order.status).to.equal('denied')
    expect(denials.map(({ code }) => code)).to.deep.equal(['VENUE_RULE'])
    expect(denials[0]?.message).to.match(/at least 120 s/)
    expect(denials[0]?.suggestion).to.contain(scenario.inSeconds(120))
    expect((await scenario.account()).orders).to.deep.equal([])
    expect((await until(scenario.inSeconds(120))).order.status).to.equal('resting')
  })

  it('keeps what it filled before its time', async () => {
    const { order } = await until(scenario.inSeconds(300), '10', '0.42')
    await scenario.book([], [['0.42', '4']])
    await scenario.book([['0.40', '500']], [['0.45', '500']])
    scenario.pass(300_000)
    await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    const { order: after } = await refreshOrder(session.trading, order.intent.id)
    expect(standing(after)).to.deep.equal(['partially_filled', '4', '0', '0', '0'])
  })

  it('is cancelled, not expired, when it goes before its time', async () => {
    const { order } = await until(scenario.inSeconds(300))
    await scenario.call('DELETE', '/order', { orderID: order.venueOrderId })
    const { order: after } = await refreshOrder(session.trading, order.intent.id)
    expect(after.status).to.equal('cancelled')
  })
})
