import { expect } from 'chai'
import { ToolkitError } from '../../../src/domain/errors.ts'
import type { ApprovedOrder, OrderIntent } from '../../../src/domain/order.ts'
import type { Placement } from '../../../src/domain/venue.ts'
import { aMarket, anIntent, anOrder } from '../../support/builders.ts'
import { type Answer, type ScriptedVenue, scriptedVenue } from './scripted-venue.ts'

const PLACE = 'POST /portfolio/events/orders'

function approved(intent: OrderIntent): ApprovedOrder {
  return { intent } as ApprovedOrder
}

/** As recorded on demo on 2026-06-11, with our own ids. */
function created(changes: Record<string, unknown> = {}): Answer {
  return {
    status: 201,
    body: {
      client_order_id: '11111111-1111-4111-8111-111111111111',
      order_id: '97ec18b7-10d3-4557-9de0-8598aad625f0',
      fill_count: '5.00',
      remaining_count: '0.00',
      average_fill_price: '0.4400',
      average_fee_paid: '0.0173',
      ts_ms: 1781159370164,
      ...changes,
    },
  }
}

describe('kalshi orders', () => {
  let venue: ScriptedVenue
  beforeEach(async () => {
    venue = await scriptedVenue({ timeoutMs: 200 })
  })
  afterEach(() => venue.close())

  async function place(answer: Answer, changes: Parameters<typeof anIntent>[0] = {}): Promise<Placement> {
    venue.answer(PLACE, answer)
    const intent = anIntent(changes)
    return venue.client.placeOrder(await venue.client.prepareOrder(approved(intent), aMarket()))
  }

  async function reportOf(answer: Answer, changes: Parameters<typeof anIntent>[0] = {}) {
    const placement = await place(answer, changes)
    if (placement.kind !== 'accepted') throw new Error(`placement is ${JSON.stringify(placement)}`)
    return placement.report
  }

  it('previews what will be sent and sends exactly that', async () => {
    const intent = anIntent({ outcome: 'no', price: '0.45' })
    const prepared = await venue.client.prepareOrder(approved(intent), aMarket())
    venue.answer(PLACE, created())
    await venue.client.placeOrder(prepared)
    const { call, ...members } = prepared.preview
    expect(call).to.equal(PLACE)
    expect(JSON.parse(venue.asked[0]?.body ?? '')).to.deep.equal(members)
    expect(venue.asked[0]?.headers['kalshi-access-signature']).to.be.a('string')
  })

  it('reports a full fill at the price of the own outcome and leaves the fees to the fills', async () => {
    const report = await reportOf(created(), { outcome: 'no', price: '0.60' })
    expect(report.status).to.equal('filled')
    expect(report.filledQuantity).to.equal(5_000_000n)
    expect(report.averagePrice).to.equal(560_000n)
    expect(report.fees).to.equal(null)
  })

  it('reports an ioc that filled in part as ended', async () => {
    const report = await reportOf(created({ fill_count: '2.00' }))
    expect([report.status, report.filledQuantity, report.remainingQuantity]).to.deep.equal([
      'partially_filled',
      2_000_000n,
      0n,
    ])
  })

  it('reports an ioc without a fill as cancelled, free of charge', async () => {
    const nothing = { fill_count: '0.00', average_fill_price: undefined, average_fee_paid: undefined }
    const report = await reportOf(created(nothing))
    expect([report.status, report.fees, report.averagePrice]).to.deep.equal(['cancelled', 0n, null])
  })

  it('reports a gtc order with a rest as resting', async () => {
    const report = await reportOf(created({ fill_count: '1.00', remaining_count: '4.00' }), { timeInForce: 'gtc' })
    expect([report.status, report.remainingQuantity]).to.deep.equal(['resting', 4_000_000n])
  })

  it('calls counts that cannot be unknown', async () => {
    expect((await reportOf(created({ fill_count: '4.00', remaining_count: '1.00' }))).status).to.equal('unknown')
    expect((await reportOf(created({ fill_count: '6.00' }))).status).to.equal('unknown')
  })

  for (const [name, answer] of [
    ['a broken connection', 'hang_up'],
    ['500', { status: 500, body: {} }],
    ['a page of HTML with status 200', { status: 200, body: '<html>' }],
    ['201 without an order id', { status: 201, body: { fill_count: '5.00', remaining_count: '0.00' } }],
    ['201 with a number for a count', created({ fill_count: 'five' })],
    ['an answer for another client order id', created({ client_order_id: 'somebody-else' })],
  ] as const) {
    it(`is unknown after ${name}, and sends nothing again`, async () => {
      const placement = await place(answer)
      expect(placement.kind).to.equal('unknown')
      expect(venue.asked).to.have.length(1)
    })
  }

  it('is not sent when nobody listens', async () => {
    const prepared = await venue.client.prepareOrder(approved(anIntent()), aMarket())
    venue.close()
    expect((await venue.client.placeOrder(prepared)).kind).to.equal('not_sent')
  })

  it('needs an account before it prepares anything', async () => {
    const reader = await scriptedVenue({ account: null })
    const problem: unknown = await reader.client
      .prepareOrder(approved(anIntent()), aMarket())
      .catch((error: unknown) => error)
    reader.close()
    expect(problem).to.be.instanceOf(ToolkitError)
    expect((problem as ToolkitError).suggestions.join()).to.match(/KALSHI_API_KEY_ID.*KALSHI_PRIVATE_KEY_PATH/)
  })

  describe('cancelling', () => {
    const CANCEL = 'DELETE /portfolio/events/orders/venue-order-1'

    it('names the market, so that it reaches the right shard', async () => {
      venue.answer(CANCEL, { body: { order_id: 'venue-order-1', reduced_by: '3.00', ts_ms: 1 } })
      const cancelled = await venue.client.cancelOrder(anOrder(), aMarket())
      expect(cancelled).to.deep.equal({ kind: 'cancelled', reducedBy: 3_000_000n })
      expect(venue.asked[0]?.query.get('market_ticker')).to.equal('KXTEST-26DEC31-A')
    })

    it('does not believe an answer about another order', async () => {
      venue.answer(CANCEL, { body: { order_id: 'venue-order-2', reduced_by: '3.00' } })
      expect((await venue.client.cancelOrder(anOrder(), aMarket())).kind).to.equal('unknown')
    })

    it('does not take an answer for confirmed that does not say what was cancelled', async () => {
      venue.answer(CANCEL, { body: { order_id: 'venue-order-1', reduced_by: null, ts_ms: 1 } })
      expect((await venue.client.cancelOrder(anOrder(), aMarket())).kind).to.equal('unknown')
    })

    it('takes 404 for not live, which proves nothing more', async () => {
      expect((await venue.client.cancelOrder(anOrder(), aMarket())).kind).to.equal('not_live')
    })

    it('is unknown when the answer is lost', async () => {
      venue.answer(CANCEL, 'hang_up')
      expect((await venue.client.cancelOrder(anOrder(), aMarket())).kind).to.equal('unknown')
    })

    it("sends nothing while the venue's id is not known", async () => {
      const refused = await venue.client.cancelOrder(anOrder({ venueOrderId: null }), aMarket())
      expect([refused.kind, venue.asked.length]).to.deep.equal(['refused', 0])
    })

    it('cancels everything with one call, and says when that was not confirmed', async () => {
      const all = 'DELETE /portfolio/events/orders'
      venue.answer(all, { status: 204, body: '' }, { status: 503, body: {} })
      expect(await venue.client.cancelAll()).to.deep.equal({ cancelled: null })
      const failure: unknown = await venue.client.cancelAll().catch((error: unknown) => error)
      expect(failure).to.be.instanceOf(ToolkitError)
      expect(venue.asked.map(({ call }) => call)).to.deep.equal([all, all])
    })
  })
})
