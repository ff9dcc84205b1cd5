import { expect } from 'chai'
import { KalshiMeter } from '../../../src/clients/kalshi/rates.ts'
import { RateBudgets } from '../../../src/clients/rates/budgets.ts'
import type { MeteredCall } from '../../../src/clients/rates/meter.ts'
import { VenueError } from '../../../src/domain/errors.ts'
import type { ApprovedOrder, OrderIntent } from '../../../src/domain/order.ts'
import type { Placement } from '../../../src/domain/venue.ts'
import { seededRandom } from '../../../src/runtime/random.ts'
import { aMarket, anIntent, anOrder } from '../../support/builders.ts'
import { quiet, TimedClock } from '../../support/timed-clock.ts'
import { type ScriptedVenue, scriptedVenue } from './scripted-venue.ts'

const ORDERS = '/portfolio/events/orders'

function aMeter(): KalshiMeter {
  const budgets = new RateBudgets({ clock: new TimedClock(), random: seededRandom('rates') })
  return new KalshiMeter({ budgets, baseUrl: 'http://venue/trade-api/v2', keyId: 'key', onScarce: () => undefined })
}

function chargeOf(call: Partial<MeteredCall>, meter = aMeter()): unknown {
  const { priority, costs } = meter.chargeOf({ method: 'GET', path: '/markets', isPrivate: true, ...call })
  return [priority, ...costs.flatMap(({ pool, cost }) => [pool, cost])]
}

describe("kalshi's rate costs", () => {
  const table: readonly [what: string, call: Partial<MeteredCall>, charge: readonly unknown[]][] = [
    ['an order', { method: 'POST', path: ORDERS }, ['order', 'key/write', 10]],
    ['a batch of orders', { method: 'POST', path: `${ORDERS}/batched`, items: 7 }, ['order', 'key/write', 70]],
    ['a cancel', { method: 'DELETE', path: `${ORDERS}/97ec18b7` }, ['cancel', 'key/write', 2]],
    ['a batch of cancels', { method: 'DELETE', path: `${ORDERS}/batched`, items: 7 }, ['cancel', 'key/write', 14]],
    ['cancelling all', { method: 'DELETE', path: ORDERS }, ['cancel', 'key/write', 2]],
    ['making an order smaller', { method: 'POST', path: `${ORDERS}/97ec18b7/decrease` }, ['cancel', 'key/write', 10]],
    ['an amendment', { method: 'POST', path: `${ORDERS}/97ec18b7/amend` }, ['order', 'key/write', 10]],
    ['one order', { path: '/portfolio/orders/97ec18b7' }, ['read', 'key/read', 2]],
    ['a list of orders', { path: '/portfolio/orders' }, ['read', 'key/read', 10]],
    ['public data', { isPrivate: false }, ['read', 'public/read', 10]],
    [
      'a cancel on a named shard',
      { method: 'DELETE', path: `${ORDERS}/97ec18b7`, query: { exchange_index: '2' } },
      ['cancel', 'key/shard 2/write', 2],
    ],
    [
      'an order on a named shard',
      { method: 'POST', path: ORDERS, body: '{"ticker":"KX","exchange_index":3}' },
      ['order', 'key/shard 3/write', 10],
    ],
    [
      'an order on shard 0',
      { method: 'POST', path: ORDERS, body: '{"ticker":"KX","exchange_index":0}' },
      ['order', 'key/write', 10],
    ],
    [
      'a batch that names shards',
      { method: 'POST', path: `${ORDERS}/batched`, body: '{"orders":[{"exchange_index":3}]}', items: 1 },
      ['order', 'key/write', 10],
    ],
  ]
  for (const [what, call, charge] of table) {
    it(`${what} costs ${charge.at(-1)} of ${charge[1]}`, () => {
      expect(chargeOf(call)).to.deep.equal(charge)
    })
  }

  it('follows the costs that the venue lists, whatever it calls the part of a path that varies', () => {
    const meter = aMeter()
    const limit = { kind: 'bucket', capacity: 300, refillPerSecond: 300 } as const
    const costs = [{ method: 'DELETE', path: `${ORDERS}/{order_id}`, cost: 3 }]
    meter.learn({ read: limit, write: limit, defaultCost: 20, costs })
    expect(chargeOf({ method: 'DELETE', path: `${ORDERS}/97ec18b7` }, meter)).to.deep.equal(['cancel', 'key/write', 3])
    expect(chargeOf({ method: 'POST', path: ORDERS }, meter)).to.deep.equal(['order', 'key/write', 20])
  })
})

describe("kalshi's bucket after a 429", () => {
  it('does not hand what the refused call held to the next in line', async () => {
    const meter = aMeter()
    const batch: MeteredCall = { method: 'POST', path: `${ORDERS}/batched`, items: 10, isPrivate: true }
    const refused = meter.admit(batch)
    if (refused instanceof Promise || refused.kind !== 'admitted') throw new Error('it was not admitted')
    let isAdmitted = false
    const next = meter.admit({ method: 'DELETE', path: `${ORDERS}/97ec18b7`, isPrivate: true })
    Promise.resolve(next).then(() => {
      isAdmitted = true
    })
    expect(meter.settle(batch, refused.permit, { kind: 'answered', status: 429, headers: {}, text: '' })).to.equal(
      'not_executed',
    )
    await quiet()
    expect(isAdmitted).to.equal(false)
  })
})

describe('kalshi client: 429', () => {
  const approved = (intent: OrderIntent): ApprovedOrder => ({ intent }) as ApprovedOrder

  let venue: ScriptedVenue
  afterEach(() => venue.close())

  const tooMany = { status: 429, body: { error: { code: 'too_many_requests', message: 'too many requests' } } }
  const order = anOrder({ venueOrderId: '97ec18b7' })
  const CANCEL = `DELETE ${ORDERS}/97ec18b7`

  it('sends an order once, and says that there is none', async () => {
    venue = await scriptedVenue()
    venue.answer(`POST ${ORDERS}`, tooMany)
    const prepared = await venue.client.prepareOrder(approved(anIntent()), aMarket())
    expect(await venue.client.placeOrder(prepared)).to.include({ kind: 'not_sent', code: 'RATE_LIMITED' })
    expect(venue.asked.filter(({ call }) => call === `POST ${ORDERS}`)).to.have.length(1)
  })

  it('keeps the next order back while the venue wants a longer pause than a price lasts', async () => {
    venue = await scriptedVenue()
    venue.answer(`POST ${ORDERS}`, { ...tooMany, headers: { 'retry-after': '10' } })
    const [first, second] = [anIntent(), anIntent({ id: 'o-2', clientOrderId: 'another' })]
    const place = async (intent: OrderIntent): Promise<Placement> =>
      venue.client.placeOrder(await venue.client.prepareOrder(approved(intent), aMarket()))
    await place(first)
    const placement = await place(second)
    expect(placement).to.include({ kind: 'not_sent', code: 'RATE_BUDGET_SPENT' })
    expect('message' in placement && placement.message).to.match(
      /no more orders .*kalshi place_order.*Nothing was sent/,
    )
    expect(venue.asked.filter(({ call }) => call === `POST ${ORDERS}`)).to.have.length(1)
  })

  it('sends a cancel again, since nothing was executed, until it gets through', async () => {
    venue = await scriptedVenue()
    venue.answer(CANCEL, tooMany, tooMany, { body: { order_id: '97ec18b7', reduced_by: '5.00', ts_ms: 1 } })
    const fromMs = venue.clock.nowMs()
    expect((await venue.client.cancelOrder(order, aMarket())).kind).to.equal('cancelled')
    expect(venue.asked.filter(({ call }) => call === CANCEL)).to.have.length(3)
    expect(venue.clock.nowMs() - fromMs).to.be.within(375, 760)
  })

  it('goes on with the lowest tier when the venue does not tell its limits', async () => {
    const rates = new RateBudgets({ clock: new TimedClock(), random: seededRandom('rates') })
    venue = await scriptedVenue({ rates })
    venue.answer('GET /account/limits', { body: { usage_tier: 'basic', read: {}, write: {} } })
    const failure: unknown = await rates.learn().catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(VenueError)
    venue.answer(CANCEL, { body: { order_id: '97ec18b7', reduced_by: '5.00', ts_ms: 1 } })
    expect((await venue.client.cancelOrder(order, aMarket())).kind).to.equal('cancelled')
    expect(rates.describe()[0]?.pools.map(({ source }) => source)).to.deep.equal(['assumed', 'assumed'])
  })

  it('gives up on a cancel after six attempts, and says that the order stays as it is', async () => {
    venue = await scriptedVenue()
    venue.answer(CANCEL, tooMany)
    const cancellation = await venue.client.cancelOrder(order, aMarket())
    expect(cancellation).to.include({ kind: 'refused', code: 'RATE_LIMITED' })
    expect(venue.asked.filter(({ call }) => call === CANCEL)).to.have.length(6)
  })

  it('asks again for what it only reads, after the wait that the answer asks for', async () => {
    venue = await scriptedVenue()
    const GET = 'GET /portfolio/balance'
    const balance = { balance: 100, balance_dollars: '1.00', balance_breakdown: [] }
    venue.answer(GET, { ...tooMany, headers: { 'retry-after': '3' } }, { body: balance })
    const fromMs = venue.clock.nowMs()
    await venue.client.getBalance()
    expect(venue.asked.filter(({ call }) => call === GET)).to.have.length(2)
    expect(venue.clock.nowMs() - fromMs).to.be.within(3_000, 3_010)
  })
})
