import { expect } from 'chai'
import type { Order } from '../../../src/domain/order.ts'
import type { OrderLookup } from '../../../src/domain/venue.ts'
import { aMarket, anIntent, anOrder, aTimeMs } from '../../support/builders.ts'
import { reportIn, verdictOf } from '../../support/lookups.ts'
import { type Answer, type ScriptedVenue, scriptedVenue } from './scripted-venue.ts'

const LIST = 'GET /portfolio/orders'
const AS_OF = 'GET /exchange/user_data_timestamp'

/** An order as `GET /portfolio/orders` shows it; recorded on demo on 2026-06-11, with our own ids. */
function wireOrder(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    order_id: 'venue-order-1',
    user_id: 'f50604b8-0000-4000-8000-000000000000',
    client_order_id: '11111111-1111-4111-8111-111111111111',
    ticker: 'KXTEST-26DEC31-A',
    outcome_side: 'yes',
    book_side: 'bid',
    side: 'yes',
    action: 'buy',
    type: 'limit',
    status: 'executed',
    yes_price_dollars: '0.9900',
    no_price_dollars: '0.0100',
    initial_count_fp: '5.00',
    fill_count_fp: '5.00',
    remaining_count_fp: '0.00',
    taker_fill_cost_dollars: '2.200000',
    maker_fill_cost_dollars: '0.000000',
    taker_fees_dollars: '0.017500',
    maker_fees_dollars: '0.000000',
    created_time: '2026-06-11T06:29:30.164956Z',
    last_update_time: '2026-06-11T06:29:30.164956Z',
    expiration_time: null,
    exchange_index: 0,
    ...changes,
  }
}

function page(orders: readonly unknown[], cursor = ''): Answer {
  return { body: { orders, cursor } }
}

function asOf(afterAttemptMs: number): Answer {
  return { body: { as_of_time: new Date(aTimeMs + afterAttemptMs).toISOString() } }
}

describe('kalshi order lookup', () => {
  let venue: ScriptedVenue
  const lost: Order = anOrder({ status: 'unknown', venueOrderId: null })
  beforeEach(async () => {
    venue = await scriptedVenue()
  })
  afterEach(() => venue.close())

  function find(order: Order = lost): Promise<OrderLookup> {
    return venue.client.findOrder(order, aMarket())
  }

  it('finds an order whose answer was lost by its client order id', async () => {
    venue.answer(LIST, page([wireOrder({ order_id: 'other', client_order_id: 'other' }), wireOrder()]))
    const report = reportIn(await find())
    expect(report).to.deep.include({ venueOrderId: 'venue-order-1', status: 'filled', fees: 17_500n })
    expect(report.averagePrice).to.equal(440_000n)
    expect(venue.asked[0]?.query.get('ticker')).to.equal('KXTEST-26DEC31-A')
    expect(venue.asked[0]?.query.has('status')).to.equal(false)
  })

  it('looks again when reads lag behind', async () => {
    venue.answer(LIST, page([]), page([]), page([wireOrder({ status: 'resting', fill_count_fp: '0.00' })]))
    expect(verdictOf(await find())).to.equal('found')
  })

  it('reads on to the page that holds the order', async () => {
    venue.answer(LIST, page([wireOrder({ order_id: 'a', client_order_id: 'a' })], 'next'), page([wireOrder()]))
    expect(verdictOf(await find())).to.equal('found')
    expect(venue.asked[1]?.query.get('cursor')).to.equal('next')
  })

  it('proves nothing from an empty list while the attempt could still arrive', async () => {
    venue.answer(LIST, page([]))
    venue.answer(AS_OF, asOf(59_000))
    expect(verdictOf(await find())).to.equal('not_seen')
  })

  it('calls the order absent when the list is newer than any late arrival', async () => {
    venue.answer(LIST, page([]))
    venue.answer(AS_OF, asOf(61_000))
    expect(verdictOf(await find())).to.equal('absent')
    // The list that counts was read after the venue said how fresh its reads are.
    expect(venue.asked.map(({ call }) => call).slice(-2)).to.deep.equal([AS_OF, LIST])
  })

  it('still finds the order in the list that was meant as proof', async () => {
    const empty = page([])
    venue.answer(LIST, empty, empty, empty, empty, page([wireOrder()]))
    venue.answer(AS_OF, asOf(61_000))
    expect(verdictOf(await find())).to.equal('found')
  })

  it('dates the attempt by its submission, not by when it was drawn up', async () => {
    const waited = anOrder({
      status: 'unknown',
      venueOrderId: null,
      intent: anIntent({ createdAtMs: aTimeMs - 600_000 }),
    })
    venue.answer(LIST, page([]))
    venue.answer(AS_OF, asOf(1_000))
    expect(verdictOf(await find(waited))).to.equal('not_seen')
  })

  it('proves nothing from a list whose pages repeat', async () => {
    const repeating = page([wireOrder({ order_id: 'a', client_order_id: 'a' })], 'again')
    venue.answer(LIST, repeating)
    venue.answer(AS_OF, asOf(3_600_000))
    expect(verdictOf(await find())).to.equal('not_seen')
  })

  it('looks into the archive for an order of weeks ago', async () => {
    venue.clock.advanceTo(aTimeMs + 20 * 86_400_000)
    venue.answer(LIST, page([]))
    venue.answer('GET /historical/orders', page([wireOrder()]))
    expect(verdictOf(await find())).to.equal('found')
  })

  it('concludes nothing when the venue cannot be read', async () => {
    venue.answer(LIST, { status: 500, body: {} })
    const outcome: unknown = await find().catch((error: unknown) => error)
    expect(outcome).to.be.instanceOf(Error)
  })

  it('tells an order without an id of the client from one of which that is not said', async () => {
    const idOf = (changes: Record<string, unknown>): Promise<string | null> => {
      venue.answer('GET /portfolio/orders/venue-order-1', { body: { order: wireOrder(changes) } })
      return venue.client.clientOrderIdOf('venue-order-1')
    }
    expect(await idOf({ client_order_id: 'c-1' })).to.equal('c-1')
    expect(await idOf({ client_order_id: '' })).to.equal('')
    expect(await idOf({ client_order_id: undefined })).to.equal(null)
    expect(await idOf({ client_order_id: 'c-1', order_id: 'venue-order-2' })).to.equal(null)
    expect(await venue.client.clientOrderIdOf('venue-order-9')).to.equal(null)
  })

  describe('reading one order', () => {
    async function statusOf(changes: Record<string, unknown>): Promise<string | undefined> {
      venue.answer('GET /portfolio/orders/venue-order-1', { body: { order: wireOrder(changes) } })
      return (await venue.client.getOrder(anOrder(), aMarket()))?.status
    }

    it('decides by counts, since a cancelled order may hold fills', async () => {
      expect(await statusOf({ status: 'canceled', fill_count_fp: '2.00' })).to.equal('partially_filled')
      expect(await statusOf({ status: 'canceled', fill_count_fp: '0.00' })).to.equal('cancelled')
      expect(await statusOf({ status: 'canceled', fill_count_fp: '5.00' })).to.equal('filled')
    })

    it('tells an expired order from a cancelled one by its times', async () => {
      const expired = { status: 'canceled', fill_count_fp: '0.00', expiration_time: '2026-06-11T06:29:30Z' }
      expect(await statusOf(expired)).to.equal('expired')
    })

    it('calls states that it does not know unknown', async () => {
      expect(await statusOf({ status: 'pending_something' })).to.equal('unknown')
    })

    it('gives null for 404 and for a body of another order', async () => {
      expect(await venue.client.getOrder(anOrder(), aMarket())).to.equal(null)
      expect(await statusOf({ order_id: 'venue-order-2' })).to.equal(undefined)
    })

    it('reads an order of weeks ago in the archive, by its id and with no bound in time when it was adopted', async () => {
      venue.answer('GET /historical/orders', page([wireOrder({ order_id: 'other' }), wireOrder()]))
      expect(await venue.client.getOrder(anOrder(), aMarket())).to.equal(null)
      venue.clock.advanceTo(aTimeMs + 20 * 86_400_000)
      expect((await venue.client.getOrder(anOrder(), aMarket()))?.status).to.equal('filled')
      expect(venue.asked.at(-1)?.query.has('min_ts')).to.equal(true)
      const adopted = anOrder({ intent: anIntent({ purpose: { kind: 'adopted' } }) })
      expect((await venue.client.getOrder(adopted, aMarket()))?.status).to.equal('filled')
      expect(venue.asked.at(-1)?.query.has('min_ts')).to.equal(false)
    })

    it('does not guess an average for outcomes whose costs have no settled meaning', async () => {
      venue.answer('GET /portfolio/orders/venue-order-1', {
        body: { order: wireOrder({ book_side: 'ask', outcome_side: 'no' }) },
      })
      const order = anOrder({ intent: anIntent({ outcome: 'no' }) })
      expect((await venue.client.getOrder(order, aMarket()))?.averagePrice).to.equal(null)
    })
  })
})
