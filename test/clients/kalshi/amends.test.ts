import { expect } from 'chai'
import { parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import type { ApprovedOrder, Order } from '../../../src/domain/order.ts'
import type { Amendment, Amends } from '../../../src/domain/venue.ts'
import { aMarket, anIntent, anOrder, aTime, aTimeMs } from '../../support/builders.ts'
import { type Answer, type ScriptedVenue, scriptedVenue } from './scripted-venue.ts'

const PATH = '/portfolio/events/orders/venue-order-1'
const AMEND = `POST ${PATH}/amend`
const DECREASE = `POST ${PATH}/decrease`
const READ = 'GET /portfolio/orders/venue-order-1'
const AS_OF = 'GET /exchange/user_data_timestamp'

const intent = anIntent({ outcome: 'no', quantity: '10', price: '0.40', timeInForce: 'gtc' })

function resting(changes: Parameters<typeof anOrder>[0] = {}): Order {
  return anOrder({ intent, status: 'resting', filledQuantity: '3', ...changes })
}

const outcomeOf = (amendment: Amendment): string =>
  'code' in amendment ? `${amendment.kind} ${amendment.code}` : amendment.kind

describe('kalshi changes of an order', () => {
  let venue: ScriptedVenue
  let amends: Amends
  beforeEach(async () => {
    venue = await scriptedVenue({ timeoutMs: 200 })
    if (venue.client.amends === undefined) throw new Error('no amends')
    amends = venue.client.amends
  })
  afterEach(() => venue.close())

  /** Another price and 9 instead of 7 left, on top of the 3 that are filled. */
  function prepare(changes: Parameters<typeof anIntent>[0] = {}) {
    const wanted = { ...intent, price: parsePrice('0.42'), quantity: parseQuantity('9') }
    return amends.prepareAmend({ intent: { ...wanted, ...changes } } as ApprovedOrder, resting(), aMarket())
  }

  async function amend(answer: Answer): Promise<Amendment> {
    venue.answer(AMEND, answer)
    return amends.amendOrder(prepare())
  }

  async function decrease(answer: Answer): Promise<Amendment> {
    venue.answer(DECREASE, answer)
    return amends.decreaseOrder(resting(), aMarket(), parseQuantity('2.5'))
  }

  it('count what is filled, name the price of YES, and send what was previewed', async () => {
    await amend({ body: { order_id: 'venue-order-1', ts_ms: 1 } })
    const { call, ...members } = prepare().preview
    expect([call, JSON.parse(venue.asked[0]?.body ?? '')]).to.deep.equal([AMEND, members])
    expect(members).to.deep.equal({ ticker: 'KXTEST-26DEC31-A', side: 'ask', price: '0.5800', count: '12.00' })
  })

  it('say nothing of sizes when the answer does not', async () => {
    expect(await amend({ body: { order_id: 'venue-order-1', ts_ms: 1 } })).to.deep.equal({
      kind: 'amended',
      report: null,
    })
  })

  it('take what is left for the truth on what is filled, and not the fills of the amend alone', async () => {
    const body = { order_id: 'venue-order-1', remaining_count: '4.00', fill_count: '1.00', ts_ms: 1 }
    const amendment = await amend({ body })
    if (amendment.kind !== 'amended') throw new Error(amendment.kind)
    expect([
      amendment.report?.status,
      amendment.report?.filledQuantity,
      amendment.report?.remainingQuantity,
    ]).to.deep.equal(['resting', 8_000_000n, 4_000_000n])
  })

  it('conclude nothing from nothing left: filled or cancelled, only a read tells', async () => {
    const body = { order_id: 'venue-order-1', remaining_count: '0.00', fill_count: '9.00', ts_ms: 1 }
    expect(await amend({ body })).to.deep.equal({ kind: 'amended', report: null })
  })

  for (const [name, answer, outcome] of [
    [
      'an answer of another order',
      { body: { order_id: 'v-2', remaining_count: '4.00' } },
      'unknown ANSWER_OF_ANOTHER_ORDER',
    ],
    [
      'an answer of another client order id',
      { body: { order_id: 'venue-order-1', client_order_id: 'x', remaining_count: '4.00' } },
      'unknown ANSWER_OF_ANOTHER_ORDER',
    ],
    ['a lost answer', 'hang_up', 'unknown CONNECTION_LOST'],
    ['503', { status: 503, body: { error: { code: 'service_unavailable' } } }, 'unknown HTTP_503'],
    [
      'an unreadable answer',
      { body: { order_id: 'venue-order-1', remaining_count: 'few' } },
      'unknown ANSWER_UNREADABLE',
    ],
    ['429', { status: 429, body: { error: 'too many requests' } }, 'refused RATE_LIMITED'],
    ['404', { status: 404, body: { error: { code: 'not_found', message: 'x' } } }, 'not_live ORDER_NOT_FOUND'],
    [
      'too little for what is filled',
      { status: 400, body: { error: { code: 'INVALID_AMEND_QTY_FOR_ORDER', message: 'x' } } },
      'refused AMEND_BELOW_FILLED',
    ],
    [
      'an order that is filled',
      { status: 409, body: { error: { code: 'CANNOT_UPDATE_FILLED_ORDER', message: 'x' } } },
      'not_live ORDER_ENDED',
    ],
    [
      'a pause',
      { status: 409, body: { error: { code: 'trading_is_paused', message: 'x' } } },
      'refused TRADING_PAUSED',
    ],
    ['a new conflict', { status: 409, body: { error: { code: 'brand_new', message: 'x' } } }, 'unknown HTTP_409'],
  ] as const) {
    it(`are ${outcome} after ${name}, by amend and by decrease`, async () => {
      expect(outcomeOf(await amend(answer))).to.equal(outcome)
      expect(outcomeOf(await decrease(answer))).to.equal(outcome)
    })
  }

  it('take off an amount, on the shard of the market', async () => {
    const amendment = await decrease({ body: { order_id: 'venue-order-1', remaining_count: '4.50', ts_ms: 1 } })
    expect(JSON.parse(venue.asked[0]?.body ?? '')).to.deep.equal({
      reduce_by: '2.50',
      market_ticker: 'KXTEST-26DEC31-A',
    })
    expect(amendment).to.have.nested.include({ 'report.filledQuantity': 3_000_000n, 'report.status': 'resting' })
  })

  it('are not made of what Kalshi cannot take, nor of another order', () => {
    expect(() => prepare({ quantity: parseQuantity('9.001') })).to.throw(ToolkitError, 'hundredths')
    expect(() => prepare({ price: parsePrice('0.42001') })).to.throw(ToolkitError, '4 decimals')
    expect(() => prepare({ id: 'o-2' })).to.throw(Error, 'another order')
  })

  describe('whose answer was lost', () => {
    const pendingAmend = { price: parsePrice('0.42'), quantity: parseQuantity('12'), askedAt: aTime }
    const shown = (changes: Record<string, unknown>): Answer => ({
      body: {
        order: {
          order_id: 'venue-order-1',
          ticker: 'KXTEST-26DEC31-A',
          status: 'resting',
          yes_price_dollars: '0.6000',
          initial_count_fp: '10.00',
          fill_count_fp: '3.00',
          remaining_count_fp: '7.00',
          taker_fill_cost_dollars: '1.800000',
          maker_fill_cost_dollars: '0.000000',
          taker_fees_dollars: '0.050000',
          maker_fees_dollars: '0.000000',
          ...changes,
        },
      },
    })
    const changed = shown({ yes_price_dollars: '0.5800', fill_count_fp: '5.00', remaining_count_fp: '7.00' })

    async function find(asOfMs: number, ...answers: readonly Answer[]): Promise<string> {
      venue.answer(READ, ...answers)
      venue.answer(AS_OF, { body: { as_of_time: new Date(asOfMs).toISOString() } })
      const { kind } = await amends.findAmend(resting({ pendingAmend }), aMarket())
      return kind
    }

    it('was carried out when the order has its terms, however much was filled meanwhile', async () => {
      expect(await find(aTimeMs, changed)).to.equal('carried_out')
    })

    it('was carried out when a later look shows it: reads lag', async () => {
      expect(await find(aTimeMs, shown({}), shown({}), changed)).to.equal('carried_out')
    })

    it('may still arrive while it is young', async () => {
      expect(await find(aTimeMs + 59_999, shown({}))).to.equal('not_seen')
    })

    it('never arrived when a read from after its last moment shows the old terms', async () => {
      expect(await find(aTimeMs + 60_000, shown({}))).to.equal('never_arrived')
    })

    it('was carried out when the last look shows it after all', async () => {
      expect(await find(aTimeMs + 60_000, shown({}), shown({}), shown({}), shown({}), changed)).to.equal('carried_out')
    })

    it('does not matter any more when the order has ended', async () => {
      expect(await find(aTimeMs, shown({ status: 'executed', remaining_count_fp: '0.00' }))).to.equal('ended')
    })

    it('stays open when the order has other terms, or is not shown', async () => {
      expect(await find(aTimeMs + 3_600_000, shown({ yes_price_dollars: '0.5900' }))).to.equal('not_seen')
      expect(await find(aTimeMs + 3_600_000, { status: 404, body: { error: { code: 'not_found' } } })).to.equal(
        'not_seen',
      )
    })
  })
})
