import { expect } from 'chai'
import type { ApprovedOrder } from '../../../src/domain/order.ts'
import type { Batches, Cancellation, Placement, PreparedOrder } from '../../../src/domain/venue.ts'
import { aMarket, anIntent } from '../../support/builders.ts'
import { type Answer, type ScriptedVenue, scriptedVenue } from './scripted-venue.ts'

const PLACE = 'POST /portfolio/events/orders/batched'
const CANCEL = 'DELETE /portfolio/events/orders/batched'
const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const

/** The entry of the order with this client order id, at rest with all of its 5 contracts. */
function created(clientOrderId: string | null, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    order_id: `v-${clientOrderId?.slice(0, 1) ?? 'x'}`,
    client_order_id: clientOrderId,
    fill_count: '0.00',
    remaining_count: '5.00',
    ts_ms: 1,
    ...changes,
  }
}

const refused = (clientOrderId: string | null) => ({
  client_order_id: clientOrderId,
  error: { code: 'insufficient_balance', message: 'insufficient balance' },
})

const outcomes = (answers: readonly (Placement | Cancellation)[]): readonly string[] =>
  answers.map((answer) => ('code' in answer ? `${answer.kind} ${answer.code}` : answer.kind))

describe('kalshi batches', () => {
  let venue: ScriptedVenue
  let batches: Batches
  beforeEach(async () => {
    venue = await scriptedVenue({ timeoutMs: 200 })
    if (venue.client.batches === undefined) throw new Error('no batches')
    batches = venue.client.batches
  })
  afterEach(() => venue.close())

  function prepare(clientOrderId: string): Promise<PreparedOrder> {
    const intent = anIntent({ clientOrderId, timeInForce: 'gtc' })
    return venue.client.prepareOrder({ intent } as ApprovedOrder, aMarket())
  }

  async function place(answer: Answer): Promise<readonly string[]> {
    venue.answer(PLACE, answer)
    return outcomes(await batches.placeOrders(await Promise.all(ids.map(prepare))))
  }

  function orders(...entries: readonly unknown[]): Answer {
    return { status: 201, body: { orders: entries } }
  }

  async function cancel(answer: Answer): Promise<readonly string[]> {
    venue.answer(CANCEL, answer)
    const market = aMarket()
    return outcomes(await batches.cancelOrders(['v-1', 'v-2'].map((venueOrderId) => ({ venueOrderId, market }))))
  }

  it('send each order as it would be sent alone, in one call', async () => {
    await place(orders(created(ids[0]), created(ids[1])))
    const [first, second] = await Promise.all(ids.map(prepare))
    const { call: _first, ...one } = first?.preview ?? {}
    const { call: _second, ...other } = second?.preview ?? {}
    expect(venue.asked.map(({ call, body }) => [call, JSON.parse(body)])).to.deep.equal([
      [PLACE, { orders: [one, other] }],
    ])
  })

  it('give each order the outcome of its own entry', async () => {
    expect(await place(orders(created(ids[0]), refused(ids[1])))).to.deep.equal([
      'accepted',
      'rejected INSUFFICIENT_BALANCE',
    ])
  })

  it('find entries by client order id when they come in another order', async () => {
    expect(await place(orders(refused(ids[1]), created(ids[0])))).to.deep.equal([
      'accepted',
      'rejected INSUFFICIENT_BALANCE',
    ])
  })

  it('take a refusal without an id for the order in its place', async () => {
    expect(await place(orders(created(ids[0]), refused(null)))).to.deep.equal([
      'accepted',
      'rejected INSUFFICIENT_BALANCE',
    ])
  })

  it('leave an order unknown that the answer does not mention', async () => {
    expect(await place(orders(created(ids[1])))).to.deep.equal(['unknown NOT_MENTIONED', 'accepted'])
  })

  it('leave every order unknown when an entry of a stranger stands in for one', async () => {
    expect(await place(orders(created('33333333-3333-4333-8333-333333333333'), refused(null)))).to.deep.equal([
      'unknown NOT_MENTIONED',
      'unknown NOT_MENTIONED',
    ])
  })

  it('leave orders unknown that are told to be one', async () => {
    expect(await place(orders(created(ids[0], { order_id: 'v' }), created(ids[1], { order_id: 'v' })))).to.deep.equal([
      'unknown ANSWER_CONTRADICTS',
      'unknown ANSWER_CONTRADICTS',
    ])
  })

  it('leave an order unknown whose entry has an error that is new', async () => {
    const error = { code: 'brand_new', message: 'brand new' }
    expect(await place(orders(created(ids[0]), { client_order_id: ids[1], error }))).to.deep.equal([
      'accepted',
      'unknown ENTRY_UNCLEAR',
    ])
  })

  for (const [name, answer, outcome] of [
    ['a lost answer', 'hang_up', 'unknown CONNECTION_LOST'],
    ['a 503', { status: 503, body: { error: { code: 'service_unavailable' } } }, 'unknown HTTP_503'],
    ['an answer that is no list', { status: 201, body: { order: {} } }, 'unknown ANSWER_UNREADABLE'],
    ['half an answer', { status: 201, body: '{"orders":[{"order_id":"v' }, 'unknown ANSWER_UNREADABLE'],
    ['429 for all', { status: 429, body: { error: 'too many requests' } }, 'not_sent RATE_LIMITED'],
    [
      'a refused login',
      { status: 401, body: { error: { code: 'authentication_error', details: 'NOT_FOUND' } } },
      'rejected AUTH_UNKNOWN_KEY',
    ],
    // Only one order can have been too large, or there already: of the others it proves nothing.
    [
      "the refusal of one order's size for all",
      { status: 400, body: { error: { code: 'insufficient_balance', message: 'insufficient balance' } } },
      'unknown INSUFFICIENT_BALANCE',
    ],
    [
      'a duplicate for all',
      { status: 409, body: { error: { code: 'order_already_exists', message: 'order already exists' } } },
      'unknown DUPLICATE_ORDER',
    ],
    [
      'a refusal with a new code for all',
      { status: 400, body: { error: { code: 'brand_new', message: 'brand new' } } },
      'unknown BRAND_NEW',
    ],
  ] as const) {
    it(`say ${outcome} of every order after ${name}`, async () => {
      expect(await place(answer)).to.deep.equal([outcome, outcome])
    })
  }

  it('refuse to be larger than the smallest write bucket', async () => {
    const prepared = await Promise.all(Array.from({ length: batches.placeMax + 1 }, () => prepare(ids[0])))
    const failure = await batches.placeOrders(prepared).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(Error)
    expect(venue.asked).to.deep.equal([])
  })

  it('name the market of each order to be cancelled, for the shard', async () => {
    await cancel({ body: { orders: [] } })
    expect(JSON.parse(venue.asked[0]?.body ?? '').orders).to.deep.equal([
      { order_id: 'v-1', market_ticker: 'KXTEST-26DEC31-A' },
      { order_id: 'v-2', market_ticker: 'KXTEST-26DEC31-A' },
    ])
  })

  const notFound = { code: 'not_found', message: 'not found' }
  for (const [name, entries, expected] of [
    [
      'one cancelled and one gone before',
      [
        { order_id: 'v-1', reduced_by: '5.00' },
        { order_id: 'v-2', reduced_by: '0.00', error: notFound },
      ],
      ['cancelled', 'not_live ORDER_NOT_FOUND'],
    ],
    [
      'entries in another order',
      [
        { order_id: 'v-2', reduced_by: '0.00', error: notFound },
        { order_id: 'v-1', reduced_by: '5.00' },
      ],
      ['cancelled', 'not_live ORDER_NOT_FOUND'],
    ],
    ['one entry alone', [{ order_id: 'v-2', reduced_by: '5.00' }], ['unknown NOT_MENTIONED', 'cancelled']],
    [
      'an entry of another order',
      [
        { order_id: 'v-9', reduced_by: '5.00' },
        { order_id: 'v-2', reduced_by: '5.00' },
      ],
      ['unknown NOT_MENTIONED', 'cancelled'],
    ],
    [
      'nothing taken off and no error',
      [
        { order_id: 'v-1', reduced_by: '0.00' },
        { order_id: 'v-2', reduced_by: '5.00' },
      ],
      ['unknown ANSWER_CONTRADICTS', 'cancelled'],
    ],
  ] as const) {
    it(`judge cancels by their entries: ${name}`, async () => {
      expect(await cancel({ body: { orders: entries } })).to.deep.equal(expected)
    })
  }

  for (const [name, answer, outcome] of [
    ['a lost answer', 'hang_up', 'unknown CONNECTION_LOST'],
    ['429 for all', { status: 429, body: { error: 'too many requests' } }, 'refused RATE_LIMITED'],
    ['404 for all', { status: 404, body: { error: notFound } }, 'unknown ORDER_NOT_FOUND'],
  ] as const) {
    it(`say ${outcome} of every cancel after ${name}`, async () => {
      expect(await cancel(answer)).to.deep.equal([outcome, outcome])
    })
  }
})
