import { expect } from 'chai'
import { loadPolymarketAccount } from '../../../src/clients/polymarket/account.ts'
import { createPolymarketClient } from '../../../src/clients/polymarket/client.ts'
import type { Batches, Cancellation, Placement, PreparedOrder, VenueClient } from '../../../src/domain/venue.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { anIntent, approve, marketFrom, NOW_MS, TEST_KEY } from './builders.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const credentials = {
  apiKey: '11111111-2222-3333-4444-555555555555',
  secret: Buffer.from('a test secret of thirty-two bytes').toString('base64'),
  passphrase: 'pass',
}
const clientOrderIds = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']

type Answer = ReturnType<ScriptedServer['script'][string]>

/** An entry for an order that rests. */
const live = (orderID: string) => ({ success: true, errorMsg: '', orderID, status: 'live' })
/** As seen in batches: a refusal that says success. */
const refusal = (errorMsg: string, orderID = '') => ({ success: true, errorMsg, orderID, status: '' })

const outcomes = (answers: readonly (Placement | Cancellation)[]): readonly string[] =>
  answers.map((answer) => ('code' in answer ? `${answer.kind} ${answer.code}` : answer.kind))

describe('polymarket batches', () => {
  const market = marketFrom()
  let server: ScriptedServer
  let client: VenueClient
  let batches: Batches
  let prepared: readonly PreparedOrder[]
  let ids: readonly string[]

  beforeEach(async () => {
    server = await startScriptedServer()
    client = createPolymarketClient({
      urls: { clob: server.url, gamma: server.url, data: server.url },
      account: await loadPolymarketAccount({ privateKey: TEST_KEY, credentials }),
      clock: new VirtualClock(NOW_MS),
      timeoutMs: 2_000,
      userAgent: 'crosstape-test',
    })
    if (client.batches === undefined) throw new Error('no batches')
    batches = client.batches
    prepared = await Promise.all(
      clientOrderIds.map((clientOrderId) => client.prepareOrder(approve(anIntent({ clientOrderId })), market)),
    )
    ids = prepared.map(({ venueOrderId }) => venueOrderId ?? '')
  })
  afterEach(() => server.close())

  async function place(answer: (a: string, b: string) => Answer): Promise<readonly string[]> {
    const [a = '', b = ''] = ids
    server.script = { 'POST /orders': () => answer(a, b) }
    return outcomes(await batches.placeOrders(prepared))
  }

  async function cancel(answer: (a: string, b: string) => Answer): Promise<readonly string[]> {
    const [a = '', b = ''] = ids
    server.script = { 'DELETE /orders': () => answer(a, b) }
    return outcomes(await batches.cancelOrders(ids.map((venueOrderId) => ({ venueOrderId, market }))))
  }

  it('send the bodies that would be sent alone, as one list', async () => {
    server.script = { 'POST /order': () => 'drop', 'POST /orders': () => 'drop' }
    for (const order of prepared) await client.placeOrder(order)
    await batches.placeOrders(prepared)
    const [one, other, both] = server.seen.map(({ body }) => JSON.parse(body))
    expect(both).to.deep.equal([one, other])
  })

  it('give each order the outcome of its own entry, and take a success with an error text for a refusal', async () => {
    expect(await place((a) => ({ json: [live(a), refusal('not enough balance / allowance')] }))).to.deep.equal([
      'accepted',
      'rejected INSUFFICIENT_BALANCE',
    ])
  })

  it('find entries by order id when they come in another order', async () => {
    const answer = (a: string, b: string) => ({ json: [refusal('not enough balance / allowance', b), live(a)] })
    expect(await place(answer)).to.deep.equal(['accepted', 'rejected INSUFFICIENT_BALANCE'])
  })

  it('believe no place once an entry stands out of its own', async () => {
    const answer = (a: string) => ({ json: [refusal('not enough balance / allowance'), live(a)] })
    expect(await place(answer)).to.deep.equal(['accepted', 'unknown NOT_MENTIONED'])
  })

  it('leave an order unknown that the answer does not mention', async () => {
    expect(await place((a) => ({ json: [live(a)] }))).to.deep.equal(['accepted', 'unknown NOT_MENTIONED'])
  })

  it('leave an order unknown whose text is new', async () => {
    expect(await place((a) => ({ json: [live(a), refusal('something else')] }))).to.deep.equal([
      'accepted',
      'unknown TEXT_UNKNOWN',
    ])
  })

  it('leave an order unknown that is called taken without an id', async () => {
    expect(await place((a) => ({ json: [live(a), live('')] }))).to.deep.equal(['accepted', 'unknown ORDER_ID_MISMATCH'])
  })

  for (const [name, answer, outcome] of [
    ['a lost answer', 'drop', 'unknown CONNECTION_LOST'],
    ['425, a restart', { status: 425, text: '' }, 'unknown RESTARTING'],
    ['a page of the network', { status: 502, text: '<html></html>' }, 'unknown WEB_PAGE'],
    ['one answer for all', { json: live('0x1') }, 'unknown ANSWER_UNREADABLE'],
    ['a 429 of the network', { status: 429, text: 'Too Many Requests' }, 'unknown THROTTLED'],
    [
      "a 429 of the signer's limit",
      { status: 429, json: { error: 'Too Many Requests' }, headers: { 'poly-ratelimit-remaining': '0' } },
      'not_sent RATE_LIMITED',
    ],
    [
      'too many orders',
      { status: 400, json: { error: 'Too many orders in payload: 16, max allowed: 15' } },
      'rejected BAD_PAYLOAD',
    ],
    [
      'a refusal that can only be of one order',
      { status: 400, json: { error: 'not enough balance / allowance' } },
      'unknown INSUFFICIENT_BALANCE',
    ],
  ] as const) {
    it(`say ${outcome} of every order after ${name}`, async () => {
      expect(await place(() => answer)).to.deep.equal([outcome, outcome])
    })
  }

  it('judge every cancel by the two lists of the answer', async () => {
    const answer = (a: string, b: string) => ({
      json: { canceled: [a], not_canceled: { [b]: 'Order already matched' } },
    })
    expect(await cancel(answer)).to.deep.equal(['cancelled', 'not_live ORDER_ENDED'])
    expect(JSON.parse(server.seen[0]?.body ?? '')).to.deep.equal(ids)
  })

  it('leave a cancel unknown that the answer does not mention, or calls both', async () => {
    const answer = (a: string) => ({ json: { canceled: [a], not_canceled: { [a]: 'Order already matched' } } })
    expect(await cancel(answer)).to.deep.equal(['unknown ANSWER_CONTRADICTS', 'unknown NOT_MENTIONED'])
  })

  for (const [name, answer, outcome] of [
    ['a lost answer', 'drop', 'unknown CONNECTION_LOST'],
    ['an id that is none', { status: 400, json: { error: 'Invalid orderID' } }, 'refused INVALID_ORDER_ID'],
    ['404 for all', { status: 404, json: { error: 'order not found' } }, 'unknown ORDER_NOT_FOUND'],
  ] as const) {
    it(`say ${outcome} of every cancel after ${name}`, async () => {
      expect(await cancel(() => answer)).to.deep.equal([outcome, outcome])
    })
  }
})
